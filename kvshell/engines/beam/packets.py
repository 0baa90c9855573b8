"""Packets: the subset of Erlang's external term format used on the pipe to a node.

The subset has 32-bit integers, binaries, lists, and tuples of at most 255 items; that takes seven
tags, because Erlang encodes a list of small integers as a string. The bridge describes all other
values with these. A packet is preceded by its length in four bytes, and begins with a version byte.
"""

from struct import Struct
from typing import Final

Frame = int | str | bytes | tuple["Frame", ...] | list["Frame"]

VERSION: Final = 131
_SMALL, _INTEGER, _TUPLE, _NIL, _STRING, _LIST, _BINARY = 97, 98, 104, 106, 107, 108, 109
_SHORT: Final = Struct(">H")
_INT32: Final = Struct(">i")
LENGTH: Final = Struct(">I")


class PacketError(ValueError):
    """An invalid packet: something other than the bridge has written into the pipe."""


def encode(frame: Frame) -> bytes:
    """Return the packet of `frame` with its length prefix. A str is sent as UTF-8."""
    parts: list[bytes] = [bytes((VERSION,))]
    _encode(frame, parts)
    body = b"".join(parts)
    return LENGTH.pack(len(body)) + body


def _encode(frame: Frame, parts: list[bytes]) -> None:
    match frame:
        case int():
            parts.append(bytes((_INTEGER,)) + _INT32.pack(frame))
        case str() | bytes():
            raw = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
            parts.append(bytes((_BINARY,)) + LENGTH.pack(len(raw)) + raw)
        case tuple():
            parts.append(bytes((_TUPLE, len(frame))))
            for item in frame:
                _encode(item, parts)
        case list():
            if frame:
                parts.append(bytes((_LIST,)) + LENGTH.pack(len(frame)))
                for item in frame:
                    _encode(item, parts)
            parts.append(bytes((_NIL,)))


def decode(body: bytes) -> Frame:
    """Return the frame in a packet without its length; a UTF-8 binary becomes a str.

    Raises:
        PacketError: the packet is not valid.
    """
    if not body or body[0] != VERSION:
        raise PacketError(f"not a term: {body[:20]!r}")
    try:
        frame, end = _decode(body, 1)
    except (IndexError, ValueError) as error:
        raise PacketError(f"not a term of ours: {body[:20]!r}") from error
    if end != len(body):
        raise PacketError(f"{len(body) - end} bytes too many after a term")
    return frame


def _decode(body: bytes, at: int) -> tuple[Frame, int]:
    tag = body[at]
    at += 1
    if tag == _SMALL:
        return body[at], at + 1
    if tag == _INTEGER:
        return _INT32.unpack_from(body, at)[0], at + 4
    if tag == _BINARY:
        size = LENGTH.unpack_from(body, at)[0]
        at += 4
        if at + size > len(body):
            raise IndexError(at)
        return _text(body[at : at + size]), at + size
    if tag == _TUPLE:
        items, at = _items(body, at + 1, body[at])
        return tuple(items), at
    if tag == _LIST:
        items, at = _items(body, at + 4, LENGTH.unpack_from(body, at)[0])
        if body[at] != _NIL:
            raise ValueError(at)
        return items, at + 1
    if tag == _NIL:
        return [], at
    if tag == _STRING:
        size = _SHORT.unpack_from(body, at)[0]
        return list(body[at + 2 : at + 2 + size]), at + 2 + size
    raise ValueError(tag)


def _text(raw: bytes) -> str | bytes:
    """Decode a binary to a str if it is UTF-8, as kvshell does; otherwise return it unchanged."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def _items(body: bytes, at: int, count: int) -> tuple[list[Frame], int]:
    items = []
    for _ in range(count):
        item, at = _decode(body, at)
        items.append(item)
    return items, at
