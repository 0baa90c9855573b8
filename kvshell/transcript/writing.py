"""Writing a file so that nobody ever sees half of it."""

import os
import shutil
import tempfile
from pathlib import Path


class NotWrittenError(Exception):
    """The file cannot be written; one sentence."""


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
            stream.write(text.encode("utf-8"))
        try:
            if place.exists():
                shutil.copymode(place, stream.name)
            else:
                mask = os.umask(0)
                os.umask(mask)
                Path(stream.name).chmod(0o666 & ~mask)
            os.replace(stream.name, place)  # noqa: PTH105  # the temporary file has a str
        except OSError:
            Path(stream.name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise NotWrittenError(f"cannot write {file}: {error.strerror}") from None
