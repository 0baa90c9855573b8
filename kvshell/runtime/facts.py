"""Facts: what Process.info tells of one process, item by item, and the items it tells unasked.

What is left out are heap, stack and garbage collection: ours are Python's. `current_function` names
what an idle or suspended server would run on the BEAM; of other code it is the function it was
started with.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kvshell.runtime.observation import Observation
from kvshell.terms import A, ArgumentError, Atom, List, Term

if TYPE_CHECKING:
    from kvshell.runtime.record import Process

_RESTING = frozenset({"idle", "waiting", "suspended", "sleeping"})
_INITIAL_CALL: Final = Atom("$initial_call")
_ANCESTORS: Final = Atom("$ancestors")


def facts(process: "Process", seen: Observation, items: "Atom | List | None") -> Term:
    """Return one item, `{item, value}`, a keyword list of several, or of those told unasked."""
    if isinstance(items, Atom):
        return (items, _fact(process, seen, items))
    if items is None:
        wanted = [
            item for item in DEFAULT if item is not A.registered_name or seen.name is not None
        ]
    else:
        wanted = list(items)
    return List([(item, _fact(process, seen, item)) for item in wanted])


def _fact(process: "Process", seen: Observation, item: Atom) -> Term:
    found = _FACTS.get(item) if isinstance(item, Atom) else None
    if found is None:
        raise ArgumentError.at(2, "invalid item or item list")
    return found(process, seen)


def _current_function(process: "Process", seen: Observation) -> Term:
    if process.behaviour is None:
        return (A.erlang, A.apply, 2)
    return (A.sys, A.suspend_loop, 6) if seen.suspended else (A.gen_server, A.loop, 7)


def _initial_call(process: "Process", _seen: Observation) -> Term:
    return (A.erlang, A.apply, 2) if process.behaviour is None else (A.proc_lib, A.init_p, 5)


def _dictionary(process: "Process", _seen: Observation) -> Term:
    if process.behaviour is None:
        return List()
    return List(
        [
            (_INITIAL_CALL, (process.behaviour.module, A.init, 1)),
            (_ANCESTORS, List(process.ancestors)),
        ]
    )


_FACTS: Final[dict[Atom, Callable[["Process", Observation], Term]]] = {  # in the BEAM's order
    A.registered_name: lambda _p, seen: List() if seen.name is None else seen.name,
    A.current_function: _current_function,
    A.initial_call: _initial_call,
    A.status: lambda _p, seen: A.waiting if seen.status in _RESTING else A.running,
    A.message_queue_len: lambda _p, seen: len(seen.mailbox),
    A.links: lambda _p, seen: List(seen.links),
    A.dictionary: _dictionary,
    A.trap_exit: lambda _p, seen: seen.trap_exit,
    A.error_handler: lambda _p, _seen: A.error_handler,
    A.priority: lambda _p, _seen: A.normal,
    A.reductions: lambda _p, seen: seen.handled,
    A.suspending: lambda _p, _seen: List(),
    A.messages: lambda _p, seen: List(seen.mailbox),
    A.monitors: lambda _p, seen: List([(A.process, pid) for pid in seen.monitors]),
    A.monitored_by: lambda _p, seen: List(seen.monitored_by),
    A.memory: lambda _p, seen: seen.memory,
}
_ASKED_FOR: Final = {A.messages, A.monitors, A.monitored_by, A.memory}
DEFAULT: Final = tuple(item for item in _FACTS if item not in _ASKED_FOR)
