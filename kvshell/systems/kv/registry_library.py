"""KV.Registry, fourth stage: Elixir's own Registry keeps the names.

This is what the chapter finally recommends. A bucket registers itself under `{:via, Registry, ...}`
before its start returns, so `create` asks the bucket supervisor and no registry becomes a
bottleneck. The Registry's partition is linked to each bucket and removes its rows when it dies. A
lookup reads ETS, so the second race remains: it may find a bucket that has just died.
"""

from typing import Any

from kvshell.otp import agent, dynamic_supervisor, registry
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.gen import modules as code
from kvshell.runtime import Runtime, ets
from kvshell.runtime.tables.table import Table
from kvshell.systems.kv import bucket, bucket_supervisor
from kvshell.terms import A, Atom, CaseClauseError, List, Pid, Term, alias

NAME = alias("KV.Registry")
PARTITION = Atom(f"{NAME.name}.PIDPartition0")


def start_link(_opts: Term = None) -> Term:
    """Start the Registry under its name, linked to the caller. Receive point."""
    return registry.start_link(A.unique, NAME)


def start_bucket(name: Term) -> Term:
    """Start a bucket that registers itself under `name`. Receive point."""
    return agent.start_link(bucket.NEW, name=registry.via(NAME, name))


BUCKET = code.define("KV.NamedBucket", start_link=start_bucket)


def create(name: Term) -> Pid:
    """Return the pid of the bucket called `name`, creating it if needed. Receive point."""
    spec = ChildSpec(BUCKET, (BUCKET, A.start_link, List((name,))), restart=A.temporary)
    match dynamic_supervisor.start_child(bucket_supervisor.NAME, spec):
        case (A.ok, pid) | (A.error, (A.already_started, pid)):
            found: Pid = pid
            return found
        case other:
            raise CaseClauseError(other)


def lookup(name: Term) -> Term:
    """Read the Registry's table directly; returns `{:ok, pid}` or `:error`."""
    match registry.lookup(NAME, name).items:
        case ((pid, _value),):
            return (A.ok, pid)
    return A.error


def names() -> List:
    """Return the names, read from the Registry's table."""
    ((_, (_kind, _partitions, keys, *_rest)),) = ets.lookup(NAME, registry.META)
    return List([row[0] for row in ets.tab2list(keys)])


def rows(runtime: Runtime) -> Table | None:
    """Return the Registry's table of names, observed from outside; None if it does not exist."""
    own = runtime.tables.find(NAME)
    found: Any = () if own is None else own.peek(registry.META).items
    return runtime.tables.find(found[0][1][2]) if found else None
