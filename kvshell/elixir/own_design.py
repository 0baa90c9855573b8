"""own: the reader's KV.Registry or KeyVal.Manager as a design, with the usual commands.

Each command runs the line of Elixir that `explain` shows. Views observe from outside: they search
the registry's state for a map or a table from names to processes. If there is none, or more than
one, the names are unknown, and nothing is reported about them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.syntax.text import text_of
from kvshell.runtime import Runtime
from kvshell.runtime.processes.record import lives
from kvshell.runtime.tables.table import Table
from kvshell.systems.designs.design import Design, DesignText, RegistryEntry, RegistryRow
from kvshell.systems.designs.inbox import creates, inbox, is_down, is_exit
from kvshell.systems.designs.own_lines import MANAGER, OWN, PARAMETERS, REGISTRY, own_lines
from kvshell.terms import Atom, List, Map, Pid, Ref, Term, alias, inspect, key, sort_key, unkey

_KEEPERS: Final = (alias(REGISTRY), alias(MANAGER))
_SUPERVISOR: Final = alias("KV.Supervisor")
_BUCKETS: Final = alias("KV.BucketSupervisor")
_BY_STATE: Final = frozenset({"stores", "stop manager"})  # whose line depends on what runs
_SAMPLE: Final = 20  # number of map values inspected to find out what it is


class NamesPlace(NamedTuple):
    """Where the names are: a table, or a map and the Elixir that reads it."""

    source: Map | Table
    path: str = ""

    @property
    def elixir(self) -> str:
        """The Elixir that lists the names."""
        if isinstance(self.source, Map):
            return f"Map.keys({self.path})"
        table = inspect(self.source.shown())
        return f"for {{name, _}} <- :ets.tab2list({table}), do: name"


def keeper_of(code: ElixirCode) -> Atom | None:
    """Return the reader's module that keeps the names; with both, the one defined last."""
    return next((each for each in reversed(list(code.modules)) if each in _KEEPERS), None)


