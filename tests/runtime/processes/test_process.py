"""Processes: signals, deaths, links, monitors, timers; on both schedulers."""

from collections.abc import Iterator

import pytest

from kvshell.runtime import Exit, Runtime, process, runtime
from kvshell.terms import A, Pid, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


def sleeper() -> Pid:
    return process.spawn(lambda: process.sleep(3_600_000))


def down_reason(code: object) -> Term:
    _pid, ref = process.spawn_monitor(code)  # type: ignore[arg-type]
    message = process.receive(lambda m: m[1] is ref)
    return message[4]


def test_the_first_process_is_number_100(rt: Runtime) -> None:
    assert inspect(process.self_()) == "#PID<0.100.0>"
    assert sleeper().number == 101


def test_messages_of_one_sender_keep_their_order(rt: Runtime) -> None:
    me = process.self_()

    def echo() -> None:
        for _ in range(100):
            process.send(me, process.receive())

    pid = process.spawn(echo)
    for number in range(100):
        process.send(pid, number)

    assert [process.receive() for _ in range(100)] == list(range(100))


def test_send_returns_the_message_even_to_a_dead_process(rt: Runtime) -> None:
    """As in iex: case 03.5 of the recorded sessions."""
    pid = process.spawn(lambda: None)
    rt.settle()

    assert process.send(pid, A.hello) is A.hello
    assert rt.counts["dead_letters"] == 1


def test_send_to_an_unregistered_name_raises(rt: Runtime) -> None:
    """As in iex: case 10.22 of the recorded sessions."""
    assert said(lambda: process.send(A.nobody, 1)) == (
        "** (ArgumentError) errors were found at the given arguments:\n\n"
        "  * 1st argument: invalid destination"
    )


def test_a_message_that_is_not_a_term_is_refused_in_the_sender(rt: Runtime) -> None:
    with pytest.raises(TypeError, match=r"message\[1\]: set is not a term"):
        process.send(process.self_(), (A.a, {1}))


def test_a_monitor_reports_a_normal_end(rt: Runtime) -> None:
    """As in iex: case 10.1 of the recorded sessions."""
    pid = process.spawn(process.receive)
    ref = process.monitor(pid)
    process.send(pid, A.stop)

    assert process.receive() == (A.DOWN, ref, A.process, pid, A.normal)
    assert process.flush() == []


def test_monitoring_a_dead_or_unknown_process_gives_noproc(rt: Runtime) -> None:
    """As in iex: cases 10.2 and 10.3 of the recorded sessions."""
    pid = process.spawn(lambda: None)
    rt.settle()

    ref = process.monitor(pid)
    assert process.receive() == (A.DOWN, ref, A.process, pid, A.noproc)
    ref = process.monitor(A.nobody)
    assert inspect(process.receive()[3]) == "{:nobody, :nonode@nohost}"


def test_each_monitor_yields_its_own_down_in_the_order_installed(rt: Runtime) -> None:
    """As in iex: case 10.4 of the recorded sessions."""
    pid = sleeper()
    refs = [process.monitor(pid), process.monitor(pid)]
    process.exit(pid, A.kill)

    assert [process.receive()[1] for _ in refs] == refs
    assert process.flush() == []


def test_demonitor_with_flush_removes_the_down(rt: Runtime) -> None:
    """As in iex: case 10.5 of the recorded sessions."""
    pid = sleeper()
    plain, flushed = process.monitor(pid), process.monitor(pid)
    process.demonitor(plain)
    process.exit(pid, A.kill)
    rt.settle()

    assert process.demonitor(flushed, flush=True) is True
    assert process.flush() == []


def raises() -> None:
    raise ValueError("boom")


def exits(reason: Term) -> object:
    def code() -> None:
        raise Exit(reason)

    return code


def test_a_monitor_gets_the_exit_reason(rt: Runtime) -> None:
    """As in iex: case 10.6 of the recorded sessions."""
    assert down_reason(lambda: A.done) is A.normal
    assert down_reason(exits(A.shutdown)) is A.shutdown
    assert down_reason(exits((A.shutdown, A.bye))) == (A.shutdown, A.bye)
    assert down_reason(exits(A.kill)) is A.kill
    assert down_reason(lambda: process.exit(process.self_(), A.kill)) is A.killed
    assert down_reason(lambda: process.exit(process.self_(), A.normal)) is A.normal
    assert inspect(down_reason(raises)) == '{%ValueError{message: "boom"}, []}'


