"""The growing file of a recording: a block per line, so that a crash loses at most one line.

The file is overwritten only if nobody else has changed it: an existing file keeps its content until
the first block, and if someone edits it meanwhile, the edit is kept and the recording goes to
another file.
"""

import contextlib
import os
from pathlib import Path

from kvshell.transcript.write.atomic_file import (
    CHANGED,
    NotWrittenError,
    content,
    why_not,
    write_file,
)

OTHER_NUMBERS = range(2, 101)  # notes-2.md to notes-100.md


class DraftError(Exception):
    """The file cannot be created or continued; the message is one sentence."""


class Draft:
    """A file to which blocks are appended, and which is finally replaced by a document.

    Raises:
        DraftError: the file exists (unless `force`) or cannot be written.
    """

    def __init__(self, path: Path, *, force: bool) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._stopped = False
        try:
            before = content(path)
            if before is not None and not force:
                raise DraftError(f"{path} exists: record another file, or --force")
            if before is None:
                is_forced = force and _is_device(path)
                self._descriptor = _open(path, 0 if is_forced else os.O_EXCL | os.O_CREAT)
        except FileExistsError:
            raise DraftError(f"{path} exists: record another file, or --force") from None
        except NotWrittenError as error:
            raise DraftError(str(error)) from None
        except (OSError, ValueError) as error:
            raise DraftError(f"cannot write {path}: {why_not(path, error)}") from None
        self._known = before or b""  # the content of the file, as far as known
        self._is_ours = before is None

    def add(self, block: str) -> None:
        """Append a block; with `force`, the first one replaces the old content.

        Raises:
            DraftError: the block cannot be written; the content before it is kept.
        """
        if self._stopped:
            return
        data = block.encode("utf-8", "backslashreplace")
        try:
            if not self._is_ours:
                self.path = write_or_beside(self.path, block, over=self._known)
                self._descriptor = _open(self.path, 0)
                self._is_ours, self._known = True, data
            elif self._descriptor is not None:
                self._append(self._descriptor, data)
        except NotWrittenError as error:
            self._stop()
            raise DraftError(f"recording stopped: {error}") from None
        except OSError as error:
            self._stop()
            why = (error.strerror or str(error)).lower()
            raise DraftError(f"recording stopped: {why}; {self.path} ends before this") from None

    def _append(self, descriptor: int, data: bytes) -> None:
        if self._is_changed(descriptor):
            self.close()
            text = (self._known + data).decode("utf-8")
            self.path = write_or_beside(self.path, text, over=None)
            self._descriptor = _open(self.path, 0)
            self._known += data
            return
        done = 0
        try:
            while done < len(data):
                done += os.write(descriptor, data[done:])
        except OSError:
            with contextlib.suppress(OSError):  # a device has no length
                os.ftruncate(descriptor, len(self._known))  # half a block would break the document
            raise
        self._known += data

    def _is_changed(self, descriptor: int) -> bool:
        """Whether someone else has modified, replaced or removed the file."""
        if _is_device(self.path):
            return False
        mine = os.fstat(descriptor)
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return True
        return not os.path.samestat(mine, there) or mine.st_size != len(self._known)

    def finish(self, text: str) -> Path:
        """Replace the blocks with the document; return the path of the file.

        Raises:
            DraftError: the document cannot be written; the blocks are kept.
        """
        self.close()
        try:
            return write_or_beside(self.path, text, over=self._known)
        except NotWrittenError as error:
            why = (error.why or str(error)).lower()
            kept = f"{self.path} keeps every line, each in a block of its own"
            raise DraftError(f"recording stopped: {why}; {kept}") from None

    def close(self) -> None:
        """Close the file and leave it as it is."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None

    def _stop(self) -> None:
        self._stopped = True
        self.close()


def write_or_beside(path: Path, text: str, *, over: bytes | None) -> Path:
    """Overwrite a file with this known content; if it has changed, write a new file beside it.

    Returns the path of the file written.

    Raises:
        NotWrittenError: neither can be written.
    """
    if content(path) == over or _is_device(path):
        write_file(path, text, over=over)
        return path
    names = [path.with_name(f"{path.stem}-{number}{path.suffix}") for number in OTHER_NUMBERS]
    for place in [path, *names]:
        if not place.exists():
            write_file(place, text, over=None)
            return place
    raise NotWrittenError(path, CHANGED)


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _open(path: Path, flags: int) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | flags, 0o666)
