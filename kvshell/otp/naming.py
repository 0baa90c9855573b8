"""Naming: the names that are more than an atom - `{:global, term}` and `{:via, module, term}`.

A via module is any that `code.define` knows with `register_name`, `unregister_name` and
`whereis_name`; Registry is one. Both kinds of names are resolved when they are used, so what a
caller then asks is a process that may be dead by now. Mirrors gen.erl.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from kvshell.otp import code
from kvshell.runtime.acting import acting
from kvshell.runtime.carrier import carrier, current
from kvshell.runtime.exits import Killed
from kvshell.runtime.op import Op
from kvshell.runtime.record import Process
from kvshell.terms import A, ArgumentError, Atom, List, Pid, Term, inspect
from kvshell.terms import term as as_term

Name = Atom | tuple[Any, ...]
T = TypeVar("T")

_EXPECTED = (
    "expected :name option to be one of the following:\n\n  * nil\n  * atom\n"
    "  * {:global, term}\n  * {:via, module, term}\n\nGot: "
)


def checked(name: object) -> None:
    """Refuse what is no name."""
    match name:
        case None | Atom() | (A.global_, _) | (A.via, Atom(), _):
            return
    raise ArgumentError(f"{_EXPECTED}{inspect(as_term(name))}\n")


def is_global_or_via(server: object) -> bool:
    """Whether `server` is a name that must be looked up before anything is sent."""
    match server:
        case (A.global_, _) | (A.via, Atom(), _):
            return True
    return False


def whereis(name: Name) -> Pid | None:
    """Return who has a global or via name now, or None. Receive point, by a via module's leave."""
    match name:
        case (A.via, module, term):
            found = code.apply(module, A.whereis_name, List((term,)))
            return found if isinstance(found, Pid) else None
        case (_global, term):
            return whereis_name(term)
    raise TypeError(f"{name!r} is neither a global nor a via name")


def register(process: Process, name: Name) -> bool:
    """Give a starting process its name; False when it is taken. Runs in it."""
    match name:
        case (A.via, module, term):
            answer = code.apply(module, A.register_name, List((term, process.pid)))
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
    """Return who has the name that `process` could not get. Runs in it."""
    if not isinstance(name, Atom):
        return whereis(name)
    running = process.runtime.names.get(name)
    return None if running is None else running.pid


def unregister(process: Process, name: Name | None) -> None:
    """Take the name of a process whose init failed. Runs in it."""
    match name:
        case (A.via, module, term):
            code.apply(module, A.unregister_name, List((term,)))
        case (_global, term):
            unregister_name(term)
        case _:
            _act(lambda: process.runtime.names.release(process))


def _act(change: Callable[[], T]) -> T:
    """Carry out `change` as an effect of the caller."""
    here = carrier()
    me = acting(here)
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        return change()


# -- :global, on one node ----------------------------------------------------------------------


def register_name(name: Term, pid: Pid) -> Atom:
    """Give `pid` a global name, any term: `:yes`, or `:no` when it is taken."""
    me = current()
    if me.runtime.watch is not None:
        me.runtime.watch(Op("register", me, A.global_, pid))
    return A.yes if _act(lambda: me.runtime.names.claim_global(name, pid.record)) else A.no


def unregister_name(name: Term) -> Atom:
    """Free a global name."""
    me = current()
    if me.runtime.watch is not None:
        me.runtime.watch(Op("unregister", me, A.global_))
    _act(lambda: me.runtime.names.release_global(name))
    return A.ok


def whereis_name(name: Term) -> Pid | None:
    """Return the pid with a global name, or None."""
    me = current()
    if me.runtime.watch is not None:
        me.runtime.watch(Op("whereis", me, A.global_))
    found = me.runtime.names.get_global(name)
    return None if found is None else found.pid


GLOBAL = code.define(
    Atom("global"),
    register_name=register_name,
    unregister_name=unregister_name,
    whereis_name=whereis_name,
)