def test_a_bare_process_that_raises_is_reported_and_one_that_exits_is_not(rt: Runtime) -> None:
    """As in Erlang, an `exit` is no error."""
    down_reason(exits(A.silent))
    assert rt.drain_events() == []
    down_reason(raises)
    texts = [event.text for event in rt.drain_events()]
    assert texts == ["Process #PID<0.102.0> raised an exception\n** (ValueError) boom"]


@pytest.mark.parametrize(
    ("reason", "seen"),
    [
        (A.normal, "alive"),
        (A.shutdown, A.shutdown),
        (A.kill, A.killed),
        (A.killed, A.killed),
        (A.boom, A.boom),
    ],
)
def test_exit_signals_end_a_process_that_does_not_trap(
    rt: Runtime, reason: Term, seen: Term
) -> None:
    """As in iex: case 10.7 of the recorded sessions."""
    pid = sleeper()
    process.monitor(pid)

    assert process.exit(pid, reason) is True

    if seen == "alive":
        assert process.alive(pid)
    else:
        assert process.receive()[4] is seen


@pytest.mark.parametrize("reason", [A.normal, A.shutdown, A.killed, A.boom])
def test_a_trapping_process_gets_a_message(rt: Runtime, reason: Term) -> None:
    """As in iex: case 10.8 of the recorded sessions."""
    me = process.self_()

    def trap() -> None:
        process.flag(A.trap_exit, True)
        process.send(me, A.ready)
        process.send(me, process.receive())

    pid = process.spawn(trap)
    assert process.receive() is A.ready
    process.exit(pid, reason)

    assert process.receive() == (A.EXIT, me, reason)


def test_kill_cannot_be_trapped_and_arrives_at_links_as_killed(rt: Runtime) -> None:
    """As in iex: cases 10.8 and 10.9 of the recorded sessions."""
    process.flag(A.trap_exit, True)

    def trap() -> None:
        process.flag(A.trap_exit, True)
        process.sleep(3_600_000)

    pid = process.spawn_link(trap)
    rt.settle()
    process.exit(pid, A.kill)

    assert process.receive() == (A.EXIT, pid, A.killed)


def test_the_reason_kill_of_a_linked_process_can_be_trapped(rt: Runtime) -> None:
    """A process that calls exit(:kill) itself ends with plain :kill."""
    process.flag(A.trap_exit, True)
    pid = process.spawn_link(exits(A.kill))  # type: ignore[arg-type]

    assert process.receive() == (A.EXIT, pid, A.kill)


def test_a_death_takes_linked_processes_with_it(rt: Runtime) -> None:
    pids: list[Pid] = []

    def parent() -> None:
        pids.append(process.spawn_link(exits(A.boom)))  # type: ignore[arg-type]
        process.sleep(3_600_000)

    assert down_reason(parent) is A.boom
    assert not process.alive(pids[0])


def test_unlink_stops_the_signal(rt: Runtime) -> None:
    pid = process.spawn_link(process.receive)
    process.unlink(pid)
    process.exit(pid, A.boom)

    assert not process.alive(pid)
    assert process.alive(process.self_())


def test_linking_to_a_dead_process_raises_noproc(rt: Runtime) -> None:
    """As in iex: cases 10.9 and 10.10 of the recorded sessions."""
    pid = process.spawn(lambda: None)
    rt.settle()

    assert said(lambda: process.link(pid)) == (
        "** (ErlangError) Erlang error: :noproc:\n\n"
        "  * 1st argument: the pid does not refer to an existing process"
    )
    process.flag(A.trap_exit, True)
    assert process.link(pid) is True
    assert process.receive() == (A.EXIT, pid, A.noproc)


def test_exits_reach_links_before_downs_reach_monitors(rt: Runtime) -> None:
    """The order of dying steps that the runtime promises."""
    process.flag(A.trap_exit, True)
    pid = process.spawn_link(lambda: process.receive())
    ref = process.monitor(pid)
    process.send(pid, A.go)

    assert process.receive() == (A.EXIT, pid, A.normal)
    assert process.receive() == (A.DOWN, ref, A.process, pid, A.normal)


def test_a_name_is_free_after_death_and_before_down(rt: Runtime) -> None:
    pid = sleeper()
    process.register(pid, A.it)
    process.monitor(pid)
    process.exit(pid, A.kill)
    process.receive()

    assert process.whereis(A.it) is None
    assert process.register(sleeper(), A.it) is True


