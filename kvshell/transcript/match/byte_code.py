"""Ignores the byte code in the answer of `defmodule`, which may be any.

It is not the same on the BEAM, nor after a change in the module, and its numbers decide where the
lines of the answer break. So such an answer is also compared as one line, without its binary.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kvshell.transcript.format.document import Expected, Out

_BEGINS: Final = "{:module, "
_CODE: Final = re.compile(r"<<70, 79, 82, 49\b[^>]*>>")
_ENDS: Final = re.compile(r"<<70, 79, 82, 49\b[^>]*>>, .*\}$")
_LONGEST: Final = 12  # lines of such an answer


def without_byte_code(out: Sequence[Expected]) -> list[Expected] | None:
    """Return the expected lines with each answer of a `defmodule` as one line, or None.

    None means that there is no such answer. One that contains a hole is not changed.
    """
    found: list[Expected] = []
    place, changed = 0, False
    while place < len(out):
        run = [
            item.text
            for item in out[place : place + _LONGEST]
            if isinstance(item, Out) and all(type(part) is str for part in item.pattern)
        ]
        item = out[place]
        count, text = _answer(run) if isinstance(item, Out) and run[:1] == [item.text] else (0, "")
        if isinstance(item, Out) and count:
            found.append(Out(item.line, text, (text,)))
            changed = True
        else:
            found.append(item)
        place += count or 1
    return found if changed else None


def lines_without_byte_code(printed: Sequence[str]) -> list[str]:
    """Return the printed lines with each answer of a `defmodule` as one line."""
    return list(_joined(printed))


def _joined(printed: Sequence[str]) -> Iterator[str]:
    place = 0
    while place < len(printed):
        count, text = _answer(printed[place : place + _LONGEST])
        yield text if count else printed[place]
        place += count or 1


def _answer(lines: Sequence[str]) -> tuple[int, str]:
    """Return how many lines the answer at the start takes, and its text without the binary.

    The number is 0 if `lines` do not start with the answer of a `defmodule`.
    """
    if not lines or not lines[0].lstrip().startswith(_BEGINS):
        return 0, ""
    text = ""
    for count, line in enumerate(lines, 1):
        text = f"{text} {line.strip()}".strip()
        if _ENDS.search(text):
            return count, _CODE.sub("<<byte code>>", text)
    return 0, ""
