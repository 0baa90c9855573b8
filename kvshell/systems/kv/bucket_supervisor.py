"""KV.BucketSupervisor: starts buckets on request and restarts none.

Mirrors the chapter's module.
"""

from kvshell.otp import dynamic_supervisor
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.gen import modules as code
from kvshell.systems.kv import bucket
from kvshell.terms import A, List, Term, alias

NAME = alias("KV.BucketSupervisor")


def start_link(_opts: Term = None) -> Term:
    """Start the supervisor under its name, linked to the caller. Receive point."""
    return dynamic_supervisor.start_link(name=NAME)


def start_bucket() -> Term:
    """Start a bucket; returns `{:ok, pid}`. Receive point."""
    return dynamic_supervisor.start_child(NAME, bucket.SPEC)


MODULE = code.define("KV.BucketSupervisor", start_link=start_link)
SPEC = ChildSpec(
    MODULE,
    (MODULE, A.start_link, List((List(),))),
    shutdown=A.infinity,
    type=A.supervisor,
)
