"""A paste of several lines: which of them are commands.

What is pasted is often copied from a screen, prompts and answers included. If any line begins
with a prompt, the lines that do are the commands and the others are what was printed. One line
alone is never run by pasting it; of several, one that does not end in a newline stays on the
prompt, as if it had been typed so far.
"""

from collections.abc import Callable
from typing import NamedTuple


class Paste(NamedTuple):
    """Lines to run one by one, the text to leave on the prompt, answers left out."""

    lines: tuple[str, ...]
    rest: str
    left_out: int = 0


def take_apart(text: str, drop_prompt: Callable[[str], str | None]) -> Paste:
    """Sort the lines of pasted `text`; `drop_prompt` gives None for a line without a prompt."""
    given = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    dropped = [drop_prompt(line) for line in given]
    if any(line is not None for line in dropped):
        commands = [line for line in dropped if line is not None]
        left_out = sum(
            1
            for line, command in zip(given, dropped, strict=True)
            if command is None and line.strip()
        )
        ended = dropped[-1] is None
    else:
        commands = [line for line in given if line.strip()]
        left_out = 0
        ended = not given[-1].strip()
    commands = [_printable(line) for line in commands]
    if not commands:
        return Paste((), "", left_out)
    if len(commands) == 1 or not ended:
        return Paste(tuple(commands[:-1]), commands[-1], left_out)
    return Paste(tuple(commands), "", left_out)


def _printable(line: str) -> str:
    return "".join(
        " " if char == "\t" else char for char in line if char.isprintable() or char == "\t"
    )