class OwnDesign(Design):
    """A reader's module as a design, on the runtime where it was defined."""

    name = OWN

    def __init__(self, runtime: Runtime, code: ElixirCode, module: Atom) -> None:
        self.module = module
        self._runtime = runtime
        self._code = code
        self._evaluator = Evaluator(code, {}, OWN)
        self._supervised = False
        self._defined = 0
        self._seen: tuple[Term, NamesPlace] | None = None  # the state that was looked at last
        self._functions: dict[str, Callable[..., Term]] = {}
        self.dead_is = "dead"
        shown = inspect(module)
        self._asked = f":sys.get_state({shown})"
        self.text = DesignText(
            "your own modules, by the Elixir that explain shows",
            f"{shown}, and whoever it starts",
            f"wherever {shown} keeps them",
            "as you wrote it",
            "as you wrote it",
            "as you wrote it",
        )

    # -- commands ----------------------------------------------------------------------------------

    @property
    def lines(self) -> Mapping[str, str]:
        """The Elixir of each command, with `<name>` for its argument."""
        shown = inspect(self.module)
        found = own_lines(shown, self._exports)
        supervisor = self.supervisor
        found["stop manager"] = (
            f"Supervisor.stop({inspect(supervisor)})" if supervisor else f"GenServer.stop({shown})"
        )
        found["restart manager"] = f"{found['stop manager']}; {found['start manager']}"
        place = self._place(self._runtime)
        found["stores"] = f":sys.get_state({shown})" if place is None else place.elixir
        return found

    @property
    def sources(self) -> Sequence[str]:
        """The source of the reader's modules."""
        return [text_of(each.quoted) for each in self._code.log]

    def _exports(self, module: str, function: str, arity: int) -> bool:
        return self._code.exports(alias(module), function, arity)

    def _run(self, words: str, *args: Term) -> Term:
        if self._defined != len(self._code.log):  # other functions may be there since
            self._defined = len(self._code.log)
            self._functions.clear()
        function = self._functions.get(words)
        if function is None:
            names = PARAMETERS[words]
            text = self.lines[words]
            for name in names:
                text = text.replace(f"<{name}>", name)
            # Not the last expression: its value is wanted here, no jump to the next function.
            body = f"answer = ({text})\nanswer"
            made: Any = self._evaluator.evaluate(f"fn {', '.join(names)} -> {body} end")
            function = made
            if words not in _BY_STATE:
                self._functions[words] = function
        return function(*args)

    def start(self) -> Term:
        """Start it as the line of `explain start manager` does."""
        self._supervised = False
        return self._run("start manager")

    def stop(self) -> Term:
        """Stop the supervisor, or the registry if it has none."""
        return self._run("stop manager")

    def create(self, name: Term) -> Term:
        """Ask the reader's module for a store."""
        return self._run("create store", name)

    def lookup(self, name: Term) -> Term:
        """Ask the reader's module."""
        return self._run("lookup", name)

    def names(self) -> List:
        """Return the answer of the line of `stores`, in order."""
        found: Any = self._run("stores")
        return List(sorted(found, key=sort_key)) if type(found) is List else List()

    def put(self, store: Pid, key: Term, value: Term) -> Term:
        """Call the reader's put."""
        return self._run("put", store, key, value)

    def get(self, store: Pid, key: Term) -> Term:
        """Call the reader's get."""
        return self._run("get", store, key)

    def delete(self, store: Pid, key: Term) -> Term:
        """Call the reader's delete."""
        return self._run("del", store, key)

    def keys(self, store: Pid) -> List:
        """Call the reader's keys, or take them from the state."""
        found: Any = self._run("keys", store)
        return found if type(found) is List else List()

    def stop_store(self, store: Pid, reason: Term) -> Term:
        """Stop the store."""
        return self._run("stop", store, reason)

    # -- the processes -----------------------------------------------------------------------------

    @property
    def roles(self) -> Mapping[str, Atom]:  # type: ignore[override]  # it depends on what runs
        """The registered names of the existing parts."""
        found = {"manager": self.module}
        if self.module is _KEEPERS[0]:
            if self._runtime.whereis(_SUPERVISOR) is not None:
                self._supervised = True  # and stays so when the supervisor dies
            if self._supervised:
                found["supervisor"] = _SUPERVISOR
            if self._runtime.whereis(_BUCKETS) is not None:
                found["buckets"] = _BUCKETS
        return found

    @property
    def table_name(self) -> Term:  # type: ignore[override]  # it depends on what runs
        """The ETS table of the names, if there is one."""
        found = self.table(self._runtime)
        return None if found is None else found.shown()

    # -- observing ---------------------------------------------------------------------------------

    def readable(self, runtime: Runtime) -> bool:
        """Whether the names can be found in the state."""
        return runtime.whereis(self.module) is None or self._place(runtime) is not None

    def _state(self, runtime: Runtime) -> Term:
        pid = runtime.whereis(self.module)
        return None if pid is None else runtime.peek(pid).state

    def _place(self, runtime: Runtime) -> NamesPlace | None:
        """Return where the names are, if that can be determined."""
        pid = runtime.whereis(self.module)
        if pid is None:
            return None
        state = runtime.peek(pid).state
        if self._seen is not None and self._seen[0] is state and _holds(self._seen[1].source):
            return self._seen[1]
        found = self._looked(runtime, pid, state)
        self._seen = None if found is None else (state, found)
        return found

    def _looked(self, runtime: Runtime, pid: Pid, state: Term) -> NamesPlace | None:
        """Look through a state, and the tables of who has it, for the place of the names."""
        asked = self._asked
        parts = [(state, asked), *_parts(state, asked)]
        maps = [NamesPlace(value, path) for value, path in parts if type(value) is Map]
        owner = pid.record
        tables = [NamesPlace(each) for each in runtime.tables.all() if each.owner is owner]
        seen = None if self._seen is None else self._seen[1].source
        found = [  # the rows of the table that was found before are not looked at again
            place
            for place in (*tables, *maps)
            if (place.source is seen and _holds(place.source)) or _leads_to_processes(place.source)
        ]
        if len(found) > 1:
            return None
        if found:
            return found[0]
        # That there are no names yet is certain only if everything that may hold names is empty.
        holds = any(type(value) is Map for value, _path in _parts(state, asked))
        rest = [
            place
            for place in (*tables, *maps)
            if not _is_beside(place.source) and not (place.source is state and holds)
        ]
        empty = [place for place in rest if not _size(place.source)]
        return empty[0] if empty and len(empty) == len(rest) else None

    def source(self, runtime: Runtime) -> Map | Table | None:
        """Return what holds the names, if it can be determined."""
        place = self._place(runtime)
        return None if place is None else place.source

    def pid(self, runtime: Runtime, name: Term) -> Pid | None:
        """Look the name up in the map or table."""
        return _found(self.source(runtime), name)

    def entries(self, runtime: Runtime) -> Sequence[RegistryEntry]:
        """Return the names with a process."""
        pairs = _pairs(self.source(runtime))
        found = ((name, _pid_in(value)) for name, value in pairs)
        return [RegistryEntry(name, pid) for name, pid in found if pid is not None]

    def name_of(self, runtime: Runtime, pid: Pid) -> Term:
        """Search the names."""
        return next((name for name, found in self.entries(runtime) if found is pid), None)

    def pending(self, runtime: Runtime) -> Sequence[Term]:
        """Return the names whose create is waiting, if sent as in the tutorials."""
        source = self.source(runtime)
        waiting = creates(inbox(runtime, self.module)).values()
        return [name for name in waiting if _found(source, name) is None]

    def stale(self, runtime: Runtime) -> Sequence[Term]:
        """Return the names whose process is dead but whose notification is waiting."""
        waiting = self._ends(runtime)
        return [name for name, pid in self.entries(runtime) if pid in waiting] if waiting else []

    def _ends(self, runtime: Runtime) -> set[Term]:
        messages = inbox(runtime, self.module)
        return {each[3] for each in messages if is_down(each)} | {
            each[1] for each in messages if is_exit(each)
        }

    def owned(self, runtime: Runtime) -> Mapping[Term, Term]:
        """Return the names that the state holds besides the table."""
        source = self.source(runtime)
        known = _pairs(source) if isinstance(source, Map) else self._watched(runtime)
        return {key(name): name for name, _value in known}

    def knows(self, runtime: Runtime, name: Term) -> bool:
        """Whether the name is in the state."""
        return key(name) in self.owned(runtime)

    def _watched(self, runtime: Runtime) -> list[tuple[Term, Term]]:
        """Return the names in a map of monitors, with the monitors."""
        state = self._state(runtime)
        return [
            (name, reference)
            for value, _path in _parts(state, "")
            if type(value) is Map
            for reference, name in value.items()
            if type(reference) is Ref
        ]

    def monitors(self, runtime: Runtime, pid: Pid) -> bool:
        """Check which processes monitor the store."""
        seen, keeper = runtime.observe(pid), runtime.whereis(self.module)
        return seen is not None and keeper in seen.monitored_by

    def _row(
        self, runtime: Runtime, name: Term, pid: Pid | None, *, owned: bool, waits: bool
    ) -> RegistryRow:
        row = super()._row(runtime, name, pid, owned=owned, waits=waits)
        if not owned and not self._watched(runtime) and isinstance(self.source(runtime), Table):
            row = row._replace(owner="?")  # no map of monitors: unknown
        if pid is not None and not lives(pid) and pid in self._ends(runtime):
            row = row._replace(state="stale")
        return row


