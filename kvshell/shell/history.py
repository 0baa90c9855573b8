"""The lines typed, kept in the user's state folder: one line a line, oldest first, mode 0600."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.history import History

KEPT: Final = 2_000
TRIED: Final = 10  # wrong lines that are read to find a sound one, at every key
TRIMMED_OVER_BYTES: Final = 1_000_000


class Lines(History):
    """A history in memory and, given a path, on disk.

    A repeated line is kept once in a row; a blank one, and one that begins with a space, never.
    A file that cannot be read or written is done without: `trouble` then says why.
    """

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self._path = path
        self.trouble: str | None = None

    def load_history_strings(self) -> Iterable[str]:
        """The newest `KEPT` lines, newest first."""
        return reversed(self._read())

    def append_string(self, string: str) -> None:
        """Remember `string` as the newest line."""
        line = string.replace("\n", " ")
        if not line.strip() or line.startswith(" "):
            return
        if self._loaded_strings and self._loaded_strings[0] == line:
            return
        super().append_string(line)

    def store_string(self, string: str) -> None:
        """Append to the file in one write, so that two shells do not mix their lines."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, f"{string}\n".encode(errors="surrogateescape"))
            finally:
                os.close(descriptor)
        except OSError as error:
            self._give_up(error)

    def newest(self) -> Iterable[str]:
        """The lines, newest first, without a copy."""
        return self._loaded_strings

    def _read(self) -> list[str]:
        if self._path is None or not self._path.exists():
            return []
        try:
            if self._path.stat().st_mode & 0o077:
                self._path.chmod(0o600)
            data = self._path.read_bytes()
            if len(data) > TRIMMED_OVER_BYTES:
                data = self._trim(data)
        except OSError as error:
            self._give_up(error)
            return []
        lines = data.decode(errors="surrogateescape").split("\n")
        return [line for line in lines if line.strip()][-KEPT:]

    def _trim(self, data: bytes) -> bytes:
        assert self._path is not None
        kept = b"\n".join(data.rstrip(b"\n").split(b"\n")[-KEPT:]) + b"\n"
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(kept)
        fresh.replace(self._path)
        return kept

    def _give_up(self, error: OSError) -> None:
        self._path = None
        self.trouble = f"history is not kept: {error.strerror}"


class Ghost(AutoSuggest):
    """The rest of the newest line that begins as the one being typed, if `sound` says it was one.

    A line is kept even if it was wrong, so that Up brings it back to be mended; but nobody wants
    the same mistake proposed.
    """

    def __init__(self, sound: Callable[[str], bool] = lambda _: True) -> None:
        self._sound = sound

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        """Scan the newest lines; no copy, as it runs at every key."""
        text = document.text
        history = buffer.history
        if not text.strip() or not isinstance(history, Lines):
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
    """The history's place in the user's state folder."""
    from platformdirs import user_state_path  # noqa: PLC0415  # not for --no-history

    return user_state_path("kvshell", appauthor=False) / "history"