def test_register_twice_is_an_error(rt: Runtime) -> None:
    """As in iex: case 10.22 of the recorded sessions."""
    process.register(process.self_(), A.me)

    assert said(lambda: process.register(process.self_(), A.me2)) == (
        "** (ArgumentError) could not register #PID<0.100.0> with name :me2 because it is not "
        "alive, the name is already taken, or it has already been given another name"
    )
    assert process.unregister(A.me) is True
    assert "not a pid" in said(lambda: process.unregister(A.me))


def test_timers_fire_and_are_cancelled(rt: Runtime) -> None:
    """As in iex: case 10.23 of the recorded sessions."""
    me = process.self_()
    timer = process.send_after(me, A.tick, 1)
    assert process.receive() is A.tick
    assert process.cancel_timer(timer) is False

    timer = process.send_after(me, A.tick, 60_000)
    left = process.cancel_timer(timer)
    assert isinstance(left, int)
    assert left > 0
    assert process.cancel_timer(timer) is False


def test_timers_to_a_dead_process_are_dropped_and_its_own_for_others_fire(rt: Runtime) -> None:
    """Timers are dropped by their receiver's death, not by that of the process that set them."""
    me = process.self_()
    pid = process.spawn(lambda: (process.send_after(me, A.late, 5), None)[1])
    process.send_after(pid, A.never, 60_000)

    assert process.receive() is A.late
    assert len(rt.timers) == 0


def test_receive_is_selective_and_times_out(rt: Runtime) -> None:
    """As in iex: case 10.21 of the recorded sessions."""
    me = process.self_()
    for message in (A.a, (A.b, 1), A.c):
        process.send(me, message)

    assert process.receive(lambda m: type(m) is tuple, 0) == (A.b, 1)
    assert process.receive(lambda m: m is A.zzz, 1, A.none) is A.none
    assert process.flush() == [A.a, A.c]


def test_alive_waits_for_the_dying(rt: Runtime) -> None:
    """The process that sent the kill finds the other one dead."""
    for _ in range(50):
        pid = sleeper()
        process.exit(pid, A.kill)
        assert process.alive(pid) is False
        assert process.info(pid) is None


def test_observing_a_dead_process_gives_its_reason(rt: Runtime) -> None:
    pid = sleeper()
    rt.settle()
    before = rt.observe(pid)
    process.exit(pid, A.boom)
    process.alive(pid)
    after = rt.observe(pid)

    assert before is not None
    assert before.status == "sleeping"
    assert after is not None
    assert (after.status, after.reason) == ("dead", A.boom)


def test_ten_thousand_lives_leave_no_trace(rt: Runtime) -> None:
    """The short version of test_promise_12."""
    process.flag(A.trap_exit, True)
    for number in range(300):
        pid = process.spawn_link(process.receive)
        process.monitor(pid)
        process.register(pid, alias(f"It{number}"))
        process.exit(pid, A.kill if number % 2 else A.boom)
        assert not process.alive(pid)
    rt.settle()
    process.flush()
    me = rt.observe(process.self_())

    assert me is not None
    assert (me.links, me.monitors, len(rt.names)) == ((), (), 0)
    assert rt.processes() == [process.self_()]
    assert rt.slots == {}


def test_a_dead_driver_can_be_followed_by_another(rt: Runtime) -> None:
    first = process.self_()
    with pytest.raises(BaseException, match=r"^$"):
        process.exit(first, A.kill)
    rt.leave()
    second = rt.enter()

    seen = rt.observe(first)
    assert seen is not None
    assert seen.reason is A.killed
    assert second is not first
    assert process.send(second, A.hello) is A.hello


def test_a_runtime_inside_another_gives_the_thread_back(rt: Runtime) -> None:
    outer = process.self_()
    with Runtime("controlled") as inner:
        with inner.attach() as pid:
            assert process.self_() is pid
        assert process.self_() is outer


def test_11_24_the_registered_names_in_term_order(rt: Runtime) -> None:
    for name in (A.b, A.a):
        process.register(sleeper(), name)

    assert list(process.registered()) == [A.a, A.b]


def test_10_23_read_timer_returns_the_remaining_time(rt: Runtime) -> None:
    timer = process.send_after(process.self_(), A.tick, 60_000)

    left = process.read_timer(timer)
    assert isinstance(left, int)
    assert 0 < left <= 60_000
    process.cancel_timer(timer)
    assert process.read_timer(timer) is False


def test_the_number_of_processes_has_a_limit(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "LIMIT", 3)
    pids = [sleeper(), sleeper()]

    assert said(sleeper) == "** (SystemLimitError) a system limit has been reached: 3 processes"
    process.exit(pids[0], A.kill)
    assert not process.alive(pids[0])
    assert process.alive(sleeper())
