"""Places: where in a person's own program something was raised, as a stack of Elixir's.

Only files that were loaded are known. Line numbers of kvshell's own files, or of Python's, are no
part of a term that must print the same in every version.
"""

from pathlib import PurePath
from types import CodeType
from typing import Any, Final

from kvshell.terms import A, Atom, List, Term, alias

DEEPEST: Final = 20  # places of one error

_shown: dict[str, str] = {}  # by the file name that code objects have: what a person calls it


def know_source(file: str, shown: str) -> None:
    """Let the places of errors in `file` be told, under the name `shown`."""
    _shown[file] = shown


def stack_of(error: BaseException) -> List:
    """Return `[{Counter, :handle_call, 3, [file: "counter.py", line: 9]}]`, innermost first."""
    if not _shown:
        return List()
    found: list[Term] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        shown = _shown.get(code.co_filename)
        if shown is not None:
            where = List([(A.file, shown), (A.line, trace.tb_lineno)])
            found.append((*_function(code), where))
        trace = trace.tb_next
    return List(found[: -DEEPEST - 1 : -1])


def place_of(function: Any) -> List:
    """Return the stack of a function none of whose clauses matched: its first line, if known."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_filename not in _shown:
        return List()
    where = List([(A.file, _shown[code.co_filename]), (A.line, code.co_firstlineno)])
    return List([(*_function(code), where)])


def _function(code: CodeType) -> tuple[Atom, Atom, int]:
    """Return module, function and arity; `self` is none of Elixir's arguments."""
    owner, _, name = code.co_qualname.replace(".<locals>", "").rpartition(".")
    if not owner:
        return Atom(PurePath(code.co_filename).stem), Atom(name), code.co_argcount
    return alias(owner), Atom(name), max(code.co_argcount - 1, 0)
