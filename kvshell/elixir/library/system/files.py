"""File: reading files in the folder of a trusted session; without one, no files exist.

What a test has written in its `tmp_dir` is read from memory.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from kvshell.elixir.library.failures import failure
from kvshell.elixir.library.kinds import BINARY
from kvshell.elixir.library.protocols import text
from kvshell.elixir.library.registry import Cost, Library
from kvshell.elixir.library.system.temporary_files import absolute, kept
from kvshell.elixir.running.step_limits import MOST_OCTETS
from kvshell.runtime import Runtime
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, ElixirError, List, Term, exception, inspect

file_ = Library("File", Cost.LOOPS)
# Returns the file or folder of a path, or None if lines may not read it.
Finder = Callable[[str], Path | None]
_finders: "WeakKeyDictionary[Runtime, Finder]" = WeakKeyDictionary()


def read_with(runtime: Runtime, finder: Finder) -> None:
    """Register `finder(path)`, which returns the file that lines of a runtime may read, or None."""
    _finders[runtime] = finder


def _found(path: Any) -> Path | None:
    finder = _finders.get(current().runtime)
    try:
        found = None if finder is None else finder(str(path))
        return found if found is not None and found.exists() else None
    except (OSError, ValueError):  # not a possible file name
        return None


@file_.function()
def cwd() -> Term:
    """Returns `{:ok, path}` of the folder in which the shell was started."""
    found = _found(".")
    return (A.error, A.enoent) if found is None else (A.ok, str(found))


@file_.function(name="cwd!")
def cwd_or_raise() -> Term:
    """Returns the folder in which the shell was started."""
    found = _found(".")
    if found is None:
        raise failure("File.Error", "could not get current working directory: no such file")
    return str(found)


@file_.function(path=BINARY)
def read(path: Term) -> Term:
    """Reads a file: `{:ok, content}` or `{:error, reason}`."""
    place = absolute(str(path))
    files = kept(place)
    if files is not None:
        content = files.read(place)
        return (A.error, content) if isinstance(content, Atom) else (A.ok, text(content))
    found = _found(path)
    if found is None:
        return A.error, A.enoent
    if found.is_dir():
        return A.error, A.eisdir
    if found.stat().st_size > MOST_OCTETS:
        return A.error, A.enomem
    return A.ok, text(found.read_bytes())


REASONS = {
    A.badarg: "bad argument",
    A.eexist: "file already exists",
    A.eisdir: "illegal operation on a directory",
    A.enoent: "no such file or directory",
    A.enomem: "not enough memory",
    A.enospc: "no space left on device",
    A.enotdir: "not a directory",
    A.eperm: "not owner",
}


@file_.function(name="read!", path=BINARY)
def read_or_raise(path: Term) -> Term:
    """Returns the content of a file; raises File.Error if it cannot be read."""
    answer, content = read(path)
    if answer is A.ok:
        return content
    message = f"could not read file {inspect(path)}: {REASONS[content]}"
    raise ElixirError(
        exception("File.Error", action="read file", path=path, reason=content, message=message)
    )


@file_.function(name="exists?", path=BINARY)
def exists(path: Term) -> Term:
    """Tells whether a path exists."""
    place = absolute(str(path))
    files = kept(place)
    if files is not None:
        return files.exists(place)
    return _found(path) is not None


@file_.function(name="dir?", path=BINARY)
def is_dir(path: Term) -> Term:
    """Tells whether a path is a directory."""
    place = absolute(str(path))
    files = kept(place)
    if files is not None:
        return files.is_folder(place)
    found = _found(path)
    return found is not None and found.is_dir()


@file_.function(name="regular?", path=BINARY)
def is_regular(path: Term) -> Term:
    """Tells whether a path is a regular file."""
    place = absolute(str(path))
    files = kept(place)
    if files is not None:
        return files.exists(place) and not files.is_folder(place)
    found = _found(path)
    return found is not None and found.is_file()


@file_.function()
def ls(path: Term = ".") -> Term:
    """Lists the names in a directory: `{:ok, names}` or `{:error, reason}`."""
    place = absolute(str(path))
    files = kept(place)
    if files is not None:
        names = files.names(place)
        return (A.error, names) if isinstance(names, Atom) else (A.ok, List(names))
    found = _found(path)
    if found is None or not found.is_dir():
        return A.error, A.enoent
    return A.ok, List(sorted(each.name for each in found.iterdir()))
