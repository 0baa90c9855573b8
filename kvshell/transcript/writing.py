"""Writing a file so that nobody ever sees half of it."""

import os
import shutil
import tempfile
from pathlib import Path


class NotWrittenError(Exception):
    """The file cannot be written; one sentence.

    Attributes:
        why: the reason alone.
    """

    def __init__(self, file: Path, why: str | None) -> None:
        super().__init__(f"cannot write {file}: {why}")
        self.why = why


def write_file(file: Path, text: str) -> None:
    """Replace the file's content at once: whoever reads it sees the old or the new text.

    Raises:
        NotWrittenError: it cannot be written.
    """
    place = file.resolve()
    try:
        with tempfile.NamedTemporaryFile(
            "wb", dir=place.parent, prefix=f".{place.name}.", delete=False
        ) as stream:
            fresh = Path(stream.name)
            try:
                stream.write(text.encode("utf-8"))
                stream.flush()
                os.fsync(stream.fileno())  # or after a power cut the new name may have no text
            except OSError:
                fresh.unlink(missing_ok=True)
                raise
        try:
            if place.exists():
                shutil.copymode(place, fresh)
            else:
                mask = os.umask(0)
                os.umask(mask)
                fresh.chmod(0o666 & ~mask)
            fresh.replace(place)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise NotWrittenError(file, error.strerror) from None
