"""Supervisor: starts its children in order, restarts them, ends them in reverse order.

Mirrors Elixir's Supervisor: one_for_one, one_for_all, rest_for_one; the restart one too many within
the window ends the supervisor with `:shutdown`.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from kvshell.otp import gen_server
from kvshell.otp.callbacks import From, GenServer
from kvshell.otp.child_spec import ChildSpec, child_spec
from kvshell.otp.gen import Server, shut_down
from kvshell.otp.gen_server import INFINITY, Timeout
from kvshell.otp.naming import Name
from kvshell.otp.restarts import Restarts, needs_restart
from kvshell.runtime.carrier import current
from kvshell.runtime.process import flag
from kvshell.terms import A, Atom, List, Map, Opaque, Pid, Term, format_exit, inspect, key


class Options(NamedTuple):
    """How to supervise: strategy, and at most `max_restarts` in `max_seconds`."""

    strategy: Atom = A.one_for_one
    max_restarts: int = 3
    max_seconds: int = 5


DEFAULTS = Options()


class Child(NamedTuple):
    """One child: its specification and its pid, or `:undefined` while it does not run."""

    spec: ChildSpec
    pid: Term


class State(NamedTuple):
    """What a supervisor knows; `children` in the order they were started."""

    options: Options
    restarts: Restarts
    children: tuple[Child, ...]

    def running(self) -> list[Child]:
        """Return the children that run."""
        return [child for child in self.children if isinstance(child.pid, Pid)]


STRATEGIES: Final = (A.one_for_one, A.one_for_all, A.rest_for_one)


def wrong_options(options: Options, strategies: tuple[Atom, ...]) -> Term:
    """Return what OTP calls the first option that cannot be, `{:invalid_strategy, :x}`; or None."""
    if options.strategy not in strategies:
        return (A.invalid_strategy, options.strategy)
    if type(options.max_restarts) is not int or options.max_restarts < 0:
        return (A.invalid_intensity, options.max_restarts)
    if type(options.max_seconds) is not int or options.max_seconds <= 0:
        return (A.invalid_period, options.max_seconds)
    return None


class SupervisorServer(GenServer):
    """The server behind every Supervisor; its state is Opaque to everybody else."""

    module = "Supervisor"
    kind = "Supervisor"

    def init(self, arg: Any) -> Term:
        """Start the children in order; on failure end those started and stop."""
        flag(A.trap_exit, True)
        options, specs = arg.value
        wrong = wrong_options(options, STRATEGIES)
        if wrong is not None:
            return (A.stop, (A.supervisor_data, wrong))
        restarts = Restarts(options.max_restarts, options.max_seconds)
        children, failed = _start_all(specs)
        if failed is not None:
            _end_all(children)
            return (A.stop, (A.shutdown, (A.failed_to_start_child, *failed)))
        return (A.ok, Opaque(State(options, restarts, tuple(children))))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        """Answer which_children and count_children."""
        children = state.value.children
        match request:
            case A.which_children:
                return (
                    A.reply,
                    List([(c.spec.id, c.pid, c.spec.type, c.spec.modules) for c in children[::-1]]),
                    state,
                )
            case A.count_children:
                running = state.value.running()
                supervisors = sum(c.spec.type is A.supervisor for c in children)
                return (
                    A.reply,
                    counts(len(children), len(running), supervisors, len(children) - supervisors),
                    state,
                )
        return None

    def handle_info(self, message: Any, state: Any) -> Term:
        """Restart the child that died, or end when that is one restart too many."""
        match message:
            case (A.EXIT, pid, reason):
                return _child_died(state.value, pid, reason)
        return super().handle_info(message, state)

    def terminate(self, reason: Any, state: Any) -> Term:
        """End the children in reverse order."""
        if isinstance(state, Opaque):
            _end_all(state.value.children)
        return A.ok


def counts(specs: int, active: int, supervisors: int, workers: int) -> Map:
    """Return what count_children answers."""
    return Map({A.specs: specs, A.active: active, A.supervisors: supervisors, A.workers: workers})


def _start_all(specs: tuple[ChildSpec, ...]) -> tuple[list[Child], tuple[Term, Term] | None]:
    children: list[Child] = []
    for spec in specs:
        match spec.run():
            case (A.ok, pid):
                children.append(Child(spec, pid))
            case A.ignore if spec.restart is A.temporary:
                continue
            case A.ignore:
                children.append(Child(spec, A.undefined))
            case (A.error, reason):
                return children, (spec.id, reason)
            case other:
                return children, (spec.id, other)
    return children, None


def _end_all(children: tuple[Child, ...] | list[Child]) -> None:
    for child in reversed(children):
        if isinstance(child.pid, Pid):
            shut_down(child.pid, child.spec.shutdown)


def _child_died(state: State, pid: Pid, reason: Term) -> Term:
    index = next((i for i, child in enumerate(state.children) if child.pid is pid), None)
    if index is None:
        return (A.noreply, Opaque(state))
    child = state.children[index]
    if not needs_restart(child.spec.restart, reason):
        kept = [c for c in state.children if c is not child]
        if child.spec.restart is not A.temporary:
            kept.insert(index, Child(child.spec, A.undefined))
        return (A.noreply, Opaque(state._replace(children=tuple(kept))))
    first = {A.one_for_all: 0, A.rest_for_one: index}.get(state.options.strategy)
    before = list(state.children[: index if first is None else first])
    again = [child] if first is None else list(state.children[first:])
    after = list(state.children[index + 1 :]) if first is None else []
    _end_all([other for other in again if other is not child])
    again = [other for other in again if other.spec.restart is not A.temporary]
    return _restart(state, child, reason, before, again, after)


def _restart(
    state: State,
    dead: Child,
    reason: Term,
    before: list[Child],
    again: list[Child],
    after: list[Child],
) -> Term:
    process = current()
    runtime = process.runtime
    why = f"{inspect(dead.spec.id)} ended: {one_line(reason)}"
    while state.restarts.add(runtime.now_ms(), why):
        children, failed = _start_all(tuple(child.spec for child in again))
        if failed is None:
            runtime.emit(
                "restart",
                process.pid,
                f"{inspect(process.shown())} restarted {_ids(children)}: {why}",
                "info",
            )
            return (A.noreply, Opaque(state._replace(children=(*before, *children, *after))))
        _end_all(children)
    limit, seconds = state.restarts.limit, state.restarts.window_ms // 1000
    runtime.emit(
        "budget",
        process.pid,
        f"{inspect(process.shown())} gives up: {why}, "
        f"and {limit} restarts in {seconds} s were used",
        "notice",
    )
    left = Opaque(state._replace(children=(*before, *after)))
    return (A.stop, A.shutdown, left)


def one_line(reason: Term) -> str:
    """Return an exit reason in words, on one line."""
    return " ".join(format_exit(reason).split())


def _ids(children: list[Child]) -> str:
    return ", ".join(inspect(child.spec.id) for child in children)


def start_link(
    children: Iterable[object], options: Options = DEFAULTS, *, name: Name | None = None
) -> Term:
    """Start a supervisor linked to the caller; waits until every child is started.

    A child is anything `child_spec` takes. Mirrors Supervisor.start_link/2. Receive point.
    """
    return _start(children, options, name, gen_server.start_link)


def start(
    children: Iterable[object], options: Options = DEFAULTS, *, name: Name | None = None
) -> Term:
    """Start a supervisor without a link: what an application's start amounts to at a prompt."""
    return _start(children, options, name, gen_server.start)


def _start(
    children: Iterable[object],
    options: Options,
    name: Name | None,
    start_server: Callable[..., Term],
) -> Term:
    specs = [child_spec(child) for child in children]
    if None in specs:
        return (A.error, (A.start_spec, A.missing_start))
    ids = [key(spec.id) for spec in specs if spec is not None]
    for position, form in enumerate(ids):
        if form in ids[:position]:
            return (A.error, (A.start_spec, (A.duplicate_child_name, specs[position].id)))  # type: ignore[union-attr]  # None was refused
    return start_server(SupervisorServer, Opaque((options, tuple(specs))), name=name)


def which_children(supervisor: Server) -> Term:
    """Return `[{id, pid, type, modules}]`, the last started first. Receive point."""
    return gen_server.call(supervisor, A.which_children, INFINITY)


def count_children(supervisor: Server) -> Term:
    """Return `%{active:, specs:, supervisors:, workers:}`. Receive point."""
    return gen_server.call(supervisor, A.count_children, INFINITY)


def stop(supervisor: Server, reason: object = A.normal, timeout: Timeout = INFINITY) -> Atom:
    """End the supervisor and its children, and wait for it. Mirrors Supervisor.stop/3."""
    return gen_server.stop(supervisor, reason, timeout)
