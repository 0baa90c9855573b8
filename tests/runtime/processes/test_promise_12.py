"""Promise 12 of the runtime: at rest nothing of the dead is left; no lock is held in user code."""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvshell.otp import agent, dynamic_supervisor, gen_server, registry, sys, task
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.runtime import Exit, Runtime, ets, process
from kvshell.runtime.processes.record import Process
from kvshell.runtime.schedule import pool
from kvshell.terms import A, Atom, Pid, RuntimeError_, Term, alias
from tests.nodes import SCHEDULERS, node, said

both = pytest.mark.parametrize("scheduler", SCHEDULERS)


class Mortal(gen_server.GenServer):
    """A server that dies in the way it is asked to, and never waits."""

    init_never_waits = True
    never_waits = frozenset({A.get})

    def init(self, arg: Any) -> Term:
        if arg is A.table:
            ets.new(A.mortal, [A.public])
        return (A.ok, arg)

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        match request:
            case A.get:
                return (A.reply, state, state)
            case A.raise_:
                raise RuntimeError_("boom")
            case A.stop:
                return (A.stop, A.normal, A.bye, state)
            case A.nonsense:
                return A.nonsense
        return (A.noreply, state)

    def handle_cast(self, request: Any, state: Any) -> Term:
        raise Exit(request)


def start(arg: Term = None, **options: Any) -> Pid:
    _ok, pid = gen_server.start(Mortal, arg, **options)
    return pid  # type: ignore[no-any-return]


def kill(pid: Pid, _number: int) -> bool:
    return process.exit(pid, A.kill)


WAYS: list[Callable[[Pid, int], Any]] = [
    kill,
    lambda pid, _n: process.exit(pid, A.boom),
    lambda pid, _n: gen_server.stop(pid),
    lambda pid, _n: gen_server.stop(pid, A.shutdown),
    lambda pid, _n: gen_server.call(pid, A.stop),
    lambda pid, _n: said(lambda: gen_server.call(pid, A.raise_)),
    lambda pid, _n: said(lambda: gen_server.call(pid, A.nonsense)),
    lambda pid, _n: gen_server.cast(pid, A.why),
    lambda pid, _n: [sys.suspend(pid), gen_server.cast(pid, A.why), kill(pid, 0)],
    lambda pid, _n: [process.link(pid), process.exit(pid, A.boom)],
    lambda pid, _n: [process.monitor(pid), process.monitor(pid), kill(pid, 0)],
    lambda pid, _n: [process.demonitor(process.monitor(pid)), kill(pid, 0)],
    lambda pid, _n: [process.send_after(pid, A.late, 600_000), kill(pid, 0)],
    lambda pid, n: [process.register(pid, Atom(f"name_{n}")), kill(pid, 0)],
    lambda pid, _n: [sys.trace(pid, True), sys.statistics(pid, True), gen_server.stop(pid)],
    lambda pid, _n: [process.spawn(lambda: gen_server.call(pid, A.park)), kill(pid, 0)],
    lambda _pid, n: [start(A.table), agent.stop(agent.start(lambda: n)[1])],
    lambda pid, n: said(lambda: gen_server.call(pid, A.park, 0)),
]


def counts(rt: Runtime) -> dict[str, int]:
    """Return every count that must be the same again at rest."""
    me = rt.observe(process.self_())
    assert me is not None
    return {
        "processes": len(rt.processes()),
        "names": len(rt.names),
        "calls": len(rt.slots),
        "timers": len(rt.timers),
        "tables": len(rt.tables),
        "zombies": len(rt.zombies()),
        "links": len(me.links),
        "monitors": len(me.monitors),
        "monitored by": len(me.monitored_by),
    }


def records() -> int:
    """Return the number of process records in memory, dead ones included."""
    gc.collect()
    return sum(isinstance(thing, Process) for thing in gc.get_objects())


