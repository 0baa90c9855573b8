"""The first 13 of 25 surprising rules that reimplementations get wrong, one test each.

The test's name has the number of the rule. If a case covers the whole rule, the test here shows
only the essence. Runs on both schedulers, except where the prompt or an order is tested.
"""

from kvshell.otp import agent, gen_server, sys
from kvshell.runtime import Exit, Runtime, Thrown, process
from kvshell.session import Session
from kvshell.systems.key_val import manager, server
from kvshell.terms import (
    A,
    inspect,
)
from tests.cases.items import dead, lab, reason_of, reports
from tests.nodes import said
from tests.otp.lab import Bare, Lab, Partial

NO_PROCESS = "(EXIT) no process: the process is not alive or there's no process currently"


def test_item_1_dead_targets_are_asymmetric(rt: Runtime) -> None:
    pid = dead()

    assert gen_server.cast(pid, A.x) is A.ok
    assert gen_server.cast(A.nobody, A.x) is A.ok
    assert agent.cast(pid, lambda state: state) is A.ok
    assert process.send(pid, A.m) is A.m
    assert process.exit(pid, A.r) is True
    assert NO_PROCESS in said(lambda: gen_server.call(pid, A.x))
    assert NO_PROCESS in said(lambda: gen_server.stop(pid))
    assert said(lambda: process.send(A.nobody, A.m)).startswith("** (ArgumentError)")
    for nonsense in ("string", 42, (A.ok, pid)):
        assert said(lambda x=nonsense: gen_server.cast(x, A.m)).startswith(  # type: ignore[misc]
            "** (FunctionClauseError)"
        )


def test_item_2_get_is_map_get_here(rt: Runtime) -> None:
    """The published store answers {:ok, v} or :error, kvshell's the value or nil (Map.get)."""
    manager.start()
    pid = manager.create_store("s")
    server.put(pid, "nil", None)

    assert (server.get(pid, "nil"), server.get(pid, "missing")) == (None, None)
    assert server.delete(pid, "missing") is A.ok


def test_item_3_the_manager_never_forgets(rt: Runtime) -> None:
    manager.start()
    pids = [manager.create_store(name) for name in ("stopped", "killed", "crashed", "kept")]
    gen_server.stop(pids[0])
    process.exit(pids[1], A.kill)
    said(lambda: gen_server.call(pids[2], A.boom))
    rt.settle()

    assert [manager.create_store(n) for n in ("stopped", "killed", "crashed")] == pids[:3]
    assert server.put(pids[0], 1, 1) is A.ok
    assert NO_PROCESS in said(lambda: server.get(pids[1], 1))
    process.exit(process.whereis(manager.NAME), A.kill)  # type: ignore[arg-type]
    rt.settle()
    assert process.alive(pids[3])
    manager.start()
    assert manager.create_store("kept") is not pids[3]


def test_item_4_the_prompts_counter() -> None:
    """An error does not advance the counter, nor does a comment, unlike in iex."""
    with Session("controlled", "ets") as session:
        counters = []
        for line in ("self", "get nosuch k", "# a comment", "self", "v(1)"):
            session.run(line)
            counters.append(session.counter)
            session.settle()
        (result,) = session.run("v(99)")

        assert counters == [2, 2, 2, 3, 4]
        assert result.error is not None
        assert "RuntimeError" in result.error


def test_item_5_an_exception_keeps_the_shell_and_a_linked_death_does_not() -> None:
    """A :normal exit has no effect; a kill gives a new process without bindings and counter 1."""
    with Session("controlled", "ets") as session:

        def run(line: str) -> str:
            (result,) = session.run(line)
            session.settle()
            return result.error or inspect(result.value)

        run("start manager")
        shell = run("x = self")
        assert "MatchError" in run("get nosuch k")
        assert run("self") == shell
        killed = run("kill shell")
        assert killed.startswith(f"** (EXIT from {shell}) shell process exited with reason: killed")
        assert session.counter == 1
        assert run("self") != shell
        assert run("x") != shell


