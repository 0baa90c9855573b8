"""A status line in the last row of the terminal, which stays while the rest scrolls."""

import shutil
from collections.abc import Callable
from os import terminal_size
from typing import Final

LOWEST: Final = 3  # rows: below this, the line would take space from what it describes


class StatusLine:
    """Reserves the last row of the terminal by excluding it from the scroll region.

    Args:
        write: writes text to the terminal and flushes it.
        size: returns the size of the terminal; called each time, because it may change.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        size: Callable[[], terminal_size] = shutil.get_terminal_size,
    ) -> None:
        self._write = write
        self._size = size
        self._rows = 0  # height of the terminal whose last row is reserved; 0 if none

    def show(self, text: str) -> None:
        """Show `text`, truncated, in the row; "" or a very small terminal releases the row."""
        columns, rows = self._size()
        if rows < LOWEST or not text:
            self.close()
            return
        region = ""
        if rows != self._rows:
            # First a new line: the cursor may be in the row to be reserved.
            region = f"\n\x1b7\x1b[1;{rows - 1}r\x1b8\x1b[1A"
            self._rows = rows
        line = text[: columns - 1].ljust(columns - 1)
        self._write(f"{region}\x1b7\x1b[{rows};1H\x1b[2m{line}\x1b[0m\x1b8")

    def close(self) -> None:
        """Clear the row and release it."""
        if self._rows:
            self._write(f"\x1b7\x1b[r\x1b[{self._rows};1H\x1b[2K\x1b8")
            self._rows = 0
