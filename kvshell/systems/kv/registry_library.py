"""KV.Registry, fourth stage: Elixir's own Registry keeps the names.

What the chapter ends by recommending. A bucket registers itself, under `{:via, Registry, ...}` and
before its start has returned, so `create` asks the bucket supervisor and nobody queues for a
registry; the partition of the Registry is linked to each bucket and takes its rows away when it
dies. A lookup reads ETS, so the second race stays: it may find a bucket that has just died.
"""

from typing import Any

from kvshell.otp import agent, code, dynamic_supervisor, registry
from kvshell.otp.child_spec import ChildSpec
from kvshell.runtime import Runtime, ets
from kvshell.runtime.table import Table
from kvshell.systems.kv import bucket, bucket_supervisor
from kvshell.terms import A, Atom, List, Pid, Term, alias

NAME = alias("KV.Registry")
PARTITION = Atom(f"{NAME.name}.PIDPartition0")


def start_link(_opts: Term = None) -> Term:
    """Start the Registry under its name, linked to the caller. Receive point."""
    return registry.start_link(A.unique, NAME)


def _start_bucket(name: Term) -> Term:
    return agent.start_link(bucket.NEW, name=registry.via(NAME, name))


BUCKET = code.define("KV.NamedBucket", start_link=_start_bucket)


def create(name: Term) -> Pid:
    """Return the pid of the bucket called `name`, which is made if there is none. Receive point."""
    spec = ChildSpec(BUCKET, (BUCKET, A.start_link, List((name,))), restart=A.temporary)
    match dynamic_supervisor.start_child(bucket_supervisor.NAME, spec):
        case (A.ok, pid) | (A.error, (A.already_started, pid)):
            found: Pid = pid
            return found
        case other:
            raise RuntimeError(other)


def lookup(name: Term) -> Term:
    """Read the Registry's table, asking nobody: `{:ok, pid}` or `:error`."""
    match registry.lookup(NAME, name).items:
        case ((pid, _value),):
            return (A.ok, pid)
    return A.error


def names() -> List:
    """Read the names from the Registry, in the order of their creation."""
    ((_, (_kind, keys, _pids, _partition)),) = ets.lookup(NAME, registry.META)
    return List([row[0] for row in ets.tab2list(keys)])


def rows(runtime: Runtime) -> Table | None:
    """Return the Registry's table of names, looked at from outside; None while there is none."""
    own = runtime.tables.find(NAME)
    found: Any = own.peek(registry.META) if own is not None else []
    return runtime.tables.find(found[0][1][1]) if found else None
