"""Crash reports: where in the user's own program an error was raised, as an Elixir stack.

Only files that the user loaded are included: terms must print the same in every version, and line
numbers in the files of kvshell and Python do not.
"""

from collections.abc import Callable, Sequence
from pathlib import PurePath
from types import CodeType
from typing import Any, Final

from kvshell.runtime.processes.exits import Thrown
from kvshell.runtime.processes.record import NOTHING, Process
from kvshell.runtime.processes.thread_context import Place, compiled_places
from kvshell.terms import (
    A,
    Atom,
    ElixirError,
    List,
    Map,
    Term,
    alias,
    exception_struct,
    format_banner,
    inspect,
    term,
)

DEEPEST: Final = 20  # maximum stack entries per error

_shown: dict[str, str] = {}  # shown file names, by the file name of code objects


def know_source(file: str, shown: str) -> None:
    """Include `file` in the stacks of errors, under the name `shown`."""
    _shown[file] = shown


def know_compiled(file: str, place: Callable[[str, int], Place | None]) -> None:
    """Register `place(function, line)`, which locates the source of `file`'s compiled code.

    For Elixir, which is compiled to Python: generated names and lines mean nothing to users.
    """
    compiled_places[file] = place


def stack_of(error: BaseException) -> List:
    """Return the stack of an error, innermost call first.

    An entry is `{Counter, :handle_call, 3, [file: "counter.py", line: 9]}`.
    """
    if not _shown and not compiled_places:
        return List()
    found: list[Term] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        compiled = compiled_places.get(code.co_filename)
        place = None if compiled is None else compiled(code.co_name, trace.tb_lineno)
        if place is not None:
            module, function, arity, file, line = place
            where = List([(A.file, file), (A.line, line)])
            found.append((module, function, arity, where))
        shown = _shown.get(code.co_filename)
        if shown is not None:
            where = List([(A.file, shown), (A.line, trace.tb_lineno)])
            found.append((*_function(code), where))
        trace = trace.tb_next
    return List(found[: -DEEPEST - 1 : -1])


def stack_now(process: Process) -> List:
    """Return the stack of the compiled code that a process is running, innermost call first."""
    carrier = process.carrier
    frame = None if carrier is None else carrier.frame()
    found: list[Term] = []
    while frame is not None and len(found) < DEEPEST:
        compiled = compiled_places.get(frame.f_code.co_filename)
        place = None if compiled is None else compiled(frame.f_code.co_name, frame.f_lineno)
        if place is not None:
            module, function, arity, file, line = place
            found.append((module, function, arity, List([(A.file, file), (A.line, line)])))
        frame = frame.f_back
    return List(found)


def no_clause(function: Any, module: Atom, args: Sequence[Term]) -> Term:
    """Return the exit reason of a callback that has no clause for `args`."""
    where = List()
    code = getattr(function, "__code__", None)
    name = Atom(function.__name__)
    if code is not None and code.co_filename in _shown:
        module = _function(code)[0]
        where = List([(A.file, _shown[code.co_filename]), (A.line, code.co_firstlineno)])
    return (A.function_clause, List([(module, name, List(args), where)]))


def _function(code: CodeType) -> tuple[Atom, Atom, int]:
    """Return module, function and arity; `self` does not count as an argument."""
    owner, _, name = code.co_qualname.replace(".<locals>", "").rpartition(".")
    if not owner:
        return Atom(PurePath(code.co_filename).stem), Atom(name), code.co_argcount
    return alias(owner), Atom(name), max(code.co_argcount - 1, 0)


def reason_of(error: BaseException) -> Term:
    """Return the exit reason for an exception: `{%RuntimeError{...}, stack}`.

    An error of the VM itself has an Erlang reason: `{{:badmatch, 2}, stack}`, `{:badarg, stack}`.
    The stack starts with the function that raised it, if known, and contains only places in loaded
    files.
    """
    if isinstance(error, Thrown):
        return ((A.nocatch, exit_reason(error.value)), stack_of(error))
    if not isinstance(error, Exception):
        error = RuntimeError(f"{type(error).__name__} was raised")
    if isinstance(error, MemoryError):
        return (A.system_limit, List())
    if not isinstance(error, ElixirError):
        return (exception_struct(error), stack_of(error))
    stack = stack_of(error)
    entry = _entry(error)
    if entry is None:
        return (error.reason, stack)
    rest = stack.items
    if rest and _is_of(entry, rest[0]):  # no clause of the function matched
        return (error.reason, List(((*entry[:3], rest[0][3]), *rest[1:])))
    return (error.reason, List((entry, *rest)))


