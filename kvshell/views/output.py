"""The last step of all output, to standard output and standard error.

Answers, reports and tables go through `emit`, messages to the user through `narrate`. Both
guarantee that no control character reaches a terminal, whatever a file name or an exception
contains; that characters missing in the encoding are replaced; and that a failing stream gives one
sentence, never a traceback.
"""

import contextlib
import io
import os
import re
import sys
from collections.abc import Iterator
from typing import TextIO

from kvshell.views.caps import Caps
from kvshell.views.safe import TO_ASCII, printed_lines, safe

_SGR = re.compile(r"(\x1b\[[\d;]*m)")


class UnwritableError(Exception):
    """Standard output cannot be written, for a reason other than a closed pipe."""


def emit(text: str, caps: Caps | None = None, stream: TextIO | None = None) -> None:
    """Write a text of any number of lines to standard output and flush it.

    If `caps` has colours, colour sequences are kept; all other control characters are escaped.

    Raises:
        UnwritableError: standard output cannot be written.
        BrokenPipeError: the reader of the pipe has gone.
    """
    colour = caps is not None and caps.colour != "none"
    emit_data(f"{tame(text, colour=colour)}\n", stream)


def emit_data(text: str, stream: TextIO | None = None) -> None:
    """Write the content of a file, such as SVG or JSON, to standard output; see `emit`."""
    stream = stream or sys.stdout
    if stream is None:
        raise UnwritableError("standard output is closed")
    try:
        stream.write(encodable(text, stream))
        stream.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise UnwritableError(getattr(error, "strerror", None) or str(error)) from error


def emit_piece(text: str) -> None:
    """Write text to standard output without a newline at the end; see `emit`."""
    emit_data(tame_print(text))


def narrate(sentence: str, *more: str) -> None:
    """Print the message `kvshell: SENTENCE` to standard error, with further lines below it.

    Write errors are ignored. A newline within a line is part of a name, and is escaped.
    """
    lines = "\n".join(map(safe, (sentence, *more)))
    emit_error(f"kvshell: {lines}\n")


def emit_error(text: str) -> None:
    """Write lines to standard error; write errors are ignored."""
    stream = sys.stderr
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):
        stream.write(encodable(tame(text, colour=False), stream))
        stream.flush()


def tame(text: str, *, colour: bool) -> str:
    """Escape everything in the text that could move the cursor, or colour or reverse text.

    Tabs are kept: they come from printed output; those in names and values are already escaped.
    """
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    parts = _SGR.split(text) if colour else [text]
    # Odd indices hold the separators: the colours.
    return "".join(part if number % 2 else _tame(part) for number, part in enumerate(parts))


def tame_print(text: str) -> str:
    """Escape what a program printed; its lines may end in CR LF."""
    return tame(text.replace("\r\n", "\n"), colour=False)


class GuestOutput(io.TextIOBase):
    """A standard stream for a loaded program: output is escaped, and the program cannot close it.

    All other attributes are those of the stream itself.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text and flush the stream, because answers go to the same one."""
        self._stream.write(encodable(tame_print(text), self._stream))
        self._stream.flush()
        return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()

    def close(self) -> None:
        """Do nothing: the stream is not the program's to close."""

    def fileno(self) -> int:
        """Return the file descriptor of the stream."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self._stream.isatty()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property where the stub has a variable
        """The encoding of the stream."""
        return self._stream.encoding


@contextlib.contextmanager
def guests(stream: TextIO | None = None) -> Iterator[None]:
    """A context in which the output of loaded programs is escaped, on both standard streams.

    If `stream` is given, standard output goes there.
    """
    prints, errors = stream or sys.stdout, sys.stderr
    with contextlib.ExitStack() as stack:
        if prints is not None:
            stack.enter_context(contextlib.redirect_stdout(GuestOutput(prints)))
        if errors is not None:
            stack.enter_context(contextlib.redirect_stderr(GuestOutput(errors)))
        yield


def _tame(text: str) -> str:
    return "\n".join(printed_lines(text))


def encodable(text: str, stream: TextIO) -> str:
    """Replace characters that the stream cannot encode by ASCII characters or escapes."""
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(TO_ASCII)
        return text.encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        pass
    return text


def swallow(stream: TextIO | None) -> None:
    """Discard what is left in a stream's buffer, so that Python reports no error at exit."""
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
