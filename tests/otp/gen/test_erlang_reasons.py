"""Exit reasons: the VM's errors become Erlang terms, the user's exceptions stay structs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kvshell.otp.gen import modules
from kvshell.runtime import Runtime, ets, process
from kvshell.terms import (
    A,
    ArgumentError,
    ArithmeticError_,
    BadMapError,
    CaseClauseError,
    ElixirError,
    ErlangError,
    FunctionClauseError,
    KeyError_,
    List,
    Map,
    MatchError,
    Term,
    alias,
    exception,
    format_exit,
    inspect,
)
from tests.nodes import SCHEDULERS, node

NO_PID: Any = 1


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        yield made


def reason_of(code: Callable[[], object]) -> Term:
    _pid, ref = process.spawn_monitor(code)
    return process.receive(lambda m: type(m) is tuple and len(m) == 5 and m[1] is ref)[4]


def raises(error: Exception) -> Callable[[], object]:
    def code() -> object:
        raise error

    return code


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MatchError(Map({A.a: 1})), "{{:badmatch, %{a: 1}}, []}"),
        (CaseClauseError(1), "{{:case_clause, 1}, []}"),
        (BadMapError(A.x), "{{:badmap, :x}, []}"),
        (ArithmeticError_(), "{:badarith, []}"),
        (KeyError_(A.b, Map({A.a: 1})), "{{:badkey, :b, %{a: 1}}, []}"),
        (ErlangError(A.boo), "{:boo, []}"),
        (
            FunctionClauseError(alias("F"), A.f, 1, args=(2,)),
            "{:function_clause, [{F, :f, [2], []}]}",
        ),
        (ArgumentError("x"), '{%ArgumentError{message: "x"}, []}'),
        (ElixirError(exception("MatchError", term=1)), "{%MatchError{term: 1}, []}"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_error_has_erlangs_reason(rt: Runtime, error: Exception, reason: str) -> None:
    """As for `spawn_monitor(fn -> ... end)` on the BEAM, without the files of the stack."""
    assert inspect(reason_of(raises(error)), width=None) == reason


def test_an_undefined_function_has_erlangs_reason(rt: Runtime) -> None:
    """iex> spawn_monitor(fn -> Nope.x(1) end)   # {:undef, [{Nope, :x, [1], []}, ...]}"""
    reason = reason_of(lambda: modules.apply(alias("Nope"), A.x, List([1])))

    assert inspect(reason, width=None) == "{:undef, [{Nope, :x, [1], []}]}"


@pytest.mark.parametrize(
    ("code", "call", "told"),
    [
        # {:badarg, [{:ets, :lookup, [:nope, 1], [error_info: %{cause: :id, module: ...}]}, ...]}
        (lambda: ets.lookup(A.nope, 1), "{:ets, :lookup, [:nope, 1]", "1st argument: the table"),
        # {:badarg, [{:erlang, :send, [:nope, 1], [error_info: ...]}, ...]}
        (lambda: process.send(A.nope, 1), "{:erlang, :send, [:nope, 1]", "invalid destination"),
        # {:badarg, [{:erlang, :unregister, [:nope], [error_info: ...]}, ...]}
        (lambda: process.unregister(A.nope), "{:erlang, :unregister, [:nope]", "1st argument"),
        # {:badarg, [{:erlang, :monitor, [:process, 1], [error_info: ...]}, ...]}
        (lambda: process.monitor(NO_PID), "{:erlang, :monitor, [:process, 1]", "2nd argument"),
        # {:badarg, [{:erlang, :exit, [1, 2], [error_info: ...]}, ...]}
        (lambda: process.exit(NO_PID, 2), "{:erlang, :exit, [1, 2]", "1st argument: not a pid"),
        # {:badarg, [{:erlang, :is_process_alive, [1], [error_info: ...]}, ...]}
        (lambda: process.alive(NO_PID), "{:erlang, :is_process_alive, [1]", "not a pid"),
    ],
)
def test_a_wrong_argument_names_the_call_and_the_problem(
    rt: Runtime, code: Callable[[], object], call: str, told: str
) -> None:
    reason = reason_of(code)

    assert reason[0] is A.badarg
    assert call in inspect(reason, width=None)
    assert told in format_exit(reason)
