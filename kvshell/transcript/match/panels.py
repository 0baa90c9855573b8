"""Panels: text in a box, whose line breaks depend on the length of the pids in it.

If the text of a panel contains a hole, it is therefore also compared as a single line.
"""

from collections.abc import Sequence
from typing import Final

from kvshell.transcript.format.document import Expected, Hole, Out, Pattern
from kvshell.transcript.match.table_cells import is_table_line

_SIDE: Final = "│"


def flowed(out: Sequence[Expected]) -> list[Expected] | None:
    """Return the expected lines with the text of each panel joined; None if none has a hole."""
    found: list[Expected] = []
    run: list[Out] = []
    joined = False
    for item in [*out, None]:
        if isinstance(item, Out) and _is_sentence(item.text):
            run.append(item)
            continue
        joined = joined or any(isinstance(part, Hole) for each in run for part in each.pattern)
        if run:
            found.append(Out(run[0].line, _row([each.text for each in run]), _pattern(run)))
            run = []
        if item is not None:
            found.append(item)
    return found if joined else None


def flowed_lines(printed: Sequence[str]) -> list[str]:
    """Return the printed lines with the text of each panel joined."""
    found: list[str] = []
    run: list[str] = []
    for text in [*printed, None]:
        if text is not None and _is_sentence(text):
            run.append(text)
            continue
        if run:
            found.append(_row(run))
            run = []
        if text is not None:
            found.append(text)
    return found


def _is_sentence(text: str) -> bool:
    """Whether a line is a row of a box that has no columns."""
    inner = text.strip()
    return is_table_line(inner) and inner[0] == inner[-1] == _SIDE and _SIDE not in inner[1:-1]


def _row(texts: Sequence[str]) -> str:
    return f"{_SIDE} {' '.join(text.strip()[1:-1].strip() for text in texts)} {_SIDE}"


def _pattern(run: Sequence[Out]) -> Pattern:
    parts: list[str | Hole] = [f"{_SIDE} "]
    for each in run:
        inner = list(each.pattern)
        if isinstance(first := inner[0], str):
            inner[0] = first.lstrip()[1:].lstrip()
        if isinstance(last := inner[-1], str):
            inner[-1] = last.rstrip()[:-1].rstrip()
        parts += [*inner, " "]
    parts[-1] = f" {_SIDE}"
    return _merged(parts)


def _merged(parts: Sequence[str | Hole]) -> Pattern:
    """Return a pattern with adjacent texts joined."""
    found: list[str | Hole] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(before := found[-1], str):
            found[-1] = before + part
        elif part != "":
            found.append(part)
    return tuple(found)
