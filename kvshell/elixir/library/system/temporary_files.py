"""TemporaryFiles: the files that tests write below their `tmp_dir`, kept in memory only."""

import hashlib
import os
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from kvshell.elixir.running.step_limits import MOST_OCTETS
from kvshell.runtime import Runtime
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom

_ESCAPED: Final = str.maketrans(dict.fromkeys(' [~#%&*{}\\:<>?/+|"]', "-"))


def folder_of(module: str, test: str) -> str:
    """Return the absolute path of a test's tmp_dir, the same as ExUnit's."""
    made = hashlib.md5(f"{module}/{test}".encode(), usedforsecurity=False).hexdigest()[:8]
    name = f"{test.translate(_ESCAPED)}-{made}"
    return absolute(f"tmp/{module.translate(_ESCAPED)}/{name}")


def absolute(path: str) -> str:
    """Return a path as an absolute one, without `.` and `..`."""
    return Path(os.path.normpath(Path.cwd() / path)).as_posix()


class TemporaryFiles:
    """Folders and files by absolute path; a method that fails returns an Erlang reason."""

    def __init__(self) -> None:
        self._entries: dict[str, bytes | None] = {}  # None: a folder
        self._roots: set[str] = set()

    def make_root(self, path: str) -> None:
        """Create an empty folder, below which everything is kept in memory from now on."""
        self._roots.add(path)
        self.remove_all(path)
        self._entries[path] = None

    def covers(self, path: str) -> bool:
        """Whether a path is below a folder that is kept in memory, whether it exists or not."""
        return any(path == root or path.startswith(f"{root}/") for root in self._roots)

    def exists(self, path: str) -> bool:
        """Whether a path exists."""
        return path in self._entries

    def is_folder(self, path: str) -> bool:
        """Whether a path is a folder."""
        return self._entries.get(path, b"") is None

    def read(self, path: str) -> bytes | Atom:
        """Return the content of a file, or the reason why it cannot be read."""
        if path not in self._entries:
            return self._missing(path)
        found = self._entries[path]
        return A.eisdir if found is None else found

    def write(self, path: str, content: bytes, *, append: bool = False) -> Atom:
        """Write a file, or append to it."""
        if self.is_folder(path):
            return A.eisdir
        if not self.is_folder(_parent(path)):
            return self._missing(path)
        before = (self._entries.get(path) or b"") if append else b""
        used = sum(len(each) for name, each in self._entries.items() if each and name != path)
        if used + len(before) + len(content) > MOST_OCTETS:
            return A.enospc
        self._entries[path] = before + content
        return A.ok

    def make_folder(self, path: str) -> Atom:
        """Create a folder, whose parent must exist."""
        if path in self._entries:
            return A.eexist
        if not self.is_folder(_parent(path)):
            return self._missing(path)
        self._entries[path] = None
        return A.ok

    def make_folders(self, path: str) -> Atom:
        """Create a folder and its parents."""
        if self.is_folder(path):
            return A.ok
        if path in self._entries:
            return A.eexist
        above = self.make_folders(_parent(path))
        if above is not A.ok:
            return A.enotdir if above is A.eexist else above
        return self.make_folder(path)

    def names(self, path: str) -> list[str] | Atom:
        """Return the names in a folder, or the reason why it cannot be listed."""
        if path not in self._entries:
            return self._missing(path)
        if not self.is_folder(path):
            return A.enotdir
        return sorted(name[len(path) + 1 :] for name in self._entries if _parent(name) == path)

    def remove(self, path: str) -> Atom:
        """Remove a file."""
        if path not in self._entries:
            return self._missing(path)
        if self.is_folder(path):
            return A.eperm
        del self._entries[path]
        return A.ok

    def remove_folder(self, path: str) -> Atom:
        """Remove an empty folder."""
        found = self.names(path)
        if isinstance(found, Atom):
            return found
        if found:
            return A.eexist
        del self._entries[path]
        return A.ok

    def remove_all(self, path: str) -> list[str]:
        """Remove a path and everything below it; return the removed paths."""
        gone = sorted(n for n in self._entries if n == path or n.startswith(f"{path}/"))
        for name in gone:
            del self._entries[name]
        return gone

    def _missing(self, path: str) -> Atom:
        """Return the reason why a path does not exist: a parent is a file, or nothing is there."""
        above = _parent(path)
        while self.covers(above) and above not in self._entries:
            above = _parent(above)
        return A.enotdir if self._entries.get(above) is not None else A.enoent


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


_files: "WeakKeyDictionary[Runtime, TemporaryFiles]" = WeakKeyDictionary()


def here() -> TemporaryFiles:
    """Return the temporary files of the calling process's runtime, created on first use."""
    return _files.setdefault(current().runtime, TemporaryFiles())


def kept(path: str) -> TemporaryFiles | None:
    """Return the temporary files of this runtime if they cover an absolute path, or None."""
    found = _files.get(current().runtime)
    return found if found is not None and found.covers(path) else None


def in_a_test() -> bool:
    """Whether a test of this runtime has had a tmp_dir."""
    return current().runtime in _files