def test_item_6_normal_and_kill(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    pid = process.spawn_link(process.receive)
    process.exit(pid, A.normal)
    assert process.alive(pid)
    process.exit(process.self_(), A.normal)
    assert process.receive() == (A.EXIT, process.self_(), A.normal)
    process.exit(pid, A.kill)
    assert process.receive() == (A.EXIT, pid, A.killed)

    def says_kill() -> None:
        raise Exit(A.kill)

    assert reason_of(says_kill) is A.kill


def test_item_7_what_is_reported(rt: Runtime) -> None:
    def quiet() -> None:
        raise Exit(A.x)

    def throws() -> None:
        raise Thrown(A.x)

    for reason in (A.kill, A.shutdown, A.boom):
        process.exit(lab(), reason)
    for stop in (A.normal, A.shutdown, (A.shutdown, 1)):
        gen_server.stop(lab(), stop)
    reason_of(quiet)
    gen_server.start(Lab, (A.stop, A.nope))
    assert reports(rt) == []
    reason_of(throws)
    gen_server.stop(lab(), A.oops)
    told = reports(rt)
    assert told[0].startswith("Process #PID<0.")
    assert told[1].endswith("terminating\n** (stop) :oops\nLast message: []\nState: :st")
    said(lambda: gen_server.call(lab(), (A.raise_, "x")))
    (told_of_call,) = reports(rt)
    assert 'Last message (from #PID<0.100.0>): {:raise, "x"}' in told_of_call
    assert told_of_call.endswith("Client #PID<0.100.0> is alive")


def test_item_8_a_server_that_traps(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    stranger = lab((A.trap, A.st))
    process.exit(stranger, A.shutdown)
    assert gen_server.call(stranger, A.state) == (A.got_exit, A.shutdown)
    _ok, child = gen_server.start_link(Lab, (A.trap, A.st))
    process.exit(child, A.shutdown)
    rt.settle()

    assert not process.alive(child)
    assert [event.kind for event in rt.drain_events()] == ["heard"]


def test_item_9_timeouts(rt: Runtime) -> None:
    """If a server replies twice before the first reply is taken, both arrive, as on the BEAM."""
    _ok, pid = gen_server.start(Bare, None)
    sys.suspend(pid)
    assert said(lambda: gen_server.call(pid, A.unknown, 5)).endswith("** (EXIT) time out")
    sys.resume(pid)
    rt.settle()
    assert not process.alive(pid)
    assert process.flush() == []
    assert gen_server.call(lab(), A.double_reply) is A.first
    ((alias, second),) = process.flush()
    assert (alias.items, alias.last is not None, second) == ((A.alias,), True, A.second)


def test_item_10_what_handlers_return(rt: Runtime) -> None:
    pid = lab()
    assert gen_server.call(pid, (A.throw, (A.reply, A.thrown, A.new))) is A.thrown
    assert gen_server.start(Lab, (A.throw, (A.ok, A.s)))[0] is A.ok
    assert said(lambda: gen_server.call(pid, (A.return_, A.x))).endswith(
        "** (EXIT) bad return value: :x"
    )
    rt.drain_events()
    assert said(lambda: gen_server.call(lab(), (A.stop_noreply, A.normal))).endswith(
        "** (EXIT) normal"
    )
    assert reports(rt) == []
    assert gen_server.call(lab(), (A.stop, A.normal, A.bye)) is A.bye
    assert rt.drain_events()[0].text == "terminate"  # before the reply was seen


def test_item_11_unknown_messages(rt: Runtime) -> None:
    _ok, bare = gen_server.start(Bare, None, name=A.bare)
    _ok, partial = gen_server.start(Partial, None)
    assert "attempted to call GenServer :bare but no handle_call/3" in said(
        lambda: gen_server.call(bare, A.x)
    )
    assert "no function clause matching in Lab.Partial.handle_call/3" in said(
        lambda: gen_server.call(partial, A.x)
    )
    _ok, bare = gen_server.start(Bare, None)
    _ok, partial = gen_server.start(Partial, None)
    reports(rt)
    process.send(bare, A.junk)
    process.send(partial, A.junk)
    told = reports(rt)
    assert (process.alive(bare), process.alive(partial)) == (True, False)
    assert told[0].endswith("received unexpected message in handle_info/2: :junk")
    assert "Last message: :junk" in told[1]
    gen_server.cast(bare, A.junk)
    assert 'Last message: {:"$gen_cast", :junk}' in reports(rt)[0]


def test_item_12_a_failed_init(rt: Runtime) -> None:
    answers = {
        "{:error, :r}": (A.stop, A.r),
        ":ignore": A.ignore,
        '{:error, {%RuntimeError{message: "x"}, []}}': (A.raise_, "x"),
        "{:error, {:bad_return_value, :x}}": (A.bad_return, A.x),
    }
    for answer, arg in answers.items():
        assert inspect(gen_server.start(Lab, arg)) == answer
    assert gen_server.start(Lab, (A.sleep, 500), timeout=5) == (A.error, A.timeout)
    _ok, pid = gen_server.start_link(Lab, A.st, name=A.n)
    assert gen_server.start_link(Lab, A.st, name=A.n) == (A.error, (A.already_started, pid))
    process.flag(A.trap_exit, True)
    gen_server.start_link(Lab, (A.stop, A.r))
    assert process.receive()[2] is A.r


def test_item_13_calling_oneself(rt: Runtime) -> None:
    alone = "** (EXIT) process attempted to call itself"
    assert said(lambda: gen_server.call(process.self_(), A.x)).endswith(alone)
    nested = said(lambda: gen_server.call(lab(), A.self_call)).splitlines()
    assert nested[1].startswith("    ** (EXIT) exited in: GenServer.call(#PID<0.101.0>, :state")
    assert nested[2] == f"        {alone}"
