"""A diagram ends where its clients end, says why, and shows all that led to the outcome."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.commands.view import Chart
from kvshell.explore.report.verdict_text import views
from kvshell.explore.verdict.verdict import search
from kvshell.runtime.search.steps import FaultModel
from kvshell.session import Session
from tests.explore.conftest import Told
from tests.explore.search.figures import MADE, STOP, document, program
from tests.explore.test_from_here import WAITING, from_here, typed

PUTS = "kv> put s k 1\n:ok\nkv> get s k\n1", "kv> put s k 2\n:ok\nkv> get s k\n2"


def drawn(out: str, label: str) -> list[str]:
    """Return the rows of the diagram below the label of an outcome, and its caption."""
    rows = out.partition(f"\n{label}\n")[2].split("\n")
    end = next(place for place, row in enumerate(rows) if "--replay" in row)
    return rows[: end + 1]


Listed = Callable[..., list[str]]


@pytest.fixture
def listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Listed:
    """A function that explores a test file and returns the rows of its list."""
    monkeypatch.chdir(tmp_path)

    def explore(source: str, *words: str) -> list[str]:
        (tmp_path / "a_test.exs").write_text(source)
        main(["explore", "a_test.exs", "--list", *words])
        return capsys.readouterr().out.splitlines()

    return explore


@pytest.mark.slow
def test_each_client_that_fails_is_drawn_to_its_time_out(told: Told) -> None:
    told(document(*PUTS, setup=MADE), "--timeouts", "any", "--law", "beam", "--all", "--list")

    late = "** (exit) time out"
    rows = drawn(told.out, f"a: get s k: {late}; b: put s k 2: {late}")
    for client, line, wanted in (("a", "get s k", "1"), ("b", "put s k 2", ":ok")):
        request, fires = f"{client} -> s  {line}", f"{client}  its time-out fires"
        verdict = f"{client}  ✗ expected {wanted}, got {late}"
        assert rows.index(request) < rows.index(fires) == rows.index(verdict) - 1
    assert not [row for row in rows if row in {"a  put s k 1", "b  put s k 2"}]


def test_the_diagram_of_any_failure_marks_every_client_that_fails(told: Told) -> None:
    clients = "kv> put s a 1\n:error", "kv> put s b 1\n:error"
    told(document(*clients, setup=MADE), "--list", "--law", "beam")

    assert "\na  ✗ expected :error, got :ok\n" in told.out
    assert "\nb  ✗ expected :error, got :ok\n" in told.out


def test_a_kill_is_drawn_with_all_that_it_leads_to(told: Told) -> None:
    text = "kv> lookup s\n{:ok, #PID<s>}\nkv> get s k\nnil"
    told(document(text, setup=MADE), "--crash", "1", "--law", "beam", "--all", "--list")

    rows = drawn(told.out, "lookup s: :error")
    order = ["s  is killed", "s -> KV.Registry  :DOWN", 'KV.Registry  deletes row "s"']
    assert [row for row in rows if row in order] == order
    assert "s  dies: :killed" not in rows  # the kill says it
    gone = "** (ArgumentError) the table identifier does not refer to an existing ETS table"
    assert "KV.Registry  gives up table KV.Registry" in drawn(told.out, f"lookup s: {gone}")


def test_a_system_that_is_gone_is_one_outcome(told: Told) -> None:
    told(document("kv> lookup s\n{:ok, #PID<s>}", setup=MADE), "--crash", "1", "--list", "--all")

    assert "nothing runs" not in told.out
    assert told.out.count("\nlookup s: ** (CommandError) no manager runs: start manager ") == 1


def test_a_request_that_finds_nobody_is_told_from_one_that_comes_too_late(told: Told) -> None:
    told(document("kv> get s k\nnil", STOP, setup=MADE), "--all", "--list", "--law", "spec")

    dead = drawn(told.out, "a: get s k: ** (exit) no process")
    late = drawn(told.out, "a: get s k: ** (exit) normal")
    assert "a -x s  get s k (already dead)" in dead
    assert "a  get s k leaves, and will find s dead" in late
    assert late.index("s -> a  :DOWN") == late.index("a  ✗ expected nil, got ** (exit) normal") - 1


def test_a_request_on_its_way_to_the_dead_is_lost() -> None:
    with Session(law="spec") as session:
        typed(session, *WAITING)
        shown = from_here(session, "from here --all")

    assert "\nb -x s  call {:get, …} (died meanwhile)\n" in shown


RACE = """
defmodule FirstTest do
  use ExUnit.Case

  test "who is first" do
    me = self()
    spawn(fn -> send(me, {:got, 1}) end)
    spawn(fn -> send(me, {:got, 2}) end)
    receive do
      {:got, n} -> assert n == 1
    end
  end
end
"""


def test_what_comes_after_the_failure_is_drawn_after_it(
    listed: Listed,
) -> None:
    rows = listed(RACE, "--law", "spec")

    failed = rows.index("test  ✗ expected 1, got 2")
    assert not [row for row in rows[:failed] if " -x " in row]


LONG = """
defmodule LongTest do
  use ExUnit.Case

  test "many" do
    {:ok, p} = Agent.start_link(fn -> 0 end)
    spawn(fn -> for i <- 1..30, do: Agent.update(p, fn _ -> i end) end)
    assert Agent.get(p, & &1) == 0
  end
end
"""


def test_many_ways_to_fail_are_one_row_and_the_diagram_ends_at_the_failure(
    listed: Listed,
) -> None:
    rows = listed(LONG, "--steps", "80")

    (row,) = (row for row in rows if row.startswith("assert Agent.get(p, & &1) == 0: "))
    assert re.fullmatch(r".*: fails in 30 ways +\? +30  beam:\S+", row)
    assert "?: none in the schedules that were run, and not all were" in rows
    assert sum(" -> Agent  call {:update, …}" in row for row in rows) < 5
    assert "--all lists every way to fail" in rows


def test_the_only_outcome_is_drawn_on_request(told: Told) -> None:
    assert told(document("kv> put s k 1\n:ok", setup=MADE), "--all", "--list") == 0

    rows = drawn(told.out, "as expected")
    assert rows[0] == "a -> s  put s k 1"


def test_where_nothing_varies_the_answers_that_tell_something_are_the_outcome(told: Told) -> None:
    clients = ["kv> get s k\nkv> put s k 1"] * 2
    told(document(*clients, setup=MADE), "--budget", "2", "--list")

    assert "\na: get s k: nil; b: get s k: nil " in told.out


def test_the_rows_of_lines_that_were_over_are_not_hidden() -> None:
    text = "kv> put s k 1\n:ok\nkv> stop s\n:ok\nkv> lookup s\n:error"
    verdict = search(program(document(text, setup=MADE)), FaultModel(spec=False))

    (chart,) = (view for view in views([verdict]) if isinstance(view, Chart))
    hidden, steps = re.match(r"(\d+) of (\d+) steps are hidden$", chart.caption).groups()  # type: ignore[union-attr]
    assert int(hidden) == int(steps) - len(chart.arrows)
