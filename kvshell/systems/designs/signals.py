"""Who sends what to whom: signals shared by several commands or designs.

`<name>`, `<store>` and the like are the arguments of the command. A signal sent after the shell has
moved on is `later`.
"""

from typing import Final, NamedTuple


class Signal(NamedTuple):
    """One signal, read or write, from one party to another."""

    source: str
    target: str
    how: str
    what: str
    later: bool = False


Signals = tuple[Signal, ...]

MANAGER, REGISTRY, BUCKETS = "KeyVal.Manager", "KV.Registry", "KV.BucketSupervisor"
TABLE: Final = "table KV.Registry"
PARTITION: Final = "KV.Registry.PIDPartition0"


def call(source: str, target: str, what: str, answer: str) -> Signals:
    """Return a call and its reply."""
    return (Signal(source, target, "call", what), Signal(target, source, "reply", answer))


def _made(*, later: bool) -> Signals:
    """Return what the registry does for a new name."""
    return (
        Signal(REGISTRY, BUCKETS, "call", "start a child", later),
        Signal(BUCKETS, "the bucket", "spawn", "KV.Bucket, linked, :temporary", later),
        Signal(REGISTRY, "the bucket", "monitor", "to hear of its death", later),
    )


PLAIN_CREATE: Final = (
    Signal("shell", MANAGER, "call", "{:create_store, <name>}"),
    Signal(MANAGER, "the store", "spawn", "KeyVal.Server, no link, if the name is new"),
    Signal(MANAGER, "its own map", "write", "<name> => pid"),
    Signal(MANAGER, "shell", "reply", "the pid"),
)
MAP_CREATE: Final = (
    Signal("shell", REGISTRY, "cast", "{:create, <name>}: the shell goes on with :ok"),
    *_made(later=True),
    Signal(REGISTRY, "its own map", "write", "<name> => pid", later=True),
)
CAST_CREATE: Final = (
    Signal("shell", REGISTRY, "cast", "{:create, <name>}: the shell goes on with :ok"),
    *_made(later=True),
    Signal(REGISTRY, TABLE, "write", "{<name>, pid}", later=True),
)
ETS_CREATE: Final = (
    Signal("shell", REGISTRY, "call", "{:create, <name>}"),
    Signal(REGISTRY, TABLE, "read", "<name>: no row, so it is new"),
    *_made(later=False),
    Signal(REGISTRY, TABLE, "write", "{<name>, pid}"),
    Signal(REGISTRY, "shell", "reply", "the pid"),
)
LIBRARY_CREATE: Final = (
    Signal("shell", BUCKETS, "call", "{:start_child, a bucket called <name>}"),
    Signal(BUCKETS, "a bucket", "spawn", "linked; restarted by nobody"),
    Signal("a bucket", TABLE, "write", "{<name>, pid}: it registers itself"),
    Signal("a bucket", PARTITION, "signal", "link: the partition will hear of its death"),
    Signal(BUCKETS, "shell", "reply", "the pid"),
)
ASKED: Final = call("shell", REGISTRY, "{:lookup, <name>}", "{:ok, pid} or :error")
READ: Final = (Signal("shell", TABLE, "read", "<name>: no process is asked"),)

PLAIN_START: Final = (
    Signal("shell", MANAGER, "spawn", "no link: no process monitors it"),
    Signal(MANAGER, "shell", "reply", "its init is done"),
)
MAP_START: Final = (
    Signal("shell", "KV.Supervisor", "spawn", "one_for_all: if one dies, all are restarted"),
    Signal("KV.Supervisor", BUCKETS, "spawn", "linked"),
    Signal("KV.Supervisor", REGISTRY, "spawn", "linked"),
)
ETS_START: Final = (*MAP_START, Signal(REGISTRY, TABLE, "write", "creates it, protected, named"))

LIBRARY_START: Final = (
    *MAP_START,
    Signal(REGISTRY, PARTITION, "spawn", "linked: it cleans up after the dead"),
    Signal(PARTITION, TABLE, "write", "creates it, public: every bucket writes its own row"),
)

TOLD: Final = (
    Signal("<process>", BUCKETS, "signal", ":EXIT, if it is a bucket: they are linked"),
    Signal("<process>", REGISTRY, "signal", ":DOWN, if it is a bucket: it monitors them"),
    Signal("<process>", "shell", "signal", ":DOWN: the shell has waited for it"),
)
FORGOTTEN: Final = {
    "map": (
        Signal(REGISTRY, "its own map", "write", "removes the name, at the :DOWN", later=True),
    ),
    "*": (Signal(REGISTRY, TABLE, "write", "deletes the row, at the :DOWN", later=True),),
}
LIBRARY_TOLD: Final = (
    Signal("<process>", BUCKETS, "signal", ":EXIT, if it is a bucket: they are linked"),
    Signal("<process>", PARTITION, "signal", ":EXIT, if it is a bucket: they are linked"),
    Signal("<process>", "shell", "signal", ":DOWN: the shell has waited for it"),
    Signal(PARTITION, TABLE, "write", "deletes the row, at the :EXIT", later=True),
)
ASK_STOP: Final = (
    Signal("shell", "<process>", "monitor", "to hear when it is gone"),
    Signal("shell", "<process>", "signal", "terminate, reason <reason>"),
)
KILLED: Final = (
    Signal("<process>", BUCKETS, "signal", ":EXIT :killed, if it is a bucket"),
    Signal("<process>", REGISTRY, "signal", ":DOWN :killed, if it is a bucket"),
)

CRASHED: Final = (
    Signal(
        "shell", "<process>", "call", "{:get, a function that raises}; no clause in a GenServer"
    ),
    Signal("<process>", "the log", "write", "the exception, the message, the state"),
    Signal("<process>", "shell", "signal", ":DOWN: the call exits with the same reason"),
)


def bucket_call(what: str, answer: str) -> Signals:
    """Return a call to the named store."""
    return call("shell", "<store>", what, answer)
