"""The design `own`: the user's KV.Registry or KeyVal.Manager, driven by the usual commands.

Each command runs the line of Elixir that `explain` shows. Views look in from outside: they search
the registry's state for a map or an ETS table from names to processes. If there is none, or more
than one, the names are unknown, and views show nothing about them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.own_names import (
    found_in,
    holds,
    is_beside,
    leads_to_processes,
    letters_of,
    may_be_store,
    pairs_in,
    parts_of,
    pid_in,
    size_of,
    some_of,
)
from kvshell.elixir.syntax.text import text_of
from kvshell.runtime import Runtime
from kvshell.runtime.processes.record import lives
from kvshell.runtime.tables.table import Table
from kvshell.systems.designs.design import Design, DesignText, RegistryEntry, RegistryRow
from kvshell.systems.designs.inbox import creates, inbox, is_down, is_exit
from kvshell.systems.designs.own_lines import MANAGER, OWN, PARAMETERS, REGISTRY, own_lines
from kvshell.terms import Atom, List, Map, Pid, Ref, Term, alias, inspect, key, sort_key

_KEEPERS: Final = (alias(REGISTRY), alias(MANAGER))
_SUPERVISOR: Final = alias("KV.Supervisor")
_BUCKETS: Final = alias("KV.BucketSupervisor")
_BY_STATE: Final = frozenset({"stores", "stop manager"})  # their Elixir depends on what runs


class NamesPlace(NamedTuple):
    """Where a registry keeps its names: a table, or a map with the Elixir that reads it."""

    source: Map | Table
    path: str = ""

    @property
    def elixir(self) -> str:
        """An Elixir expression that lists the names."""
        if isinstance(self.source, Map):
            return f"Map.keys({self.path})"
        table = inspect(self.source.shown())
        return f"for {{name, _}} <- :ets.tab2list({table}), do: name"


def keeper_of(code: ElixirCode) -> Atom | None:
    """Return the user's KV.Registry or KeyVal.Manager, the one defined last; None without one."""
    return next((each for each in reversed(list(code.modules)) if each in _KEEPERS), None)


