"""Naming: local, `{:global, term}` and `{:via, module, term}` names. Mirrors gen and :global."""

from collections.abc import Callable
from typing import Any, TypeVar

from kvshell.otp.gen.modules import apply, define
from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.thread_context import carrier, current
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    List,
    Pid,
    Term,
    inspect,
)
from kvshell.terms import term as as_term

Name = Atom | tuple[Any, ...]
T = TypeVar("T")

_EXPECTED = (
    "expected :name option to be one of the following:\n\n  * nil\n  * atom\n"
    "  * {:global, term}\n  * {:via, module, term}\n\nGot: "
)


def checked(name: object) -> None:
    """Raise ArgumentError unless the name is valid."""
    match name:
        case None | Atom() | (A.global_, _) | (A.via, Atom(), _):
            return
    raise ArgumentError(f"{_EXPECTED}{inspect(as_term(name))}\n")


def is_global_or_via(server: object) -> bool:
    """Whether `server` is a name that must be resolved before anything is sent."""
    match server:
        case (A.global_, _) | (A.via, Atom(), _):
            return True
    return False


def whereis(name: Name) -> Pid | None:
    """Return the owner of a global or via name, or None. Receive point, if the via module waits."""
    match name:
        case (A.via, module, term):
            found = apply(module, A.whereis_name, List((term,)))
            return found if isinstance(found, Pid) else None
        case (_global, term):
            return whereis_name(term)
    raise TypeError(f"{name!r} is neither a global nor a via name")


def register(process: Process, name: Name) -> bool:
    """Register the name of a starting process; False if it is taken. Runs in it."""
    match name:
        case (A.via, module, term):
            answer = apply(module, A.register_name, List((term, process.pid)))
            return answer is A.yes
        case (_global, term):
            return register_name(term, process.pid) is A.yes
    watch = process.runtime.watch
    if watch is not None:
        watch(Op("register", process, name, process.pid))
    assert isinstance(name, Atom)
    taken = name
    return _act(lambda: process.runtime.names.claim(taken, process))


def holder(process: Process, name: Name) -> Pid | None:
    """Return the owner of the name that `process` failed to get. Runs in it."""
    if not isinstance(name, Atom):
        return whereis(name)
    watch = process.runtime.watch
    if watch is not None:
        watch(Op("whereis", process, name))
    running = process.runtime.names.get(name)
    return None if running is None else running.pid


def unregister(process: Process, name: Name | None) -> None:
    """Release the name of a process whose init failed. Runs in it."""
    match name:
        case (A.via, module, term):
            apply(module, A.unregister_name, List((term,)))
        case (_global, term):
            unregister_name(term)
        case Atom():
            watch = process.runtime.watch
            if watch is not None:
                watch(Op("unregister", process, name))
            _act(lambda: process.runtime.names.release(process))


def _act(change: Callable[[], T]) -> T:
    """Run `change` under the caller's effect lock; raise Killed if the caller is dead."""
    here = carrier()
    me = current_process(here)
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        return change()


# -- :global, on one node ----------------------------------------------------------------------


def register_name(name: Term, pid: Pid) -> Atom:
    """Register `pid` under a global name, any term; return `:yes`, or `:no` if it is taken.

    Mirrors :global.register_name/2.
    """
    me = current()
    if me.runtime.watch is not None:
        me.runtime.watch(Op("register", me, A.global_, pid))
    return A.yes if _act(lambda: me.runtime.names.claim_global(name, pid.record)) else A.no


def unregister_name(name: Term) -> Atom:
    """Free a global name; returns `:ok`. Mirrors :global.unregister_name/1."""
    me = current()
    if me.runtime.watch is not None:
        me.runtime.watch(Op("unregister", me, A.global_))
    _act(lambda: me.runtime.names.release_global(name))
    return A.ok


def whereis_name(name: Term) -> Pid | None:
    """Return the pid with a global name, or None. Mirrors :global.whereis_name/1."""
    me = current()
    if me.runtime.watch is not None:
        me.runtime.watch(Op("whereis", me, A.global_))
    found = me.runtime.names.get_global(name)
    return None if found is None else found.pid


GLOBAL = define(
    Atom("global"),
    register_name=register_name,
    unregister_name=unregister_name,
    whereis_name=whereis_name,
)
