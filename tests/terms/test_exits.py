"""Exit reasons as iex prints them, without stack lines. The expected texts come from iex."""

from typing import Any

import pytest

from kvshell.terms import (
    A,
    Atom,
    Capture,
    Function,
    FunctionClauseError,
    List,
    Map,
    Pid,
    Ref,
    RuntimeError_,
    alias,
    format_banner,
    format_exit,
    inspect,
)

NO_PROCESS = (
    "no process: the process is not alive or there's no process currently associated with the"
    " given name, possibly because its application isn't started"
)
STACK = List()
BOOM = (RuntimeError_("boom").struct, STACK)


def call(*args: Any, module: str = "GenServer", function: str = "call") -> Any:
    name = Atom(module[1:]) if module.startswith(":") else alias(module)
    return (name, Atom(function), List(args))


@pytest.mark.parametrize(
    ("reason", "printed"),
    [
        (A.normal, "normal"),
        (A.shutdown, "shutdown"),
        ((A.shutdown, A.x), "shutdown: :x"),
        (A.killed, "killed"),
        (A.kill, ":kill"),
        (A.timeout, "time out"),
        (A.noproc, NO_PROCESS),
        (A.calling_self, "process attempted to call itself"),
        (A.noconnection, "no connection"),
        ((A.nodedown, Atom("other@host")), "no connection to other@host"),
        ((A.already_started, Pid(152)), "already started: #PID<0.152.0>"),
        ((A.bad_return_value, A.nonsense), "bad return value: :nonsense"),
        ((A.bad_call, A.x), "bad call: :x"),
        ((A.bad_cast, A.x), "bad cast: :x"),
        (
            (A.bad_return, (alias("KV.Registry"), A.init, A.x)),
            "KV.Registry.init/1 returned a bad value: :x",
        ),
        (A.interrupted, "interrupted"),
        (A.weird, ":weird"),
        ("text", '"text"'),
        (None, "nil"),
        ((A.a, List([1])), "{:a, [1]}"),
        ((A.a, (A.b, A.c, 1)), "{:a, {:b, :c, 1}}"),
        ((A.a, (1, A.c, List())), "{:a, {1, :c, []}}"),
        ((A.a, (A.b, A.c, List([1], 2))), "{:a, {:b, :c, [1 | 2]}}"),
        ((A.declared_never_waits, "here"), '{:declared_never_waits, "here"}'),
    ],
)
def test_a_reason_can_be_printed_on_one_line(reason: object, printed: str) -> None:
    assert format_exit(reason) == printed


