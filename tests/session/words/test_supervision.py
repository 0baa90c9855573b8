"""The tree shows each supervisor's strategy, its restarts, and which child used them up."""

import pytest

from kvshell.otp import dynamic_supervisor, supervisor
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.runtime import process
from kvshell.session import Session
from kvshell.systems.designs.supervision import supervision
from kvshell.systems.kv import bucket
from kvshell.terms import A
from kvshell.views import Caps, render
from tests.nodes import SCHEDULERS, node
from tests.session.typist import Typist

SUPERVISOR = "#PID<0.101.0> KV.Supervisor one_for_all, "


def test_tree_counts_the_restarts_within_the_window(kv: Typist) -> None:
    kv("start manager", "kill manager", "kill manager")

    assert f"{SUPERVISOR}2 of 3 restarts in 5 s" in kv("tree")


def test_a_restart_leaves_the_window_when_its_time_is_over(kv: Typist) -> None:
    kv("start manager", "kill manager", "sleep 4s", "kill manager", "sleep 1500ms")

    assert f"{SUPERVISOR}1 of 3 restarts in 5 s" in kv("tree")


def test_info_says_why_the_last_restart_was(kv: Typist) -> None:
    kv("start manager", "crash manager")

    facts = kv("info supervisor")

    assert "1 of 3 restarts in 5 s" in facts
    assert "KV.Registry ended: an exception was raised:" in facts
    assert "Opaque" not in facts


def test_when_the_restart_budget_is_used_up_an_event_names_the_child() -> None:
    with Session() as session:
        session.run("start manager")
        for _ in range(4):
            session.run("kill buckets")
            session.settle()

        last = session.events()[-1].text

    assert last == (
        "KV.Supervisor gives up: KV.BucketSupervisor ended: killed, and 3 restarts in 5 s were used"
    )


def test_tree_still_names_the_child_afterwards(kv: Typist) -> None:
    kv("start manager", "kill manager", "kill manager", "kill manager", "kill manager")

    assert kv("tree").startswith(
        "nothing runs: start manager (restarts used up, KV.Registry ended: killed)\n"
    )


def test_the_hint_after_it_names_the_child() -> None:
    with Session() as session:
        for line in ("start manager", *["kill manager"] * 4):
            session.run(line)
            session.settle()

        hint = session.run("lookup s1")[0].hint

    assert hint is not None
    assert hint.key == "budget-blown"
    assert hint.text.startswith("KV.Registry ended: killed, and that was the fourth restart")


@pytest.mark.parametrize("last", ["stop supervisor", "stop supervisor shutdown", "stop manager"])
def test_stopping_the_system_blames_no_child(kv: Typist, last: str) -> None:
    kv("start manager", "kill manager", last)

    assert kv("tree").startswith("nothing runs: start manager\n")


def test_a_narrow_terminal_breaks_the_line_between_words() -> None:
    with Session() as session:
        session.run("start manager")
        drawn = render(session.run("tree")[0], Caps(plain=False, width=40))

    assert drawn.split("\n")[2:] == [
        "└── #PID<0.101.0> KV.Supervisor",
        "    one_for_all, 0 of 3 restarts in 5 s",
        "    ├── #PID<0.102.0>",
        "    │   KV.BucketSupervisor one_for_one,",
        "    │   0 of 3 restarts in 5 s",
        "    └── #PID<0.103.0> KV.Registry",
    ]


def test_tree_sends_nothing_and_works_while_the_supervisor_is_suspended(kv: Typist) -> None:
    kv("start manager", "suspend supervisor")

    assert f"{SUPERVISOR}0 of 3 restarts in 5 s suspended" in kv("tree")


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_dynamic_supervisor_reports_and_counts_its_restarts(scheduler: str) -> None:
    with node(scheduler) as rt:
        _ok, pid = dynamic_supervisor.start_link(SupervisorOptions(max_restarts=1, max_seconds=60))
        spec = ChildSpec(bucket.MODULE, bucket.SPEC.start, restart=A.permanent)
        _ok, child = dynamic_supervisor.start_child(pid, spec)

        process.exit(child, A.kill)
        rt.settle()

        seen = rt.observe(pid)
        assert seen is not None
        known = supervision(seen, rt.now_ms())
        told = [event.text for event in rt.drain_events()]
        dynamic_supervisor.stop(pid)
    assert known is not None
    assert (known.strategy, known.used, known.limit, known.seconds) == ("one_for_one", 1, 1, 60)
    assert len(told) == 1
    assert told[0].endswith(f"{child!r} ended: killed")


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_plain_server_is_not_shown_as_a_supervisor(scheduler: str) -> None:
    with node(scheduler) as rt:
        _ok, pid = supervisor.start([])
        seen = rt.observe(pid)
        supervisor.stop(pid)

    assert seen is not None
    assert supervision(seen, 0) is not None
    assert supervision(seen._replace(state=1), 0) is None
