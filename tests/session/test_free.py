"""The free scheduler: lines that race on real threads, Ctrl-C while waiting, and events."""

import signal
import threading
from collections.abc import Callable

import pytest

from kvshell.session import Session
from kvshell.session.host import Waiting
from tests.session.typist import Typist


@pytest.fixture
def free(opened: Callable[..., Typist]) -> Typist:
    typist = opened("ets", "free")
    typist("start manager")
    return typist


def test_a_session_on_real_threads_answers_as_a_controlled_one(free: Typist) -> None:
    assert free.all("create store s1", "put s1 milk 1", "get s1 milk", "stop s1", "lookup s1") == [
        "#PID<0.104.0>",
        ":ok",
        "1",
        ":ok",
        ":error",
    ]


def test_processes_woken_by_a_line_are_held_until_it_ends(opened: Callable[..., Typist]) -> None:
    kv = opened("ets-cast", "free")
    kv("start manager")

    for number in range(50):
        assert kv(f"create store a{number}; lookup a{number}") == ":ok\n:error"


def test_repeat_holds_each_round_as_a_line(opened: Callable[..., Typist]) -> None:
    kv = opened("ets-cast", "free")
    kv("start manager")

    text = kv("repeat 200 create store a{n}; lookup a{n}")

    assert "│    200 │ 100.0 % │ :ok; :error │" in text
    assert text.endswith("200 rounds")


def test_repeat_hits_the_chapters_race(opened: Callable[..., Typist]) -> None:
    """About as many lookups find the dead process as on the BEAM, where 111 of 1,000 do."""
    kv = opened("ets", "free")
    kv("start manager")

    told = kv("repeat 300 create store x; stop x; lookup x")

    assert "; :ok; :error" in told
    assert "; :ok; {:ok, #PID<" in told


def interrupted_while_waiting(typist: Typist, line: str) -> tuple[str, Waiting]:
    """Type a line, press Ctrl-C as soon as it waits; return its answer and what it waited for."""
    session = typist.session
    seen: list[Waiting] = []

    def press(_number: int, _frame: object) -> None:
        waiting = session.waiting()
        if waiting is not None and not seen:
            seen.append(waiting)
            session.interrupt()

    previous = signal.signal(signal.SIGALRM, press)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        return typist(line), seen[0]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def test_ctrl_c_ends_a_wait_and_leaves_the_request_in_the_mailbox(free: Typist) -> None:
    free("suspend manager")
    answer, waiting = interrupted_while_waiting(free, "create store s1")

    assert answer == (
        '** (exit) exited in: GenServer.call(KV.Registry, {:create, "s1"}, 5000)\n'
        "    ** (EXIT) interrupted"
    )
    assert (waiting.name, waiting.status) == ("KV.Registry", "suspended")
    assert free.all("resume manager", "lookup s1") == [":ok", "{:ok, #PID<0.104.0>}"]


def test_ctrl_c_before_a_wait_ends_the_first_one(free: Typist) -> None:
    free.session.interrupt()

    assert free("sleep 1m; self").startswith("** (exit) ")
    assert free("self") == "#PID<0.100.0>"


def test_a_sleeping_line_says_that_it_sleeps(free: Typist) -> None:
    _answer, waiting = interrupted_while_waiting(free, "sleep 1m")

    assert waiting.name == "sleep"


def test_no_wait_is_reported_between_lines(free: Typist) -> None:
    assert free.session.waiting() is None


def test_an_event_calls_the_host(free: Typist) -> None:
    came = threading.Event()
    free.session.on_event = lambda _event: came.set()

    free.session.run("as b create store s1")

    assert came.wait(5)
    free.session.settle(5)
    assert [event.text for event in free.session.events()] == ["b: #PID<0.105.0>"]


def test_on_event_outlives_a_reset(free: Typist) -> None:
    heard: list[str] = []
    free.session.on_event = lambda event: heard.append(event.kind)

    free("reset", "start manager", "as b self")

    assert heard == ["answer"]


def test_a_killed_shell_lives_again(free: Typist) -> None:
    assert free("kill shell") == (
        "** (EXIT from #PID<0.100.0>) shell process exited with reason: killed"
    )
    assert free("create store s1").startswith("#PID<")


def test_compare_runs_beside_real_threads(free: Typist) -> None:
    assert "ets-cast" in free("compare create store a; lookup a")
    assert free("self") == "#PID<0.100.0>"


def test_settle_gives_up_after_its_timeout(free: Typist) -> None:
    assert free.session.settle(0.5) is True


@pytest.mark.slow
@pytest.mark.parametrize("scheduler", ["controlled", "free"])
def test_ten_thousand_stores_by_repeat(scheduler: str) -> None:
    with Session(scheduler) as session:  # type: ignore[arg-type]  # one of the two words
        session.run("start manager plain")
        (result,) = session.run("repeat 10_000 create store s{n}")
        session.settle()

        assert result.ok
        assert len(session.snapshot().stores) == 10_000
