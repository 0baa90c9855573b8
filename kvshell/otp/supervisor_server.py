"""SupervisorServer: the server behind every Supervisor. Mirrors supervisor.erl.

A failed restart is retried later: the supervisor sends itself a message and answers others
meanwhile. Each attempt counts as a restart.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final

from kvshell.otp.child_spec import (
    ChildSpec,
    Restarts,
    WrongSpec,
    checked,
    needs_restart,
    start_child,
)
from kvshell.otp.gen import modules as code
from kvshell.otp.gen.callbacks import From, GenServer, Startable
from kvshell.otp.gen.calls import cast
from kvshell.otp.supervisor_options import STRATEGIES, SupervisorOptions, wrong_flags
from kvshell.runtime.process import alive, demonitor, flag, monitor, receive, unlink
from kvshell.runtime.process import exit as send_exit
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, List, Map, Opaque, Pid, Term, format_exit, inspect, key
from kvshell.terms import term as as_term

_TRY_AGAIN: Final = A.try_again_restart


class Supervisor(Startable):
    """The base class of a supervisor's module. Mirrors `use Supervisor`.

    `init(arg)` returns `supervisor.init(children, options)`, or `ignore`.
    """

    child_defaults: ClassVar = {A.type: A.supervisor}

    def init(self, arg: Any) -> Term:
        """Return the children and how they are supervised. Mirrors init/1."""
        raise NotImplementedError(f"{type(self).__name__} has no init")


def module_and_init(module: type | Atom, arg: Term) -> tuple[Atom, Callable[[], Term]]:
    """Return the atom of a supervisor's module and a function that calls its `init`."""
    if isinstance(module, Atom):
        return module, lambda: code.apply(module, A.init, List((arg,)))
    if not issubclass(module, Startable) or not hasattr(module, "init"):
        raise TypeError(f"{module.__name__} is neither a Supervisor nor a DynamicSupervisor")
    callbacks: Any = module()
    return module.module_name(), lambda: callbacks.init(arg)


class Child:
    """A child: its specification and its pid, `:undefined` or `:restarting`."""

    __slots__ = ("pid", "spec")

    def __init__(self, spec: ChildSpec, pid: Term = A.undefined) -> None:
        self.spec = spec
        self.pid = pid

    @property
    def temporary(self) -> bool:
        """Whether the specification is deleted when the child ends."""
        return self.spec.restart is A.temporary


class SupervisorState:
    """The state of a supervisor; `children` maps key(id) to each child, in order of start."""

    __slots__ = ("children", "module", "options", "restarts")

    def __init__(self, module: Atom, options: SupervisorOptions) -> None:
        self.module = module
        self.options = options
        self.restarts = Restarts(options.max_restarts, options.max_seconds)
        self.children: dict[Any, Child] = {}

    def of_pid(self, pid: Term) -> Child | None:
        """Return the child that has the pid, or None."""
        return next((child for child in self.children.values() if child.pid is pid), None)

    def forget(self, child: Child) -> None:
        """Update the state for a child that has ended: drop a temporary one, else clear its pid."""
        child.pid = A.undefined
        if child.temporary:
            self.children.pop(key(child.spec.id), None)


