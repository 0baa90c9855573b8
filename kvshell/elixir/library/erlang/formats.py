"""Formats terms in Erlang's syntax, and the format strings of `:io.format`."""

import re
from typing import Any

from kvshell.elixir.library.kinds import ATOMS
from kvshell.elixir.library.protocols import list_to_string, octets
from kvshell.elixir.running.step_limits import room_for_octets
from kvshell.terms import ArgumentError, Atom, Function, List, Map, Pid, Ref, inspect
from kvshell.terms.list import PROPER

_PLAIN_ATOM = re.compile(r"[a-z][A-Za-z0-9_@]*")
_CONTROL = re.compile(r"~(-?\d+)?(?:\.(\d+))?(?:\..)?([tl]*)([a-zA-Z~#])")


def erlang_text(term: Any, strings: bool = True) -> str:
    """Return a term in Erlang's syntax; with `strings`, charlists as text."""
    if type(term) in ATOMS:
        name = {None: "nil", True: "true", False: "false"}.get(term) or term.name
        return name if _PLAIN_ATOM.fullmatch(name) else "'" + name.replace("'", "\\'") + "'"
    if type(term) is tuple:
        return "{" + ",".join(erlang_text(each, strings) for each in term) + "}"
    if type(term) is List:
        return _list(term, strings)
    if type(term) is Map:
        pairs = (
            f"{erlang_text(key, strings)} => {erlang_text(value, strings)}"
            for key, value in term.items()
        )
        return "#{" + ",".join(pairs) + "}"
    if type(term) in {str, bytes}:
        if strings and type(term) is str and term.isprintable():
            return f'<<"{term}">>' if term.isascii() else f'<<"{term}"/utf8>>'
        return "<<" + ",".join(map(str, octets(term))) + ">>"
    if type(term) is Pid:
        return f"<0.{term.number}.0>"
    if type(term) is Ref:
        return inspect(term).replace("#Reference<", "#Ref<")
    if type(term) is Function:
        return "#Fun<" + term.capture.module_function + ">"
    return inspect(term, width=None)


def _list(term: List, strings: bool) -> str:
    if strings and term.items and term.last is PROPER:
        try:
            chars = "".join(map(chr, term.items))
        except (TypeError, ValueError):
            chars = "\0"
        if all(char.isprintable() or char in "\n\t\r" for char in chars):
            return '"' + chars.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    inner = ",".join(erlang_text(each, strings) for each in term.items)
    return f"[{inner}]" if term.last is PROPER else f"[{inner}|{erlang_text(term.last, strings)}]"


def formatted(pattern: str, args: list[Any]) -> str:
    """Return the format string with its control sequences replaced by the arguments."""
    left = list(args)

    def taken() -> Any:
        if not left:
            raise ArgumentError("argument error")
        return left.pop(0)

    def replaced(found: re.Match[str]) -> str:
        width, precision, _, control = found.groups()
        if control == "n":
            return "\n" * _bounded(width or "1")
        if control == "~":
            return "~"
        return _padded(_control(control, taken(), precision), width)

    made = _CONTROL.sub(replaced, pattern)
    if left:
        raise ArgumentError("argument error")
    return made


def _control(control: str, term: Any, precision: str | None) -> str:
    if control in "pP":
        return erlang_text(term)
    if control in "wW":
        return erlang_text(term, strings=False)
    if control == "s":
        if type(term) is Atom:
            return term.name
        return str(term if type(term) is str else list_to_string(term))
    if control in "Bb":
        return str(term)
    if control == "f":
        return f"{float(term):.{_bounded(precision or '6')}f}"
    if control == "c":
        return chr(term)
    raise ArgumentError("argument error")


def _bounded(digits: str) -> int:
    count = int(digits)
    room_for_octets(abs(count))
    return count


def _padded(text: str, width: str | None) -> str:
    if width is None:
        return text
    count = _bounded(width)
    return text.ljust(-count) if count < 0 else text.rjust(count)
