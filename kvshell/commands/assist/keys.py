"""The keys of the prompt, one row each: `help keys` lists them and the prompt binds them.

shell/prompt/key_bindings.py binds each row to its method with the name in `action`. A row without
an action documents a built-in binding of prompt_toolkit.
"""

from typing import Final, Literal, NamedTuple

Mode = Literal["both", "emacs", "vi", "pager"]
Sequences = tuple[tuple[str, ...], ...]


NAMES: Final = {
    "c-m": "Enter",
    "c-i": "Tab",
    "s-tab": "Shift-Tab",
    "c-h": "Backspace",
    "escape": "Esc",
}


def spelled(key: str) -> str:
    """Return a prompt_toolkit key as users know it: `c-r` is Ctrl-R."""
    if key in NAMES:
        return NAMES[key]
    head, dash, rest = key.partition("-")
    if not dash:
        return key.capitalize() if len(key) > 1 else key
    parts = {"c": "Ctrl", "s": "Shift", "@": "Space"}
    return f"{parts.get(head, head)}-{parts.get(rest, rest).capitalize()}"


class Key(NamedTuple):
    """A key, or several keys with the same effect.

    Attributes:
        shown: the key as shown in `help keys`.
        does: its effect, in one sentence.
        sequences: the key sequences, in prompt_toolkit's names.
        action: the method that implements it; empty for a built-in of prompt_toolkit.
        mode: the editing mode in which it works, or `pager`.
    """

    shown: str
    does: str
    sequences: Sequences
    action: str = ""
    mode: Mode = "both"


KEYS: Final = (
    Key(
        "Enter",
        "Runs a complete line; inside an open bracket or quote, starts a new line; with a "
        "menu entry selected, accepts it.",
        (("enter",),),
        "enter",
    ),
    Key("Alt-Enter", "Starts a new line.", (("escape", "enter"),), "open_line", "emacs"),
    Key(
        "Tab, Shift-Tab",
        "Completes the word; on an empty line, types the suggested next command.",
        (("tab",),),
        "complete",
    ),
    Key(
        "Up",
        "The previous line; with text typed, the previous one that starts with it.",
        (("up",),),
        "older",
    ),
    Key("Down", "The next line, or into the menu.", (("down",),), "newer"),
    Key(
        "Ctrl-R, Ctrl-S",
        "Searches the history backwards and forwards; Enter accepts the match, Ctrl-G "
        "restores what was typed.",
        (("c-r",), ("c-s",)),
        mode="emacs",
    ),
    Key(
        "Right, End, Ctrl-F",
        "Accepts the grey suggestion, the rest of an earlier line.",
        (("right",),),
    ),
    Key(
        "Alt-F, Alt-Right",
        "Accepts one word of the grey suggestion; without one, moves a word forward.",
        (("escape", "f"), ("escape", "right"), ("c-right",)),
        "word_forward",
        "emacs",
    ),
    Key(
        "Alt-B, Alt-Left",
        "Moves a word back.",
        (("escape", "b"), ("escape", "left"), ("c-left",)),
        "word_back",
        "emacs",
    ),
    Key("Ctrl-A, Ctrl-E", "To the beginning, to the end.", (("c-a",), ("c-e",)), mode="emacs"),
    Key(
        "Ctrl-W, Ctrl-K, Ctrl-Y",
        "Cuts the word before the cursor, cuts the rest, pastes what was cut.",
        (("c-w",), ("c-k",), ("c-y",)),
        mode="emacs",
    ),
    Key("Ctrl-_", "Undoes the last change.", (("c-_",),), mode="emacs"),
    Key("Alt-.", "Inserts the last word of the previous line.", (("escape", "."),), mode="emacs"),
    Key("Ctrl-Space", "Sets a mark: Ctrl-W cuts from it, typing clears it.", (("c-@",),)),
    Key(
        "Ctrl-X Ctrl-E",
        "Opens the line in $VISUAL or $EDITOR; the saved text returns to the prompt.",
        (("c-x", "c-e"),),
        "edit",
        "emacs",
    ),
    Key("v", "The same, in vi's normal mode.", (("v",),), "edit", "vi"),
    Key("Escape, i, o", "vi: normal mode, insert, open a line.", (("i",), ("o",)), mode="vi"),
    Key("Ctrl-L", "Clears the screen.", (("c-l",),)),
    Key(
        "Ctrl-C",
        "Discards the line. While a line waits: gives up; its request is not taken back.",
        (("c-c",),),
        "drop",
    ),
    Key("Ctrl-D", "On an empty line: leaves the shell.", (("c-d",),)),
    Key("Space, Enter", "In a long answer: a page, a line forward.", (), mode="pager"),
    Key(
        "b, g, G",
        "In a long answer: a page back, to the beginning, print all the rest.",
        (),
        mode="pager",
    ),
    Key("/, n, N", "In a long answer: search, next, previous.", (), mode="pager"),
    Key("w, q", "In a long answer: wrap long lines on or off, quit.", (), mode="pager"),
)
