"""The machine-readable reports of `kvshell test --explore` and `kvshell explore TEST_FILE`."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kvshell.cli import main
from kvshell.explore.typed_explore import explored
from kvshell.views import DOCUMENT


def test_exploring_has_reports_for_programs(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", "--explore", "--json", "test"]) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["line"], each["status"]) for each in told] == [
        (8, "green"),
        (13, "red"),
        (18, "luck"),
    ]
    assert [verdict["law"] for verdict in told[2]["verdicts"]] == ["spec", "beam"]
    assert told[2]["place"] == 'line 28: assert Stock.count(stock, "milk") == 2'

    assert main(["explore", "test/stock_test.exs", "--json"]) == 1
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == told

    assert main(["test", "--explore", "--report", "junit", "test"]) == 1
    suite = ElementTree.fromstring(capsys.readouterr().out)
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    messages = [failure.get("message", "") for failure in suite.iter("failure")]
    assert [message.partition(" (")[0] for message in messages] == ["red", "green by luck"]


def test_a_diagram_requires_a_single_test(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "test/stock_test.exs", "--mermaid"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--mermaid is for one test: TEST_FILE:LINE chooses it" in said.err
    assert main(["explore", "test/stock_test.exs:18", "--mermaid"]) == 1
    assert capsys.readouterr().out.startswith("sequenceDiagram")


@pytest.mark.slow
def test_an_endless_test_names_its_own_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "test/endless_test.exs").write_text(
        "defmodule EndlessTest do\n  use ExUnit.Case\n\n  def loop(n), do: loop(n + 1)\n\n"
        '  test "ends never" do\n    assert loop(0) == 1\n  end\nend\n'
    )
    assert main(["test", "--explore", "--law", "spec", "test/endless_test.exs"]) == 1
    said = capsys.readouterr().out
    assert "keeps running" in said
    assert "test/endless_test.exs:4" in said


@pytest.mark.parametrize("path", ["test/stock_test.exs:18", "stock_test.exs:18"])
def test_a_prompt_names_the_line_that_explores_a_test(path: str) -> None:
    shown, code = explored(path, "ets", DOCUMENT, lambda: False)

    assert code == 1
    assert shown == (
        f"** (CommandError) {path} is a test: kvshell explore {path} explores it, outside a session"
    )


def test_all_draws_a_schedule_for_each_outcome_of_a_test(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "test/hands_test.exs").write_text(
        "defmodule HandsTest do\n  use ExUnit.Case\n\n"
        '  test "three ends" do\n'
        "    {:ok, agent} = Agent.start(fn -> 0 end)\n"
        "    spawn(fn -> Agent.update(agent, & &1 + 1) end)\n"
        "    spawn(fn -> Agent.update(agent, & &1 * 5) end)\n"
        "    assert Agent.get(agent, & &1) == 5\n  end\nend\n"
    )
    words = ["test", "--explore", "--all", "--law", "beam", "test/hands_test.exs"]

    assert main(words) == 1

    said = capsys.readouterr().out
    for end in ("✗ expected 5, got 0", "✗ expected 5, got 1", "test  saw: :ok"):
        assert said.count(f"{end}\n") == 1
    assert "left:  1\n        right: 5\n" in said
    assert main([word for word in words if word != "--all"]) == 1
    assert capsys.readouterr().out.count("✗") == 1


def test_one_test_shows_what_exunit_prints_of_its_assertion(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "test/stock_test.exs:13", "--law", "beam"]) == 1

    assert (
        "    Assertion with == failed\n"
        '    code:  assert Stock.count(stock, "milk") == 4\n'
        "    left:  3\n"
        "    right: 4\n"
    ) in capsys.readouterr().out


def test_the_summary_says_what_its_words_mean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two_test.exs").write_text(
        "defmodule TwoTest do\n  use ExUnit.Case\n"
        '  test "never", do: assert 1 == 2\n'
        '  test "always", do: assert 1 == 1\nend\n'
    )

    main(["test", "--explore", "two_test.exs"])

    said = capsys.readouterr().out.splitlines()
    at = said.index("2 tests: 1 green in all schedules, 1 red")
    assert said[at + 1 : at + 3] == ["  red: fails in the order of a plain run", ""]
