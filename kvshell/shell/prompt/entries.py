"""Splits text into entries, the units that are run one by one, and takes apart pasted text."""

from collections.abc import Callable, Container
from typing import Final, NamedTuple
from unicodedata import category


class Paste(NamedTuple):
    """The commands of a pasted text, joined by newlines, and how many answer lines were dropped."""

    text: str
    left_out: int = 0


def take_apart(text: str, drop_prompt: Callable[[str], str | None]) -> Paste:
    """Return the commands in a pasted text.

    If the text contains prompts (`kv(3)> `, `iex(3)> `, `...(3)> `), these are the lines after a
    prompt; all others are answers. `drop_prompt` returns None for a line without a prompt.
    """
    given = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    dropped = [drop_prompt(line) for line in given]
    left_out = 0
    if any(line is not None for line in dropped):
        lines = [line for line in dropped if line is not None]
        left_out = sum(
            1
            for line, command in zip(given, dropped, strict=True)
            if command is None and line.strip()
        )
    else:
        lines = given
        while lines and not lines[-1].strip():
            lines.pop()
        while lines and not lines[0].strip():
            lines.pop(0)
    return Paste("\n".join(map(_printable, lines)), left_out)


def _printable(line: str) -> str:
    """Return a pasted line without invisible characters, and with plain spaces.

    A byte that is not UTF-8 is kept, so that running the line reports its position.
    """
    return "".join(
        " " if char == "\t" or category(char) == "Zs" else char
        for char in line
        if char.isprintable() or char == "\t" or category(char) in {"Zs", "Cs"} or char in _JOINERS
    )


_JOINERS: Final = "\u200c\u200d"  # joiners inside a word or an emoji change it, so they are kept


def entries(
    text: str,
    unfinished: Callable[[str], bool],
    within: Callable[[str], Container[int]] = lambda _: (),
) -> list[str]:
    """Split a text into entries: single lines, or the lines of one bracket, quote or block.

    `within` returns the indices of lines that certainly do not end an entry. This saves parsing
    each line of a long module together with all lines before it.
    """
    found: list[str] = []
    entry: str | None = None
    certainly = within(text) if "\n" in text else ()
    for number, line in enumerate(text.split("\n")):
        entry = line if entry is None else f"{entry}\n{line}"
        if number not in certainly and not unfinished(entry):
            found.append(entry)
            entry = None
    if entry is not None:
        found.append(entry)
    return [each for each in found if each.strip()]
