"""Finds where a user's registry keeps its names: in a map or a table, read from outside."""

from collections.abc import Iterable, Iterator, Set
from itertools import islice
from typing import Any, Final

from kvshell.runtime.processes.record import lives
from kvshell.runtime.tables.table import Table
from kvshell.terms import Atom, Map, Pid, Ref, Term, inspect, key, unkey

_SUPERVISORS: Final = frozenset({"Supervisor", "DynamicSupervisor", "Task.Supervisor"})
_SAMPLE: Final = 20  # number of entries inspected to tell what a map or table holds


def parts_of(state: Term, asked: str) -> Iterable[tuple[Term, str]]:
    """Return the elements of a state, each with the Elixir that reads it.

    `asked` is the Elixir that reads the state itself.
    """
    if type(state) is tuple:
        return [(each, f"elem({asked}, {place})") for place, each in enumerate(state)]
    if type(state) is Map:
        fields = [(name, value) for name, value in islice(state.items(), _SAMPLE)]
        return [(v, f"{asked}.{n.name}") for n, v in fields if type(n) is Atom]
    return []


def pid_in(value: Term) -> Pid | None:
    """Return `value` if it is a pid, or the only pid in a tuple; otherwise None."""
    if type(value) is Pid:
        return value
    if type(value) is not tuple:
        return None
    found = [each for each in value if type(each) is Pid]
    return found[0] if len(found) == 1 else None


def pairs_in(source: Map | Table | None) -> list[tuple[Term, Term]]:
    """Return the keys with their values; the value in a longer row is a tuple of the rest."""
    if isinstance(source, Table):
        return [(row[0], row[1] if len(row) == 2 else row[1:]) for row in source.rows()]
    return [] if source is None else list(source.items())


def found_in(source: Map | Table | None, name: Term) -> Pid | None:
    """Return the process stored under a name, or None."""
    if isinstance(source, Table):
        rows: Any = source.peek(name).items
        return pid_in(rows[0][1] if len(rows[0]) == 2 else rows[0][1:]) if rows else None
    return None if source is None else pid_in(source.get(name))


def holds(source: Map | Table) -> bool:
    """Whether the source is still valid: a map, or a table that still has rows."""
    return isinstance(source, Map) or (source.size > 0 and not source.gone)


def size_of(source: Map | Table) -> int:
    """Return the number of keys or rows."""
    return source.size if isinstance(source, Table) else len(source)


def some_of(source: Map | Table) -> Iterator[tuple[Term, Term]]:
    """Yield the first `_SAMPLE` keys with their values."""
    if isinstance(source, Map):
        for form, value in islice(source.forms(), _SAMPLE):
            yield unkey(form), value
        return
    for row in islice((row for each in source.objects.values() for row in each), _SAMPLE):
        yield row[0], row[1] if len(row) == 2 else row[1:]


def letters_of(name: Term) -> str:
    """Return the letters of a name, a string or an atom, in lower case."""
    return (name if type(name) is str else inspect(name, width=None).removeprefix(":")).casefold()


def leads_to_processes(
    source: Map | Table, keeper: Pid, asked: Set[Term] | None, starter: Pid | None
) -> bool:
    """Whether `source` maps names to stores: it is not empty, and each value has one store.

    `asked` has the names looked up so far, by key(name). If given, any other atom may be a field
    of a struct, unless its process was started by `starter`, which starts only stores.
    """
    if isinstance(source, Table) and source.keypos != 1:
        return False
    pairs: list[tuple[Term, Pid]] = []
    for name, value in some_of(source):  # the first pair rules out most other maps
        pid = pid_in(value)
        if pid is None or type(name) in {Ref, Pid} or not may_be_store(pid, keeper):
            return False
        pairs.append((name, pid))

    def is_field(pair: tuple[Term, Pid]) -> bool:
        name, pid = pair
        started = starter is not None and pid.record.parent is starter
        return type(name) is Atom and key(name) not in (asked or ()) and not started

    return (
        bool(pairs)
        and len({_kind(pid) for _name, pid in pairs if lives(pid)}) <= 1
        and (asked is None or not any(map(is_field, pairs)))
    )


def may_be_store(pid: Pid, keeper: Pid) -> bool:
    """Whether `pid` may be a store of the registry `keeper`.

    A store is younger than its registry, and not a supervisor.
    """
    record, above = pid.record, keeper.record
    if pid is keeper or record is None or above is None or _kind(pid)[0] in _SUPERVISORS:
        return False
    return pid.number > keeper.number


def _kind(pid: Pid) -> tuple[str, Term]:
    """Return the kind and the module of a process, which all stores of a registry share."""
    behaviour = None if pid.record is None else pid.record.behaviour
    return ("", None) if behaviour is None else (behaviour.kind, behaviour.module)


def is_beside(source: Map | Table) -> bool:
    """Whether `source` cannot hold names: it is not empty, and its keys are references or pids."""
    return bool(size_of(source)) and all(
        type(name) in {Ref, Pid} for name, _value in some_of(source)
    )
