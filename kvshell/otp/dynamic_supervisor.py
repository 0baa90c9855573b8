"""DynamicSupervisor: children are added on demand; one_for_one. Mirrors Elixir's."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import Any, ClassVar, Final, NamedTuple

from kvshell.otp import gen_server
from kvshell.otp.child_spec import (
    ChildSpec,
    Restarts,
    WrongSpec,
    dynamic_spec,
    needs_restart,
    start_dynamic_child,
)
from kvshell.otp.gen.callbacks import From, GenServer, Startable
from kvshell.otp.gen.calls import Server
from kvshell.otp.gen.naming import Name
from kvshell.otp.gen_server import INFINITY, Timeout
from kvshell.otp.supervisor_options import DEFAULTS, SupervisorOptions, wrong_flags
from kvshell.otp.supervisor_server import counts, module_and_init, one_line
from kvshell.runtime.process import demonitor, flag, monitor, receive, send, unlink
from kvshell.runtime.process import exit as send_exit
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, FunctionClauseError, List, Map, Opaque, Pid, Ref, Term, alias
from kvshell.terms import inspect as shown
from kvshell.terms import term as as_term

_DEFAULT: Final = alias("Supervisor.Default")
_MODULE: Final = alias("DynamicSupervisor")
_TRY_AGAIN: Final = Atom("$gen_restart")


class DynamicSupervisor(Startable):
    """The base class of a dynamic supervisor's module. Mirrors `use DynamicSupervisor`.

    `init(arg)` returns `dynamic_supervisor.init(...)`, or `ignore`.
    """

    child_defaults: ClassVar = {A.type: A.supervisor}

    def init(self, arg: Any) -> Term:
        """Return how children are supervised. Mirrors init/1."""
        raise NotImplementedError(f"{type(self).__name__} has no init")


class _Limits(NamedTuple):
    """The options that only a dynamic supervisor has."""

    max_children: Term = INFINITY
    extra_arguments: Term = List()


class DynamicSupervisorState:
    """The state of the supervisor: its restarts and its children, oldest first.

    Mutable and Opaque: with 100,000 children, copying a tuple at each start would take a second.
    """

    __slots__ = (
        "answer_of", "children", "extra_arguments", "max_children", "module", "options",
        "restarting", "restarts",
    )  # fmt: skip

    def __init__(
        self,
        module: Atom,
        answer_of: Callable[[], Term],
        options: SupervisorOptions,
        limits: _Limits,
    ) -> None:
        self.module = module
        self.answer_of = answer_of  # the call of the module's init
        self.children: dict[Pid, ChildSpec] = {}
        self.restarting: set[Pid] = set()  # children whose restart failed and is being retried
        self.change(options, limits)

    def change(self, options: SupervisorOptions, limits: _Limits) -> None:
        """Use these options from now on."""
        self.options = options
        self.restarts = Restarts(options.max_restarts, options.max_seconds)
        self.max_children = limits.max_children
        self.extra_arguments = limits.extra_arguments


class DynamicSupervisorServer(GenServer):
    """The server behind every DynamicSupervisor."""

    module = "DynamicSupervisor"
    kind = "DynamicSupervisor"

    def init(self, arg: Any) -> Term:
        """Call the module's init for the supervisor's flags."""
        flag(A.trap_exit, True)
        module, answer_of = arg.value
        current().initial_call = (A.supervisor, module, 1)
        answer = as_term(answer_of())
        if answer is A.ignore:
            return A.ignore
        match answer if type(answer) is tuple else None:
            case (A.ok, Map() as flags):
                read = _read(flags)
                if isinstance(read[0], Atom):
                    return (A.stop, (A.supervisor_data, read))
                return (A.ok, Opaque(DynamicSupervisorState(module, answer_of, *read)))
        return (A.stop, (A.bad_return, (module, A.init, answer)))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        """Handle the requests that the functions of this module send."""
        known: DynamicSupervisorState = state.value
        match request:
            case (A.start_child, (_, _, _, _, _) as spec):
                return (A.reply, _start(known, ChildSpec.of_term(spec)), state)
            case (A.terminate_child, pid):
                return (A.reply, _terminate(known, pid), state)
            case A.which_children:
                return (A.reply, _rows(known), state)
            case A.count_children:
                number = len(known.children)
                active = number - len(known.restarting)
                supervisors = sum(s.type is A.supervisor for s in known.children.values())
                return (A.reply, counts(number, active, supervisors, number - supervisors), state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        """Ignore all casts."""
        return (A.noreply, state)

    def handle_info(self, message: Any, state: Any) -> Term:
        """Restart the child that died, or stop after one restart too many."""
        known: DynamicSupervisorState = state.value
        match message if type(message) is tuple else None:
            case (A.EXIT, pid, reason):
                return _child_died(state, pid, reason)
            case (tag, pid) if tag is _TRY_AGAIN:
                if pid not in known.restarting:
                    return (A.noreply, state)
                return _restarted(state, pid, known.restarts.why)
        process = current()
        text = f"DynamicSupervisor received unexpected message: {shown(message, width=None)}"
        process.runtime.emit("unexpected", process.pid, text)
        return (A.noreply, state)

    def code_change(self, old_version: Any, state: Any, extra: Any) -> Term:
        """Call the module's init again and take its flags; children keep running."""
        known: DynamicSupervisorState = state.value
        answer = as_term(known.answer_of())
        match answer if type(answer) is tuple else None:
            case (A.ok, Map() as flags):
                read = _read(flags)
                if isinstance(read[0], Atom):
                    return (A.error, (A.supervisor_data, read))
                known.change(*read)
                return (A.ok, state)
        return (A.ok, state) if answer is A.ignore else answer

    def terminate(self, reason: Any, state: Any) -> Term:
        """Terminate the children, all at once."""
        if isinstance(state, Opaque):
            known = state.value
            _end({p: s for p, s in known.children.items() if p not in known.restarting})
        return A.ok


