"""Commands of the shell itself: help, history, v, set, clear, exit, replay."""

import pytest

from kvshell.commands.result import Open
from kvshell.session import Session
from tests.session.typist import Typist


def wish(kv: Typist, line: str) -> Open | None:
    (result,) = kv.session.run(line)
    return result.open


def test_help_shows_what_can_be_done_now(kv: Typist) -> None:
    assert "start manager" in kv("help")
    assert len(kv("help").splitlines()) <= 24


def test_help_describes_a_command_or_says_it_does_not_exist(kv: Typist) -> None:
    assert "put STORE KEY VALUE" in kv("help put")
    assert kv("help nosuch").startswith("** (CommandError) ")


def test_history_lists_the_lines_with_their_numbers(kv: Typist) -> None:
    assert kv("history") == "nothing has been typed yet"
    kv("self", "get s9 x", "self; self")

    assert kv("history") == (
        "╭──────┬────────────╮\n"
        "│ line │ input      │\n"
        "├──────┼────────────┤\n"
        "│    1 │ history    │\n"
        "│    2 │ self       │\n"
        "│    3 │ get s9 x   │\n"
        "│    3 │ self; self │\n"
        "╰──────┴────────────╯"
    )


def test_set_changes_an_option_for_the_session(kv: Typist) -> None:
    assert kv.all("set watch registry", "set theme mono", "set law beam") == [":ok"] * 3
    assert kv.session.options["watch"] == "registry"
    assert "mono" in kv("set")
    assert "registry" in kv("set watch")


def test_the_environment_sets_initial_options(monkeypatch: pytest.MonkeyPatch, kv: Typist) -> None:
    monkeypatch.setenv("KVSHELL_HINTS", "off")
    monkeypatch.setenv("KVSHELL_THEME", "purple")

    other = kv.session.fresh("ets")
    other.close()

    assert other.options["hints"] == "off"
    assert other.options["theme"] == "dark"


def test_requests_to_the_host_are_opens(kv: Typist) -> None:
    assert wish(kv, "clear") == Open("clear", {})
    assert wish(kv, "quit") == Open("exit", {})
    assert wish(kv, "replay some.md") == Open("replay", {"path": "some.md"})
    assert wish(kv, "record some.md") == Open("record", {"path": "some.md"})
    assert wish(kv, "bench") == Open("bench", {})
    assert wish(kv, "explore lookup a; self") == Open("explore", {"target": "lookup a; self"})
    assert wish(kv, "learn 2") == Open("learn", {"lesson": "2"})


def test_commands_of_a_walk_say_where_they_work(kv: Typist) -> None:
    for word in ("next", "back"):
        assert kv(word).startswith(f"** (CommandError) {word} works in an open schedule: ")


def test_elixir_runs_and_the_command_is_a_hint(kv: Typist) -> None:
    kv("start manager")
    kv("create store shopping")

    answer = kv('KV.Registry.lookup(KV.Registry, "shopping")')

    assert answer == kv("lookup shopping")


def test_a_typo_is_answered_with_the_nearest_command(kv: Typist) -> None:
    assert kv("strat") == "** (CommandError) no command strat: did you mean `start manager`?"


def test_iexs_helpers_run(kv: Typist) -> None:
    kv("start manager", "create store s1", "b = create bucket s2")

    assert kv.all("self()", "flush()", "v(1)", "delete s1 k", "iex(5)> self") == [
        "#PID<0.100.0>",
        ":ok",
        "{:ok, #PID<0.103.0>}",
        "nil",
        "#PID<0.100.0>",
    ]


@pytest.mark.parametrize(
    "line",
    [
        'put s1 "open',
        "put s1 {1, 2",
        "x" * 10_000,
        "put s1 k " + "[" * 300 + "]" * 300,
        "put s1 k 1" + "0" * 5_000,
        "\x00\x1b[31m",
        "create store",
        "= self",
        "; ;",
        "put s1 milk one two",
        "x" * 70_000,
        "ets new " + "a" * 300,
        "call manager :" + "b" * 300,
        "info #PID<0.99999999999999999999.0>",
    ],
)
def test_odd_input_has_an_answer_without_side_effects(kv: Typist, line: str) -> None:
    kv("start manager", "create store s1")

    kv(line)

    assert kv("get s1 milk") == "nil"


@pytest.mark.parametrize("word", ["self", "shell", "self()"])
def test_the_shell_cannot_step_itself_and_nothing_proposes_it(word: str) -> None:
    with Session() as session:
        (result,) = session.run(f"step {word}")

    assert result.error is not None
    assert result.error.endswith("(EXIT) process attempted to call itself")
