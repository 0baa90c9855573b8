"""The history file in the user's state folder: one entry per line, oldest first, mode 0600.

Line breaks inside an entry are stored as vertical tabs, which nobody types.
"""

import errno
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.history import History

from kvshell.commands.language.message import Message

KEPT: Final = 2_000
BREAK: Final = "\v"
TRIED: Final = 10  # wrong lines skipped per key to find a valid one
TRIMMED_OVER_BYTES: Final = 1_000_000


class HistoryFile(History):
    """A history in memory and, if it has a path, on disk.

    Consecutive duplicates are stored once. Blank lines and lines that begin with a space are not
    stored. If the file cannot be read or written, it is not used, and `trouble` says why.
    """

    def __init__(self, path: Path | None = None, kept: int = KEPT) -> None:
        super().__init__()
        self._path = path if kept else None
        self._kept = kept
        self.trouble: str | None = None

    def load_history_strings(self) -> Iterable[str]:
        """Yield the stored lines, newest first."""
        return reversed(self._read())

    def append_string(self, string: str) -> None:
        """Add `string` as the newest line, unless it is blank, private or a duplicate."""
        if not string.strip() or string.startswith(" "):
            return
        if self._loaded_strings and self._loaded_strings[0] == string:
            return
        super().append_string(string)

    def store_string(self, string: str) -> None:
        """Append to the file in a single write, so that lines of two shells are not mixed."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                line = string.replace("\n", BREAK)
                os.write(descriptor, f"{line}\n".encode(errors="surrogateescape"))
            finally:
                os.close(descriptor)
        except OSError as error:
            self._give_up(error)

    def newest(self) -> Iterable[str]:
        """Return the lines, newest first, without copying them."""
        return self._loaded_strings

    def _read(self) -> list[str]:
        if self._path is None or not self._path.exists():
            return []
        try:
            if self._path.is_fifo():  # a pipe: reading it would block until someone writes
                raise OSError(errno.ESPIPE, "its file is a pipe")
            if self._path.stat().st_mode & 0o077:
                self._path.chmod(0o600)
            data = self._path.read_bytes()
            if len(data) > TRIMMED_OVER_BYTES:
                data = self._trim(data)
        except OSError as error:
            self._give_up(error)
            return []
        lines = data.decode(errors="surrogateescape").split("\n")
        return [line.replace(BREAK, "\n") for line in lines if line.strip()][-self._kept :]

    def _trim(self, data: bytes) -> bytes:
        assert self._path is not None
        kept = b"\n".join(data.rstrip(b"\n").split(b"\n")[-self._kept :]) + b"\n"
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(kept)
        fresh.replace(self._path)
        return kept

    def _give_up(self, error: OSError) -> None:
        self._path = None
        self.trouble = Message("history is not kept: {why}", why=error.strerror)


class Ghost(AutoSuggest):
    """Suggests the rest of the newest line that starts as typed and that `sound` accepts.

    Lines that failed are in the history, so that Up recalls them for correction, but they are not
    suggested.
    """

    def __init__(self, sound: Callable[[str], bool] = lambda _: True) -> None:
        self._sound = sound

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        """Return the suggestion, or None. Copies nothing, because this runs at every key press."""
        text = document.text
        history = buffer.history
        if not text.strip() or "\n" in text or not isinstance(history, HistoryFile):
            return None
        tried = 0
        for line in history.newest():
            if line.startswith(text) and len(line) > len(text):
                if self._sound(line):
                    return Suggestion(line[len(text) :])
                tried += 1
                if tried >= TRIED:
                    return None
        return None


def history_path() -> Path:
    """Return the history file in the user's state folder."""
    from platformdirs import user_state_path  # noqa: PLC0415  # not for --no-history

    return user_state_path("kvshell", appauthor=False) / "history"
