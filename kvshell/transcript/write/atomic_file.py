"""Writes the user's files safely: readers see the old or the new text, and no edit is lost.

The new text goes to a temporary file, which is then renamed over the old one. Just before that, the
old file is read again: if it differs from what the writer started with, someone else has saved it
meanwhile, and it is kept. Two programs that rename in the same microsecond can still race; no
portable call closes that gap.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from kvshell.otp.code_loading import NO_SUCH

CHANGED = "it has changed since it was read: run again"
APPEARED = "it exists by now: name another file"


class NotWrittenError(Exception):
    """The file cannot be written; the message is one sentence.

    Attributes:
        why: the reason without the name of the file.
    """

    def __init__(self, file: Path, why: str | None) -> None:
        super().__init__(f"cannot write {file}: {why}")
        self.why = why


def write_file(file: Path, text: str, *, over: bytes | None) -> None:
    """Replace a file's content atomically, if it is still the one that the writer knows.

    `over` is that content, or None if there was no file. A terminal, a pipe or another special file
    is written to directly.

    Raises:
        NotWrittenError: the file cannot be written or has changed; it is left unchanged.
    """
    data = text.encode("utf-8")
    place = file.resolve()
    try:
        if place.exists() and not place.is_file():
            with place.open("wb") as stream:
                stream.write(data)
        elif over is None:
            _create(file, place, data)
        else:
            _replace(file, place, data, over)
    except OSError as error:
        raise NotWrittenError(file, why_not(file, error)) from None


def why_not(file: Path, error: OSError | ValueError) -> str:
    """Return why a file cannot be written: a folder is missing, or the system's error message."""
    if isinstance(error, FileNotFoundError):
        return NO_SUCH.format(path=file.parent)
    return getattr(error, "strerror", None) or str(error)


def content(file: Path) -> bytes | None:
    """Return a file's content, for `write_file`; None if there is no file.

    Raises:
        NotWrittenError: the file cannot be read, and so must not be overwritten.
    """
    try:
        return file.read_bytes() if file.is_file() or not file.exists() else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise NotWrittenError(file, getattr(error, "strerror", None) or str(error)) from None


def _create(file: Path, place: Path, data: bytes) -> None:
    fresh = _beside(place, data)
    try:
        mask = os.umask(0)
        os.umask(mask)
        fresh.chmod(0o666 & ~mask)
        try:
            os.link(fresh, place)  # unlike a rename, it fails if the file exists
        except FileExistsError:
            raise NotWrittenError(file, APPEARED) from None
        except OSError:  # a file system without hard links
            try:
                with place.open("xb") as stream:
                    stream.write(data)
            except FileExistsError:
                raise NotWrittenError(file, APPEARED) from None
    finally:
        fresh.unlink(missing_ok=True)


def _replace(file: Path, place: Path, data: bytes, over: bytes) -> None:
    if place.exists() and not os.access(place, os.W_OK):
        raise NotWrittenError(file, "Permission denied")  # a rename would not check permissions
    fresh = _beside(place, data)
    try:
        shutil.copymode(place, fresh)
        owner = place.stat()
        with contextlib.suppress(OSError):  # only root may change a file's owner
            os.chown(fresh, owner.st_uid, owner.st_gid)
        if place.read_bytes() != over:
            raise NotWrittenError(file, CHANGED)
        fresh.replace(place)
    except FileNotFoundError:
        raise NotWrittenError(file, "it is gone since it was read: run again") from None
    finally:
        fresh.unlink(missing_ok=True)


def _beside(place: Path, data: bytes) -> Path:
    """Write a temporary file in the same folder, so that it only has to be renamed."""
    with tempfile.NamedTemporaryFile(
        "wb", dir=place.parent, prefix=f".{place.name[:100]}.", delete=False
    ) as stream:
        fresh = Path(stream.name)
        try:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())  # or after a power cut the new file may be empty
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    return fresh
