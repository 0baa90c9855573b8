"""The Elixir behind the commands of the design `own`, which runs a user's own modules.

`explain` shows the same line that the command runs. Which of several lines is used depends on the
functions that the user's modules export.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

OWN: Final = "own"
REGISTRY: Final = "KV.Registry"
MANAGER: Final = "KeyVal.Manager"


class OwnLine(NamedTuple):
    """A candidate line: usable if all of `needs` (`Module.function/arity`) exist."""

    source: str
    needs: tuple[str, ...] = ()


def _supervised(start: str) -> str:
    return (
        f"with {{:ok, pid}} <- {start} do Process.unlink(pid); "
        "{:ok, Process.whereis(KV.Registry)} else {:error, {:already_started, _}} -> "
        "{:error, {:already_started, Process.whereis(KV.Registry)}}; other -> other end"
    )


_KEYS: Final = OwnLine("Map.keys(:sys.get_state(<store>))")

# By the module that keeps the names, then by command; the first usable line is run.
_LINES: Final[Mapping[str, Mapping[str, tuple[OwnLine, ...]]]] = {
    REGISTRY: {
        "start manager": (
            OwnLine(
                _supervised("KV.Supervisor.start_link(name: KV.Supervisor)"),
                ("KV.Supervisor.start_link/1", "KV.Registry.start_link/1"),
            ),
            OwnLine(_supervised("KV.Supervisor.start_link()"), ("KV.Supervisor.start_link/0",)),
            OwnLine("KV.Registry.start()", ("KV.Registry.start/0",)),
            OwnLine("KV.Registry.start_link(name: KV.Registry)"),
        ),
        "create store": (
            OwnLine("KV.Registry.create(KV.Registry, <name>)", ("KV.Registry.create/2",)),
            OwnLine("KV.Registry.create(<name>)", ("KV.Registry.create/1",)),
            OwnLine("KV.Registry.create(KV.Registry, <name>)"),
        ),
        "lookup": (
            OwnLine("KV.Registry.lookup(KV.Registry, <name>)", ("KV.Registry.lookup/2",)),
            OwnLine("KV.Registry.lookup(<name>)", ("KV.Registry.lookup/1",)),
            OwnLine("KV.Registry.lookup(KV.Registry, <name>)"),
        ),
        "put": (OwnLine("KV.Bucket.put(<store>, <key>, <value>)"),),
        "get": (OwnLine("KV.Bucket.get(<store>, <key>)"),),
        "del": (
            OwnLine("KV.Bucket.delete(<store>, <key>)", ("KV.Bucket.delete/2",)),
            OwnLine("KV.Bucket.del(<store>, <key>)", ("KV.Bucket.del/2",)),
            OwnLine("KV.Bucket.delete(<store>, <key>)"),
        ),
        "keys": (OwnLine("KV.Bucket.keys(<store>)", ("KV.Bucket.keys/1",)), _KEYS),
    },
    MANAGER: {
        "start manager": (
            OwnLine("KeyVal.Manager.start()", ("KeyVal.Manager.start/0",)),
            OwnLine("KeyVal.Manager.start_link()", ("KeyVal.Manager.start_link/0",)),
            OwnLine(
                "KeyVal.Manager.start_link(name: KeyVal.Manager)", ("KeyVal.Manager.start_link/1",)
            ),
            OwnLine("KeyVal.Manager.start()"),
        ),
        "create store": (OwnLine("KeyVal.Manager.create_store(<name>)"),),
        "lookup": (
            OwnLine("KeyVal.Manager.lookup(<name>)", ("KeyVal.Manager.lookup/1",)),
            OwnLine("Map.fetch(:sys.get_state(KeyVal.Manager), <name>)"),
        ),
        "put": (OwnLine("KeyVal.Server.put(<store>, <key>, <value>)"),),
        "get": (OwnLine("KeyVal.Server.get(<store>, <key>)"),),
        "del": (
            OwnLine("KeyVal.Server.del(<store>, <key>)", ("KeyVal.Server.del/2",)),
            OwnLine("KeyVal.Server.delete(<store>, <key>)", ("KeyVal.Server.delete/2",)),
            OwnLine("KeyVal.Server.del(<store>, <key>)"),
        ),
        "keys": (OwnLine("KeyVal.Server.keys(<store>)", ("KeyVal.Server.keys/1",)), _KEYS),
    },
}

PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "start manager": (),
    "stop manager": (),
    "create store": ("name",),
    "lookup": ("name",),
    "stores": (),
    "put": ("store", "key", "value"),
    "get": ("store", "key"),
    "del": ("store", "key"),
    "keys": ("store",),
    "stop": ("process", "reason"),
}


def own_lines(module: str, exports: Callable[[str, str, int], bool]) -> dict[str, str]:
    """Return each command's line for a user's `module`, the one that keeps the names.

    `exports(module, function, arity)` says whether a function exists.
    """

    def fits(line: OwnLine) -> bool:
        return all(exports(*_function(each)) for each in line.needs)

    found = {
        words: next(line.source for line in lines if fits(line) or line is lines[-1])
        for words, lines in _LINES[module].items()
    }
    found["stop"] = "GenServer.stop(<process>, <reason>)"
    found["count"] = f"length({found['keys']})"
    return found


def _function(text: str) -> tuple[str, str, int]:
    name, _, arity = text.rpartition("/")
    module, _, function = name.rpartition(".")
    return module, function, int(arity)