def _read(flags: Map) -> Any:
    """Return the options and limits in `flags`, or OTP's error, such as `{:invalid_period, 0}`."""
    options = SupervisorOptions(
        flags.get(A.strategy, A.one_for_one), flags.get(A.intensity, 1), flags.get(A.period, 5)
    )
    limits = _Limits(flags.get(A.max_children, INFINITY), flags.get(A.extra_arguments, List()))
    wrong = wrong_flags(options, (A.one_for_one,)) or _wrong_limits(limits)
    return (options, limits) if wrong is None else wrong


def _wrong_limits(limits: _Limits) -> Term:
    most = limits.max_children
    if most is not INFINITY and (type(most) is not int or most < 0):
        return (A.invalid_max_children, most)
    if type(limits.extra_arguments) is not List:
        return (A.invalid_extra_arguments, limits.extra_arguments)
    return None


def _start(state: DynamicSupervisorState, spec: ChildSpec) -> Term:
    if state.max_children is not INFINITY and len(state.children) >= state.max_children:
        return (A.error, A.max_children)
    answer = start_dynamic_child(spec, state.extra_arguments)
    if answer is not A.ignore and answer[0] is A.ok:
        state.children[answer[1]] = spec
    return answer


def _terminate(state: DynamicSupervisorState, pid: Term) -> Term:
    if pid not in state.children:
        return (A.error, A.not_found)
    spec = state.children.pop(pid)
    if pid in state.restarting:
        state.restarting.discard(pid)
    else:
        _end({pid: spec})
    return A.ok


def _rows(state: DynamicSupervisorState) -> List:
    waits = state.restarting
    return List(
        [
            (A.undefined, A.restarting if pid in waits else pid, spec.type, spec.modules)
            for pid, spec in state.children.items()
        ]
    )


def _child_died(opaque: Opaque, pid: Pid, reason: Term) -> Term:
    state: DynamicSupervisorState = opaque.value
    spec = state.children.get(pid)
    if spec is None:
        return (A.noreply, opaque)
    if not needs_restart(spec.restart, reason):
        del state.children[pid]
        return (A.noreply, opaque)
    return _restarted(opaque, pid, f"{shown(pid)} ended: {one_line(reason)}")


def _restarted(opaque: Opaque, pid: Pid, why: str) -> Term:
    """Restart the child that had the pid `pid`, if the restart limit allows it."""
    state: DynamicSupervisorState = opaque.value
    process = current()
    runtime = process.runtime
    spec = state.children[pid]
    state.restarting.discard(pid)
    if not state.restarts.add(runtime.now_ms(), why):
        del state.children[pid]
        text = (
            f"{shown(process.shown())} gives up: {why}, and {state.restarts.limit} restarts in "
            f"{state.restarts.window_ms // 1000} s were used"
        )
        runtime.emit("budget", process.pid, text, "notice")
        return (A.stop, A.shutdown, opaque)
    answer = start_dynamic_child(spec, state.extra_arguments)
    if answer is not A.ignore and answer[0] is A.error:
        state.restarting.add(pid)
        send(process.pid, (_TRY_AGAIN, pid))
        return (A.noreply, opaque)
    del state.children[pid]
    new = "nobody"
    if answer is not A.ignore:
        state.children[answer[1]] = spec
        new = shown(answer[1])
    runtime.emit("restart", process.pid, f"{shown(process.shown())} restarted {new}: {why}", "info")
    return (A.noreply, opaque)


