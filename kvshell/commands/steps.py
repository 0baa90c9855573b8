"""Who sends what to whom, per command and design: the data of `explain`.

`<name>`, `<store>` and the like are the arguments; `manager` is KeyVal.Manager or KV.Registry.
A step that others take later, when the shell has gone on, says so with LATER.
"""

from typing import Final, NamedTuple


class Step(NamedTuple):
    """One signal, read or write, from one party to another."""

    source: str
    target: str
    how: str
    what: str


LATER: Final = "later: "
Steps = tuple[Step, ...]

MANAGER, REGISTRY, BUCKETS = "KeyVal.Manager", "KV.Registry", "KV.BucketSupervisor"
TABLE: Final = "table KV.Registry"
PARTITION: Final = "KV.Registry.PIDPartition0"


def _call(source: str, target: str, what: str, answer: str) -> Steps:
    return (Step(source, target, "call", what), Step(target, source, "reply", answer))


def _made(later: str) -> Steps:
    """What the registry does for a name that is new."""
    return (
        Step(REGISTRY, BUCKETS, f"{later}call", "start a child"),
        Step(BUCKETS, "the bucket", f"{later}spawn", "KV.Bucket, linked, :temporary"),
        Step(REGISTRY, "the bucket", f"{later}monitor", "to hear of its death"),
    )


_PLAIN_CREATE: Final = (
    Step("shell", MANAGER, "call", "{:create_store, <name>}"),
    Step(MANAGER, "the store", "spawn", "KeyVal.Server, no link, if the name is new"),
    Step(MANAGER, "its own map", "write", "<name> => pid"),
    Step(MANAGER, "shell", "reply", "the pid"),
)
_MAP_CREATE: Final = (
    Step("shell", REGISTRY, "cast", "{:create, <name>}: the shell goes on with :ok"),
    *_made(LATER),
    Step(REGISTRY, "its own map", f"{LATER}write", "<name> => pid"),
)
_CAST_CREATE: Final = (
    Step("shell", REGISTRY, "cast", "{:create, <name>}: the shell goes on with :ok"),
    *_made(LATER),
    Step(REGISTRY, TABLE, f"{LATER}write", "{<name>, pid}"),
)
_ETS_CREATE: Final = (
    Step("shell", REGISTRY, "call", "{:create, <name>}"),
    Step(REGISTRY, TABLE, "read", "<name>: no row, so it is new"),
    *_made(""),
    Step(REGISTRY, TABLE, "write", "{<name>, pid}"),
    Step(REGISTRY, "shell", "reply", "the pid"),
)
_LIBRARY_CREATE: Final = (
    Step("shell", BUCKETS, "call", "{:start_child, a bucket called <name>}"),
    Step(BUCKETS, "a bucket", "spawn", "linked; restarted by nobody"),
    Step("a bucket", TABLE, "write", "{<name>, pid}: it registers itself"),
    Step("a bucket", PARTITION, "signal", "link: the partition will hear of its death"),
    Step(BUCKETS, "shell", "reply", "the pid"),
)
_ASKED: Final = _call("shell", REGISTRY, "{:lookup, <name>}", "{:ok, pid} or :error")
_READ: Final = (Step("shell", TABLE, "read", "<name>: no process is asked"),)

_PLAIN_START: Final = (
    Step("shell", MANAGER, "spawn", "no link: nobody watches it"),
    Step(MANAGER, "shell", "reply", "its init is done"),
)
_MAP_START: Final = (
    Step("shell", "KV.Supervisor", "spawn", "one_for_all: one dies, all are started anew"),
    Step("KV.Supervisor", BUCKETS, "spawn", "linked"),
    Step("KV.Supervisor", REGISTRY, "spawn", "linked"),
)
_ETS_START: Final = (*_MAP_START, Step(REGISTRY, TABLE, "write", "makes it, protected, named"))

_LIBRARY_START: Final = (
    *_MAP_START,
    Step(REGISTRY, PARTITION, "spawn", "linked: it cleans up after the dead"),
    Step(PARTITION, TABLE, "write", "makes it, public: every bucket writes its own row"),
)

_TOLD: Final = (
    Step("<process>", BUCKETS, "signal", ":EXIT, if it is a bucket: they are linked"),
    Step("<process>", REGISTRY, "signal", ":DOWN, if it is a bucket: it monitors them"),
    Step("<process>", "shell", "signal", ":DOWN: the shell has waited for it"),
)
_FORGOTTEN: Final = {
    "map": (Step(REGISTRY, "its own map", f"{LATER}write", "takes the name out, at the :DOWN"),),
    "*": (Step(REGISTRY, TABLE, f"{LATER}write", "takes the row out, at the :DOWN"),),
}
_LIBRARY_TOLD: Final = (
    Step("<process>", BUCKETS, "signal", ":EXIT, if it is a bucket: they are linked"),
    Step("<process>", PARTITION, "signal", ":EXIT, if it is a bucket: they are linked"),
    Step("<process>", "shell", "signal", ":DOWN: the shell has waited for it"),
    Step(PARTITION, TABLE, f"{LATER}write", "takes the row out, at the :EXIT"),
)
_ASK_STOP: Final = (
    Step("shell", "<process>", "monitor", "to hear when it is gone"),
    Step("shell", "<process>", "signal", "terminate, reason <reason>"),
)
_KILLED: Final = (
    Step("<process>", BUCKETS, "signal", ":EXIT :killed, if it is a bucket"),
    Step("<process>", REGISTRY, "signal", ":DOWN :killed, if it is a bucket"),
)

