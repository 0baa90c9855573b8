"""Erlang's external term format: term_to_binary and binary_to_term."""

from __future__ import annotations

import struct
from typing import Any

from kvshell.elixir.library.failures import failure
from kvshell.elixir.library.kinds import ATOMS
from kvshell.elixir.library.protocols import octets, text
from kvshell.runtime import process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import ArgumentError, Bits, List, Map, Pid, Term, atom, inspect
from kvshell.terms.list import PROPER

_NAMES = {None: "nil", True: "true", False: "false"}


def encoded(term: Term) -> bytes:
    """Encode a term; raise a CommandError for a reference or a function."""
    made = bytearray(b"\x83")
    _encode(term, made)
    return bytes(made)


def _encode(term: Any, made: bytearray) -> None:
    kind = type(term)
    if kind is int:
        _integer(term, made)
    elif kind is float:
        made += struct.pack(">Bd", 70, term)
    elif kind in ATOMS:
        _atom(_NAMES.get(term) or term.name, made)
    elif kind in {str, bytes}:
        raw = octets(term)
        made += struct.pack(">BI", 109, len(raw)) + raw
    elif kind is tuple:
        made += struct.pack(">BB", 104, len(term)) if len(term) < 256 else b""
        made += struct.pack(">BI", 105, len(term)) if len(term) > 255 else b""
        for each in term:
            _encode(each, made)
    elif kind is List:
        _list(term, made)
    elif kind is Map:
        made += struct.pack(">BI", 116, len(term))
        for key, value in term.items():
            _encode(key, made)
            _encode(value, made)
    elif kind is Pid:
        made += b"\x58"
        _atom(process.NODE.name, made)
        made += struct.pack(">III", term.number, 0, 0)
    elif kind is Bits:
        raise _unknown("a bitstring")
    else:
        raise _unknown(inspect(term))


def _unknown(what: str) -> Exception:
    return failure("CommandError", f"term_to_binary of {what} is not part of this shell's Elixir")


def _integer(term: int, made: bytearray) -> None:
    if 0 <= term < 256:
        made += bytes((97, term))
    elif -(1 << 31) <= term < 1 << 31:
        made += struct.pack(">Bi", 98, term)
    else:
        size = (abs(term).bit_length() + 7) // 8
        head = struct.pack(">BB", 110, size) if size < 256 else struct.pack(">BI", 111, size)
        made += head + bytes((term < 0,)) + abs(term).to_bytes(size, "little")


def _atom(name: str, made: bytearray) -> None:
    try:
        raw = name.encode("latin-1")
        made += struct.pack(">BH", 100, len(raw)) + raw
    except UnicodeEncodeError:
        raw = name.encode()
        short = len(raw) < 256
        made += struct.pack(">BB", 119, len(raw)) if short else struct.pack(">BH", 118, len(raw))
        made += raw


def _list(term: List, made: bytearray) -> None:
    items = term.items
    if not items:
        made.append(106)
        return
    proper = term.last is PROPER
    if (
        proper
        and len(items) < 65536
        and all(type(each) is int and 0 <= each < 256 for each in items)
    ):
        made += struct.pack(">BH", 107, len(items)) + bytes(items)
        return
    made += struct.pack(">BI", 108, len(items))
    for each in items:
        _encode(each, made)
    if proper:
        made.append(106)
    else:
        _encode(term.last, made)


def decoded(raw: bytes) -> Term:
    """Decode a term; raise ArgumentError if the bytes are not valid."""
    try:
        if raw[0] != 131:
            raise _invalid()
        term, _end = _decode(raw, 1)
    except (IndexError, struct.error, UnicodeDecodeError):
        raise _invalid() from None
    return term


def _invalid() -> ArgumentError:
    return ArgumentError.at(1, "invalid external representation of a term")


def _piece(raw: bytes, at: int, size: int) -> bytes:
    piece = raw[at : at + size]
    if len(piece) != size:
        raise _invalid()
    return piece


def _decode(raw: bytes, at: int) -> tuple[Term, int]:
    tag, at = raw[at], at + 1
    match tag:
        case 97:
            return raw[at], at + 1
        case 98:
            return struct.unpack_from(">i", raw, at)[0], at + 4
        case 70:
            return struct.unpack_from(">d", raw, at)[0], at + 8
        case 110 | 111:
            size, at = _size(raw, at, tag == 110)
            value = int.from_bytes(_piece(raw, at + 1, size), "little")
            return -value if raw[at] else value, at + 1 + size
        case 100 | 115 | 118 | 119:
            size = raw[at] if tag in {115, 119} else struct.unpack_from(">H", raw, at)[0]
            at += 1 if tag in {115, 119} else 2
            name = _piece(raw, at, size).decode("latin-1" if tag in {100, 115} else "utf-8")
            return atom(name), at + size
        case 109:
            size, at = _size(raw, at, False)
            return text(_piece(raw, at, size)), at + size
        case 107:
            (size,) = struct.unpack_from(">H", raw, at)
            return List(_piece(raw, at + 2, size)), at + 2 + size
        case 106:
            return List(), at
        case 104 | 105:
            size, at = _size(raw, at, tag == 104)
            items, at = _several(raw, at, size)
            return tuple(items), at
        case 108:
            size, at = _size(raw, at, False)
            items, at = _several(raw, at, size)
            tail, at = _decode(raw, at)
            if type(tail) is List:
                return List((*items, *tail.items), tail.last), at
            return List(items, tail), at
        case 116:
            size, at = _size(raw, at, False)
            items, at = _several(raw, at, size * 2)
            return Map(list(zip(items[::2], items[1::2], strict=True))), at
        case 88:
            _node, at = _decode(raw, at)
            number, _serial, _creation = struct.unpack_from(">III", raw, at)
            return current().runtime.pid(number) or Pid(number), at + 12
    raise _invalid()


def _size(raw: bytes, at: int, small: bool) -> tuple[int, int]:
    return (raw[at], at + 1) if small else (struct.unpack_from(">I", raw, at)[0], at + 4)


def _several(raw: bytes, at: int, count: int) -> tuple[list[Term], int]:
    items = []
    for _ in range(count):
        item, at = _decode(raw, at)
        items.append(item)
    return items, at
