"""Lines: `;`, the counter, `v`, patterns, bindings, errors, and the death of the shell."""

from collections.abc import Callable

import pytest

from kvshell.commands.result import NOTHING
from kvshell.session import Session
from tests.session.typist import Typist


def test_a_blank_or_comment_only_line_answers_nothing_and_is_not_counted(kv: Typist) -> None:
    assert [kv.session.run(text) for text in ("", "   ", "# a thought", "  # two")] == [[]] * 4
    assert kv.session.counter == 1


def test_a_comment_ends_a_line_but_a_pid_is_not_a_comment(kv: Typist) -> None:
    assert kv.all("self # who am I", "info #PID<0.100.0>")[0] == "#PID<0.100.0>"


def test_a_line_of_several_commands_is_one_number_and_v_is_its_last_value(kv: Typist) -> None:
    kv("start manager")

    results = kv.session.run("create store a; lookup a; self")

    assert [result.line for result in results] == [2, 2, 2]
    assert [result.input for result in results] == ["create store a", "lookup a", "self"]
    assert kv.all("v", "v(1)", "v(2)") == ["#PID<0.100.0>", "{:ok, #PID<0.103.0>}", "#PID<0.100.0>"]


def test_a_line_stops_at_its_first_error_and_does_not_advance_the_counter(kv: Typist) -> None:
    kv("start manager")

    results = kv.session.run("create store a; get nobody x; create store b")

    assert [result.ok for result in results] == [True, False]
    assert kv.session.counter == 2
    assert kv("stores") == '["a"]'


def test_v_out_of_bounds_is_the_runtime_error_of_iex(kv: Typist) -> None:
    assert kv("v") == "** (RuntimeError) v(-1) is out of bounds"
    assert kv("v(99)") == "** (RuntimeError) v(99) is out of bounds"
    assert kv("v(0)") == "** (RuntimeError) v(0) is out of bounds"


def test_v_of_a_view_shows_the_view_again(kv: Typist) -> None:
    first = kv("designs")

    assert kv("v(1)") == first


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("x = self", "x", "#PID<0.100.0>"),
        ("{:ok, m} = start manager", "m", "{:ok, #PID<0.103.0>}"),
        ("x=self", "x", "#PID<0.100.0>"),
    ],
)
def test_a_pattern_binds_what_fits_and_answers_the_value(
    kv: Typist, line: str, name: str, value: str
) -> None:
    assert kv(line) == value
    assert name in kv.session.bindings


def test_a_view_has_no_value_to_bind(kv: Typist) -> None:
    assert kv("x = designs") == ("** (CommandError) designs has no value that could be bound")
    assert "x" not in kv.session.bindings


def test_a_bound_name_alone_answers_its_value(kv: Typist) -> None:
    kv("b = self")

    assert kv("b") == "#PID<0.100.0>"
    assert kv("c").startswith("** (CommandError) ")


def test_bindings_reach_values_with_a_dollar(kv: Typist) -> None:
    kv("start manager", "b = create store s1", "put s1 me self()", "put s1 it $b")

    assert kv.all("get s1 me", "get s1 it") == ["#PID<0.100.0>", "#PID<0.104.0>"]
    assert kv("put s1 k $nobody") == (
        "** (CommandError) nobody is not bound: nobody = create store s1 would bind it"
    )


def test_reset_starts_over_even_in_the_middle_of_a_line(kv: Typist) -> None:
    kv("start manager", "b = create store s1", "as c self")

    assert kv("create store s2; reset; start manager") == (
        "#PID<0.106.0>\n:ok\n{:ok, #PID<0.103.0>}"
    )
    assert kv.session.counter == 1
    assert kv.session.bindings == {}
    assert kv("v") == "** (RuntimeError) v(-1) is out of bounds"


def test_a_killed_shell_is_a_new_process_without_bindings_as_in_iex(kv: Typist) -> None:
    kv("start manager", "b = create store s1", "t = ets new t named_table")

    assert kv("kill shell") == (
        "** (EXIT from #PID<0.100.0>) shell process exited with reason: killed"
    )
    assert kv.session.counter == 1
    assert kv.all("self", "b", "ets info :t", "get s1 milk")[0] == "#PID<0.105.0>"
    assert kv.session.bindings == {}


def test_the_shell_cannot_stop_itself(kv: Typist) -> None:
    assert kv("stop shell") == (
        "** (exit) exited in: GenServer.stop(#PID<0.100.0>, :normal, :infinity)\n"
        "    ** (EXIT) process attempted to call itself"
    )


def test_results_are_records_with_their_events(kv: Typist) -> None:
    kv("start manager plain")
    kv("create store s1")

    (result,) = kv.session.run("crash s1")

    assert not result.ok
    assert result.value is NOTHING
    assert result.error is not None
    assert [event.kind for event in result.events] == ["crash"]
    assert result.events[0].line == 3


def test_exit_ends_the_line_but_other_opens_do_not(kv: Typist) -> None:
    cleared, asked = kv.session.run("clear; self")
    (left,) = kv.session.run("exit; self")

    assert cleared.open is not None
    assert asked.ok
    assert left.open is not None
    assert left.open.kind == "exit"


def test_a_hint_is_shown_once_for_its_cause(kv: Typist) -> None:
    kv("start manager", "get s9 milk", "get s9 milk", "get s8 milk")

    assert kv.hints == ["create store s9", "create store s8"]


def test_hints_can_be_turned_off(kv: Typist) -> None:
    kv("set hints off", "get s9 milk")

    assert kv.hints == []


def test_an_internal_error_is_not_an_answer(kv: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_context: object, **_args: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setitem(kv.session._handlers, "messages.self_", broken)

    with pytest.raises(ZeroDivisionError):
        kv.session.run("self")
    assert kv("processes") != ""


def test_a_session_leaves_nothing_behind_and_closes_twice(
    opened: Callable[..., Typist],
) -> None:
    kv = opened("ets", "free")
    kv("start manager", "create store s1", "as b get s1 milk")

    kv.session.close()
    kv.session.close()


def test_a_session_is_a_context_manager() -> None:
    with Session() as session:
        assert session.run("self")[0].ok
