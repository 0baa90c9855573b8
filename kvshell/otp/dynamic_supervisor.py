"""DynamicSupervisor: children come when asked for; one_for_one. Mirrors Elixir's."""

from heapq import heappop, heappush
from typing import Any

from kvshell.otp import gen_server
from kvshell.otp.callbacks import From, GenServer
from kvshell.otp.child_spec import ChildSpec, child_spec
from kvshell.otp.gen import Server
from kvshell.otp.gen_server import INFINITY, Timeout
from kvshell.otp.naming import Name
from kvshell.otp.restarts import Restarts, needs_restart
from kvshell.otp.supervisor import DEFAULTS, Options, counts, one_line, wrong_options
from kvshell.runtime.carrier import current
from kvshell.runtime.process import demonitor, flag, monitor, receive, unlink
from kvshell.runtime.process import exit as send_exit
from kvshell.runtime.record import NOTHING
from kvshell.terms import A, Atom, List, Opaque, Pid, Ref, Term, inspect
from kvshell.terms import term as as_term


class State:
    """What the supervisor knows: its budget and its children, oldest first.

    Mutable and Opaque: with 100,000 children a new tuple per start would cost a second each.
    """

    __slots__ = ("children", "max_children", "options", "restarts")

    def __init__(self, options: Options, max_children: int | None) -> None:
        self.options = options
        self.restarts = Restarts(options.max_restarts, options.max_seconds)
        self.max_children = max_children
        self.children: dict[Pid, ChildSpec] = {}


class DynamicSupervisorServer(GenServer):
    """The server behind every DynamicSupervisor."""

    module = "DynamicSupervisor"
    kind = "DynamicSupervisor"

    def init(self, arg: Any) -> Term:
        flag(A.trap_exit, True)
        options, most = arg.value
        wrong = wrong_options(options, (A.one_for_one,))
        if wrong is not None:
            return (A.stop, (A.supervisor_data, wrong))
        return (A.ok, Opaque(State(options, most)))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        known: State = state.value
        match request:
            case (A.start_child, spec):
                return (A.reply, _start(known, ChildSpec.of_term(spec)), state)
            case (A.terminate_child, pid):
                if pid not in known.children:
                    return (A.reply, (A.error, A.not_found), state)
                _end({pid: known.children.pop(pid)})
                return (A.reply, A.ok, state)
            case A.which_children:
                rows = [(A.undefined, p, s.type, s.modules) for p, s in known.children.items()]
                return (A.reply, List(rows), state)
            case A.count_children:
                number = len(known.children)
                supervisors = sum(s.type is A.supervisor for s in known.children.values())
                return (A.reply, counts(number, number, supervisors, number - supervisors), state)
        return None

    def handle_info(self, message: Any, state: Any) -> Term:
        match message:
            case (A.EXIT, pid, reason):
                return _child_died(state, pid, reason)
        return super().handle_info(message, state)

    def terminate(self, reason: Any, state: Any) -> Term:
        if isinstance(state, Opaque):
            _end(state.value.children)
        return A.ok


def _start(state: State, spec: ChildSpec) -> Term:
    if state.max_children is not None and len(state.children) >= state.max_children:
        return (A.error, A.max_children)
    match spec.run():
        case (A.ok, pid):
            state.children[pid] = spec
            return (A.ok, pid)
        case A.ignore:
            return A.ignore
        case (A.error, reason):
            return (A.error, reason)
        case other:
            return (A.error, other)


def _child_died(opaque: Opaque, pid: Pid, reason: Term) -> Term:
    state: State = opaque.value
    spec = state.children.pop(pid, None)
    if spec is None or not needs_restart(spec.restart, reason):
        return (A.noreply, opaque)
    process = current()
    runtime = process.runtime
    why = f"{inspect(pid)} ended: {one_line(reason)}"
    while state.restarts.add(runtime.now_ms(), why):
        match _start(state, spec):
            case (A.ok, _) | A.ignore as started:
                new = "nobody" if started is A.ignore else inspect(started[1])
                text = f"{inspect(process.shown())} restarted {new}: {why}"
                runtime.emit("restart", process.pid, text, "info")
                return (A.noreply, opaque)
    runtime.emit(
        "budget",
        process.pid,
        f"{inspect(process.shown())} gives up: {why}, and {state.restarts.limit} restarts in "
        f"{state.restarts.window_ms // 1000} s were used",
        "notice",
    )
    return (A.stop, A.shutdown, opaque)


def _end(children: dict[Pid, ChildSpec]) -> None:
    """End all at once, as DynamicSupervisor does, and wait for each as long as it may take."""
    refs: dict[Ref, Pid] = {}
    due: list[tuple[int, int, Ref]] = []  # a heap: when who has a limit is killed
    runtime = current().runtime
    for pid, spec in children.items():
        ref = monitor(pid)
        refs[ref] = pid
        unlink(pid)
        send_exit(pid, A.kill if spec.shutdown is A.brutal_kill else A.shutdown)
        if isinstance(spec.shutdown, int):
            heappush(due, (runtime.now_ms() + spec.shutdown, len(refs), ref))
    while refs:
        while due and due[0][2] not in refs:
            heappop(due)
        left = max(0, due[0][0] - runtime.now_ms()) if due else None
        down = receive(_is_down_of(refs), left, NOTHING)
        if down is not NOTHING:
            demonitor(down[1])
            del refs[down[1]]
        elif due:
            send_exit(refs[heappop(due)[2]], A.kill)


def _is_down_of(refs: dict[Ref, Pid]) -> Any:
    return lambda message: (type(message) is tuple and message[0] is A.DOWN and message[1] in refs)


def start_link(
    options: Options = DEFAULTS, *, name: Name | None = None, max_children: int | None = None
) -> Term:
    """Start one linked to the caller. Mirrors DynamicSupervisor.start_link/1. Receive point."""
    given = Opaque((options, max_children))
    return gen_server.start_link(DynamicSupervisorServer, given, name=name)


def start_child(supervisor: Server, spec: object) -> Term:
    """Start a child: `{:ok, pid}`, `:ignore` or `{:error, reason}`. Receive point.

    `spec` is anything `child_spec` takes. Mirrors DynamicSupervisor.start_child/2.
    """
    valid = child_spec(spec)
    if valid is None:
        return (A.error, (A.invalid_child_spec, as_term(spec)))
    return gen_server.call(supervisor, (A.start_child, valid.as_term()), INFINITY)


def terminate_child(supervisor: Server, pid: Pid) -> Term:
    """End a child for good: `:ok` or `{:error, :not_found}`. Receive point."""
    return gen_server.call(supervisor, (A.terminate_child, pid), INFINITY)


def which_children(supervisor: Server) -> Term:
    """Return `[{:undefined, pid, type, modules}]`, the oldest first. Receive point."""
    return gen_server.call(supervisor, A.which_children, INFINITY)


def count_children(supervisor: Server) -> Term:
    """Return `%{active:, specs:, supervisors:, workers:}`. Receive point."""
    return gen_server.call(supervisor, A.count_children, INFINITY)


def stop(supervisor: Server, reason: object = A.normal, timeout: Timeout = INFINITY) -> Atom:
    """End the supervisor and its children, and wait for it. Receive point."""
    return gen_server.stop(supervisor, reason, timeout)
