"""The bottom toolbar as text: the left side yields to the right, which always says what to type."""

from collections.abc import Sequence
from typing import Final

from prompt_toolkit.utils import get_cwidth

from kvshell.shell.host import Part, Status

Fragments = list[tuple[str, str]]

SEPARATOR: Final = "  "
GAP: Final = 2


def toolbar(
    status: Status, signature: Sequence[tuple[str, bool]], typed: str, *, width: int, busy: bool
) -> Fragments:
    """The fragments of one line of exactly `width` columns."""
    right = _right(status.next, status.label if typed else "Tab: ", width)
    room = width - _length(right) - GAP
    left = _signature(signature, room) if signature else _parts(status.parts, room, busy=busy)
    fill = width - _length(left) - _length(right)
    return [*left, ("", " " * max(fill, 0)), *right]


def _right(line: str, label: str, width: int) -> Fragments:
    if get_cwidth(label) + get_cwidth(line) > width:
        label = ""
    if get_cwidth(line) > width:
        line = _cut(line, width)
    return [("class:toolbar.label", label), ("class:toolbar.next", line)]


def _parts(parts: Sequence[Part], room: int, *, busy: bool) -> Fragments:
    kept = [Part("busy", "pending", 0), *parts] if busy else list(parts)
    while kept and sum(get_cwidth(part.text) for part in kept) + len(SEPARATOR) * len(kept) > room:
        kept.remove(max(kept, key=lambda part: part.priority))
    fragments: Fragments = []
    for part in kept:
        fragments.append(("", " " if not fragments else SEPARATOR))
        fragments.append((f"class:{part.role}", part.text))
    return fragments


def _signature(words: Sequence[tuple[str, bool]], room: int) -> Fragments:
    fragments: Fragments = [("", " ")]
    used = 1
    for word, current in words:
        gap = " " if used > 1 else ""
        if used + len(gap) + get_cwidth(word) > room and not current:
            break
        fragments.append(("", gap))
        fragments.append(("class:toolbar.current" if current else "", word))
        used += len(gap) + get_cwidth(word)
    return fragments if used <= room else []


def _cut(text: str, width: int) -> str:
    """The beginning of `text` with dots, within `width` columns."""
    dots = "..."[: max(width, 0)]
    while text and get_cwidth(text) + len(dots) > width:
        text = text[:-1]
    return text + dots


def _length(fragments: Fragments) -> int:
    return sum(get_cwidth(text) for _, text in fragments)
