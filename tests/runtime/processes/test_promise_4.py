"""Promise 4 of the runtime, by a state machine: each monitor or link reports a death once."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kvshell.runtime import Runtime, process
from kvshell.terms import A, ElixirError, Pid, Ref, Term
from tests.nodes import SCHEDULERS


class Watching(RuleBasedStateMachine):
    """A driver that traps exits, some other processes, and the messages that it must get."""

    scheduler = "controlled"
    pids = Bundle("pids")
    refs = Bundle("refs")

    def __init__(self) -> None:
        super().__init__()
        self.rt = Runtime(self.scheduler)  # type: ignore[arg-type]  # one of SCHEDULERS
        self.me = self.rt.enter()
        process.flag(A.trap_exit, True)
        self.ended: dict[Pid, Term] = {}  # reason by pid
        self.monitors: dict[Ref, Pid] = {}  # not removed, no `:DOWN` due
        self.links: set[Pid] = set()
        self.due: dict[object, Term] = {}  # by ref or pid: the message that must come

    def teardown(self) -> None:
        self.rt.stop()

    @rule(target=pids)
    def spawn(self) -> Pid:
        return process.spawn(process.receive)

    @rule(target=pids)
    def spawn_link(self) -> Pid:
        pid = process.spawn_link(process.receive)
        self.links.add(pid)
        return pid

    @rule(target=refs, pid=pids)
    def monitor(self, pid: Pid) -> Ref:
        ref = process.monitor(pid)
        if pid in self.ended:
            self.due[ref] = (A.DOWN, ref, A.process, pid, A.noproc)
        else:
            self.monitors[ref] = pid
        return ref

    @rule(ref=consumes(refs))
    def demonitor_and_flush(self, ref: Ref) -> None:
        assert process.demonitor(ref, flush=True) is True
        self.monitors.pop(ref, None)
        self.due.pop(ref, None)

    @rule(ref=refs)
    def demonitor(self, ref: Ref) -> None:
        process.demonitor(ref)
        self.monitors.pop(ref, None)

    @rule(pid=pids)
    def link(self, pid: Pid) -> None:
        assert process.link(pid) is True
        if pid in self.ended:
            self.due[object()] = (A.EXIT, pid, A.noproc)  # a message for each link
        else:
            self.links.add(pid)

    @rule(pid=pids)
    def unlink(self, pid: Pid) -> None:
        process.unlink(pid)
        self.links.discard(pid)

    @rule(pid=pids, reason=st.sampled_from([A.kill, A.boom, A.shutdown, A.normal]))
    def end(self, pid: Pid, reason: Term) -> None:
        if reason is A.normal:
            process.send(pid, A.go)
        else:
            process.exit(pid, reason)
        ends = pid not in self.ended
        assert self.rt.settle(10) is True
        assert not process.alive(pid)
        if not ends:
            return
        why = self.ended[pid] = A.killed if reason is A.kill else reason
        for ref in [ref for ref, watched in self.monitors.items() if watched is pid]:
            del self.monitors[ref]
            self.due[ref] = (A.DOWN, ref, A.process, pid, why)
        if pid in self.links:
            self.links.discard(pid)
            self.due[pid] = (A.EXIT, pid, why)

    @rule()
    def read_the_mailbox(self) -> None:
        self.rt.settle(10)
        came = process.flush()
        # Messages of links and monitors come in any order, but each comes once.
        assert sorted(map(repr, came)) == sorted(map(repr, self.due.values()))
        self.due.clear()

    @invariant()
    def the_records_agree(self) -> None:
        seen = self.rt.observe(self.me)
        assert seen is not None
        assert set(seen.links) == self.links
        assert sorted(pid.number for pid in seen.monitors) == sorted(
            pid.number for pid in self.monitors.values()
        )


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_promise_4_every_monitor_and_link_is_notified_exactly_once(scheduler: str) -> None:
    machine: type[Watching] = type("Machine", (Watching,), {"scheduler": scheduler})

    run_state_machine_as_test(machine, settings=settings(max_examples=30, stateful_step_count=25))


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_promise_4_linking_to_a_dead_process_raises_unless_exits_are_trapped(
    scheduler: str,
) -> None:
    with Runtime(scheduler) as rt, rt.attach():  # type: ignore[arg-type]  # one of SCHEDULERS
        pid = process.spawn(lambda: None)
        rt.settle()

        with pytest.raises(ElixirError, match=":noproc"):
            process.link(pid)
