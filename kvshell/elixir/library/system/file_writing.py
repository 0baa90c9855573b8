"""File: writing and removing files, only in the `tmp_dir` of a test, and only in memory."""

from collections.abc import Callable
from typing import Any, Final

from kvshell.elixir.library.kinds import BINARY, LIST
from kvshell.elixir.library.registry import EMPTY_LIST
from kvshell.elixir.library.system.files import REASONS, file_, ls, read
from kvshell.elixir.library.system.temporary_files import TemporaryFiles, absolute, in_a_test, kept
from kvshell.elixir.library.text.io import gathered
from kvshell.elixir.running.errors import refused
from kvshell.terms import A, ArgumentError, Atom, ElixirError, List, Term, exception, inspect

Change = Callable[[TemporaryFiles, str], Any]


def _changed(name: str, path: Any, change: Change) -> Any:
    """Return what `change` returns for a path in a test's own folder; refuse any other path."""
    place = absolute(path)
    files = kept(place)
    if files is None:
        where = " outside the tmp_dir of a test" if in_a_test() else ""
        raise refused(f"File.{name}{where}")
    return change(files, place)


def _answer(found: Any) -> Term:
    return A.ok if found is A.ok else (A.error, found)


def _or_raise(answer: Term, action: str, path: Term) -> Term:
    """Return `answer`, or raise File.Error if it is `{:error, reason}`."""
    if type(answer) is not tuple or answer[0] is A.ok:
        return answer
    message = f"could not {action} {inspect(path)}: {REASONS[answer[1]]}"
    raise ElixirError(
        exception("File.Error", action=action, path=path, reason=answer[1], message=message)
    )


@file_.function(path=BINARY, modes=LIST)
def write(path: Term, content: Term, modes: Term = EMPTY_LIST) -> Term:
    """Writes a file in the tmp_dir of a test; the mode `:append` adds to its end."""
    append = any(mode is A.append for mode in modes)
    if type(content) not in {str, bytes, List}:
        return A.error, A.badarg
    try:
        written = gathered(content)
    except ArgumentError:
        return A.error, A.badarg
    return _answer(
        _changed(
            "write/3" if modes else "write/2",
            path,
            lambda files, at: files.write(at, written, append=append),
        )
    )


@file_.function(name="write!", path=BINARY, modes=LIST)
def write_or_raise(path: Term, content: Term, modes: Term = EMPTY_LIST) -> Term:
    """Writes a file in the tmp_dir of a test; raises File.Error if it cannot."""
    return _or_raise(write(path, content, modes), "write to file", path)


@file_.function(path=BINARY)
def mkdir(path: Term) -> Term:
    """Creates a directory in the tmp_dir of a test."""
    return _answer(_changed("mkdir/1", path, TemporaryFiles.make_folder))


@file_.function(name="mkdir!", path=BINARY)
def mkdir_or_raise(path: Term) -> Term:
    """Creates a directory in the tmp_dir of a test; raises File.Error if it cannot."""
    return _or_raise(mkdir(path), "make directory", path)


@file_.function(path=BINARY)
def mkdir_p(path: Term) -> Term:
    """Creates a directory and its parents in the tmp_dir of a test."""
    return _answer(_changed("mkdir_p/1", path, TemporaryFiles.make_folders))


@file_.function(name="mkdir_p!", path=BINARY)
def mkdir_p_or_raise(path: Term) -> Term:
    """Creates a directory and its parents; raises File.Error if it cannot."""
    return _or_raise(mkdir_p(path), "make directory (with -p)", path)


@file_.function(path=BINARY)
def rm(path: Term) -> Term:
    """Removes a file in the tmp_dir of a test."""
    return _answer(_changed("rm/1", path, TemporaryFiles.remove))


@file_.function(name="rm!", path=BINARY)
def rm_or_raise(path: Term) -> Term:
    """Removes a file in the tmp_dir of a test; raises File.Error if it cannot."""
    return _or_raise(rm(path), "remove file", path)


@file_.function(path=BINARY)
def rmdir(path: Term) -> Term:
    """Removes an empty directory in the tmp_dir of a test."""
    return _answer(_changed("rmdir/1", path, TemporaryFiles.remove_folder))


@file_.function(name="rmdir!", path=BINARY)
def rmdir_or_raise(path: Term) -> Term:
    """Removes an empty directory; raises File.Error if it cannot."""
    return _or_raise(rmdir(path), "remove directory", path)


@file_.function(path=BINARY)
def rm_rf(path: Term) -> Term:
    """Removes a path and everything below it: returns `{:ok, removed_paths}`."""
    return A.ok, List(_changed("rm_rf/1", path, TemporaryFiles.remove_all))


@file_.function(name="rm_rf!", path=BINARY)
def rm_rf_or_raise(path: Term) -> Term:
    """Removes a path and everything below it; returns the removed paths."""
    return rm_rf(path)[1]


@file_.function(path=BINARY)
def touch(path: Term) -> Term:
    """Creates an empty file, unless the path exists."""
    return _answer(
        _changed(
            "touch/1",
            path,
            lambda files, at: A.ok if files.is_folder(at) else files.write(at, b"", append=True),
        )
    )


@file_.function(name="touch!", path=BINARY)
def touch_or_raise(path: Term) -> Term:
    """Creates an empty file, unless the path exists; raises File.Error if it cannot."""
    return _or_raise(touch(path), "touch", path)


@file_.function(source_file=BINARY, destination_file=BINARY)
def cp(source_file: Term, destination_file: Term) -> Term:
    """Copies a file into the tmp_dir of a test."""
    found = read(source_file)
    return write(destination_file, found[1]) if found[0] is A.ok else found


@file_.function(source=BINARY, destination=BINARY)
def rename(source: Term, destination: Term) -> Term:
    """Renames a file in the tmp_dir of a test."""
    answer = cp(source, destination)
    return rm(source) if answer is A.ok else answer


_COPIES: Final = {"cp!": (cp, "copy"), "rename!": (rename, "rename")}


def _declare(name: str, change: Callable[[Term, Term], Term], action: str) -> None:
    def or_raise(source: Term, destination: Term) -> Term:
        answer: Any = change(source, destination)
        if answer is A.ok:
            return A.ok
        reason: Atom = answer[1]
        message = (
            f"could not {action} from {inspect(source)} to {inspect(destination)}:"
            f" {REASONS[reason]}"
        )
        given = {"source": source, "destination": destination, "on": ""}
        name = "File.CopyError" if action == "copy" else "File.RenameError"
        raise ElixirError(exception(name, action=action, reason=reason, message=message, **given))

    or_raise.__doc__ = f"Like `{name[:-1]}`, but raises File.Error if it cannot."
    file_.function(name=name, source=BINARY, destination=BINARY)(or_raise)


for _name, (_change, _action) in _COPIES.items():
    _declare(_name, _change, _action)


@file_.function(name="ls!", path=BINARY)
def ls_or_raise(path: Term = ".") -> Term:
    """Lists the names in a directory; raises File.Error if it cannot."""
    answer: Any = ls(path)
    return answer[1] if answer[0] is A.ok else _or_raise(answer, "list directory", path)
