"""All Russian messages, collected from the files of this folder, and the plural rule."""

from kvshell.commands.language.russian import (
    break_and_look,
    hints,
    lessons,
    nodes,
    race_and_ask,
    send,
    shell,
    system_and_stores,
    topics,
)


def plural(count: int) -> int:
    """Return the index of the plural form for a number: 1 шаг, 2 шага, 5 шагов."""
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2


def messages() -> dict[str, str | tuple[str, ...]]:
    """Return all messages: the English text mapped to the Russian one, or to three plural forms."""
    return {
        **topics.MESSAGES,
        **system_and_stores.MESSAGES,
        **break_and_look.MESSAGES,
        **send.MESSAGES,
        **race_and_ask.MESSAGES,
        **nodes.MESSAGES,
        **hints.MESSAGES,
        **shell.MESSAGES,
        **lessons.MESSAGES,
    }
