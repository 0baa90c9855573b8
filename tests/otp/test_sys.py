"""sys: suspended servers, on both schedulers, as in the recorded sessions."""

import re
from collections.abc import Callable, Iterator

import pytest

from kvshell.otp import agent, gen_server, sys
from kvshell.otp.gen.server_options import erlang
from kvshell.runtime import Exit, Runtime, Thrown, process
from kvshell.systems import DESIGNS, Design
from kvshell.terms import A, List, Map, Pid, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said
from tests.otp.lab import Bare, Lab

REGISTRY = alias("KV.Registry")


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
    """As in iex: cases 08.1 and 08.6 of the recorded sessions."""
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


def test_08_9_suspending_a_missing_process_exits(rt: Runtime) -> None:
    assert said(lambda: sys.suspend(A.nope)).startswith(
        "** (exit) exited in: :sys.suspend(:nope)\n    ** (EXIT) no process"
    )
    pid = process.spawn(process.receive)
    pid = process.spawn(lambda: process.sleep(1_000_000))
    assert said(lambda: sys.suspend(pid, 20)) == (
        f"** (exit) exited in: :sys.suspend({inspect(pid)}, 20)\n    ** (EXIT) time out"
    )


def test_09_1_replace_state_returns_the_new_state(rt: Runtime, bucket: Pid) -> None:
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


def debug_lines(rt: Runtime) -> list[str]:
    rt.settle()
    return [event.text for event in rt.drain_events() if event.kind == "debug"]


def test_09_2_get_status_running_and_suspended(rt: Runtime) -> None:
    started(DESIGNS["ets"])
    sys.suspend(REGISTRY)

    assert inspect(sys.get_status(REGISTRY)) == (
        "{:status, #PID<0.103.0>, {:module, :gen_server},\n"
        " [\n"
        "   [\n"
        '     "$initial_call": {KV.Registry, :init, 1},\n'
        '     "$ancestors": [KV.Supervisor, #PID<0.100.0>]\n'
        "   ],\n"
        "   :suspended,\n"
        "   #PID<0.101.0>,\n"
        "   [],\n"
        "   [\n"
        "     header: 'Status for generic server Elixir.KV.Registry',\n"
        "     data: [\n"
        "       {'Status', :suspended},\n"
        "       {'Parent', #PID<0.101.0>},\n"
        "       {'Logged events', []}\n"
        "     ],\n"
        "     data: [{'State', {KV.Registry, %{}}}]\n"
        "   ]\n"
        " ]}"
    )
    sys.resume(REGISTRY)
    assert sys.get_status(REGISTRY)[3].items[1] is A.running
    _ok, bare = gen_server.start(Bare, None)
    assert f"server <0.{bare.number}.0>'" in inspect(sys.get_status(bare), width=None)


def started(design: Design) -> None:
    design.start()


def test_09_3_statistics_count_messages(rt: Runtime) -> None:
    started(DESIGNS["ets"])
    assert sys.statistics(REGISTRY, True) is A.ok
    DESIGNS["ets"].create("a")
    DESIGNS["ets"].create("b")

    tag, facts = sys.statistics(REGISTRY, A.get)
    assert tag is A.ok
    names = [name for name, _value in facts]
    assert names == [A.start_time, A.current_time, A.reductions, A.messages_in, A.messages_out]
    assert dict(facts.items)[A.messages_in] == 2
    assert dict(facts.items)[A.messages_out] == 2
    assert sys.statistics(REGISTRY, False) is A.ok
    assert sys.statistics(REGISTRY, A.get) == (A.ok, A.no_statistics)
    assert rt.whereis(REGISTRY).record.extra is None  # type: ignore[union-attr]


def test_09_4_trace_prints_events(rt: Runtime) -> None:
    """The same text as on the BEAM, except that our long lines are not broken."""
    started(DESIGNS["ets"])
    assert sys.trace(REGISTRY, True) is A.ok
    pid = DESIGNS["ets"].create("traced")
    name = "*DBG* 'Elixir.KV.Registry'"
    ref = inspect(sys.get_state(REGISTRY)[1].items()[0][0]).replace("#Reference", "#Ref")
    state = f"{{'Elixir.KV.Registry',#{{{ref} => <<\"traced\">>}}}}"

    assert debug_lines(rt) == [
        f'{name} got call {{create,<<"traced">>}} from <0.100.0>',
        f"{name} sent <0.{pid.number}.0> to <0.100.0>, new state {state}",
    ]
    process.send(REGISTRY, A.junk)
    assert debug_lines(rt) == [f"{name} got junk", f"{name} new state {state}"]
    gen_server.cast(REGISTRY, A.x)
    assert debug_lines(rt) == [f"{name} got cast x"]  # it has no such clause, so it dies


