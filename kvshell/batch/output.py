"""Standard output of a batch: whole lines, flushed, in an encoding that can hold them."""

import sys
from typing import TextIO

from kvshell.views import Caps


class UnwritableError(Exception):
    """Standard output takes no more, for a reason other than a reader who left."""


class Output:
    """Writes answers to a stream, each at once."""

    def __init__(self, stream: TextIO | None, caps: Caps) -> None:
        if stream is None:
            raise UnwritableError("standard output is closed")
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # JSON is UTF-8 whatever the locale. What an encoding lacks is written as an escape,
            # and line ends are LF on every system.
            encoding = "utf-8" if caps.json else stream.encoding
            reconfigure(encoding=encoding, errors="backslashreplace", newline="\n")
        self._stream = stream

    def write(self, text: str) -> None:
        """Write a text that ends no line yet; nothing at all for no text."""
        if not text:
            return
        try:
            self._stream.write(f"{text}\n")
            self._stream.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:
            raise UnwritableError(getattr(error, "strerror", None) or str(error)) from error


def narrate(text: str) -> None:
    """Tell a person, on standard error; a file or a pipe is told nothing."""
    if text and sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
