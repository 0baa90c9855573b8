"""KV.Supervisor: one_for_all over the bucket supervisor and the registry. Mirrors the chapter's.

When either dies, both are restarted, so killing the registry ends every bucket; at the fourth death
within 5 s the whole system stops. Like an application, it is started without a link.
"""

from types import ModuleType

from kvshell.otp import supervisor
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.gen import modules as code
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.systems.kv import bucket_supervisor
from kvshell.terms import A, Atom, List, Opaque, Term, alias

NAME = alias("KV.Supervisor")
_REGISTRY = alias("KV.Registry")
# Started under a name that no Elixir source can refer to, so the design starts its own stage
# whatever KV.Registry a user has defined.
_STAGE = code.define(Atom("registry_of_a_design"), start_link=lambda it: it.value.start_link())


def start(registry: ModuleType) -> Term:
    """Start the system with this stage of the registry; returns `{:ok, pid}` or `{:error, ...}`."""
    start_link = (_STAGE, A.start_link, List((Opaque(registry),)))
    stage = ChildSpec(_REGISTRY, start_link, callback_modules=List((_REGISTRY,)))
    children = [bucket_supervisor.SPEC, stage]
    return supervisor.start(children, SupervisorOptions(strategy=A.one_for_all), name=NAME)


def stop() -> Atom:
    """Stop the whole system; returns `:ok`. Receive point."""
    return supervisor.stop(NAME)
