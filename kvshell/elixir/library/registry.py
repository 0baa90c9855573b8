"""The library's functions by module, name and arity.

Each Elixir module is implemented in one or a few Python files, which are imported on first use of
the module: a line with `Enum.map` does not pay for `Regex`. A function is declared with the kinds
of its arguments:

    enum = Library("Enum")

    @enum.function(count=INTEGER)
    def take(enumerable, count):
        # its docstring is the text of `h Enum.take`

`find_entry(module, name, arity)` returns its Entry; `call` is the Python callable for that arity,
which rejects arguments of the wrong kind as Elixir does. Each Python parameter with a default gives
the Elixir function one more arity.
"""

from collections.abc import Callable, Iterator
from enum import IntEnum
from importlib import import_module
from typing import Any, NamedTuple

from kvshell.elixir.library.kinds import Kind, checked
from kvshell.terms import Atom, List, Map, inspect

MISSING: Any = object()  # default of a Python parameter that a lower arity of the function lacks
EMPTY_LIST, EMPTY_MAP = List(), Map()


class Cost(IntEnum):
    """How long a call of a function may take."""

    SHORT = 0  # a bounded number of steps, no calls
    LOOPS = 1  # linear in its data, or through a given closure
    WAITS = 2  # may wait for a message, or affect processes


class Entry(NamedTuple):
    """A library function of one arity; `summary` is the text of `h`."""

    module: Atom
    name: str
    arity: int
    call: Callable[..., Any]
    cost: Cost
    signature: str
    summary: str
    macro: bool


class _Definition(NamedTuple):
    name: str
    function: Callable[..., Any]
    kinds: dict[str, Kind]
    cost: Cost
    summary: str
    macro: bool
    clauses: tuple[str, ...]


