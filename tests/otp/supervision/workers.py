"""The children of the supervisors under test, and how they are specified."""

from typing import Any

from kvshell.otp import dynamic_supervisor, gen_server
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.gen import modules as code
from kvshell.otp.gen.callbacks import GenServer
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.runtime import Exit, Thrown, process
from kvshell.terms import A, Atom, List, Pid, RuntimeError_, Term


class Worker(GenServer):
    """A child; `arg` is its name, or what it does in init; `crash` makes it raise."""

    module = "Lab.Worker"

    def init(self, arg: Any) -> Term:
        match arg:
            case (A.stop, reason):
                return (A.stop, reason)
            case A.ignore:
                return A.ignore
            case (A.raise_, text):
                raise RuntimeError_(text)
            case (A.slow_end, ms):
                process.flag(A.trap_exit, True)
                return (A.ok, ms)
        return (A.ok, arg)

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        if request is A.crash:
            raise RuntimeError_("boom")
        return None

    def terminate(self, reason: Any, state: Any) -> Term:
        if isinstance(state, int):
            process.sleep(state)
        return A.ok


def _exits() -> Term:
    raise Exit(A.oops)


def _throws() -> Term:
    raise Thrown(A.oops)


MODULE = code.define(
    "Lab.Worker",
    start_link=lambda name: gen_server.start_link(Worker, name, name=name),
    start_any=lambda arg: gen_server.start_link(Worker, arg),
    exits=_exits,
    throws=_throws,
    answers=lambda: True,
)


def spec(name: Atom, restart: Atom = A.permanent) -> ChildSpec:
    return ChildSpec(name, (MODULE, A.start_link, List((name,))), restart=restart)


def pids(*names: Atom) -> list[Pid | None]:
    return [process.whereis(name) for name in names]


PATIENT = SupervisorOptions(max_restarts=100)


def dynamic(*, name: Atom | None = None, options: SupervisorOptions = PATIENT) -> Pid:
    process.flag(A.trap_exit, True)
    _ok, sup = dynamic_supervisor.start_link(options, name=name)
    return sup  # type: ignore[no-any-return]


def child(sup: Pid, arg: Term, restart: Atom = A.permanent, shutdown: Term = 5000) -> Term:
    start = (MODULE, A.start_any, List((arg,)))
    return dynamic_supervisor.start_child(sup, ChildSpec(1, start, restart, shutdown))