@pytest.mark.parametrize(
    ("reason", "printed"),
    [
        (
            (A.timeout, call(alias("KV.Registry"), A.anything, 300)),  # 08.6
            "exited in: GenServer.call(KV.Registry, :anything, 300)\n    ** (EXIT) time out",
        ),
        (
            (A.noproc, call(Pid(152), (A.get, "k"), 5000)),  # 03.3
            'exited in: GenServer.call(#PID<0.152.0>, {:get, "k"}, 5000)\n'
            f"    ** (EXIT) {NO_PROCESS}",
        ),
        (
            (A.noproc, call(Pid(152), A.normal, A.infinity, function="stop")),  # 03.4
            "exited in: GenServer.stop(#PID<0.152.0>, :normal, :infinity)\n"
            f"    ** (EXIT) {NO_PROCESS}",
        ),
        (
            (A.timeout, call(Pid(216), 200, module=":sys", function="suspend")),  # 08.9
            "exited in: :sys.suspend(#PID<0.216.0>, 200)\n    ** (EXIT) time out",
        ),
        (
            (
                (A.calling_self, call(Pid(152), A.state, 5000)),
                call(Pid(152), A.self_call, 5000),
            ),  # 11.4
            "exited in: GenServer.call(#PID<0.152.0>, :self_call, 5000)\n"
            "    ** (EXIT) exited in: GenServer.call(#PID<0.152.0>, :state, 5000)\n"
            "        ** (EXIT) process attempted to call itself",
        ),
        (
            (A.normal, call(Pid(180), (A.stop_noreply, A.normal), 5000)),  # 11.7
            "exited in: GenServer.call(#PID<0.180.0>, {:stop_noreply, :normal}, 5000)\n"
            "    ** (EXIT) normal",
        ),
        (
            ((A.shutdown, A.x), call(A.s, 1, 5000)),  # 11.7
            "exited in: GenServer.call(:s, 1, 5000)\n    ** (EXIT) shutdown: :x",
        ),
        (
            (A.shutdown, call(A.s, 1, 5000)),
            "exited in: GenServer.call(:s, 1, 5000)\n    ** (EXIT) shutdown",
        ),
        (
            (BOOM, call(Pid(261), (Atom("raise"), "boom"), 5000)),  # 11.18
            'exited in: GenServer.call(#PID<0.261.0>, {:raise, "boom"}, 5000)\n'
            "    ** (EXIT) an exception was raised:\n        ** (RuntimeError) boom",
        ),
        (
            (((A.badmatch, A.st), STACK), call(Pid(275), A.badmatch, 5000)),  # 11.18
            "exited in: GenServer.call(#PID<0.275.0>, :badmatch, 5000)\n"
            "    ** (EXIT) an exception was raised:\n"
            "        ** (MatchError) no match of right hand side value: :st",
        ),
        (
            ((A.bad_return_value, A.ball), call(Pid(264), (A.throw, A.ball), 5000)),  # 11.18
            "exited in: GenServer.call(#PID<0.264.0>, {:throw, :ball}, 5000)\n"
            "    ** (EXIT) bad return value: :ball",
        ),
        (
            (A.interrupted, call(alias("KV.Registry"), (A.create, "s1"), 5000)),
            'exited in: GenServer.call(KV.Registry, {:create, "s1"}, 5000)\n'
            "    ** (EXIT) interrupted",
        ),
        (
            (A.a, (A.b, Atom("c d"), List([1]))),
            'exited in: :b."c d"(1)\n    ** (EXIT) :a',
        ),
        (
            (A.a, (None, Atom("+"), List([1, 2]))),
            "exited in: nil.+(1, 2)\n    ** (EXIT) :a",
        ),
        (
            (A.shutdown, (A.failed_to_start_child, alias("KV.Registry"), (A.EXIT, BOOM))),
            "shutdown: failed to start child: KV.Registry\n"
            "    ** (EXIT) an exception was raised:\n        ** (RuntimeError) boom",
        ),
        (
            (A.shutdown, (A.failed_to_start_child, A.c, (A.already_started, 1))),
            "shutdown: failed to start child: :c\n    ** (EXIT) already started: 1",
        ),
        (
            ((A.nocatch, A.x), STACK),
            "an exception was raised:\n    ** (ErlangError) Erlang error: {:nocatch, :x}",
        ),
        (
            (A.badarith, STACK),
            "an exception was raised:\n"
            "    ** (ArithmeticError) bad argument in arithmetic expression",
        ),
        (((A.badkey, A.a), STACK), "an exception was raised:\n    ** (KeyError) key :a not found"),
    ],
)
def test_a_reason_may_have_several_lines(reason: object, printed: str) -> None:
    assert format_exit(reason) == printed


def test_oracle_03_9_a_crashed_call_names_the_clause_that_is_missing() -> None:
    error = FunctionClauseError(alias("KeyVal.Server"), A.handle_call, 3)
    reason = ((error.struct, STACK), call(Pid(178), A.boom, 5000))

    assert format_banner(A.exit, reason) == (
        "** (exit) exited in: GenServer.call(#PID<0.178.0>, :boom, 5000)\n"
        "    ** (EXIT) an exception was raised:\n"
        "        ** (FunctionClauseError) no function clause matching in"
        " KeyVal.Server.handle_call/3"
    )