_CRASHED: Final = (
    Step("shell", "<process>", "call", "{:get, a function that raises}; no clause in a GenServer"),
    Step("<process>", "the log", "write", "the exception, the message, the state"),
    Step("<process>", "shell", "signal", ":DOWN: the call exits with the same reason"),
)


def _kv_store(what: str, answer: str) -> Steps:
    return _call("shell", "<store>", what, answer)


STEPS: Final[dict[str, dict[str, Steps]]] = {
    "as": {
        "*": (
            Step("shell", "client <client>", "spawn", "if it is new"),
            Step("shell", "client <client>", "cast", "the line; the shell goes on with :ok"),
            Step("client <client>", "shell", f"{LATER}event", "~ <client>: the answer"),
        )
    },
    "call": {"*": _call("shell", "<process>", "<message>", "the answer, within 5 s")},
    "cast": {"*": (Step("shell", "<process>", "cast", "<message>: the shell goes on with :ok"),)},
    "crash": {"plain": _CRASHED, "*": (*_CRASHED, *_KILLED[1:])},
    "create store": {
        "plain": _PLAIN_CREATE,
        "map": _MAP_CREATE,
        "ets-cast": _CAST_CREATE,
        "ets": _ETS_CREATE,
        "library": _LIBRARY_CREATE,
    },
    "del": {
        "plain": (Step("shell", "<store>", "cast", "{:delete, <key>}: :ok to the dead too"),),
        "*": _kv_store("{:get_and_update, a function}", "the value that was there, or nil"),
    },
    "ets delete": {"*": (Step("shell", "table <table>", "write", "delete; no process is asked"),)},
    "ets insert": {"*": (Step("shell", "table <table>", "write", "<row>; no process is asked"),)},
    "ets list": {"*": (Step("shell", "table <table>", "read", "every row"),)},
    "ets lookup": {"*": (Step("shell", "table <table>", "read", "<key>; no process is asked"),)},
    "ets new": {"*": (Step("shell", "a new table", "write", "the shell owns it"),)},
    "get": {
        "plain": _kv_store("{:get, <key>}", "the value, or nil"),
        "*": _kv_store("{:get, a function that reads <key>}", "the value, or nil"),
    },
    "keys": {
        "plain": _kv_store(":keys", "the keys"),
        "*": _kv_store("{:get, a function}", "the keys"),
    },
    "load": {
        "*": (
            Step("shell", "each server of the file", "spawn", "where none of its name runs"),
            Step("shell", "each that runs", "write", "its code; its state stays"),
        )
    },
    "kill": {
        "plain": (Step("shell", "<process>", "signal", "exit :kill; it runs nothing more"),),
        "*": (
            Step("shell", "<process>", "signal", "exit :kill; it runs nothing more"),
            *_KILLED,
        ),
    },
    "lookup": {
        "plain": _call("shell", MANAGER, "{:lookup, <name>}", "{:ok, pid} or :error"),
        "map": _ASKED,
        "*": _READ,
    },
    "monitor": {
        "*": (
            Step("shell", "<process>", "monitor", "the answer is its reference"),
            Step("<process>", "shell", f"{LATER}signal", ":DOWN, when it dies: flush shows it"),
        )
    },
    "put": {
        "plain": (Step("shell", "<store>", "cast", "{:put, <key>, <value>}: :ok to the dead too"),),
        "*": _kv_store("{:update, a function that puts <key>}", ":ok"),
    },
    "restart manager": {
        "plain": (Step("shell", MANAGER, "signal", "terminate"), *_PLAIN_START),
        "map": (Step("shell", "KV.Supervisor", "signal", "terminate"), *_MAP_START),
        "library": (Step("shell", "KV.Supervisor", "signal", "terminate"), *_LIBRARY_START),
        "*": (Step("shell", "KV.Supervisor", "signal", "terminate"), *_ETS_START),
    },
    "resume": {"*": _call("shell", "<process>", "resume, a system message", ":ok")},
    "start manager": {
        "plain": _PLAIN_START,
        "map": _MAP_START,
        "library": _LIBRARY_START,
        "*": _ETS_START,
    },
    "step": {"*": (Step("shell", "<process>", "signal", "handle one message, stay suspended"),)},
    "stop": {
        "plain": (*_ASK_STOP, _TOLD[2]),
        "map": (*_ASK_STOP, *_TOLD, *_FORGOTTEN["map"]),
        "library": (*_ASK_STOP, *_LIBRARY_TOLD),
        "*": (*_ASK_STOP, *_TOLD, *_FORGOTTEN["*"]),
    },
    "stop manager": {
        "plain": (
            Step("shell", MANAGER, "signal", "terminate; the stores live on"),
            Step(MANAGER, "shell", "signal", ":DOWN"),
        ),
        "*": (
            Step("shell", "KV.Supervisor", "signal", "terminate"),
            Step("KV.Supervisor", REGISTRY, "signal", "exit :shutdown; its table goes with it"),
            Step("KV.Supervisor", BUCKETS, "signal", "exit :shutdown; it ends every bucket"),
            Step("KV.Supervisor", "shell", "signal", ":DOWN"),
        ),
    },
    "suspend": {"*": _call("shell", "<process>", "suspend, a system message", ":ok")},
}
