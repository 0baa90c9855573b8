"""KV.Supervisor: one_for_all over the bucket supervisor and the registry. Mirrors the chapter's.

When either dies both are started anew, so killing the registry ends every bucket; the fourth time
in 5 s the whole system stops. It is started without a link, as an application is.
"""

from types import ModuleType

from kvshell.otp import code, supervisor
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.supervisor import Options
from kvshell.systems.kv import bucket_supervisor
from kvshell.terms import A, Atom, List, Opaque, Term, alias

NAME = alias("KV.Supervisor")
_REGISTRY = code.define("KV.Registry", start_link=lambda stage: stage.value.start_link())


def start(registry: ModuleType) -> Term:
    """Start the system with that stage of the registry: `{:ok, pid}` or `{:error, ...}`."""
    start_link = (_REGISTRY, A.start_link, List((Opaque(registry),)))
    children = [bucket_supervisor.SPEC, ChildSpec(_REGISTRY, start_link)]
    return supervisor.start(children, Options(strategy=A.one_for_all), name=NAME)


def stop() -> Atom:
    """Stop the whole system: `:ok`. Receive point."""
    return supervisor.stop(NAME)
