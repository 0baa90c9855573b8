"""The table of the five designs that can be started."""

from typing import Final

from kvshell.otp import agent, gen_server
from kvshell.runtime import Runtime
from kvshell.systems.designs.design import Design
from kvshell.systems.designs.kv import EtsCastDesign, EtsDesign, MapDesign
from kvshell.systems.designs.library import LibraryDesign
from kvshell.systems.designs.plain import PlainDesign
from kvshell.systems.kv import bucket
from kvshell.terms import A, Pid, Term

DEFAULT: Final = "ets"

DESIGNS: Final[dict[str, Design]] = {
    each.name: each
    for each in (PlainDesign(), MapDesign(), EtsCastDesign(), EtsDesign(), LibraryDesign())
}


def crash(runtime: Runtime, pid: Pid) -> Term:
    """Make a handler of `pid` raise; exits as such a call does in iex.

    A bucket runs a function that raises `oops in agent`; any other server gets a call without a
    matching clause. Receive point.
    """
    seen = runtime.observe(pid)
    if seen is not None and seen.behaviour == "Agent":
        return agent.get(pid, bucket.CRASH)
    return gen_server.call(pid, A.boom)
