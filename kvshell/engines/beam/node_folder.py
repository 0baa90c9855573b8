"""`NodeFolder`: the home folder of a cluster's own nodes, removed however kvshell ends.

The folder is locked for as long as the session's process lives. An unlocked folder was left by a
session that was killed together with its nodes; the next cluster removes it.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "kvshell-nodes-"


class NodeFolder:
    """A private folder, locked until `close`."""

    def __init__(self) -> None:
        """Create the folder, and remove those that killed sessions of this user have left."""
        parent = Path(tempfile.gettempdir())
        _remove_left_behind(parent)
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
            self._lock = _locked(self.path)
            if self._lock is not None and self.path.is_dir():
                return  # otherwise another session has removed it as one that was left behind

    def close(self) -> None:
        """Remove the folder and the lock. A second call does nothing."""
        lock, self._lock = self._lock, None
        if lock is not None:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """Lock a folder and return the file descriptor; None if it is missing or already locked."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _remove_left_behind(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                continue
            lock = _locked(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)
