"""Bit syntax: builds `<<...>>`, and reads its segments in patterns."""

from __future__ import annotations

import struct
from math import isfinite
from typing import Any, Final

from kvshell.elixir.running.operators import binary, octets_of
from kvshell.elixir.running.step_limits import room_for_octets
from kvshell.terms import ArgumentError, Term
from kvshell.terms.values import Bits

MISSING: Final[Any] = type("_Missing", (), {"__slots__": ()})()
_FLOATS: Final = {16: "e", 32: "f", 64: "d"}
_CODECS: Final = {"utf8": "utf-8", "utf16": "utf-16-be", "utf32": "utf-32-be"}


def make_bits(segments: tuple[tuple[str, Any, Any, int, bool, bool], ...]) -> Term:
    """Return the binary of segments, each `(type, value, size, unit, signed, little)`."""
    whole, length = 0, 0
    parts: list[bytes] = []  # used as long as all segments are whole bytes
    for kind, value, size, unit, _signed, little in segments:
        bits, count = _segment(kind, value, size, unit, little)
        if length == 0 and type(bits) is bytes and count == len(bits) * 8:
            parts.append(bits)
            continue
        if length == 0:
            whole, length = 1, 0
        number = int.from_bytes(bits, "big") if type(bits) is bytes else bits
        if type(bits) is bytes and count % 8:
            number >>= -count % 8
        room_for_octets((length + count) // 8)
        whole = (whole << count) | number
        length += count
    head = b"".join(parts)
    if length == 0:
        return binary(head)
    whole -= 1 << length  # a marker bit that preserves leading zeros
    total = length
    octets = (whole << (-total % 8)).to_bytes((total + 7) // 8, "big")
    return of_bits(head + octets, len(head) * 8 + total)


def of_bits(octets: bytes, size: int) -> Term:
    """Return the first `size` bits as a term: a binary if they are whole bytes, else Bits."""
    return binary(octets) if size % 8 == 0 else Bits(octets, size)


def _segment(kind: str, value: Any, size: Any, unit: int, little: bool) -> tuple[Any, int]:
    if kind == "integer":
        if type(value) is not int:
            raise ArgumentError.of_erlang()
        count = _count(size, 8) * unit
        number = value & ((1 << count) - 1)
        if count % 8:
            return number, count
        return number.to_bytes(count // 8, "little" if little else "big"), count
    if kind == "float":
        return _float(value, _count(size, 64) * unit, little)
    if kind in {"binary", "bits"}:
        return _part(value, size, unit)
    if type(value) is str:
        octets = value.encode(_codec(kind, little))
        return octets, len(octets) * 8
    if type(value) is not int:
        raise ArgumentError.of_erlang()
    try:
        octets = chr(value).encode(_codec(kind, little))
    except (ValueError, OverflowError):
        raise ArgumentError.of_erlang() from None
    return octets, len(octets) * 8


def _codec(kind: str, little: bool) -> str:
    return _CODECS[kind].replace("-be", "-le") if little else _CODECS[kind]


def _count(size: Any, default: int) -> int:
    if size is None:
        return default
    if type(size) is not int or size < 0:
        raise ArgumentError.of_erlang()
    room_for_octets(size // 8)
    return size


def _float(value: Any, count: int, little: bool) -> tuple[bytes, int]:
    if type(value) not in {int, float} or count not in _FLOATS:
        raise ArgumentError.of_erlang()
    try:
        return struct.pack(("<" if little else ">") + _FLOATS[count], value), count
    except (OverflowError, struct.error):
        raise ArgumentError.of_erlang() from None


def _part(value: Any, size: Any, unit: int) -> tuple[Any, int]:
    if type(value) is Bits:
        octets, length = value.octets, value.size
    elif type(value) is str or type(value) is bytes:
        octets = octets_of(value)
        length = len(octets) * 8
    else:
        raise ArgumentError.of_erlang()
    if size is not None:
        wanted = _count(size, 0) * unit
        if wanted > length:
            raise ArgumentError.of_erlang()
        length = wanted
        octets = octets[: (length + 7) // 8]
    if length % 8:
        return int.from_bytes(octets[: (length + 7) // 8], "big") >> (-length % 8), length
    return octets, length


class BitReader:
    """Reads segments from the front of a binary; a read returns MISSING if it does not match."""

    __slots__ = ("left", "octets", "position")

    def __init__(self, octets: bytes, left: int) -> None:
        self.octets = octets
        self.position = 0  # in bits
        self.left = left

    def _take(self, count: Any) -> int:
        """Return the next `count` bits as a number, or -1 if there are fewer."""
        if type(count) is not int or count < 0 or count > self.left:
            return -1
        start, end = self.position, self.position + count
        number = int.from_bytes(self.octets[start // 8 : (end + 7) // 8], "big")
        self.position, self.left = end, self.left - count
        return (number >> (-end % 8)) & ((1 << count) - 1)

    def integer(self, count: Any, signed: bool, little: bool) -> Any:
        """Read an integer of `count` bits."""
        number = self._take(count)
        if number < 0:
            return MISSING
        if little and count % 8 == 0:
            number = int.from_bytes(number.to_bytes(count // 8, "big"), "little")
        if signed and count and number >> (count - 1):
            number -= 1 << count
        return number

    def float(self, count: Any, little: bool) -> Any:
        """Read a float of 16, 32 or 64 bits."""
        if count not in _FLOATS:
            return MISSING
        number = self._take(count)
        if number < 0:
            return MISSING
        octets = number.to_bytes(count // 8, "big")
        (value,) = struct.unpack(("<" if little else ">") + _FLOATS[count], octets)
        return value if isfinite(value) else MISSING

    def binary(self, count: Any) -> Any:
        """Read `count` bits as a binary."""
        if type(count) is not int or count < 0 or count > self.left:
            return MISSING
        if self.position % 8 == 0 and count % 8 == 0:
            start = self.position // 8
            self.position, self.left = self.position + count, self.left - count
            return binary(self.octets[start : start + count // 8])
        number = self._take(count)
        octets = (number << (-count % 8)).to_bytes((count + 7) // 8, "big")
        return of_bits(octets, count)

    def rest(self, any_size: bool) -> Any:
        """Read the rest, which has to be whole bytes unless `any_size`."""
        if self.left % 8 and not any_size:
            return MISSING
        return self.binary(self.left)

    def literal(self, text: str) -> bool:
        """Read the bytes of `text`; return whether they are next."""
        octets = text.encode()
        count = len(octets) * 8
        if count > self.left:
            return False
        return self._take(count) == int.from_bytes(octets, "big") if count else True

    def character(self, kind: str, little: bool) -> Any:
        """Read a code point in an encoding: utf8, utf16 or utf32."""
        if self.position % 8:
            return MISSING
        codec = _codec(kind, little)
        start = self.position // 8
        least = {"utf8": 1, "utf16": 2, "utf32": 4}[kind]
        for length in range(least, 5, 1 if kind == "utf8" else 2):
            if length * 8 > self.left:
                return MISSING
            try:
                text = self.octets[start : start + length].decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1:
                self.position += length * 8
                self.left -= length * 8
                return ord(text)
        return MISSING


def reader(value: Term) -> BitReader | None:
    """Return a BitReader for a binary, or None for any other term."""
    if type(value) is str:
        octets = value.encode()
        return BitReader(octets, len(octets) * 8)
    if type(value) is bytes:
        return BitReader(value, len(value) * 8)
    if type(value) is Bits:
        return BitReader(value.octets, value.size)
    return None


def reader_of(value: Term) -> BitReader:
    """Return a BitReader for a comprehension's binary; raise ArgumentError for other terms."""
    found = reader(value)
    if found is None:
        raise ArgumentError.of_erlang()
    return found


def after_prefix(value: Term, prefix: str) -> Any:
    """Return the rest of a binary after `prefix`, or MISSING."""
    if type(value) is str:
        return value[len(prefix) :] if value.startswith(prefix) else MISSING
    if type(value) is bytes:
        octets = prefix.encode()
        return binary(value[len(octets) :]) if value.startswith(octets) else MISSING
    return MISSING
