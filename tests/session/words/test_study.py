"""The commands compare, repeat and explain."""

import pytest

from kvshell.commands.view import TableView
from kvshell.runtime import NotAtRest
from kvshell.systems import DESIGNS
from tests.session.typist import Typist


def rows(kv: Typist, line: str) -> list[list[str]]:
    (result,) = kv.session.run(line)
    assert isinstance(result.view, TableView), result
    return [[cell.text for cell in row] for row in result.view.rows]


def caption(kv: Typist, line: str) -> str:
    (result,) = kv.session.run(line)
    assert isinstance(result.view, TableView)
    return result.view.caption


def test_compare_shows_the_first_race_side_by_side(kv: Typist) -> None:
    assert rows(kv, "compare create store a; lookup a") == [
        [
            "plain",
            "#PID<0.102.0>; {:ok, #PID<0.102.0>}",
            "create is a call: when it answers, the name is in the map",
        ],
        [
            "map",
            ":ok; {:ok, #PID<0.104.0>}",
            "create is a cast, but lookup is a later message in the same mailbox",
        ],
        [
            "ets-cast",
            ":ok; :error",
            "create is a cast: lookup reads the table before it is handled",
        ],
        [
            "ets",
            "#PID<0.104.0>; {:ok, #PID<0.104.0>}",
            "create is a call: when it answers, the row is in the table",
        ],
        [
            "library",
            "#PID<0.105.0>; {:ok, #PID<0.105.0>}",
            "when the bucket has started, it has written its row",
        ],
    ]


def test_compare_shows_the_second_race(kv: Typist) -> None:
    line = "compare create store a; settle; suspend manager; stop a; lookup a"

    assert [row[1].rpartition("; ")[2] for row in rows(kv, line)] == [
        '** (exit) exited in: GenServer.call(KeyVal.Manager, {:lookup, "a"}, 5000)'
        " ** (EXIT) time out",
        '** (exit) exited in: GenServer.call(KV.Registry, {:lookup, "a"}, 5000) ** (EXIT) time out',
        "{:ok, #PID<0.104.0>}",
        "{:ok, #PID<0.104.0>}",
        ":error",
    ]


def test_compare_leaves_the_running_system_alone(kv: Typist) -> None:
    kv("start manager map", "create store mine", "x = self")

    kv("compare create store a; stop manager; x = lookup a; reset")

    assert kv.all("stores", "x", "self") == ['["mine"]', "#PID<0.100.0>", "#PID<0.100.0>"]
    assert kv.session.design.name == "map"


@pytest.mark.parametrize("line", ["get nobody x", "designs", "put a b c", "x = self; x", "self"])
def test_compare_takes_any_line(kv: Typist, line: str) -> None:
    assert [row[0] for row in rows(kv, f"compare {line}")] == list(DESIGNS)


@pytest.mark.parametrize("line", ["compare put s1", "repeat 1000 lookup a; put s1"])
def test_a_line_that_cannot_be_read_is_refused_once(kv: Typist, line: str) -> None:
    assert kv(line) == "** (CommandError) usage: put STORE KEY VALUE"


def test_a_word_alone_is_refused_unless_it_is_bound(kv: Typist) -> None:
    kv("x = self")

    assert kv("repeat 9 nonsense").startswith("** (CommandError) no command nonsense")
    assert kv("compare x").startswith("** (CommandError) no command x")
    assert rows(kv, "repeat 9 x")[0][:3] == ["9", "100.0 %", "#PID<0.100.0>"]


def test_repeat_counts_outcomes_and_not_pids(kv: Typist) -> None:
    kv("start manager")

    assert rows(kv, "repeat 20 create store s{n}; lookup s{n}") == [
        ["20", "100.0 %", "#PID<0.104.0>; {:ok, #PID<0.104.0>}", "1"]
    ]
    assert kv("stores").startswith('["s1", "s10", ')


def test_repeat_settles_between_rounds(kv: Typist) -> None:
    kv("start manager ets-cast")

    assert rows(kv, "repeat 3 lookup a; create store a") == [
        ["2", "66.7 %", "{:ok, #PID<0.104.0>}; :ok", "2"],
        ["1", "33.3 %", ":error; :ok", "1"],
    ]


def test_repeat_counts_errors_and_goes_on(kv: Typist) -> None:
    kv("start manager")

    (row,) = rows(kv, "repeat 5 get nobody x; self")

    assert row[:3] == ["5", "100.0 %", "** (MatchError) no match of right hand side value: :error"]


def test_repeat_counts_answers_that_differ_in_the_round_alone_as_one(kv: Typist) -> None:
    kv("start manager", "create store s1")

    assert rows(
        kv, "repeat 12 put s1 k{n} {n}; get s1 k{n}; get s1 x{n}; call :nobody {:k{n}}"
    ) == [
        [
            "12",
            "100.0 %",
            ":ok; {n}; nil; ** (exit) exited in: GenServer.call(:nobody, {:k{n}}, 5000)"
            " ** (EXIT) no process",
            "1",
        ]
    ]


def test_a_controlled_repeat_says_that_it_is_one_schedule(kv: Typist) -> None:
    assert caption(kv, "repeat 5 self") == ("5 rounds; one schedule 5 times: use --free or explore")


def test_repeat_binds_and_reports_its_progress(kv: Typist) -> None:
    told: list[tuple[int, int]] = []
    kv.session.on_progress = lambda done, total: told.append((done, total))
    kv("start manager", "repeat 400 b = create store s{n}")

    assert kv("b") == "#PID<0.503.0>"
    assert told[0] == (2, 400)
    assert told[-1] == (400, 400)
    assert len(told) == 200


def test_repeat_stops_at_an_interruption_with_what_it_counted(kv: Typist) -> None:
    def press(done: int, _total: int) -> None:
        if done == 10:
            kv.session.interrupt()

    kv.session.on_progress = press

    assert caption(kv, "repeat 100 self").startswith("10 rounds of 100, interrupted")
    assert kv("self") == "#PID<0.100.0>"


def test_repeat_interrupted_before_its_first_round_has_counted_none(kv: Typist) -> None:
    kv("start manager ets-cast")
    kv.session.interrupt()

    assert kv("create store a; repeat 3 self").endswith(
        "0 rounds of 3, interrupted; one schedule 0 times: use --free or explore"
    )


def test_a_line_that_can_never_end_is_distinguished_from_an_error(kv: Typist) -> None:
    kv("start manager plain", "as b self")

    with pytest.raises(NotAtRest):
        kv("stop #PID<0.102.0>")

    assert kv("self") == "#PID<0.100.0>"


def test_repeat_may_be_nested(kv: Typist) -> None:
    kv("start manager")

    assert rows(kv, "repeat 2 repeat 3 self")[0][:2] == ["2", "100.0 %"]


def test_explain_shows_the_elixir_line(kv: Typist) -> None:
    kv("start manager")

    assert 'KV.Registry.lookup(KV.Registry, "s1")' in kv("explain lookup s1")