def _parts(state: Term, asked: str) -> Iterable[tuple[Term, str]]:
    """Return the elements of a state, each with the Elixir that reads it."""
    if type(state) is tuple:
        return [(each, f"elem({asked}, {place})") for place, each in enumerate(state)]
    if type(state) is Map:
        fields = [(name, value) for name, value in islice(state.items(), _SAMPLE)]
        return [(v, f"{asked}.{n.name}") for n, v in fields if type(n) is Atom]
    return []


def _pid_in(value: Term) -> Pid | None:
    """Return the process of a name: a pid, or the only pid in a tuple."""
    if type(value) is Pid:
        return value
    found = [each for each in value if type(each) is Pid] if type(value) is tuple else []
    return found[0] if len(found) == 1 else None


def _pairs(source: Map | Table | None) -> list[tuple[Term, Term]]:
    if isinstance(source, Table):
        return [(row[0], row[1] if len(row) == 2 else row[1:]) for row in source.rows()]
    return [] if source is None else list(source.items())


def _found(source: Map | Table | None, name: Term) -> Pid | None:
    if isinstance(source, Table):
        rows: Any = source.peek(name).items
        return _pid_in(rows[0][1] if len(rows[0]) == 2 else rows[0][1:]) if rows else None
    return None if source is None else _pid_in(source.get(name))


def _holds(source: Map | Table) -> bool:
    """Whether it still is what it was found to be: a map, or a table that has rows."""
    return isinstance(source, Map) or (source.size > 0 and not source.gone)


def _size(source: Map | Table) -> int:
    return source.size if isinstance(source, Table) else len(source)


def _some(source: Map | Table) -> Iterator[tuple[Term, Term]]:
    if isinstance(source, Map):
        for form, value in islice(source.forms(), _SAMPLE):
            yield unkey(form), value
        return
    for row in islice((row for each in source.objects.values() for row in each), _SAMPLE):
        yield row[0], row[1] if len(row) == 2 else row[1:]


def _leads_to_processes(source: Map | Table) -> bool:
    """Whether it maps names to processes: not empty, and each value is or contains one pid."""
    if isinstance(source, Table) and source.keypos != 1:
        return False
    return bool(_size(source)) and all(
        type(name) not in {Ref, Pid} and _pid_in(value) is not None for name, value in _some(source)
    )


def _is_beside(source: Map | Table) -> bool:
    """Whether it is not empty and has references or pids as keys: it cannot hold names."""
    return bool(_size(source)) and all(type(name) in {Ref, Pid} for name, _value in _some(source))
