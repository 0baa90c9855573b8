"""Cases 10.9 to 10.18, 11.15 and 11.23: what kills a linked shell, on both schedulers.

The shell is a process of its own beside the test's; its exit reason is what iex prints after `shell
process exited with reason:`. The tests of sessions show how a prompt then goes on.
"""

from collections.abc import Callable
from typing import Any

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Exit, Killed, Runtime, Thrown, process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Pid, RuntimeError_, Term, format_banner, inspect
from tests.nodes import said
from tests.otp.lab import Lab


def shell(*lines: Callable[[], Any]) -> str:
    """Run lines in a process; return `lives`, or the reason why it died."""

    def life() -> None:
        for line in lines:
            line()
        process.receive()

    pid = process.spawn(life)
    ref = process.monitor(pid)
    current().runtime.settle()
    down = process.receive(lambda m: m[1] is ref, 0)
    if down is None:
        process.exit(pid, A.kill)
        return "lives"
    return format_banner((A.EXIT, pid), down[4]).partition("reason: ")[2]


def exits(reason: Term) -> Callable[[], None]:
    def code() -> None:
        raise Exit(reason)

    return code


def oops() -> None:
    raise RuntimeError_("oops")


def reports(rt: Runtime) -> list[str]:
    rt.settle()
    return [event.text for event in rt.drain_events() if event.kind == "crash"]


def test_10_11_a_link_that_ends_normally(rt: Runtime) -> None:
    assert shell(lambda: process.spawn_link(lambda: A.ok)) == "lives"


def test_10_12_a_link_that_ends_with_shutdown(rt: Runtime) -> None:
    assert shell(lambda: process.spawn_link(exits(A.shutdown))) == "shutdown"


def test_10_13_a_link_that_raises_is_reported_as_well(rt: Runtime) -> None:
    assert shell(lambda: process.spawn_link(oops)) == (
        "an exception was raised:\n    ** (RuntimeError) oops"
    )
    assert reports(rt) == ["Process #PID<0.102.0> raised an exception\n** (RuntimeError) oops"]


def test_10_14_a_link_that_is_killed(rt: Runtime) -> None:
    pids: list[Pid] = []

    assert (
        shell(
            lambda: pids.append(process.spawn_link(process.receive)),
            lambda: process.exit(pids[0], A.kill),
        )
        == "killed"
    )


def test_10_15_a_linked_server_that_crashes(rt: Runtime) -> None:
    servers: list[Pid] = []

    assert shell(
        lambda: servers.append(gen_server.start_link(Lab, A.st)[1]),
        lambda: gen_server.cast(servers[0], (A.raise_, "crash in cast")),
    ) == ("an exception was raised:\n    ** (RuntimeError) crash in cast")
    assert reports(rt) == [
        f"GenServer {inspect(servers[0])} terminating\n** (RuntimeError) crash in cast\n"
        'Last message: {:"$gen_cast", {:raise, "crash in cast"}}\nState: :st'
    ]


def test_10_16_a_linked_server_that_stops_normally(rt: Runtime) -> None:
    servers: list[Pid] = []

    assert (
        shell(
            lambda: servers.append(gen_server.start_link(Lab, A.st)[1]),
            lambda: gen_server.stop(servers[0]),
        )
        == "lives"
    )


def test_10_17_exit_at_the_prompt_and_a_signal_to_oneself_differ(rt: Runtime) -> None:
    """`exit(:boom)` is caught by the prompt; `Process.exit(self(), :boom)` is not."""
    assert shell(lambda: said(exits(A.boom))) == "lives"
    assert said(exits(A.boom)) == "** (exit) :boom"
    assert shell(lambda: process.exit(process.self_(), A.boom)) == ":boom"
    assert shell(lambda: process.exit(process.self_(), A.normal)) == "normal"


def test_10_17_a_driver_that_kills_itself_is_followed_by_another(rt: Runtime) -> None:
    before = process.self_()
    with pytest.raises(Killed):
        process.exit(before, A.boom)
    rt.leave()
    after = rt.enter()

    assert after.number > before.number
    seen = rt.observe(before)
    assert seen is not None
    assert (seen.status, seen.reason) == ("dead", A.boom)


def test_10_18_a_lonely_crash_is_only_reported(rt: Runtime) -> None:
    """A raise and a throw in a process without links are reported; an exit is not."""

    def throws() -> None:
        raise Thrown(A.t)

    for code in (oops, exits(A.silent), throws):
        process.spawn(code)
        rt.settle()

    assert reports(rt) == [
        "Process #PID<0.101.0> raised an exception\n** (RuntimeError) oops",
        "Process #PID<0.103.0> raised an exception\n** (ErlangError) Erlang error: {:nocatch, :t}",
    ]


@pytest.mark.parametrize(
    ("arg", "answer", "end"),
    [
        ((A.stop, A.nope), "{:error, :nope}", ":nope"),
        ((A.stop, A.normal), "{:error, :normal}", "lives"),
        (A.ignore, ":ignore", "lives"),
    ],
)
def test_11_15_a_linked_start_that_fails_takes_the_shell_along(
    rt: Runtime, arg: Term, answer: str, end: str
) -> None:
    """The BEAM, and real threads, leave open whether the answer is still seen."""
    answers: list[str] = []

    assert shell(lambda: answers.append(said(lambda: gen_server.start_link(Lab, arg)))) == end
    assert answers in ([], [answer])


def test_11_23_a_linked_server_dies_with_the_shell_and_without_terminate(rt: Runtime) -> None:
    servers: list[Pid] = []

    assert (
        shell(
            lambda: servers.append(gen_server.start_link(Lab, A.linked)[1]),
            lambda: process.exit(process.self_(), A.boom),
        )
        == ":boom"
    )
    assert not process.alive(servers[0])
    assert rt.drain_events() == []


def test_10_9_a_shell_that_traps_hears_of_it(rt: Runtime) -> None:
    """`flag` answers the old value."""
    assert process.flag(A.trap_exit, True) is False
    heard: list[Term] = []
    for code in (lambda: A.ok, exits(A.boom), oops):
        pid = process.spawn_link(code)
        tag, source, reason = process.receive()
        assert (tag, source) == (A.EXIT, pid)
        heard.append(reason)
    assert heard[:2] == [A.normal, A.boom]
    assert inspect(heard[2]) == '{%RuntimeError{message: "oops"}, []}'
    answer = gen_server.start_link(Lab, (A.raise_, "in init"))
    assert inspect(answer) == '{:error, {%RuntimeError{message: "in init"}, []}}'
    assert process.receive()[2] == answer[1]
    assert process.flag(A.trap_exit, False) is True
    assert process.flush() == []