class OwnDesign(Design):
    """A user's registry module as a design, on the runtime where it was defined."""

    name = OWN

    def __init__(self, runtime: Runtime, code: ElixirCode, module: Atom) -> None:
        self.module = module
        self._runtime = runtime
        self._code = code
        self._evaluator = Evaluator(code, {}, OWN)
        self._supervised = False
        self._defined = 0
        self._seen: tuple[Term, NamesPlace] | None = None  # the last state, and its place of names
        self._wanted: set[Term] = set()  # the names looked up so far, by key(name)
        self._agreed: dict[Term, Pid] = {}  # those that `_seen` lists with that pid
        self._created: Term = None  # the name of the store created last
        self._misread = False  # whether `lookup` contradicts the names found
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
        """The Elixir line of each command, with `<name>` in place of its argument."""
        shown = inspect(self.module)
        found = own_lines(shown, self._exports)
        supervisor = self.supervisor
        found["stop manager"] = (
            f"Supervisor.stop({inspect(supervisor)})" if supervisor else f"GenServer.stop({shown})"
        )
        found["restart manager"] = f"{found['stop manager']}; {found['start manager']}"
        place = self._place(self._runtime)
        found["stores"] = f":sys.get_state({shown})" if place is None else place.elixir
        found["registry"], found["cache"] = self._asked, "# there is no table"
        if place is not None and isinstance(place.source, Table):
            table = inspect(place.source.shown())
            found["registry"] = f":ets.tab2list({table})"
            found["cache"] = f":ets.info({table}); :ets.tab2list({table})"
        found["tree"] = (
            f"Supervisor.which_children({inspect(supervisor)})"
            if supervisor
            else f"Process.info(Process.whereis({shown}), :links)"
        )
        return found

    @property
    def sources(self) -> Sequence[str]:
        """The source of the user's modules."""
        return [text_of(each.quoted) for each in self._code.log]

    def _exports(self, module: str, function: str, arity: int) -> bool:
        return self._code.exports(alias(module), function, arity)

    def _run(self, words: str, *args: Term) -> Term:
        if self._defined != len(self._code.log):  # redefinition may have changed the functions
            self._defined = len(self._code.log)
            self._functions.clear()
        function = self._functions.get(words)
        if function is None:
            names = PARAMETERS[words]
            text = self.lines[words]
            for name in names:
                text = text.replace(f"<{name}>", name)
            # Not in tail position: the value is needed here, not a jump to the next function.
            body = f"answer = ({text})\nanswer"
            made: Any = self._evaluator.evaluate(f"fn {', '.join(names)} -> {body} end")
            function = made
            if words not in _BY_STATE:
                self._functions[words] = function
        return function(*args)

    def start(self) -> Term:
        """Start the registry with the line that `explain start manager` shows."""
        self._supervised = False
        if self._runtime.whereis(self.module) is None:
            self._misread, self._created = False, None
            self._wanted.clear()
        answer = self._run("start manager")
        pid, shown = pid_in(answer), inspect(self.module)
        if pid is not None and self._runtime.whereis(self.module) is None:
            text = f"{shown} started without its name, so no command finds it: give its start_link"
            self._runtime.emit("notice", pid, f"{text} the option name: {shown}", "warning")
        return answer

    def stop(self) -> Term:
        """Stop the supervisor, or the registry if it has no supervisor."""
        return self._run("stop manager")

    def create(self, name: Term) -> Term:
        """Call the user's `create` and return its answer."""
        self._created = name
        return self._compared(name, self._run("create store", name))

    def lookup(self, name: Term) -> Term:
        """Call the user's `lookup` and return its answer."""
        return self._compared(name, self._run("lookup", name))

    def _compared(self, name: Term, answer: Term) -> Term:
        """Record whether the names found agree with an answer for `name`; return the answer."""
        form, pid = key(name), pid_in(answer)
        self._wanted.add(form)
        if pid is None or self._agreed.get(form) is pid:
            return answer
        source = self.source(self._runtime)
        if found_in(source, name) is pid:
            self._agreed[form] = pid
        else:
            self._misread |= any(pid_in(value) is pid for _name, value in pairs_in(source))
        return answer

    def names(self) -> List:
        """Run the Elixir line of `stores` and return the names, sorted."""
        found: Any = self._run("stores")
        return List(sorted(found, key=sort_key)) if type(found) is List else List()

    def put(self, store: Pid, key: Term, value: Term) -> Term:
        """Call the user's `put` and return its answer."""
        return self._run("put", store, key, value)

    def get(self, store: Pid, key: Term) -> Term:
        """Call the user's `get` and return its answer."""
        return self._run("get", store, key)

    def delete(self, store: Pid, key: Term) -> Term:
        """Call the user's `delete` and return its answer."""
        return self._run("del", store, key)

    def keys(self, store: Pid) -> List:
        """Return the keys of a store from the user's `keys`, or from the store's state."""
        found: Any = self._run("keys", store)
        return found if type(found) is List else List()

    # -- the processes -----------------------------------------------------------------------------

    @property
    def roles(self) -> Mapping[str, Atom]:  # type: ignore[override]  # depends on what is running
        """The registered name of each part that exists, by role."""
        found = {"manager": self.module}
        if self.module is _KEEPERS[0]:
            if self._runtime.whereis(_SUPERVISOR) is not None:
                self._supervised = True  # stays so after the supervisor's death
            if self._supervised:
                found["supervisor"] = _SUPERVISOR
            if self._runtime.whereis(_BUCKETS) is not None:
                found["buckets"] = _BUCKETS
        return found

    @property
    def table_name(self) -> Term:  # type: ignore[override]  # depends on what is running
        """The ETS table that holds the names, or None."""
        found = self.table(self._runtime)
        return None if found is None else found.shown()

    # -- observing ---------------------------------------------------------------------------------

    def readable(self, runtime: Runtime) -> bool:
        """Whether the names can be found in the state; true as well if no registry runs."""
        return runtime.whereis(self.module) is None or self._place(runtime) is not None

    def _state(self, runtime: Runtime) -> Term:
        pid = runtime.whereis(self.module)
        return None if pid is None else runtime.peek(pid).state

    def _place(self, runtime: Runtime) -> NamesPlace | None:
        """Return where the names are kept, or None if that cannot be determined."""
        pid = runtime.whereis(self.module)
        if pid is None:
            return None
        state = runtime.peek(pid).state
        if self._seen is None or self._seen[0] is not state or not holds(self._seen[1].source):
            found = self._looked(runtime, pid, state)
            self._seen = None if found is None else (state, found)
            self._agreed.clear()
        if self._seen is None or self._misread or self._renames(runtime, self._seen[1].source):
            return None
        return self._seen[1]

    def _renames(self, runtime: Runtime, source: Map | Table) -> bool:
        """Whether the registry seems to list the store created last under an altered name."""
        name = self._created
        if name is None:
            return False
        if found_in(source, name) is not None:
            self._created = None  # listed unaltered: no need to look again
            return False
        if name in self._waiting(runtime):
            return False
        part = letters_of(name)
        others = (each for each, _pid in some_of(source) if key(each) not in self._wanted)
        return part != "" and any(part in letters_of(each) for each in others)

    def _waiting(self, runtime: Runtime) -> list[Term]:
        return list(creates(inbox(runtime, self.module)).values())

    def _looked(self, runtime: Runtime, pid: Pid, state: Term) -> NamesPlace | None:
        """Search a process's state and ETS tables for the map or table that holds the names."""
        asked = self._asked
        parts = [(state, asked), *parts_of(state, asked)]
        maps = [NamesPlace(value, path) for value, path in parts if type(value) is Map]
        owner = pid.record
        tables = [NamesPlace(each) for each in runtime.tables.all() if each.owner is owner]
        seen = None if self._seen is None else self._seen[1].source
        starter = runtime.whereis(_BUCKETS)
        found = [  # a table found before need not be inspected again
            place
            for place in (*tables, *maps)
            if (place.source is seen and holds(place.source))
            or leads_to_processes(
                place.source, pid, self._wanted if place.source is state else None, starter
            )
        ]
        if len(found) > 1:
            return None
        if found:
            return found[0]
        # Only if everything that may hold names is empty are there certainly no names yet.
        inside = any(type(value) is Map for value, _path in parts_of(state, asked))
        rest = [
            place
            for place in (*tables, *maps)
            if not is_beside(place.source) and not (place.source is state and inside)
        ]
        empty = [place for place in rest if not size_of(place.source)]
        return empty[0] if empty and len(empty) == len(rest) else None

    def source(self, runtime: Runtime) -> Map | Table | None:
        """Return the map or table that holds the names, or None if it cannot be determined."""
        place = self._place(runtime)
        return None if place is None else place.source

    def pid(self, runtime: Runtime, name: Term) -> Pid | None:
        """Return the process of a name in the map or table, or None."""
        return found_in(self.source(runtime), name)

    def entries(self, runtime: Runtime) -> Sequence[RegistryEntry]:
        """Return the names with their processes."""
        pairs = pairs_in(self.source(runtime))
        found = ((name, pid_in(value)) for name, value in pairs)
        return [RegistryEntry(name, pid) for name, pid in found if pid is not None]

    def name_of(self, runtime: Runtime, pid: Pid) -> Term:
        """Return the name of a process, or None."""
        return next((name for name, found in self.entries(runtime) if found is pid), None)

    def pending(self, runtime: Runtime) -> Sequence[Term]:
        """Return the names in unhandled `create` requests of the form that the tutorials use."""
        source = self.source(runtime)
        return [name for name in self._waiting(runtime) if found_in(source, name) is None]

    def stale(self, runtime: Runtime) -> Sequence[Term]:
        """Return the names of dead processes whose :DOWN or :EXIT message is still unhandled."""
        waiting = self._ends(runtime)
        return [name for name, pid in self.entries(runtime) if pid in waiting] if waiting else []

    def _ends(self, runtime: Runtime) -> set[Term]:
        messages = inbox(runtime, self.module)
        return {each[3] for each in messages if is_down(each)} | {
            each[1] for each in messages if is_exit(each)
        }

    def owned(self, runtime: Runtime) -> Mapping[Term, Term]:
        """Return the names in the registry's own state, by key(name)."""
        source = self.source(runtime)
        known = pairs_in(source) if isinstance(source, Map) else self._watched(runtime)
        return {key(name): name for name, _value in known}

    def knows(self, runtime: Runtime, name: Term) -> bool:
        """Whether the registry's own state has the name."""
        return key(name) in self.owned(runtime)

    def _watched(self, runtime: Runtime) -> list[tuple[Term, Term]]:
        """Return the names in the state's map of monitors, with their monitor references."""
        state = self._state(runtime)
        return [
            (name, reference)
            for value, _path in parts_of(state, "")
            if type(value) is Map
            for reference, name in value.items()
            if type(reference) is Ref
        ]

    def monitors(self, runtime: Runtime, pid: Pid) -> bool:
        """Whether the registry monitors the store `pid`."""
        seen, keeper = runtime.observe(pid), runtime.whereis(self.module)
        return seen is not None and keeper in seen.monitored_by

    def _row(
        self, runtime: Runtime, name: Term, pid: Pid | None, *, owned: bool, waits: bool
    ) -> RegistryRow:
        row = super()._row(runtime, name, pid, owned=owned, waits=waits)
        if not owned and not self._watched(runtime) and isinstance(self.source(runtime), Table):
            row = row._replace(owner="?")  # unknown without a map of monitors
        if pid is not None and not lives(pid) and pid in self._ends(runtime):
            row = row._replace(state="stale")
        keeper = runtime.whereis(self.module)
        if pid is not None and keeper is not None and not may_be_store(pid, keeper):
            row = row._replace(process="?", owner="?", state="?")  # not a store of this registry
        return row
