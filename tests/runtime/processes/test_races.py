"""Races between two threads: what holds whichever is first. Free scheduler, many rounds.

CI repeats these with a switch interval of 1 us (KVSHELL_SWITCH_INTERVAL), which hits a window of a
few instructions within a run.
"""

import threading
from collections.abc import Iterator

import pytest

from kvshell.runtime import Exit, Runtime, process
from kvshell.terms import A, ElixirError, Pid
from tests.nodes import node

ROUNDS = 200


@pytest.fixture
def rt() -> Iterator[Runtime]:
    with node("free") as runtime:
        yield runtime


def dying() -> Pid:
    return process.spawn(lambda: None)


def test_linking_to_a_dying_process_yields_exactly_one_exit(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    for _ in range(ROUNDS):
        pid = dying()
        process.link(pid)

        tag, source, reason = process.receive(timeout_ms=10_000)
        assert (tag, source) == (A.EXIT, pid)
        assert reason in {A.normal, A.noproc}
    rt.settle()
    seen = rt.observe(process.self_())

    assert seen is not None
    assert (seen.links, seen.mailbox) == ((), ())


def test_after_unlink_no_exit_arrives(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    for _ in range(ROUNDS):
        pid = dying()
        process.link(pid)
        process.unlink(pid)
        process.flush()

        rt.settle()
        assert process.flush() == []


def test_after_unlink_no_exit_kills(rt: Runtime) -> None:
    me = process.self_()

    def partner() -> None:
        process.receive()  # until it is monitored: the monitor of a dead process gives :noproc
        pid = process.spawn(exits)
        try:
            process.link(pid)
        except ElixirError:
            process.send(me, A.lives)
            return
        process.unlink(pid)
        process.sleep(0)  # a process with a fatal signal ends here
        process.send(me, A.lives)

    def exits() -> None:
        raise Exit(A.boom)

    for _ in range(ROUNDS):
        pid = process.spawn(partner)
        ref = process.monitor(pid)
        process.send(pid, A.go)
        message = process.receive()
        if message is A.lives:
            message = process.receive()
            assert message[:4] == (A.DOWN, ref, A.process, pid)
            assert message[4] in {A.normal, A.noproc}
        else:
            assert message[4] in {A.boom, A.noproc}


def test_after_demonitor_with_flush_no_down_arrives(rt: Runtime) -> None:
    for _ in range(ROUNDS):
        pid = dying()
        refs = [process.monitor(pid) for _ in range(3)]
        for ref in refs:
            process.demonitor(ref, flush=True)

        rt.settle()
        assert process.flush() == []


def test_linking_and_unlinking_from_both_sides_leaves_both_or_neither(rt: Runtime) -> None:
    def other(partner: Pid) -> None:
        for _ in range(20):
            process.link(partner)
            process.unlink(partner)
        process.receive()

    me = process.self_()
    for _ in range(ROUNDS // 20):
        pid = process.spawn(lambda: other(me))
        for _ in range(20):
            process.link(pid)
            process.unlink(pid)
        rt.settle()
        mine, theirs = rt.observe(me), rt.observe(pid)

        assert mine is not None
        assert theirs is not None
        assert (pid in mine.links) is (me in theirs.links)
        process.unlink(pid)


def test_a_dead_process_keeps_no_name(rt: Runtime) -> None:
    for _ in range(ROUNDS):
        pid = dying()
        try:
            process.register(pid, A.brief)
        except ElixirError:
            continue
        finally:
            rt.settle()

        assert process.whereis(A.brief) is None


def test_a_dead_process_keeps_no_timer(rt: Runtime) -> None:
    """The BEAM arms no timer for a dead pid: read_timer and cancel_timer return false."""
    for _ in range(ROUNDS):
        process.send_after(dying(), A.never, 60_000)
    rt.settle()

    assert len(rt.timers) == 0


def test_a_child_spawned_by_a_dying_process_dies_with_it(rt: Runtime) -> None:
    for _ in range(ROUNDS // 4):
        begun = threading.Event()

        def parent(begun: threading.Event = begun) -> None:
            for _ in range(40):
                process.spawn_link(process.receive)
                begun.set()
            process.receive()

        pid = process.spawn(parent)
        begun.wait()
        process.exit(pid, A.kill)
        assert not process.alive(pid)
        rt.settle()

        assert rt.processes() == [process.self_()]


def test_a_dead_process_kills_no_other(rt: Runtime) -> None:
    """An exit signal is an effect, too: it is not sent after its sender's death."""
    for _ in range(ROUNDS // 4):
        victims = [process.spawn(process.receive) for _ in range(8)]
        begun = threading.Event()

        def killer(begun: threading.Event = begun, victims: list[Pid] = victims) -> None:
            for victim in victims:
                process.exit(victim, A.boom)
                begun.set()

        pid = process.spawn(killer)
        begun.wait()
        process.exit(pid, A.kill)
        assert not process.alive(pid)
        before = [process.alive(victim) for victim in victims]
        rt.settle()

        assert [process.alive(victim) for victim in victims] == before
        for victim in victims:
            process.exit(victim, A.kill)
