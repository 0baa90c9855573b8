"""The prompt's colours, and its toolbar, whose left side makes room for the suggestion."""

from collections.abc import Sequence
from typing import Final

from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import get_cwidth

from kvshell.shell.hosts.protocol import ToolbarItem, ToolbarStatus
from kvshell.views import safe
from kvshell.views.colours import prompt_styles

Fragments = list[tuple[str, str]]

SEPARATOR: Final = "  "
GAP: Final = 2


def toolbar(
    status: ToolbarStatus,
    signature: Sequence[tuple[str, bool]],
    typed: str,
    *,
    width: int,
    busy: bool,
) -> Fragments:
    """Return the toolbar as fragments of exactly `width` columns; its texts are escaped."""
    right = _right(safe(status.next), status.label if typed else "Tab: ", width)
    room = width - _length(right) - GAP
    parts = [part._replace(text=safe(part.text)) for part in status.parts]
    if busy:
        parts.insert(0, ToolbarItem(status.busy, "pending", 0))
    left = _signature(signature, room) if signature else _parts(parts, room)
    fill = width - _length(left) - _length(right)
    return [*left, ("", " " * max(fill, 0)), *right]


def _right(line: str, label: str, width: int) -> Fragments:
    if get_cwidth(label) + get_cwidth(line) > width:
        label = ""
    if get_cwidth(line) > width:
        line = _cut(line, width)
    return [("class:toolbar.label", label), ("class:toolbar.next", line)]


def _parts(kept: list[ToolbarItem], room: int) -> Fragments:
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
    """Truncate `text` to `width` columns, with dots at the end if it is cut."""
    dots = "..."[: max(width, 0)]
    while text and get_cwidth(text) + len(dots) > width:
        text = text[:-1]
    return text + dots


def _length(fragments: Fragments) -> int:
    return sum(get_cwidth(text) for _, text in fragments)


DEPTHS: Final = {
    "none": ColorDepth.DEPTH_1_BIT,
    "16": ColorDepth.DEPTH_4_BIT,
    "256": ColorDepth.DEPTH_8_BIT,
    "true": ColorDepth.DEPTH_24_BIT,
}

# Only the 16 standard colours, plus attributes that also work without colour: the selected menu
# entry is underlined, and ghost text (the suggested rest of the line) is dim.
_ALWAYS: Final = {
    "prompt": "bold",
    "auto-suggestion": "dim",
    "bottom-toolbar": "noreverse",
    "bottom-toolbar.text": "noreverse",
    "toolbar.current": "bold underline",
    "toolbar.label": "dim",
    "toolbar.next": "bold",
    "completion-menu": "noreverse",
}
_COLOURED: Final = {
    "prompt.alert": "bold ansiyellow",
    "completion-menu.completion": "bg:ansigray fg:ansiblack",
    "completion-menu.completion.current": "noreverse bg:ansicyan fg:ansiblack bold underline",
    "completion-menu.meta.completion": "bg:ansigray fg:ansiblack",
    "completion-menu.meta.completion.current": "noreverse bg:ansicyan fg:ansiblack",
    "scrollbar.background": "bg:ansigray",
    "scrollbar.button": "bg:ansibrightblack",
}
_MONO: Final = {
    "prompt.alert": "bold underline",
    "completion-menu.completion": "bg:default fg:default",
    "completion-menu.completion.current": "noreverse bg:default fg:default bold underline",
    "completion-menu.meta.completion": "bg:default fg:default dim",
    "completion-menu.meta.completion.current": "noreverse bg:default fg:default",
}


# On white only black, red, blue and magenta are readable.
_LIGHT: Final = {
    "prompt.alert": "nobold underline ansimagenta",
    "auto-suggestion": "ansiblue",
    "toolbar.label": "nodim",
}


def prompt_style(theme: str) -> Style:
    """Return the prompt_toolkit style of a theme: `dark`, `light` or `mono`."""
    rest = _MONO if theme == "mono" else _COLOURED | (_LIGHT if theme == "light" else {})
    return Style.from_dict({**prompt_styles(theme), **_ALWAYS, **rest})
