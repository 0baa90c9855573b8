"""sys: suspended servers (section 4 of the cases), on both schedulers."""

from collections.abc import Iterator

import pytest

from kvshell.otp import agent, gen_server, sys
from kvshell.runtime import Runtime, process
from kvshell.terms import A, Map, Pid, Term, inspect
from tests.nodes import SCHEDULERS, node, said


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


@pytest.fixture
def bucket(rt: Runtime) -> Pid:
    _ok, pid = agent.start(Map)
    return pid  # type: ignore[no-any-return]


def put(bucket: Pid, key: str, value: Term) -> Term:
    return agent.update(bucket, lambda state: state.put(key, value), 50)


def test_a_suspended_server_keeps_messages_and_answers_system_calls(
    rt: Runtime, bucket: Pid
) -> None:
    """Cases 08.1 and 08.6."""
    assert sys.suspend(bucket) is A.ok
    assert "time out" in said(lambda: put(bucket, "milk", 1))
    seen = rt.observe(bucket)

    assert seen is not None
    assert (seen.status, len(seen.mailbox)) == ("suspended", 1)
    assert inspect(sys.get_state(bucket)) == "%{}"
    sys.resume(bucket)
    rt.settle()
    assert inspect(sys.get_state(bucket)) == '%{"milk" => 1}'


def test_08_8_suspend_is_not_counted(rt: Runtime, bucket: Pid) -> None:
    sys.suspend(bucket)
    sys.suspend(bucket)
    sys.resume(bucket)

    assert put(bucket, "a", 1) is A.ok


def test_08_9_suspend_nobody(rt: Runtime) -> None:
    assert said(lambda: sys.suspend(A.nope)).startswith(
        "** (exit) exited in: :sys.suspend(:nope)\n    ** (EXIT) no process"
    )
    pid = process.spawn(process.receive)
    pid = process.spawn(lambda: process.sleep(1_000_000))
    assert said(lambda: sys.suspend(pid, 20)) == (
        f"** (exit) exited in: :sys.suspend({inspect(pid)}, 20)\n    ** (EXIT) time out"
    )


def test_09_1_replace_state(rt: Runtime, bucket: Pid) -> None:
    assert inspect(sys.replace_state(bucket, lambda s: s.put("eggs", 12))) == '%{"eggs" => 12}'

    def no(_state: Term) -> Term:
        raise ValueError("no")

    assert "{:callback_failed, {:gen_server, :system_replace_state}" in said(
        lambda: sys.replace_state(bucket, no)
    )
    assert inspect(sys.get_state(bucket)) == '%{"eggs" => 12}'


def test_stop_and_kill_work_on_a_suspended_server(rt: Runtime, bucket: Pid) -> None:
    sys.suspend(bucket)
    assert gen_server.stop(bucket) is A.ok

    _ok, other = agent.start(Map)
    sys.suspend(other)
    process.exit(other, A.kill)
    assert not process.alive(other)


def test_step_handles_one_message_and_stays_suspended(rt: Runtime, bucket: Pid) -> None:
    sys.suspend(bucket)
    for number in (1, 2):
        agent.cast(bucket, lambda state, number=number: state.put("n", number))
    rt.settle()

    tag, message, left = sys.step(bucket)
    assert (tag, left) == (A.ok, 1)
    assert message[0] is not None
    assert inspect(sys.get_state(bucket)) == '%{"n" => 1}'
    assert sys.step(bucket)[2] == 0
    assert sys.step(bucket) is A.empty
    seen = rt.observe(bucket)
    assert seen is not None
    assert seen.status == "suspended"


def test_05_6_a_raising_function_kills_the_agent(rt: Runtime, bucket: Pid) -> None:
    def oops(_state: Term) -> Term:
        raise RuntimeError("oops in agent")

    text = said(lambda: agent.get(bucket, oops))
    assert text.startswith(f"** (exit) exited in: GenServer.call({inspect(bucket)}, {{:get, #Func")
    assert text.endswith(
        "\n    ** (EXIT) an exception was raised:\n        ** (RuntimeError) oops in agent"
    )
    assert not process.alive(bucket)