@both
@pytest.mark.parametrize("lives", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_promise_12_ten_thousand_lives_leave_no_trace(
    scheduler: str, lives: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processes are linked, monitored, registered, have tables and timers, and end in every way."""
    monkeypatch.setattr(pool, "RETIRE_S", 0.05)
    threads = threading.active_count()
    with node(scheduler) as rt:
        process.flag(A.trap_exit, True)
        rt.settle()
        before, held = counts(rt), records()
        for number in range(lives):
            WAYS[number % len(WAYS)](start(), number)
            if number % 500 == 0:
                for pid in rt.processes()[1:]:
                    process.exit(pid, A.kill)
                rt.settle()
                process.flush()
        for pid in rt.processes()[1:]:
            process.exit(pid, A.kill)
        assert rt.settle(30) is True
        process.flush()
        rt.drain_events()
        del pid

        assert counts(rt) == before
        # A thread that is about to sleep may still refer to the process it ran last.
        assert records() - held <= (4 if scheduler == "free" else 0)
        # A scheduler always keeps two to four threads, a clock and a watchdog.
        if scheduler == "free":
            process.sleep(200)
            assert threading.active_count() - threads <= 6
    assert threading.active_count() == threads


@both
@settings(max_examples=15)
@given(ways=st.lists(st.integers(0, len(WAYS) - 1), max_size=12))
def test_promise_12_no_way_to_end_leaves_a_trace(scheduler: str, ways: list[int]) -> None:
    """Several ends are combined, since some traces are left only by two of them together."""
    with node(scheduler) as rt:
        process.flag(A.trap_exit, True)
        before = counts(rt)
        pids = [start() for _ in ways]
        for number, (way, pid) in enumerate(zip(ways, pids, strict=True)):
            for other in pids[:number]:
                process.monitor(other)
            WAYS[way](pid, number)
        for pid in rt.processes()[1:]:
            process.exit(pid, A.kill)
        assert rt.settle(30) is True
        process.flush()
        rt.drain_events()

        assert counts(rt) == before


LOCKS = ["_lock", "linking"]


@contextmanager
def no_locks(rt: Runtime, seen: list[str]) -> Iterator[Callable[[str], None]]:
    """Yield a check, to be called in user code, that no lock of the runtime is held.

    Only for the controlled scheduler, where a held lock must be that of the calling thread.
    """

    def check(where: str) -> None:
        held = [name for name in LOCKS if getattr(rt, name).locked()]
        held += ["names"] * rt.names._lock.locked() + ["tables"] * rt.tables._lock.locked()
        held += [f"table {t.name}" for t in rt.tables.all() if t.lock.locked()]
        for record in list(rt._living.values()):
            held += [f"{record.pid} effect"] * record.effect.locked()
            held += [f"{record.pid} lock"] * record.lock.locked()
        seen.append(where)
        assert held == [], where

    yield check


def test_promise_12_no_lock_is_held_while_user_code_runs() -> None:
    seen: list[str] = []
    with node("controlled") as rt, no_locks(rt, seen) as check:

        class Checks(gen_server.GenServer):
            def init(self, arg: Any) -> Term:
                check("init")
                return (A.ok, arg, (A.continue_, 1))

            def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
                check("handle_call")
                return (A.reply, request, state)

            def handle_cast(self, request: Any, state: Any) -> Term:
                check("handle_cast")
                return (A.noreply, state)

            def handle_info(self, message: Any, state: Any) -> Term:
                check("handle_info")
                return (A.noreply, state)

            def handle_continue(self, continuation: Any, state: Any) -> Term:
                check("handle_continue")
                return (A.noreply, state)

            def terminate(self, reason: Any, state: Any) -> Term:
                check("terminate")
                return A.ok

            def runs_in_caller(self, request: Any) -> bool:
                check("runs_in_caller")
                return False

        def any_(where: str) -> Callable[..., Any]:
            def code(*args: Any) -> Any:
                check(where)
                return args[0] if args else None

            return code

        rt.on_event = any_("on_event")
        rt.watch = any_("watch")
        process.flag(A.trap_exit, True)
        _ok, pid = gen_server.start_link(Checks, None)
        gen_server.call(pid, A.x)
        gen_server.cast(pid, A.x)
        process.send(pid, A.x)
        process.send_after(pid, A.x, 1)
        process.sleep(2)
        sys.replace_state(pid, any_("replace_state"))
        sys.trace(pid, True)
        gen_server.call(pid, A.x)
        gen_server.stop(pid, A.boom)
        _ok, bucket = agent.start(any_("agent start"))
        for ask in (agent.get, agent.update, agent.cast):
            ask(bucket, any_("agent function"))
        table = ets.new(A.t)
        ets.insert(table, [(1, 1), (2, 2)])
        ets.foldl(any_("foldl"), 0, table)
        reg = alias("Reg")
        registry.start_link(A.duplicate, reg)
        registry.register(reg, A.k, 1)
        registry.dispatch(reg, A.k, any_("dispatch"))
        task.await_(task.async_(any_("task")))
        process.spawn(any_("spawn"))
        process.receive(lambda _m: check("match") is None, 0)
        dynamic_supervisor.start_link(SupervisorOptions())
        rt.settle()
        rt.watch = rt.on_event = None

    assert set(seen) >= {
        "init", "handle_call", "handle_cast", "handle_info", "handle_continue", "terminate",
        "runs_in_caller", "on_event", "watch", "replace_state", "agent start", "agent function",
        "foldl", "dispatch", "task", "spawn", "match",
    }  # fmt: skip
