"""Why a line answers so in one design and otherwise in another: a sentence for `compare`."""

from typing import Final, NamedTuple

from kvshell.commands.match import Line
from kvshell.commands.matching import parse

Said = dict[str, str]


class Reason(NamedTuple):
    """A sentence per design, said of lines in which the words come one after another."""

    words: tuple[frozenset[str], ...]
    said: Said


def _reason(*words: str, **said: str) -> Reason:
    texts = {design.replace("_", "-"): text for design, text in said.items()}
    texts.setdefault("library", texts["ets"])
    return Reason(tuple(frozenset(word.split("|")) for word in words), texts)


ENDS: Final = "stop|kill|crash"
CALLED: Final = "a bucket is called and answers when it is done"

# The first row that fits is said: what is special comes before what is general.
REASONS: Final = (
    _reason(
        "suspend",
        ENDS,
        "lookup",
        plain="lookup asks the manager, which is suspended",
        map="lookup asks the registry, which is suspended",
        ets_cast="lookup reads the table; the :DOWN that deletes the row waits",
        ets="lookup reads the table; the :DOWN that deletes the row waits",
        library="the registry is not asked, and not who deletes the row",
    ),
    _reason(
        "suspend",
        "create store",
        "lookup",
        plain="create is a call to a suspended manager",
        map="the cast waits in the mailbox, and lookup behind it",
        ets_cast="the cast waits in the mailbox; lookup reads the table",
        ets="create is a call to a suspended registry",
        library="the registry is not asked: the bucket writes its row itself",
    ),
    _reason(
        ENDS,
        "lookup",
        plain="nobody monitors the store: the manager keeps its pid for ever",
        map="lookup is a message, and comes behind the :DOWN",
        ets_cast="here the :DOWN was handled before lookup read; nothing promises it",
        ets="here the :DOWN was handled before lookup read; nothing promises it",
        library="here the :EXIT was handled before lookup read; nothing promises it",
    ),
    _reason(
        ENDS,
        "create store",
        plain="the manager was not told of the death: the dead pid again",
        map="the :DOWN came first: there is a new bucket",
        ets_cast="the :DOWN came first: there is a new bucket",
        ets="the :DOWN came first: there is a new bucket",
        library="the dead one's name is free at once: there is a new bucket",
    ),
    _reason(
        "create store",
        "lookup|put|get|del|keys|stop|kill|crash",
        plain="create is a call: when it answers, the name is in the map",
        map="create is a cast, but lookup is a message behind it in the same mailbox",
        ets_cast="create is a cast: lookup reads the table before it is handled",
        ets="create is a call: when it answers, the row is in the table",
        library="when the bucket has started, it has written its row",
    ),
    _reason(
        "stop manager",
        plain="the manager ends alone, its stores live on",
        map="the supervisor takes registry and buckets down",
        ets_cast="the supervisor takes registry and buckets down",
        ets="the supervisor takes registry and buckets down",
    ),
    _reason(
        "create store",
        plain="create is a call: it answers the pid",
        map="create is a cast: it answers before anything has happened",
        ets_cast="create is a cast: it answers before anything has happened",
        ets="create is a call: it answers the pid",
    ),
    _reason(
        "put|del",
        plain="a cast: it says :ok and never learns more",
        map=CALLED,
        ets_cast=CALLED,
        ets=CALLED,
    ),
    _reason(
        "lookup",
        plain="lookup asks the manager",
        map="lookup asks the registry",
        ets_cast="lookup asks nobody: it reads the table",
        ets="lookup asks nobody: it reads the table",
    ),
)


def reasons(line: str, design: str) -> str:
    """Return the sentence that fits the line, empty when none does."""
    words = list(_words(parse(line)))
    for reason in REASONS:
        if _in_order(reason.words, words):
            return reason.said[design]
    return ""


def _words(line: Line) -> list[str]:
    found = []
    for part in line.parts:
        if part.command is not None:
            found.append(part.command.words)
        if part.inner is not None:
            found += _words(part.inner)
    return found


def _in_order(wanted: tuple[frozenset[str], ...], words: list[str]) -> bool:
    left = iter(words)
    return all(any(word in choice for word in left) for choice in wanted)
