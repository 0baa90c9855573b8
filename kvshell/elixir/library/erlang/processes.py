""":erlang: the functions for processes, nodes and time that Elixir has in its own modules."""

from datetime import UTC, datetime
from typing import Any

from kvshell.elixir.library import output
from kvshell.elixir.library.erlang.formats import erlang_text
from kvshell.elixir.library.kinds import E_ATOM, E_PID, E_REF
from kvshell.elixir.library.processes import process as elixir_process
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.elixir.library.system import system
from kvshell.runtime import process
from kvshell.runtime.processes.exits import Exit, Thrown
from kvshell.terms import A, ArgumentError, List, Pid, Term

erlang = Library.of(":erlang")
os_ = Library.of(":os")

_UNDEFINED = A.undefined


@erlang.function(pid=E_PID)
def link(pid: Term) -> Term:
    """Links the caller and a process: an exit signal reaches one when the other terminates."""
    return elixir_process.link(pid)


@erlang.function(pid=E_PID)
def unlink(pid: Term) -> Term:
    """Removes the link between the caller and a process."""
    return elixir_process.unlink(pid)


@erlang.function(cost=Cost.SHORT, name_=E_ATOM)
def register(name_: Term, pid: Term) -> Term:
    """Registers a process under a name."""
    return elixir_process.register(pid, name_)


@erlang.function(cost=Cost.SHORT)
def unregister(name: Term) -> Term:
    """Unregisters a name."""
    return elixir_process.unregister(name)


@erlang.function(cost=Cost.SHORT)
def registered() -> Term:
    """Returns all registered names."""
    return elixir_process.registered()


@erlang.function(cost=Cost.SHORT, ref=E_REF)
def demonitor(ref: Term, options: Term = EMPTY_LIST) -> Term:
    """Removes a monitor; `:flush` also removes its message."""
    return elixir_process.demonitor(ref, options)


@erlang.function(cost=Cost.SHORT)
def process_flag(flag: Term, value: Term) -> Term:
    """Sets a flag of the calling process, such as `:trap_exit`; returns its old value."""
    return elixir_process.flag(flag, value)


@erlang.function(cost=Cost.SHORT)
def put(key: Term, value: Term) -> Term:
    """Stores a value in the process dictionary; returns the old value, or `:undefined`."""
    before = process.get(key, _UNDEFINED)
    process.put(key, value)
    return before


@erlang.function(cost=Cost.SHORT)
def get(key: Term = MISSING) -> Term:
    """Returns a value of the process dictionary, or `:undefined`; without a key, all entries."""
    return process.get_all() if key is MISSING else process.get(key, _UNDEFINED)


@erlang.function(cost=Cost.SHORT)
def get_keys(value: Term = MISSING) -> Term:
    """Returns the keys of the process dictionary, or those with a given value."""
    return elixir_process.get_keys(value)


@erlang.function(cost=Cost.SHORT)
def erase(key: Term) -> Term:
    """Deletes a key from the process dictionary; returns its value, or `:undefined`."""
    before = process.get(key, _UNDEFINED)
    process.delete(key)
    return before


@erlang.function(cost=Cost.SHORT)
def read_timer(ref: Term) -> Term:
    """Returns the milliseconds left of a timer, or false if it has expired."""
    return elixir_process.read_timer(ref)


@erlang.function(cost=Cost.WAITS)
def spawn_opt(fun: Term, options: Term) -> Term:
    """Spawns a process with options, such as `:link` and `:monitor`."""
    return elixir_process.spawn_with(fun, options)


@erlang.function()
def garbage_collect(pid: Term = MISSING) -> Term:
    """Does nothing and returns true: processes have no heap of their own here."""
    if pid is not MISSING and type(pid) is not Pid:
        raise ArgumentError.at(1, "not a pid")
    return True


@erlang.function()
def is_alive() -> Term:
    """Tells whether the node is part of a distributed system: never here."""
    return False


@erlang.function()
def nodes(kind: Term = MISSING) -> Term:
    """Returns the other nodes: there are none here."""
    return List((process.NODE,)) if kind is A.this else List()


@erlang.function(cost=Cost.WAITS)
def display(term: Term) -> Term:
    """Prints a term in Erlang's syntax; returns true."""
    output.write(A.stdio, erlang_text(term) + "\n")
    return True


@erlang.function(name="raise", cost=Cost.WAITS)
def raise_(kind: Term, reason: Term, stacktrace: Term) -> Term:
    """Raises an error, exit or throw, by `kind`, with a reason."""
    del stacktrace
    if kind is A.exit:
        raise Exit(reason)
    if kind is A.throw:
        raise Thrown(reason)
    if kind is not A.error:
        return A.badarg
    from kvshell.elixir.library.erlang.system import error  # noqa: PLC0415  # rare

    return error(reason)


# -- time ----------------------------------------------------------------------------------------


def _now() -> datetime:
    return datetime.fromtimestamp(system.system_time(A.second), UTC)


def _universal() -> tuple[tuple[int, ...], tuple[int, ...]]:
    now = _now()
    return (now.year, now.month, now.day), (now.hour, now.minute, now.second)


for _name in ("localtime", "universaltime"):
    erlang.function(name=_name)(lambda: _universal())


@erlang.function()
def date() -> Term:
    """Returns the current date: `{year, month, day}`."""
    return _universal()[0]


@erlang.function()
def time() -> Term:
    """Returns the current time: `{hour, minute, second}`."""
    return _universal()[1]


def _stamp() -> tuple[int, ...]:
    micro = system.system_time(A.microsecond)
    return micro // 10**12, micro // 10**6 % 10**6, micro % 10**6


@erlang.function()
def timestamp() -> Term:
    """Returns the time since 1970 as `{megaseconds, seconds, microseconds}`."""
    return _stamp()


@os_.function(name="timestamp")
def os_timestamp() -> Term:
    """Returns the time since 1970 as `{megaseconds, seconds, microseconds}`."""
    return _stamp()


@erlang.function()
def convert_time_unit(time: Term, from_unit: Term, to_unit: Term) -> Term:
    """Converts a time from one unit to another."""
    return system.convert_time_unit(time, from_unit, to_unit)


# -- functions -----------------------------------------------------------------------------------


@erlang.function()
def fun_info(fun: Term, item: Term = MISSING) -> Term:
    """Returns information about a function as a keyword list, or one item of it."""
    from kvshell.elixir.library.kernel.modules import info  # noqa: PLC0415  # rare

    return info(fun) if item is MISSING else info(fun, item)


def _logic(name: str, code: Any) -> None:
    def function(left: Term, right: Term) -> Term:
        if type(left) is not bool or type(right) is not bool:
            raise ArgumentError("argument error")
        return code(left, right)

    function.__doc__ = f"Returns `left {name} right`; both are evaluated."
    erlang.function(name=name)(function)


_logic("and", lambda left, right: left and right)
_logic("or", lambda left, right: left or right)
_logic("xor", lambda left, right: left is not right)


@erlang.function(name="size")
def size(term: Term) -> Term:
    """Returns the size of a tuple in elements, or of a binary in bytes."""
    from kvshell.elixir.library.protocols import octets  # noqa: PLC0415  # rare

    if type(term) is tuple:
        return len(term)
    if type(term) in {str, bytes}:
        return len(octets(term))
    raise ArgumentError.at(1, "not tuple or binary")


@erlang.function()
def map_get(key: Term, map_: Term) -> Term:
    """Returns the value of a key of a map; raises KeyError if the key is missing."""
    from kvshell.elixir.library.erlang.data import get as value  # noqa: PLC0415  # rare

    return value(key, map_)
