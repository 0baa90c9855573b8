"""Lines out of bytes: what can be read as a line, and a sentence for what cannot."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

LONGEST = 65_536  # bytes of a line, without its end
BOM = "\ufeff"


class UnreadableError(Exception):
    """The input cannot be read."""


class Line(NamedTuple):
    """One line of input, by its number there; `problem` says why it cannot be run."""

    number: int
    text: str
    problem: str = ""


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    """Read UTF-8 lines as they come; ends in LF, CRLF or at the end of the stream.

    A line that is too long is skipped without being held in memory.

    Raises:
        UnreadableError: the stream cannot be read; it may be a folder.
    """
    number = 0
    while piece := _read(stream, LONGEST + 2):
        number += 1
        body = _without_end(piece)
        if len(body) <= LONGEST:
            yield _decoded(number, body)
            continue
        size = len(piece)
        while not piece.endswith(b"\n") and (piece := _read(stream, LONGEST)):
            size += len(piece)
        yield _too_long(number, body[:60].decode("utf-8", "ignore"), size)


def given_lines(texts: Iterable[str]) -> Iterator[Line]:
    """Lines given as arguments, where bytes that are no UTF-8 came in as surrogates."""
    lines = [line for text in texts for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        body = _without_end(line.encode("utf-8", "surrogateescape"))
        if len(body) > LONGEST:
            yield _too_long(number, line[:60], len(body))
        else:
            yield _decoded(number, body)


def _read(stream: BinaryIO, size: int) -> bytes:
    try:
        return stream.readline(size)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error


def _without_end(piece: bytes) -> bytes:
    return piece.removesuffix(b"\n").removesuffix(b"\r")


def _decoded(number: int, body: bytes) -> Line:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        shown = body.decode("utf-8", "backslashreplace")
        if number == 1 and body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return Line(number, shown, "the input is UTF-16: save it as UTF-8")
        byte, column = body[error.start], len(body[: error.start].decode("utf-8")) + 1
        return Line(
            number,
            shown,
            f"line {number} is not UTF-8: byte 0x{byte:02x} at column {column}",
        )
    return Line(number, text.removeprefix(BOM) if number == 1 else text)


def _too_long(number: int, start: str, size: int) -> Line:
    sentence = f"line {number} has {size:,} bytes: a line may have {LONGEST:,}"
    return Line(number, f"{start}...", sentence)
