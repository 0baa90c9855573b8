"""Erlang's syntax for terms, and the format strings of `:io.format`."""

import re
from typing import Any

from kvshell.elixir.library.kinds import ATOMS
from kvshell.elixir.library.numbers.integer import in_base
from kvshell.elixir.library.protocols import list_to_string, octets
from kvshell.elixir.running.step_limits import room_for_octets
from kvshell.terms import ArgumentError, Function, List, Map, Pid, Ref, inspect
from kvshell.terms.list import PROPER

_PLAIN_ATOM = re.compile(r"[a-z][A-Za-z0-9_@]*")
_CONTROL = re.compile(
    r"~(?P<width>-?\d+|\*)?(?:\.(?P<size>\d+|\*)?(?:\.(?P<pad>.))?)?[tl]*(?P<control>[a-zA-Z~#+])"
)


def erlang_text(term: Any, strings: bool = True) -> str:
    """Return a term in Erlang's syntax; `strings` tells whether charlists are shown as text."""
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


def formatted(pattern: str, args: list[Any]) -> list[Any]:
    """Return the arguments formatted by a format string, as chardata."""
    left = list(args)

    def taken() -> Any:
        if not left:
            raise ArgumentError("argument error")
        return left.pop(0)

    made: list[Any] = []
    at = 0
    while at < len(pattern):
        found = _CONTROL.match(pattern, at) if pattern[at] == "~" else None
        if found is None:
            if pattern[at] == "~":
                raise ArgumentError("argument error")
            made.append(ord(pattern[at]))
            at += 1
            continue
        at = found.end()
        width, precision, pad, control = (
            found["width"],
            found["size"],
            found["pad"],
            found["control"],
        )
        if width == "*":
            width = str(taken())
        if precision == "*":
            precision = str(taken())
        if control in "n~":
            made += [ord("\n" if control == "n" else "~")] * _bounded(width or "1")
        elif control == "i":
            taken()
        else:
            term = taken()
            text = _padded(_control(control, term, precision, width), control, width, pad or " ")
            nested = control in "pPwWs" and not (control == "s" and type(term) in ATOMS)
            made += [List(map(ord, text))] if nested else map(ord, text)
    if left:
        raise ArgumentError("argument error")
    return made


def _control(control: str, term: Any, precision: str | None, width: str | None) -> str:
    if control in "pP":
        return erlang_text(term)
    if control in "wW":
        return erlang_text(term, strings=False)
    if control == "s":
        if type(term) in ATOMS:
            text = str(getattr(term, "name", str(term).lower()))
            return "nil" if term is None else text
        text = str(term if type(term) is str else list_to_string(term))
        size = precision or width
        return text if size is None else text[: abs(_bounded(size))]
    if control in "Bb#+":
        return _integer(control, term, precision)
    if control in "feg":
        return _float(control, float(term), precision)
    if control == "c" and type(term) is int:
        return chr(term) * _bounded(width or "1")
    raise ArgumentError("argument error")


def _integer(control: str, term: Any, precision: str | None) -> str:
    base = int(precision or "10")
    if type(term) is not int or not 2 <= base <= 36:
        raise ArgumentError("argument error")
    text = in_base(term, base)
    if control in "#+":
        return f"{base}#{text}" if term >= 0 else f"-{base}#{text[1:]}"
    return text.lower() if control == "b" else text


def _float(control: str, value: float, precision: str | None) -> str:
    digits = _bounded(precision or "6")
    if control == "f" or (control == "g" and 0.1 <= abs(value) < 10000):
        whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
        return f"{value:.{digits if control == 'f' else max(digits - max(whole, 1), 1)}f}"
    mantissa, _, exponent = f"{value:.{max(digits - 1, 1)}e}".partition("e")
    return f"{mantissa}e{int(exponent):+d}"


def _bounded(digits: str) -> int:
    count = int(digits)
    room_for_octets(abs(count))
    return count


def _padded(text: str, control: str, width: str | None, pad: str) -> str:
    if width is None or control == "c":
        return text
    count = _bounded(width)
    if len(text) > abs(count):
        return "*" * abs(count)
    return text.ljust(-count, pad) if count < 0 else text.rjust(count, pad)
