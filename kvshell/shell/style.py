"""The prompt's styles: the roles' colours from `views`, and the few things only a prompt has."""

from typing import Final

from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from kvshell.views.theme import prompt_styles

DEPTHS: Final = {
    "none": ColorDepth.DEPTH_1_BIT,
    "16": ColorDepth.DEPTH_4_BIT,
    "256": ColorDepth.DEPTH_8_BIT,
    "true": ColorDepth.DEPTH_24_BIT,
}

# Only the 16 colours and attributes that survive without colour: the chosen entry of the menu is
# underlined as well, ghost text is dim.
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


def prompt_style(theme: str) -> Style:
    """The style sheet of a theme: `dark`, `light` or `mono`."""
    rest = _MONO if theme == "mono" else _COLOURED
    return Style.from_dict({**prompt_styles(theme), **_ALWAYS, **rest})