def _is_of(entry: tuple[Any, ...], place: tuple[Any, ...]) -> bool:
    """Whether `entry`, which may list its arguments, and `place` are of the same function."""
    arity = len(entry[2]) if type(entry[2]) is List else entry[2]
    return entry[0] is place[0] and entry[1] is place[1] and arity == place[2]


def _entry(error: ElixirError) -> Term:
    """Return the stack entry, with arguments, of the function that raised; None if unknown."""
    if error.entry is not None:
        module, function, args = error.entry
        arguments = _terms(args) if isinstance(args, tuple) else args
        return (module, function, arguments, List())
    problems: dict[int, str] | None = getattr(error, "problems", None)
    call = _call_of_the_vm(error)
    if problems is None or call is None:
        return None
    owner = A.erl_stdlib_errors if call[0] is A.ets else A.erl_erts_errors
    info = Map({A.cause: Map(problems), A.module: owner})
    return (*call, List([(A.error_info, info)]))


def _call_of_the_vm(error: BaseException) -> tuple[Atom, Atom, List] | None:
    """Return the outermost VM function that raised, with its arguments."""
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        name, code = frame.f_globals.get("__name__", ""), frame.f_code
        if name.startswith("kvshell.runtime.") and not code.co_name.startswith("_"):
            given = [frame.f_locals.get(each) for each in code.co_varnames[: code.co_argcount]]
            while given and (given[-1] is None or given[-1] is NOTHING):
                given.pop()  # an omitted option
            if name.startswith("kvshell.runtime.tables."):
                return A.ets, Atom(code.co_name.rstrip("_")), _terms(given)
            if name in _PROCESS_MODULES and code.co_name in _PROCESS_FUNCTIONS:
                function = _PROCESS_FUNCTIONS[code.co_name]
                first = [A.process] if function is A.monitor else []
                return A.erlang, function, _terms([*first, *given])
        trace = trace.tb_next
    return None


def _terms(values: Sequence[object]) -> List:
    return List([_as_term(value) for value in values])


def _as_term(value: object) -> Term:
    try:
        return term(value)
    except (TypeError, ValueError):
        return repr(value)


_PROCESS_MODULES: Final = frozenset(
    {
        "kvshell.runtime.process",
        "kvshell.runtime.processes.relations",
        "kvshell.runtime.processes.receive",
    }
)
_PROCESS_FUNCTIONS: Final = {
    "alive": A.is_process_alive,
    "cancel_timer": A.cancel_timer,
    "demonitor": A.demonitor,
    "exit": A.exit,
    "flag": A.process_flag,
    "info": A.process_info,
    "link": A.link,
    "monitor": A.monitor,
    "read_timer": A.read_timer,
    "send": A.send,
    "send_after": A.send_after,
    "unlink": A.unlink,
    "unregister": A.unregister,
    "whereis": A.whereis,
}


def exit_reason(reason: object) -> Term:
    """Convert the reason given to `exit` to a term; if that fails, return the error as a reason."""
    try:
        return term(reason, "reason")
    except (TypeError, ValueError) as error:
        return reason_of(error)


def crashed(process: "Process", error: BaseException) -> Term:
    """Emit the event that an exception ended `process`; return the exit reason.

    Mirrors the emulator's report of a process without a behaviour.
    """
    reason = reason_of(error)
    shown = exception_struct(error) if isinstance(error, Exception) else reason[0]
    banner = format_banner(A.error, shown)
    process.runtime.emit(
        "crash", process.pid, f"Process {inspect(process.pid)} raised an exception\n{banner}"
    )
    return reason