class Library:
    """The functions of one Elixir module, registered by its Python files."""

    def __init__(self, name: str, cost: Cost = Cost.SHORT) -> None:
        self.module = Atom(name[1:] if name.startswith(":") else "Elixir." + name)
        self.cost = cost
        self.definitions: dict[tuple[str, int], _Definition] = {}
        self.entries: dict[tuple[str, int], Entry] = {}
        _libraries[self.module] = self

    @classmethod
    def of(cls, name: str, cost: Cost = Cost.SHORT) -> "Library":
        """Return the library called `name`, which several files may extend."""
        module = Atom(name[1:] if name.startswith(":") else "Elixir." + name)
        return _libraries.get(module) or cls(name, cost)

    def function(
        self,
        *,
        name: str | None = None,
        cost: Cost | None = None,
        macro: bool = False,
        clauses: tuple[str, ...] = (),
        arities: tuple[int, ...] = (),
        **kinds: Kind,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a function of the module; `kinds` are the kinds of its arguments, by name.

        `clauses` are shown under `Attempted function clauses` if a single clause made from the
        kinds would be wrong; `arities` are those of Elixir if the defaults would give more. The
        first line of the docstring is the text that `h` prints.
        """

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            called = name or function.__name__.rstrip("_")
            definition = _Definition(
                called,
                function,
                kinds,
                self.cost if cost is None else cost,
                (function.__doc__ or "").partition("\n")[0],
                macro,
                clauses,
            )
            count = function.__code__.co_argcount
            fewest = count - len(function.__defaults__ or ())
            for arity in arities or range(fewest, count + 1):
                self.definitions[called, arity] = definition
            return function

        return declare

    def alias(self, name: str, of: Callable[..., Any], **kinds: Any) -> None:
        """Declare a Python function under another name."""
        self.function(name=name, **kinds)(of)

    def find(self, name: str, arity: int) -> Entry | None:
        """Return the function with this name and arity, or None."""
        entry = self.entries.get((name, arity))
        if entry is not None:
            return entry
        definition = self.definitions.get((name, arity))
        if definition is None:
            return None
        call = checked(
            definition.function, self.module, definition.name, definition.kinds, definition.clauses
        )
        entry = Entry(
            self.module,
            name,
            arity,
            call,
            definition.cost,
            _signature(definition, arity),
            definition.summary,
            definition.macro,
        )
        self.entries[name, arity] = entry
        return entry


_libraries: dict[Atom, Library] = {}


def _signature(definition: _Definition, arity: int) -> str:
    code = definition.function.__code__
    names = [name.rstrip("_") for name in code.co_varnames[: code.co_argcount]]
    defaults = definition.function.__defaults__ or ()
    for index, default in enumerate(defaults, len(names) - len(defaults)):
        if default is not MISSING:
            names[index] += f" \\\\ {inspect(default)}"
        elif index >= arity:
            del names[index:]
            break
    return f"{definition.name}({', '.join(names)})"


_later: dict[str, str] = {}
_imported: set[Atom] = set()  # modules whose files are all imported


def import_later(prefix: str, module: str) -> None:
    """Register the Python module that declares all Elixir modules with this name prefix."""
    _later[prefix] = module


def library(module: Atom) -> Library | None:
    """Return the functions of an Elixir module, importing its files; None if there is none."""
    if module in _imported:
        return _libraries.get(module)
    for prefix in tuple(_later):
        if module.name.startswith(prefix):
            import_module(_later.pop(prefix))
    for path in FILES.get(module.name.removeprefix("Elixir."), ()) if _ours(module) else ():
        import_module(f".{path}", "kvshell.elixir.library")
    found = _libraries.get(module)
    if found is not None:  # skip further imports, which take a lock each time
        _imported.add(module)
    return found


def _ours(module: Atom) -> bool:
    return module.name.startswith("Elixir.") or module.name in FILES


def find_entry(module: Any, name: str, arity: int) -> Entry | None:
    """Return the function `module.name/arity`, or None if the library does not have it."""
    known = library(module) if type(module) is Atom else None
    return None if known is None else known.find(name, arity)


def functions(module: Atom) -> list[tuple[str, int]]:
    """Return name and arity of each function of a module, sorted; [] for an unknown module."""
    known = library(module)
    return [] if known is None else sorted(known.definitions)


def modules() -> Iterator[Atom]:
    """Yield the modules of the library without importing their files."""
    for name in FILES:
        yield Atom("Elixir." + name if name[0].isupper() else name)


# The files of each Elixir module, and of Erlang's: `lists` is `:lists`. A leading extra dot refers
# to the package `exunit`, a layer above the library.
FILES: dict[str, tuple[str, ...]] = {
    "ExUnit": (".exunit.settings",),
    "ExUnit.CaptureIO": (".exunit.capturing",),
    "ExUnit.CaptureLog": (".exunit.capturing",),
    "Access": ("collections.access",),
    "Enum": (
        "enumerables.enum_walks",
        "enumerables.enum_finding",
        "enumerables.enum_groups",
        "enumerables.enum_order",
    ),
    "Float": ("numbers.float",),
    "Integer": ("numbers.integer",),
    "Bitwise": ("kernel.operators",),
    "Kernel": (
        "kernel.operators",
        "kernel.types",
        "kernel.paths",
        "kernel.inspecting",
        "kernel.applying",
        "kernel.sigils",
        "kernel.structs",
        "processes.process",
    ),
    "erlang": (
        "kernel.operators",
        "kernel.types",
        "processes.process",
        "erlang.system",
        "erlang.processes",
        "erlang.conversions",
        "stdlib.rarer",
    ),
    "global": ("stdlib.rarer",),
    "Regex": ("text.regexes", "text.regex_replace"),
    "Stream": ("enumerables.stream", "enumerables.stream_sources"),
    "String": ("text.string_parts", "text.string_looks", "text.string_edits"),
    "Process": ("processes.process",),
    "GenServer": ("processes.gen_server",),
    "sys": ("processes.gen_server",),
    "proc_lib": ("processes.process",),
    "supervisor": ("processes.supervisors",),
    "Agent": ("processes.agent",),
    "ets": ("processes.ets",),
    "IO": ("text.io",),
    "IO.ANSI": ("text.io",),
    "Exception": ("kernel.exceptions",),
    "Atom": ("kernel.modules",),
    "Function": ("kernel.modules",),
    "Module": ("kernel.modules", ".macros.module_library"),
    "Code": ("kernel.modules", ".code_eval"),
    "System": ("system.system",),
    "Node": ("system.system",),
    "lists": ("erlang.lists", "erlang.sorted_lists", "stdlib.rarer"),
    "math": ("erlang.maths", "stdlib.rarer"),
    "rand": ("erlang.maths", "stdlib.rarer"),
    "queue": ("erlang.data", "erlang.queues", "stdlib.rarer"),
    "maps": ("erlang.data", "erlang.maps", "stdlib.rarer"),
    "crypto": ("erlang.conversions", "stdlib.rarer"),
    "binary": ("erlang.texts",),
    "string": ("erlang.texts", "stdlib.strings"),
    "unicode": ("stdlib.unicode",),
    **dict.fromkeys(("counters", "atomics", "persistent_term"), ("erlang.atomics",)),
    "timer": ("erlang.timers",),
    "os": ("erlang.system", "stdlib.rarer"),
    "io": ("erlang.system",),
    "io_lib": ("erlang.system",),
    "Task": ("processes.task",),
    "Task.Supervisor": ("processes.task_supervisor",),
    "Registry": ("processes.registry",),
    "Application": ("system.application",),
    "Config": ("system.config",),
    "Mix": ("system.config",),
    "Logger": ("system.logger",),
    "Supervisor": ("processes.supervisors",),
    "DynamicSupervisor": ("processes.supervisors",),
    "Calendar": ("calendar.strftime",),
    "Date": ("calendar.dates",),
    "Time": ("calendar.times", "calendar.erlang_times"),
    "NaiveDateTime": ("calendar.times", "calendar.erlang_times"),
    "DateTime": ("calendar.times", "calendar.erlang_times", "calendar.zones"),
    "File": ("system.files", "system.file_writing"),
    "Inspect.Algebra": ("kernel.algebra",),
    **dict.fromkeys(
        ("Collectable", "Enumerable", "Inspect", "List.Chars", "String.Chars"),
        ("kernel.protocol_modules",),
    ),
    **{
        f"Enumerable.{name}": ("kernel.protocol_modules",)
        for name in ("Function", "List", "Map", "MapSet", "Range", "Stream")
    },
    "Base": ("text.encodings",),
    "Path": ("text.encodings",),
    "Macro": ("text.encodings", ".macros.library", ".macros.expanding"),
    "Macro.Env": (".macros.environments",),
    "URI": ("text.addresses",),
    "Version": ("text.addresses",),
    "Keyword": ("collections.keyword", "collections.keyword_options"),
    "List": ("collections.list",),
    "Map": ("collections.map",),
    "MapSet": ("collections.map_set",),
    "Range": ("collections.range",),
    "Tuple": ("collections.tuple",),
    **dict.fromkeys(
        ("KV.Registry", "KV.Bucket", "KV.BucketSupervisor", "KV.Supervisor"),
        ("systems.tutorials",),
    ),
    **dict.fromkeys(
        ("KeyVal.Manager", "KeyVal.Server", "KeyVal.Store"),
        ("systems.tutorials",),
    ),
    "IEx.Helpers": ("iex.helpers", "iex.contracts", "iex.shell"),
    "IEx": ("iex.shell",),
}
