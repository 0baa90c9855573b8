"""Config, for the files in a project's `config/`, and Mix.env."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from kvshell.elixir.library.failures import failure, no_clause
from kvshell.elixir.library.kinds import ATOM, BINARY
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.library.system.application import environment
from kvshell.runtime import Runtime
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, List, Term

config_ = Library("Config", Cost.WAITS)
mix = Library("Mix")

_NOT_READING = (
    "could not set configuration via Config. This usually means you are trying to execute a"
    " configuration file directly, instead of reading it with Config.Reader"
)


@dataclass
class Configuration:
    """The values that the files in `config/` set, by application and key.

    Attributes:
        env: `Mix.env()`.
        run: runs another file, for import_config; None unless a file is being read.
        file: the file that is being read.
        applications: those configured since the last `configure`, the most recent one last.
    """

    env: Atom
    values: dict[tuple[Any, Any], Term] = field(default_factory=dict)
    run: Callable[[Path], None] | None = None
    file: Path = Path()
    applications: dict[Any, None] = field(default_factory=dict)
    _fresh: set[tuple[Any, Any]] = field(default_factory=set)

    def put(self, name: tuple[Any, Any], value: Term) -> None:
        """Set the value of `name`, an application and a key."""
        self.values[name] = value
        self._fresh.add(name)
        self.applications.pop(name[0], None)
        self.applications[name[0]] = None

    def set_in(self, names: dict[tuple[Any, Any], Term]) -> None:
        """Copy the values to an environment; only new ones replace those already there."""
        for name, value in self.values.items():
            if name in self._fresh:
                names[name] = value
            else:
                names.setdefault(name, value)
        self._fresh.clear()
        self.applications = {}


_configurations: "WeakKeyDictionary[Runtime, Configuration]" = WeakKeyDictionary()


def configure(configuration: Configuration) -> None:
    """Set the configuration of the caller's runtime, and copy it to its environment."""
    _configurations[current().runtime] = configuration
    configuration.set_in(environment())


def _read() -> Configuration:
    found = _configurations.get(current().runtime)
    if found is None or found.run is None:
        raise failure("RuntimeError", _NOT_READING)
    return found


@config_.function(root_key=ATOM)
def config(root_key: Term, opts_or_key: Any, opts: Any = MISSING) -> Term:
    """Configures an application with options; keyword lists are merged with earlier values."""
    given = opts_or_key if opts is MISSING else List([(opts_or_key, opts)])
    if not _is_keyword(given):
        arguments = (root_key, opts_or_key) if opts is MISSING else (root_key, opts_or_key, opts)
        raise no_clause("Config", "config", arguments)
    read = _read()
    for key, value in given.items:
        before = read.values.get((root_key, key), MISSING)
        read.put((root_key, key), value if before is MISSING else _merged(before, value))
    return A.ok


def _merged(before: Any, after: Any) -> Term:
    if not (_is_keyword(before) and _is_keyword(after)):
        return after
    old, new = dict(before.items), dict(after.items)
    kept = [pair for pair in before.items if pair[0] not in new]
    return List(
        [*kept, *((key, _merged(old[key], new[key]) if key in old else new[key]) for key in new)]
    )


def _is_keyword(value: Any) -> bool:
    return type(value) is List and all(
        type(each) is tuple and len(each) == 2 and type(each[0]) is Atom for each in value.items
    )


@config_.function(file=BINARY)
def import_config(file: Any) -> Term:
    """Imports another configuration file, relative to this one."""
    reading = _read()
    assert reading.run is not None
    path = reading.file.parent / file
    if not path.is_file():
        raise failure(
            "File.Error",
            f'could not read file "{path.as_posix()}": no such file or directory',
        )
    reading.run(path)
    return A.ok


@config_.function()
def config_env() -> Term:
    """Returns the environment that is being configured: `:test` in tests, otherwise `:dev`."""
    return _read().env


@config_.function()
def config_target() -> Term:
    """Returns the target that is being configured: always `:host`."""
    _read()
    return Atom("host")


@mix.function()
def env() -> Term:
    """Returns the Mix environment: `:test` in tests, otherwise `:dev`."""
    found = _configurations.get(current().runtime)
    return Atom("dev") if found is None else found.env


@mix.function()
def target() -> Term:
    """Returns the Mix target: always `:host`."""
    return Atom("host")