def _end(children: dict[Pid, ChildSpec]) -> None:
    """Terminate all children at once; kill each that is still alive after its shutdown time.

    Returns when all are dead. Mirrors what DynamicSupervisor does when it terminates.
    """
    refs: dict[Ref, Pid] = {}
    due: list[tuple[int, int, Ref]] = []  # a heap: when to kill children with a time limit
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
    return lambda message: (
        type(message) is tuple and len(message) == 5 and message[0] is A.DOWN and message[1] in refs
    )


def start_link(
    options: SupervisorOptions | type | Atom = DEFAULTS,
    arg: object = None,
    *,
    name: Name | None = None,
    max_children: int | Atom | None = None,
    extra_arguments: object = (),
    debug: Iterable[object] = (),
    spawn_opt: Iterable[object] = (),
) -> Term:
    """Start a supervisor linked to the caller. Mirrors DynamicSupervisor.start_link/1 and /3.

    Returns `{:ok, pid}`, `:ignore` or `{:error, reason}`. `options` is a SupervisorOptions; or a
    DynamicSupervisor class, or a module's atom, whose `init` gets `arg`. `extra_arguments` precede
    the arguments of every start function. Receive point.
    """
    if isinstance(options, type | Atom):
        given = Opaque(module_and_init(options, as_term(arg)))
    else:
        answer = init(options, max_children=max_children, extra_arguments=extra_arguments)
        given = Opaque((_DEFAULT, lambda: answer))
    return gen_server.start_link(
        DynamicSupervisorServer, given, name=name, debug=debug, spawn_opt=spawn_opt
    )


def init(
    options: SupervisorOptions = DEFAULTS,
    *,
    max_children: int | Atom | None = None,
    extra_arguments: object = (),
) -> Term:
    """Return `{:ok, flags}`, the result for the `init` of a DynamicSupervisor class.

    Mirrors DynamicSupervisor.init/1.
    """
    flags = options.as_flags()
    extra = extra_arguments
    if isinstance(extra, tuple | list):
        extra = List([as_term(argument) for argument in extra])
    flags = flags.put(A.max_children, INFINITY if max_children is None else as_term(max_children))
    return (A.ok, flags.put(A.extra_arguments, as_term(extra)))


def start_child(supervisor: Server, spec: object) -> Term:
    """Start a child; returns `{:ok, pid}`, `{:ok, pid, info}`, `:ignore` or `{:error, reason}`.

    `spec` is anything that `supervisor.child_spec` accepts; it is validated before it is sent.
    Mirrors DynamicSupervisor.start_child/2. Receive point.
    """
    try:
        valid = dynamic_spec(spec)
    except WrongSpec as wrong:
        return (A.error, wrong.why)
    return gen_server.call(supervisor, (A.start_child, valid), INFINITY)


def terminate_child(supervisor: Server, pid: Pid) -> Term:
    """Terminate a child permanently; returns `:ok` or `{:error, :not_found}`.

    Mirrors DynamicSupervisor.terminate_child/2. Receive point.
    """
    if not isinstance(pid, Pid):
        raise FunctionClauseError(_MODULE, A.terminate_child, 2, (supervisor, pid))
    return gen_server.call(supervisor, (A.terminate_child, pid), INFINITY)


def which_children(supervisor: Server) -> Term:
    """Return `[{:undefined, pid, type, modules}]`, oldest first.

    Mirrors DynamicSupervisor.which_children/1. Receive point.
    """
    return gen_server.call(supervisor, A.which_children, INFINITY)


def count_children(supervisor: Server) -> Map:
    """Return `%{active:, specs:, supervisors:, workers:}`.

    Mirrors DynamicSupervisor.count_children/1. Receive point.
    """
    return Map(dict(gen_server.call(supervisor, A.count_children, INFINITY)))


def stop(supervisor: Server, reason: object = A.normal, timeout: Timeout = INFINITY) -> Atom:
    """Stop the supervisor and its children, and wait until it is dead; returns `:ok`.

    Mirrors DynamicSupervisor.stop/3. Receive point.
    """
    return gen_server.stop(supervisor, reason, timeout)