class SupervisorServer(GenServer):
    """The server behind every Supervisor; its state is Opaque to everyone else."""

    module = "Supervisor"
    kind = "Supervisor"
    reported_as = A.supervisor

    def init(self, arg: Any) -> Term:
        """Start the children in order; on failure terminate those started and stop."""
        flag(A.trap_exit, True)
        module, answer_of = arg.value
        current().initial_call = (A.supervisor, module, 1)
        answer = as_term(answer_of())
        match answer if type(answer) is tuple else None:
            case (A.ok, (Map() as flags, List() as specs)):
                return _begin(module, flags, specs)
        if answer is A.ignore:
            return A.ignore
        return (A.stop, (A.bad_return, (module, A.init, answer)))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        """Handle the requests that the functions of `supervisor` send."""
        known: SupervisorState = state.value
        match request:
            case (A.start_child, spec):
                return (A.reply, _add(known, spec), state)
            case (A.terminate_child, child_id):
                return (A.reply, _terminate(known, child_id), state)
            case (A.restart_child, child_id):
                return (A.reply, _restart_stopped(known, child_id), state)
            case (A.delete_child, child_id):
                return (A.reply, _delete(known, child_id), state)
            case A.which_children:
                return (A.reply, _rows(known), state)
            case A.count_children:
                return (A.reply, _counts(known), state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        """Retry the restart of a child; no other casts are expected."""
        match request:
            case (tag, child_id) if tag is _TRY_AGAIN:
                known: SupervisorState = state.value
                child = known.children.get(key(child_id))
                if child is None or child.pid is not A.restarting:
                    return (A.noreply, state)
                return _restarted(state, child, known.restarts.why)
        return None

    def handle_info(self, message: Any, state: Any) -> Term:
        """Restart the child that died, or stop after one restart too many."""
        match message if type(message) is tuple else None:
            case (A.EXIT, pid, reason):
                return _child_died(state, pid, reason)
        process = current()
        text = f"Supervisor received unexpected message: {inspect(message, width=None)}"
        process.runtime.emit("unexpected", process.pid, text)
        return (A.noreply, state)

    def terminate(self, reason: Any, state: Any) -> Term:
        """Terminate the children in reverse order."""
        if isinstance(state, Opaque):
            _end_all(state.value.children.values())
        return A.ok


def _begin(module: Atom, flags: Map, specs: List) -> Term:
    options = SupervisorOptions(
        flags.get(A.strategy, A.one_for_one),
        flags.get(A.intensity, 1),
        flags.get(A.period, 5),
        flags.get(A.auto_shutdown, A.never),
    )
    wrong = wrong_flags(options, STRATEGIES)
    if wrong is not None:
        return (A.stop, (A.supervisor_data, wrong))
    state = SupervisorState(module, options)
    for given in specs:
        try:
            spec = checked(given, options.auto_shutdown)
        except WrongSpec as wrong_spec:
            return (A.stop, (A.start_spec, wrong_spec.why))
        if key(spec.id) in state.children:
            return (A.stop, (A.start_spec, (A.duplicate_child_name, spec.id)))
        state.children[key(spec.id)] = Child(spec)
    failed = _start_all(state, list(state.children.values()))
    if failed is not None:
        _end_all(state.children.values())
        child, reason = failed
        return (A.stop, (A.shutdown, (A.failed_to_start_child, child.spec.id, reason)))
    return (A.ok, Opaque(state))


def _start_all(state: SupervisorState, children: list[Child]) -> tuple[Child, Term] | None:
    """Start children in order; return the first that fails and the reason, or None."""
    for child in children:
        answer = start_child(child.spec)
        if answer[0] is A.error:
            return child, answer[1]
        if answer[1] is A.undefined and child.temporary:
            state.forget(child)
        else:
            child.pid = answer[1]
    return None


def _end_all(children: Iterable[Child]) -> None:
    for child in reversed(list(children)):
        if isinstance(child.pid, Pid):
            shut_down(child.pid, child.spec.shutdown)
        child.pid = A.undefined


# -- requests ------------------------------------------------------------------------------------


def _add(state: SupervisorState, given: Term) -> Term:
    try:
        spec = checked(given, state.options.auto_shutdown)
    except WrongSpec as wrong:
        return (A.error, wrong.why)
    known = state.children.get(key(spec.id))
    if known is not None:
        present = known.pid is A.undefined
        return (A.error, A.already_present if present else (A.already_started, known.pid))
    answer = start_child(spec)
    if answer[0] is A.error:
        return (A.error, (answer[1], spec.as_record()))
    if answer[1] is not A.undefined or spec.restart is not A.temporary:
        state.children[key(spec.id)] = Child(spec, answer[1])
    return answer


def _terminate(state: SupervisorState, child_id: Term) -> Term:
    child = state.children.get(key(child_id))
    if child is None:
        return (A.error, A.not_found)
    if isinstance(child.pid, Pid):
        shut_down(child.pid, child.spec.shutdown)
    state.forget(child)
    return A.ok


def _restart_stopped(state: SupervisorState, child_id: Term) -> Term:
    child = state.children.get(key(child_id))
    if child is None:
        return (A.error, A.not_found)
    if child.pid is not A.undefined:
        return (A.error, A.restarting if child.pid is A.restarting else A.running)
    answer = start_child(child.spec)
    if answer[0] is A.ok:
        child.pid = answer[1]
    return answer


def _delete(state: SupervisorState, child_id: Term) -> Term:
    child = state.children.get(key(child_id))
    if child is None:
        return (A.error, A.not_found)
    if child.pid is not A.undefined:
        return (A.error, A.restarting if child.pid is A.restarting else A.running)
    del state.children[key(child_id)]
    return A.ok


def _rows(state: SupervisorState) -> List:
    children = reversed(list(state.children.values()))
    return List([(c.spec.id, c.pid, c.spec.type, c.spec.modules) for c in children])


def _counts(state: SupervisorState) -> List:
    children = state.children.values()
    active = sum(isinstance(c.pid, Pid) and alive(c.pid) for c in children)
    supervisors = sum(c.spec.type is A.supervisor for c in children)
    return counts(len(children), active, supervisors, len(children) - supervisors)


def counts(specs: int, active: int, supervisors: int, workers: int) -> List:
    """Return the answer of count_children as a list of pairs."""
    pairs = {A.specs: specs, A.active: active, A.supervisors: supervisors, A.workers: workers}
    return List(pairs.items())


# -- restarting ----------------------------------------------------------------------------------


def _child_died(opaque: Opaque, pid: Pid, reason: Term) -> Term:
    state: SupervisorState = opaque.value
    child = state.of_pid(pid)
    if child is None:
        return (A.noreply, opaque)
    if needs_restart(child.spec.restart, reason):
        why = f"{inspect(child.spec.id)} ended: {one_line(reason)}"
        return _restarted(opaque, child, why)
    state.forget(child)
    if child.spec.significant and _shuts_down(state):
        return (A.stop, A.shutdown, opaque)
    return (A.noreply, opaque)


def _shuts_down(state: SupervisorState) -> bool:
    """Whether the end of a significant child stops the supervisor."""
    if state.options.auto_shutdown is A.any_significant:
        return True
    others = (c for c in state.children.values() if c.spec.significant)
    return not any(isinstance(other.pid, Pid) for other in others)


def _restarted(opaque: Opaque, child: Child, why: str) -> Term:
    """Restart `child`, and others as the strategy requires, if the limit allows it."""
    state: SupervisorState = opaque.value
    process = current()
    runtime = process.runtime
    if not state.restarts.add(runtime.now_ms(), why):
        limit, seconds = state.restarts.limit, state.restarts.window_ms // 1000
        text = (
            f"{inspect(process.shown())} gives up: {why}, "
            f"and {limit} restarts in {seconds} s were used"
        )
        runtime.emit("budget", process.pid, text, "notice")
        state.forget(child)
        return (A.stop, A.shutdown, opaque)
    again = _again(state, child)
    failed = _start_all(state, again)
    if failed is not None:
        failed[0].pid = A.restarting
        cast(process.pid, (_TRY_AGAIN, failed[0].spec.id))
        return (A.noreply, opaque)
    text = f"{inspect(process.shown())} restarted {_ids(again)}: {why}"
    runtime.emit("restart", process.pid, text, "info")
    return (A.noreply, opaque)


def _again(state: SupervisorState, child: Child) -> list[Child]:
    """Terminate the children to restart with `child`, and return them all in order of start."""
    children = list(state.children.values())
    strategy = state.options.strategy
    child.pid = A.undefined
    if strategy is A.one_for_one:
        return [child]
    again = children if strategy is A.one_for_all else children[children.index(child) :]
    _end_all(again)
    for other in again:
        if other.temporary:
            state.forget(other)
    return [other for other in again if not other.temporary]


def one_line(reason: Term) -> str:
    """Return an exit reason as text on one line."""
    return " ".join(format_exit(reason).split())


def _ids(children: list[Child]) -> str:
    return ", ".join(inspect(child.spec.id) for child in children)


def shut_down(child: Pid, how: Term) -> Term:
    """Shut down a child as its supervisor: `how` is `:brutal_kill`, `:infinity` or milliseconds.

    Returns `:ok`, or `{:error, reason}` if it ended with another reason. Runs in the supervisor.
    Receive point. Mirrors supervisor:shutdown.
    """
    ref = monitor(child)
    unlink(child)

    def is_down(message: Term) -> bool:
        return type(message) is tuple and message[0] is A.DOWN and message[1] is ref

    if how is not A.brutal_kill:
        send_exit(child, A.shutdown)
        down = receive(is_down, None if how is A.infinity else how, NOTHING)
        if down is not NOTHING:
            reason = down[4]
            return A.ok if reason in (A.shutdown, A.noproc) else (A.error, reason)
    send_exit(child, A.kill)
    down = receive(is_down)
    demonitor(ref)
    return A.ok if down[4] in (A.killed, A.noproc) else (A.error, down[4])