def test_oracle_08_3_a_get_from_a_dead_bucket() -> None:
    fetch = Function(Capture("KV.Bucket.get/2", 1, 16313657, 1, lambda state: state))
    reason = (A.noproc, call(Pid(163), (A.get, fetch), 5000))

    assert format_banner(A.exit, reason) == (
        "** (exit) exited in: GenServer.call(#PID<0.163.0>,"
        " {:get, #Function<1.16313657/1 in KV.Bucket.get/2>}, 5000)\n"
        f"    ** (EXIT) {NO_PROCESS}"
    )


def test_oracle_10_20_an_await_that_takes_too_long() -> None:
    mfa = (A.erlang, A.apply, 2)
    fields = {A.mfa: mfa, A.owner: Pid(283), A.pid: Pid(285), A.ref: Ref(1)}
    task = Map({A.__struct__: alias("Task"), **fields})
    reason = (A.timeout, call(task, 50, module="Task", function="await"))

    assert format_banner(A.exit, reason) == (
        "** (exit) exited in: Task.await(%Task{mfa: {:erlang, :apply, 2}, owner: #PID<0.283.0>,"
        f" pid: #PID<0.285.0>, ref: {inspect(Ref(1))}}}, 50)\n    ** (EXIT) time out"
    )


def test_oracle_06_9_the_message_of_a_nested_exception_keeps_its_own_lines() -> None:
    message = "errors were found at the given arguments:\n\n  * 1st argument: table name exists\n"
    error = Map({A.__struct__: alias("ArgumentError"), A.__exception__: True, A.message: message})

    assert format_exit((error, STACK)) == (
        "an exception was raised:\n    ** (ArgumentError) errors were found at the given"
        " arguments:\n\n  * 1st argument: table name exists"
    )


@pytest.mark.parametrize(
    ("kind", "reason", "printed"),
    [
        (A.exit, A.x, "** (exit) :x"),  # 15.6
        (A.exit, A.normal, "** (exit) normal"),  # 15.6
        (A.throw, A.x, "** (throw) :x"),  # 15.6
        (A.error, A.foo, "** (ErlangError) Erlang error: :foo"),  # 15.6
        (A.error, (A.badmatch, 1), "** (MatchError) no match of right hand side value: 1"),
        (A.error, A.badarg, "** (ArgumentError) argument error"),
        (A.error, ZeroDivisionError("division by zero"), "** (ZeroDivisionError) division by zero"),
        (
            (A.EXIT, Pid(150)),  # 11.15
            A.nope,
            "** (EXIT from #PID<0.150.0>) shell process exited with reason: :nope",
        ),
        (
            (A.EXIT, Pid(249)),  # 10.13
            (RuntimeError_("oops").struct, STACK),
            "** (EXIT from #PID<0.249.0>) shell process exited with reason: an exception was"
            " raised:\n    ** (RuntimeError) oops",
        ),
    ],
)
def test_banners_are_those_of_iex(kind: object, reason: object, printed: str) -> None:
    assert format_banner(kind, reason) == printed


def test_control_characters_in_a_reason_are_escaped() -> None:
    reason = ((A.nodedown, Atom("a\x1b[31m")), call("\x1b]0;x\x07", Atom("\u202e")))

    text = format_exit(reason)

    assert text.replace("\n", "").isprintable()


def test_stack_lines_are_left_out() -> None:
    line = (alias("KV.Registry"), A.handle_call, 3, List([(A.line, 13)]))

    assert format_exit((RuntimeError_("boom").struct, List([line]))) == format_exit(BOOM)


def test_a_reason_that_only_looks_like_a_crash_is_printed_as_it_is() -> None:
    assert format_exit((A.badarg, List([1]))) == "{:badarg, [1]}"
    assert format_exit((RuntimeError_("boom").struct, List([1]))) == (
        '{%RuntimeError{message: "boom"}, [1]}'
    )
