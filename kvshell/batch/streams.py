"""Splits bytes into lines, and reports lines that cannot be decoded."""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, NamedTuple, TextIO

from kvshell.views import Caps
from kvshell.views.output import UnwritableError, emit, encodable, tame

LONGEST = 65_536  # bytes per line, without the line end
BOM = "\ufeff"


class UnreadableError(Exception):
    """The input cannot be read; the message says why."""


class InputLine(NamedTuple):
    """A line of input and its number; `problem` says why it cannot be run, if so.

    `piped` means that it came from standard input, where errors must name the line.
    """

    number: int
    text: str
    problem: str = ""
    piped: bool = False


def read_lines(stream: BinaryIO) -> Iterator[InputLine]:
    """Yield the UTF-8 lines of a stream as they arrive, ending in LF, CRLF or at the end.

    A line that is too long is skipped without being kept in memory.

    Raises:
        UnreadableError: the stream cannot be read, for example because it is a folder.
    """
    number = 0
    while piece := _read(stream, LONGEST + 2):
        number += 1
        body = _without_end(piece)
        if len(body) <= LONGEST:
            yield _decoded(number, body)._replace(piped=True)
            continue
        size = len(piece)
        while not piece.endswith(b"\n") and (piece := _read(stream, LONGEST)):
            size += len(piece)
        yield _too_long(number, body[:60].decode("utf-8", "ignore"), size)._replace(piped=True)


def given_lines(texts: Iterable[str]) -> Iterator[InputLine]:
    """Yield the lines given as arguments; bytes that are not UTF-8 arrive as surrogates."""
    lines = [line for text in texts for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        body = _without_end(line.encode("utf-8", "surrogateescape"))
        if len(body) > LONGEST:
            yield _too_long(number, line[:60], len(body))
        else:
            yield _decoded(number, body)


def joined(lines: Iterable[InputLine], unfinished: Callable[[str], bool]) -> Iterator[InputLine]:
    """Join lines of incomplete Elixir with the lines that follow; `#iex:break` ends them."""
    begun: InputLine | None = None
    for line in lines:
        if begun is None or line.problem:
            whole = line
        else:
            whole = begun._replace(text=f"{begun.text}\n{line.text}")
        given_up = begun is not None and line.text.strip() == "#iex:break"
        if whole.problem or given_up or not unfinished(whole.text):
            begun = None
            yield whole
        else:
            begun = whole
    if begun is not None:
        yield begun


def _read(stream: BinaryIO, size: int) -> bytes:
    try:
        return stream.readline(size)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error


def _without_end(piece: bytes) -> bytes:
    return piece.removesuffix(b"\n").removesuffix(b"\r")


def _decoded(number: int, body: bytes) -> InputLine:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        shown = body.decode("utf-8", "backslashreplace")
        if number == 1 and body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return InputLine(number, shown, "the input is UTF-16: save it as UTF-8")
        byte, column = body[error.start], len(body[: error.start].decode("utf-8")) + 1
        return InputLine(
            number,
            shown,
            f"line {number} is not UTF-8: byte 0x{byte:02x} at column {column}",
        )
    return InputLine(number, text.removeprefix(BOM) if number == 1 else text)


def _too_long(number: int, start: str, size: int) -> InputLine:
    sentence = f"line {number} has {size:,} bytes: a line may have {LONGEST:,}"
    return InputLine(number, f"{start}...", sentence)


class Output:
    """Writes answers to a stream, flushing it after each."""

    def __init__(self, stream: TextIO | None, caps: Caps) -> None:
        if stream is None:
            raise UnwritableError("standard output is closed")
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # JSON is UTF-8 in every locale. Characters that cannot be encoded are escaped, and
            # lines end in LF on every system.
            encoding = "utf-8" if caps.json else stream.encoding
            reconfigure(encoding=encoding, errors="backslashreplace", newline="\n")
        self._stream = stream
        self._caps = caps

    def write(self, text: str) -> None:
        """Write a text and a newline; nothing for an empty text."""
        if text:
            emit(text, self._caps, self._stream)


def narrate_on_terminal(text: str) -> None:
    """Print a message to standard error if that is a terminal."""
    if text and sys.stderr is not None and sys.stderr.isatty():
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(encodable(f"{tame(text, colour=True)}\n", sys.stderr))
            sys.stderr.flush()
