"""A lock that only one process of a machine holds: the kernel's, so the dead hold nothing.

The lock is on a file beside the one it guards, as that one is replaced and not written into. The
file stays: whoever took it away would let two in at once, one by the old file, one by a new one.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a file while the body runs; wait for whoever has it.

    A file system that knows no locks - some shared folders - gives none: then the body runs all
    the same. Raises OSError where the folder cannot be written.
    """
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield
    finally:
        os.close(descriptor)  # and with it the lock


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
