"""Interactions: who sends what to whom, shared by several commands or designs; see `explain`.

`<name>`, `<store>` and the like are the arguments of the command.
"""

from typing import Final, NamedTuple


class Interaction(NamedTuple):
    """One signal, read or write, from one party to another.

    `later` marks one that happens after the shell has moved on.
    """

    source: str
    target: str
    how: str
    what: str
    later: bool = False


Interactions = tuple[Interaction, ...]

MANAGER, REGISTRY, BUCKETS = "KeyVal.Manager", "KV.Registry", "KV.BucketSupervisor"
TABLE: Final = "table KV.Registry"
PARTITION: Final = "KV.Registry.PIDPartition0"


def call(source: str, target: str, what: str, answer: str) -> Interactions:
    """Return the interactions of a call and its reply."""
    return (Interaction(source, target, "call", what), Interaction(target, source, "reply", answer))


def _made(*, later: bool) -> Interactions:
    """Return the interactions with which the registry creates a bucket for a new name."""
    return (
        Interaction(REGISTRY, BUCKETS, "call", "start a child", later),
        Interaction(BUCKETS, "the bucket", "spawn", "KV.Bucket, linked, :temporary", later),
        Interaction(REGISTRY, "the bucket", "monitor", "to hear of its death", later),
    )


PLAIN_CREATE: Final = (
    Interaction("shell", MANAGER, "call", "{:create_store, <name>}"),
    Interaction(MANAGER, "the store", "spawn", "KeyVal.Server, no link, if the name is new"),
    Interaction(MANAGER, "its own map", "write", "<name> => pid"),
    Interaction(MANAGER, "shell", "reply", "the pid"),
)
MAP_CREATE: Final = (
    Interaction("shell", REGISTRY, "cast", "{:create, <name>}: the shell goes on with :ok"),
    *_made(later=True),
    Interaction(REGISTRY, "its own map", "write", "<name> => pid", later=True),
)
CAST_CREATE: Final = (
    Interaction("shell", REGISTRY, "cast", "{:create, <name>}: the shell goes on with :ok"),
    *_made(later=True),
    Interaction(REGISTRY, TABLE, "write", "{<name>, pid}", later=True),
)
ETS_CREATE: Final = (
    Interaction("shell", REGISTRY, "call", "{:create, <name>}"),
    Interaction(REGISTRY, TABLE, "read", "<name>: no row, so it is new"),
    *_made(later=False),
    Interaction(REGISTRY, TABLE, "write", "{<name>, pid}"),
    Interaction(REGISTRY, "shell", "reply", "the pid"),
)
LIBRARY_CREATE: Final = (
    Interaction("shell", BUCKETS, "call", "{:start_child, a bucket called <name>}"),
    Interaction(BUCKETS, "a bucket", "spawn", "linked; restarted by nobody"),
    Interaction("a bucket", TABLE, "write", "{<name>, pid}: it registers itself"),
    Interaction("a bucket", PARTITION, "signal", "link: the partition will hear of its death"),
    Interaction(BUCKETS, "shell", "reply", "the pid"),
)
ASKED: Final = call("shell", REGISTRY, "{:lookup, <name>}", "{:ok, pid} or :error")
READ: Final = (Interaction("shell", TABLE, "read", "<name>: no process is asked"),)

PLAIN_START: Final = (
    Interaction("shell", MANAGER, "spawn", "no link: no process monitors it"),
    Interaction(MANAGER, "shell", "reply", "its init is done"),
)
MAP_START: Final = (
    Interaction("shell", "KV.Supervisor", "spawn", "one_for_all: if one dies, all are restarted"),
    Interaction("KV.Supervisor", BUCKETS, "spawn", "linked"),
    Interaction("KV.Supervisor", REGISTRY, "spawn", "linked"),
    Interaction("KV.Supervisor", "shell", "reply", "its children run"),
)
ETS_START: Final = (
    *MAP_START,
    Interaction(REGISTRY, TABLE, "write", "creates it, protected, named"),
)

LIBRARY_START: Final = (
    *MAP_START,
    Interaction(REGISTRY, PARTITION, "spawn", "linked: it cleans up after the dead"),
    Interaction(PARTITION, TABLE, "write", "creates it, public: every bucket writes its own row"),
)

TOLD: Final = (
    Interaction("<process>", BUCKETS, "signal", ":EXIT, if it is a bucket: they are linked"),
    Interaction("<process>", REGISTRY, "signal", ":DOWN, if it is a bucket: it monitors them"),
    Interaction("<process>", "shell", "signal", ":DOWN: the shell has waited for it"),
)
FORGOTTEN: Final = {
    "map": (
        Interaction(REGISTRY, "its own map", "write", "removes the name, at the :DOWN", later=True),
    ),
    "*": (Interaction(REGISTRY, TABLE, "write", "deletes the row, at the :DOWN", later=True),),
}
LIBRARY_TOLD: Final = (
    Interaction("<process>", BUCKETS, "signal", ":EXIT, if it is a bucket: they are linked"),
    Interaction("<process>", PARTITION, "signal", ":EXIT, if it is a bucket: they are linked"),
    Interaction("<process>", "shell", "signal", ":DOWN: the shell has waited for it"),
    Interaction(PARTITION, TABLE, "write", "deletes the row, at the :EXIT", later=True),
)
ASK_STOP: Final = (
    Interaction("shell", "<process>", "monitor", "to hear when it is gone"),
    Interaction("shell", "<process>", "signal", "terminate, reason <reason>"),
)
KILLED: Final = (
    Interaction("<process>", BUCKETS, "signal", ":EXIT :killed, if it is a bucket"),
    Interaction("<process>", REGISTRY, "signal", ":DOWN :killed, if it is a bucket"),
)

LIBRARY_KILLED: Final = (
    KILLED[0],
    Interaction("<process>", PARTITION, "signal", ":EXIT :killed, if it is a bucket"),
)
STOP_MANAGER: Final = (
    Interaction("shell", MANAGER, "monitor", "to hear when it is gone"),
    Interaction("shell", MANAGER, "signal", "terminate; the stores live on"),
    Interaction(MANAGER, "shell", "signal", ":DOWN"),
)
STOP_SUPERVISOR: Final = (
    Interaction("shell", "KV.Supervisor", "monitor", "to hear when it is gone"),
    Interaction("shell", "KV.Supervisor", "signal", "terminate"),
    Interaction("KV.Supervisor", REGISTRY, "signal", "exit :shutdown; its table goes with it"),
    Interaction("KV.Supervisor", BUCKETS, "signal", "exit :shutdown; it ends every bucket"),
    Interaction("KV.Supervisor", "shell", "signal", ":DOWN"),
)

CRASHED: Final = (
    Interaction(
        "shell", "<process>", "call", "{:get, a function that raises}; no clause in a GenServer"
    ),
    Interaction("<process>", "the log", "write", "the exception, the message, the state"),
    Interaction("<process>", "shell", "signal", ":DOWN: the call exits with the same reason"),
)


def bucket_call(what: str, answer: str) -> Interactions:
    """Return the interactions of a call to the named store."""
    return call("shell", "<store>", what, answer)