def test_09_5_trace_of_a_bucket_and_of_the_down_in_its_registry(rt: Runtime) -> None:
    started(DESIGNS["ets"])
    bucket = DESIGNS["ets"].create("t2")
    sys.trace(bucket, True)
    sys.trace(REGISTRY, True)
    DESIGNS["ets"].put(bucket, "milk", 3)
    DESIGNS["ets"].get(bucket, "milk")

    name = f"*DBG* <0.{bucket.number}.0>"
    assert debug_lines(rt) == [
        f"{name} got call {{update,#Fun<Elixir.KV.Bucket.2.16313657>}} from <0.100.0>",
        f'{name} sent ok to <0.100.0>, new state #{{<<"milk">> => 3}}',
        f"{name} got call {{get,#Fun<Elixir.KV.Bucket.1.16313657>}} from <0.100.0>",
        f'{name} sent 3 to <0.100.0>, new state #{{<<"milk">> => 3}}',
    ]
    gen_server.stop(bucket, A.normal)
    down, after = debug_lines(rt)
    assert re.fullmatch(
        r"\*DBG\* 'Elixir.KV.Registry' got {'DOWN',#Ref<.*>,process,<0.\d+.0>,normal}", down
    )
    assert after == "*DBG* 'Elixir.KV.Registry' new state {'Elixir.KV.Registry',#{}}"
    assert sys.trace(REGISTRY, False) is A.ok
    DESIGNS["ets"].create("again")
    assert debug_lines(rt) == []


def test_09_6_log_keeps_recent_events(rt: Runtime) -> None:
    started(DESIGNS["ets"])
    assert sys.log(REGISTRY, True) is A.ok
    pid = DESIGNS["ets"].create("l")

    tag, events = sys.log(REGISTRY, A.get)
    assert tag is A.ok
    kind, (_call, from_, request) = events.items[0]
    assert (kind, request) == (A.in_, (A.create, "l"))
    assert inspect(from_).startswith("{#PID<0.100.0>, [:alias | #Reference<")
    assert events.items[1][:3] == (A.out, pid, from_)
    assert inspect(sys.get_status(REGISTRY), width=None).count("'Logged events', [{:in, ") == 1
    assert sys.log(REGISTRY, A.print) is A.ok
    assert len(debug_lines(rt)) == 2
    assert sys.log(REGISTRY, (True, 1)) is A.ok
    assert len(sys.log(REGISTRY, A.get)[1]) == 1
    assert sys.no_debug(REGISTRY) is A.ok
    assert sys.log(REGISTRY, A.get) == (A.ok, List())


def test_item_20_system_messages_are_not_counted_and_work_while_suspended(rt: Runtime) -> None:
    started(DESIGNS["ets"])
    sys.suspend(REGISTRY)
    sys.statistics(REGISTRY, True)
    sys.get_state(REGISTRY)

    assert dict(sys.statistics(REGISTRY, A.get)[1].items)[A.messages_in] == 0
    seen = rt.observe(process.whereis(REGISTRY))  # type: ignore[arg-type]
    assert seen is not None
    assert seen.mailbox == ()
    assert sys.trace(REGISTRY, True) is A.ok


@pytest.mark.parametrize(
    ("raised", "shown"),
    [
        (lambda _s: exits(A.why), "{:exit, :why}"),
        (lambda _s: throws(A.ball), "{:throw, :ball}"),
    ],
)
def test_item_20_replace_state_keeps_the_state_whatever_the_function_does(
    rt: Runtime, bucket: Pid, raised: Callable[[Term], Term], shown: str
) -> None:
    assert said(lambda: sys.replace_state(bucket, raised)) == (
        "** (ErlangError) Erlang error: {:callback_failed, {:gen_server, :system_replace_state}, "
        f"{shown}}}"
    )
    assert inspect(sys.get_state(bucket)) == "%{}"


def exits(reason: Term) -> Term:
    raise Exit(reason)


def throws(value: Term) -> Term:
    raise Thrown(value)


def test_a_system_message_restarts_the_idle_timeout(rt: Runtime) -> None:
    """Afterwards the server waits again, and OTP's loop restarts its timeout."""
    _ok, pid = gen_server.start(Lab, (A.timeout, 40))
    sys.get_state(pid)
    process.sleep(200)

    assert gen_server.call(pid, A.state) is A.timed_out


def test_a_suspended_server_does_not_time_out(rt: Runtime) -> None:
    _ok, pid = gen_server.start(Lab, (A.timeout, 10))
    sys.suspend(pid)
    process.sleep(50)
    assert sys.get_state(pid) is A.idle

    sys.resume(pid)
    process.sleep(200)
    assert sys.get_state(pid) is A.timed_out


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (A.ok, "ok"),
        (alias("KV.Registry"), "'Elixir.KV.Registry'"),
        (A.DOWN, "'DOWN'"),
        (A.end, "'end'"),
        (None, "nil"),
        (True, "true"),
        ("", "<<>>"),
        ('a"b\n', '<<"a\\"b\\n">>'),
        ("é", '<<"é"/utf8>>'),
        ("\x00", "<<0>>"),
        (b"\xff", "<<255>>"),
        (List([104, 105]), '"hi"'),
        (List([1, A.a]), "[1,a]"),
        (List(), "[]"),
        (List.cons(A.alias, 1), "[alias|1]"),
        ((1, (2.0,)), "{1,{2.0}}"),
        (Map({"k": (), 1: None}), '#{1 => nil,<<"k">> => {}}'),
    ],
)
def test_terms_are_printed_in_erlang_syntax(term: Term, text: str) -> None:
    assert erlang(term) == text
