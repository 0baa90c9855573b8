"""Source of literals: numbers, atoms, strings, charlists, sigils."""

import re
from collections.abc import Callable
from typing import Any

from kvshell.elixir.syntax.nodes import Node, Quoted
from kvshell.terms import inspect

_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\x7f": "\\d",
    "\x1b": "\\e",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\0": "\\0",
    "\\": "\\\\",
}
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_NUMBER = re.compile(r"(-?\d+)(\.\d+)?(e[-+]?\d+)?")


def int_text(number: int) -> str:
    """Return a number of six digits or more with underscores."""
    text = str(number)
    return f"{number:_}" if len(text.lstrip("-")) >= 6 else text


def float_text(number: float) -> str:
    """Return a float with its integer part in groups of three digits."""
    found = _NUMBER.fullmatch(inspect(number))
    if found is None:
        return inspect(number)
    return int_text(int(found[1])) + (found[2] or "") + (found[3] or "")


def atom_text(atom: Any) -> str:
    """Return an atom, true, false or nil as source."""
    return inspect(atom)


def key_text(atom: Any) -> str:
    """Return the name of an atom before a colon or after a dot."""
    text = inspect(atom)
    if text.startswith(":"):
        return text[1:]
    name = getattr(atom, "name", None)
    return text if name is None else inspect(name)


def escape(text: str | bytes, quote: str) -> str:
    """Return `text` as it is written between `quote`s, with escapes."""
    if type(text) is bytes:
        return "".join(
            chr(byte)
            if 0x20 <= byte < 0x7F and chr(byte) not in {quote, "\\"}
            else f"\\x{byte:02X}"
            for byte in text
        )
    assert type(text) is str
    out = []
    for index, char in enumerate(text):
        if char == quote:
            out.append("\\" + char)
        elif char == "#" and text[index + 1 : index + 2] == "{":
            out.append("\\#")
        else:
            out.append(_ESCAPES.get(char, char))
    return "".join(out)


def is_printable(codes: list[Any]) -> bool:
    """Return whether a list of numbers is written in single quotes."""
    return all(32 <= code <= 126 or 7 <= code <= 13 or code == 27 for code in codes)


def charlist_text(codes: list[Any]) -> str:
    """Return a list of code points in single quotes."""
    return "'" + escape("".join(map(chr, codes)), "'") + "'"


def binary_text(parts: list[Quoted], segment: Callable[[Quoted], str]) -> str:
    """Return `parts` as `<<...>>`; `segment` writes each of them."""
    return "<<" + ", ".join(map(segment, parts)) + ">>"


def sigil_text(node: Node, interpolated: Callable[[list[Quoted], str], str]) -> str:
    """Return a sigil with its original delimiter."""
    assert type(node.head) is str
    assert node.args is not None
    name = node.head.removeprefix("sigil_")
    content, modifiers = node.args
    opener = node.get("delimiter") or '"'
    closer = _CLOSING.get(opener, opener)
    inner = ""
    for part in content.args:
        if type(part) is str:
            inner += part if len(opener) == 3 else part.replace(closer, "\\" + closer)
        else:
            inner += interpolated([part], closer)
    if len(opener) == 3:
        inner = "\n" + inner
    return f"~{name}{opener}{inner}{closer}{''.join(map(chr, modifiers))}"
