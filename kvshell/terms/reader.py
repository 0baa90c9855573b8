"""read(): the inverse of inspect(). First version: a placeholder for its names."""

from collections.abc import Callable
from typing import Any


class ReadError(ValueError):
    """`text[start:end]` cannot be read, `message` says why and what to type."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def read(
    text: str,
    *,
    pid: Callable[[int], Any] | None = None,
    ref: Callable[[int], Any] | None = None,
    variable: Callable[[str], Any] | None = None,
) -> Any:
    """Return the term `text` is the literal of, or raise ReadError."""
    raise ReadError("not a literal", 0, len(text))
