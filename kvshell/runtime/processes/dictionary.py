"""The process dictionary: values private to a process. Part of Elixir's Process.

Only the process itself changes it, so these functions are not visible operations; `info(pid,
:dictionary)` shows it.
"""

from typing import Final

from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import Atom, List, Term, equal
from kvshell.terms import key as form_of
from kvshell.terms import term as as_term

INITIAL_CALL: Final = Atom("$initial_call")
ANCESTORS: Final = Atom("$ancestors")
_STARTED: Final = (INITIAL_CALL, ANCESTORS)


def put(key: object, value: object) -> Term:
    """Store `value` under `key`; return the old value, or nil. Mirrors Process.put/2."""
    me = current_process(carrier())
    if me.dictionary is None:
        me.dictionary = {}
    name = as_term(key)
    old = me.dictionary.get(form_of(name), (name, None))
    me.dictionary[form_of(name)] = (name, as_term(value))
    return old[1]


def get(key: object, default: object = None) -> Term:
    """Return the value under `key`, or `default`. Mirrors Process.get/2."""
    me = current_process(carrier())
    name = as_term(key)
    found = (me.dictionary or {}).get(form_of(name))
    if found is not None:
        return found[1]
    return dict(started_as(me)).get(name, default) if name in _STARTED else default


def delete(key: object) -> Term:
    """Delete `key`; return its value, or nil. Mirrors Process.delete/1."""
    me = current_process(carrier())
    name = as_term(key)
    return (me.dictionary or {}).pop(form_of(name), (name, None))[1]


def get_all() -> List:
    """Return all entries as `[{key, value}]`. Mirrors Process.get/0."""
    return List(entries(current_process(carrier())))


def get_keys(*value: object) -> List:
    """Return the keys, or only those whose value is `value`. Mirrors Process.get_keys/0 and /1."""
    found = entries(current_process(carrier()))
    wanted = [as_term(each) for each in value]
    return List([k for k, v in found if not wanted or equal(v, wanted[0])])


def entries(process: Process) -> list[tuple[Term, Term]]:
    """Return the dictionary of `process` as pairs. May be called from outside the process."""
    own = list((process.dictionary or {}).values())
    named = {name for name, _value in own if name in _STARTED}
    return [*(entry for entry in started_as(process) if entry[0] not in named), *own]


def started_as(process: Process) -> tuple[tuple[Atom, Term], ...]:
    """Return the entries that proc_lib adds, the initial call and the ancestors; () for others."""
    call = process.initial_call or getattr(process.behaviour, "initial_call", None)
    if call is None:
        return ()
    return ((INITIAL_CALL, call), (ANCESTORS, List(process.ancestors)))
