"""Promises 1, 3, 4 and 7 of the runtime: signals, deaths, monitors, links and exits."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvshell.otp import gen_server
from kvshell.runtime import Exit, Killed, ets, process
from kvshell.terms import A, Atom, Pid, Term, alias
from tests.nodes import SCHEDULERS, node

both = pytest.mark.parametrize("scheduler", SCHEDULERS)
few = settings(max_examples=25)

REASONS = st.sampled_from([A.normal, A.shutdown, A.kill, A.killed, A.boom, (A.shutdown, 1)])


class Diary(gen_server.GenServer):
    """A server that traps exits and records everything in the order it was handled."""

    module = "Diary"

    def init(self, arg: Any) -> Term:
        process.flag(A.trap_exit, True)
        return (A.ok, ())

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        match request:
            case A.read:
                return (A.reply, state, state)
            case (A.monitor, pid):
                return (A.reply, process.monitor(pid), state)
        return (A.reply, A.ok, (*state, request))

    def handle_cast(self, request: Any, state: Any) -> Term:
        return (A.noreply, (*state, request))

    def handle_info(self, message: Any, state: Any) -> Term:
        match message:
            case (A.EXIT, _from, (sender, number)):
                return (A.noreply, (*state, (sender, number)))
            case (A.EXIT, pid, _reason) | (A.DOWN, _, _, pid, _reason):
                return (A.noreply, (*state, (pid, message[0])))
        return (A.noreply, (*state, message))


@both
@few
@given(scripts=st.lists(st.lists(st.sampled_from("mcaex"), max_size=12), min_size=1, max_size=4))
def test_promise_1_signals_of_one_sender_arrive_in_the_order_sent(
    scheduler: str, scripts: list[list[str]]
) -> None:
    """The signals are messages, casts, calls and exit signals, and finally `:EXIT` and `:DOWN`."""
    with node(scheduler) as rt:
        _ok, diary = gen_server.start(Diary, None)

        def sender(script: list[str]) -> None:
            me = process.self_()
            process.link(diary)
            gen_server.call(diary, (A.monitor, me))
            for number, how in enumerate(script):
                match how:
                    case "m":
                        process.send(diary, (me, number))
                    case "c":
                        gen_server.cast(diary, (me, number))
                    case "a":
                        gen_server.call(diary, (me, number))
                    case "e":
                        process.exit(diary, (me, number))
                    case "x":
                        process.send_after(diary, (me, A.timer), 0)  # a separate sender

        pids = [process.spawn(lambda s=s: sender(s)) for s in scripts]  # type: ignore[misc]
        rt.settle()
        process.sleep(1)
        rt.settle()

        written = gen_server.call(diary, A.read)
        for pid, script in zip(pids, scripts, strict=True):
            mine = [what for who, what in written if who is pid and what is not A.timer]
            sent: list[Term] = [number for number, how in enumerate(script) if how != "x"]
            assert mine == [*sent, A.EXIT, A.DOWN]


class Herald(gen_server.GenServer):
    """A server that sends its caller a message before the reply and one after it."""

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        before, after = request
        for number in range(before):
            process.send(from_[0], (A.before, number))
        gen_server.reply(from_, A.answer)
        for number in range(after):
            process.send(from_[0], (A.after, number))
        return (A.noreply, state)


@both
@few
@given(before=st.integers(0, 5), after=st.integers(0, 5))
def test_promise_1_a_reply_keeps_its_place_among_its_senders_messages(
    scheduler: str, before: int, after: int
) -> None:
    with node(scheduler) as rt:
        _ok, herald = gen_server.start(Herald, None)

        assert gen_server.call(herald, (before, after)) is A.answer

        there = process.flush()
        rt.settle()
        there += process.flush()
        assert there == [(A.before, n) for n in range(before)] + [
            (A.after, n) for n in range(after)
        ]


DEATHS = st.sampled_from(["end", "exit", "raise", "kill", "boom", "killed by a link"])


@both
@few
@given(
    how=DEATHS,
    name=st.booleans(),
    tables=st.lists(st.booleans(), max_size=3),
    links=st.integers(0, 3),
    monitors=st.integers(0, 4),
    timers=st.integers(0, 2),
)
def test_promise_3_a_process_dies_once_and_in_order(
    scheduler: str,
    how: str,
    name: bool,
    tables: list[bool],
    links: int,
    monitors: int,
    timers: int,
) -> None:
    """Timers, tables or their transfer, name, `:EXIT`s, then `:DOWN`s as they were installed."""
    with node(scheduler) as rt:
        me = process.self_()
        made: list[Term] = []

        def life() -> None:
            for heir in tables:
                options = [(A.heir, me, A.legacy)] if heir else []
                made.append(ets.new(A.t, [A.public, *options]))
            if name:
                process.register(process.self_(), A.mortal)
            process.link(partner)
            match process.receive():
                case A.exit:
                    raise Exit(A.bye)
                case A.raise_:
                    raise ValueError("boom")

        partner = process.spawn(process.receive)
        pid = process.spawn(life)
        rt.settle()
        linked = [process.spawn(lambda: _trapping(me, pid)) for _ in range(links)]
        for _ in linked:
            assert process.receive(lambda m: m[0] is A.linked)
        refs = [process.monitor(pid) for _ in range(monitors)]
        for _ in range(timers):
            process.send_after(pid, A.never, 60_000)
        _end(pid, how, partner)
        rt.settle()
        seen = [message for message in process.flush() if message[0] is not A.linked]
        process.send(pid, A.too_late)

        kinds = [message[0] for message in seen if message[0] is not A.exit_seen]
        transfers, downs = sum(tables), [m[1] for m in seen if m[0] is A.DOWN]
        assert kinds == [Atom("ETS-TRANSFER")] * transfers + [A.DOWN] * monitors
        assert downs == refs
        assert sorted(m[1].number for m in seen if m[0] is A.exit_seen) == [
            each.number for each in linked
        ]
        owners = [ets.info(table, A.owner) for table in made if ets.info(table) is not A.undefined]
        assert owners == [me] * transfers
        # The name is released before the signals are sent: a process that gets one cannot find it.
        assert {m[2] for m in seen if m[0] is A.exit_seen} <= {None}
        assert process.whereis(A.mortal) is None
        assert len(rt.timers) == 0
        assert rt.counts["dead_letters"] == 1


def _trapping(driver: Pid, pid: Pid) -> None:
    process.flag(A.trap_exit, True)
    process.link(pid)
    process.send(driver, (A.linked, process.self_()))
    process.receive(lambda message: message[0] is A.EXIT and message[1] is pid)
    process.send(driver, (A.exit_seen, process.self_(), process.whereis(A.mortal)))
    rest = process.flush()
    assert [message for message in rest if message[0] is A.EXIT] == []


def _end(pid: Pid, how: str, partner: Pid) -> None:
    match how:
        case "end":
            process.send(pid, A.go)
        case "exit":
            process.send(pid, A.exit)
        case "raise":
            process.send(pid, A.raise_)
        case "kill":
            process.exit(pid, A.kill)
        case "boom":
            process.exit(pid, A.boom)
        case _:
            process.exit(partner, A.boom)


@both
@few
@given(
    reason=REASONS,
    traps=st.booleans(),
    sender=st.sampled_from(["other", "self", "link", "link that exits"]),
)
def test_promise_7_an_exit_signal_has_otps_effect(
    scheduler: str, reason: Term, traps: bool, sender: str
) -> None:
    """It is ignored, becomes a message or ends the process, by reason, sender and trap_exit."""
    with node(scheduler) as rt:
        me = process.self_()

        def target() -> None:
            process.flag(A.trap_exit, traps)
            if sender.startswith("link"):
                process.link(other)
            process.send(me, A.ready)
            if sender == "self":
                process.receive(lambda m: m is A.now)
                process.exit(process.self_(), reason)
            process.send(me, (A.got, process.receive()))
            process.receive()

        def partner() -> None:
            process.receive()
            raise Exit(reason)

        other = process.spawn(partner)
        pid = process.spawn(target)
        process.receive()
        rt.settle()
        ref = process.monitor(pid)
        match sender:
            case "other" | "link":
                process.exit(pid, reason)
            case "self":
                process.send(pid, A.now)
            case _:
                process.send(other, A.go)
        rt.settle()

        linked = sender == "link that exits"
        untrappable = reason is A.kill and not linked
        source = {"self": pid, "link that exits": other}.get(sender, me)
        if traps and not untrappable:
            assert process.flush() == [(A.got, (A.EXIT, source, reason))]
        elif reason is A.normal and sender != "self":
            assert process.flush() == []
            assert process.alive(pid)
        else:
            why = A.killed if untrappable else reason
            assert process.flush() == [(A.DOWN, ref, A.process, pid, why)]
            assert not process.alive(pid)


EFFECTS: dict[str, Callable[[Pid, Any], Any]] = {
    "send": lambda me, _t: process.send(me, A.effect),
    "send_after": lambda me, _t: process.send_after(me, A.effect, 0),
    "cast": lambda me, _t: gen_server.cast(me, A.effect),
    "spawn": lambda me, _t: process.spawn(lambda: process.send(me, A.effect)),
    "spawn_link": lambda me, _t: process.spawn_link(lambda: process.send(me, A.effect)),
    "register": lambda _me, _t: process.register(process.self_(), A.effect),
    "monitor": lambda me, _t: process.monitor(me),
    "link": lambda me, _t: process.link(me),
    "exit": lambda me, _t: process.exit(me, A.effect),
    "reply": lambda me, _t: gen_server.reply((me, A.none), A.effect),
    "insert": lambda _me, t: ets.insert(t, (A.effect, 1)),
    "delete": lambda _me, t: ets.delete(t, A.kept),
    "new": lambda _me, _t: ets.new(A.effect, [A.named_table]),
    "counter": lambda _me, t: ets.update_counter(t, A.kept, 1),
    "call": lambda me, _t: gen_server.call(alias("Server"), A.effect),
    "start": lambda _me, _t: gen_server.start(Diary, None, name=A.effect),
    "receive": lambda _me, _t: process.receive(None, 0),
    "sleep": lambda _me, _t: process.sleep(0),
    "flag": lambda _me, _t: process.flag(A.trap_exit, True),
}


@both
@few
@given(effects=st.lists(st.sampled_from(sorted(EFFECTS)), min_size=1, max_size=6))
def test_promise_7_no_effect_follows_a_death(scheduler: str, effects: list[str]) -> None:
    """Even if the code catches everything, each effect raises, and nothing is visible outside."""
    refused: list[str] = []

    with node(scheduler) as rt:
        me = process.self_()
        process.flag(A.trap_exit, True)
        table = ets.new(A.t, [A.public])
        ets.insert(table, (A.kept, 1))
        _ok, server = gen_server.start(Diary, None, name=alias("Server"))

        def swallows() -> None:
            try:
                process.receive()
            except BaseException:  # noqa: BLE001
                for name in effects:
                    try:
                        EFFECTS[name](me, table)
                    except Killed:
                        refused.append(name)

        pid = process.spawn(swallows)
        rt.settle()
        process.exit(pid, A.kill)
        assert not process.alive(pid)
        rt.settle()
        while rt.zombies():
            process.sleep(1)

        assert refused == effects
        assert process.flush() == []
        assert ets.tab2list(table).items == ((A.kept, 1),)
        assert gen_server.call(server, A.read) == ()
        assert (rt.whereis(A.effect), rt.tables.find(A.effect)) == (None, None)
        assert rt.processes() == [me, server]
