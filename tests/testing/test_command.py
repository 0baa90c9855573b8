"""`kvshell test`: what it prints, which tests it chooses, and its exit codes."""

import json
import re
from argparse import Namespace
from collections import deque
from io import StringIO
from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.command_line.reading import read
from kvshell.explore.test_command import test as run
from kvshell.session import Session
from kvshell.views.caps import Caps, Flags


def given(*paths: str, **more: object) -> Namespace:
    """Return the parsed arguments of a command line, with seed 0 and one job."""
    return Namespace(**(vars(read(["test", *paths])) | {"seed": 0, "jobs": 1} | more))


def flags() -> Flags:
    return Flags(caps=Caps(), recent=deque())


def test_a_failing_suite_is_reported_like_mix(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(given("test"), flags())

    lines = capsys.readouterr().out.split("\n")
    assert code == 1
    assert lines[1:4] == [
        "StockTest [test/stock_test.exs]",
        "  * test is empty at first (0.0ms) [L#8]",
        "  * test keeps a count (0.0ms) [L#13]",
    ]
    assert lines[5:13] == [
        "  1) test keeps a count (StockTest)",
        "     test/stock_test.exs:13",
        "     Assertion with == failed",
        '     code:  assert Stock.count(stock, "milk") == 4',
        "     left:  3",
        "     right: 4",
        "     stacktrace:",
        "       test/stock_test.exs:15: (test)",
    ]
    assert "3 tests, 1 failure" in lines
    assert "Randomized with seed 0" in lines


def test_the_flag_of_mix_for_a_line_of_each_test_changes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def printed(*options: str) -> str:
        main(["test", *options, str(project)])
        return re.sub(r"[\d.]+ ?m?s(?:econds)?\b", "T", capsys.readouterr().out)

    assert printed("--trace") == printed()


def test_a_line_number_selects_one_test(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(given("test/stock_test.exs:9"), flags())

    said = capsys.readouterr().out
    assert code == 0
    assert said.startswith('Excluding tags: [:test]\nIncluding tags: [line: "9"]\n')
    assert "3 tests, 0 failures, 2 excluded" in said


@pytest.mark.parametrize(
    ("more", "counts", "code"),
    [
        ({"only": ["slow"]}, "3 tests, 1 failure, 2 excluded", 1),
        ({"exclude": ["slow"]}, "3 tests, 0 failures, 1 excluded", 0),
        ({"exclude": ["slow"], "include": ["slow"]}, "3 tests, 1 failure", 1),
        ({"only": ["slow:true"]}, "3 tests, 1 failure, 2 excluded", 1),
        ({"only": ["nope"]}, "3 tests, 0 failures, 3 excluded", 2),  # 1 in mix
        ({"seed": 3}, "3 tests, 1 failure", 1),
    ],
)
def test_tags_select_tests(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    more: dict[str, object],
    counts: str,
    code: int,
) -> None:
    assert run(given("test", **more), flags()) == code
    assert counts in capsys.readouterr().out.split("\n")


def test_a_filter_of_the_project_is_printed_as_it_was_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "test/test_helper.exs").write_text("ExUnit.start(exclude: [slow: true])\n")

    assert run(given("test", exclude=[]), flags()) == 0
    # As in mix 1.14; a value from the command line is text: [slow: "true"].
    assert capsys.readouterr().out.startswith("Excluding tags: [slow: true]\n")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("defmodule Q do\n\n  @on_definition Q\nend", "3: @on_definition"),
        ("x = 1\nrequire Port", "2: Port"),
        ("defmodule Q do\n  import Port\nend", "2: Port"),
    ],
)
def test_unsupported_elixir_is_refused_with_its_line(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, refused: str
) -> None:
    (project / "test/stock_test.exs").write_text(text)

    assert run(given("test"), flags()) == 2
    assert capsys.readouterr().out.startswith(
        "\n== Compilation error in file test/stock_test.exs ==\n** (CommandError) test/stock_"
        f"test.exs:{refused} is not part of this shell's Elixir: help elixir\n"
    )


def test_a_file_that_does_not_compile_is_reported(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "test/stock_test.exs").write_text("defmodule T do\n  [1, 2\nend\n")

    code = run(given("test"), flags())

    assert code == 2
    assert capsys.readouterr().out == (
        "\n== Compilation error in file test/stock_test.exs ==\n"
        '** (SyntaxError) test/stock_test.exs:3:1: unexpected reserved word: end. The "[" at line 2'
        ' is missing terminator "]"\n'
    )


def test_a_missing_path_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(given("nowhere_test.exs"), flags()) == 2
    assert "no such file or folder" in capsys.readouterr().err


def test_without_tests_in_the_folder_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(given(), flags()) == 2
    assert "no mix.exs and no folder test: name a file or a folder" in capsys.readouterr().err


def test_json_has_an_object_for_each_test(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(given("test", report="json"), flags())

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["status"] for each in told] == ["passed", "failed", "passed"]
    assert told[1]["line"] == 13
    assert "left:  3" in told[1]["failure"]


def test_junit_xml_has_a_case_for_each_test(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(given("test", report="junit"), flags())

    said = capsys.readouterr().out
    assert '<testsuite name="kvshell test" tests="3" failures="1">' in said
    assert said.rstrip().endswith("</testsuite>")


@pytest.mark.slow
def test_exploring_finds_the_test_that_is_green_by_luck(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(given("test", explore=True), flags())

    said = capsys.readouterr().out
    assert code == 1
    assert "  * test is empty at first [L#8]: green in all " in said
    assert "  * test keeps a count [L#13]: red " in said
    assert "  * test one of two hands is faster [L#18]: green by luck " in said
    assert 'line 28: assert Stock.count(stock, "milk") == 2' in said
    assert " steps: kvshell explore test/stock_test.exs:13 --replay spec:" in said
    assert "3 tests: 1 green in all schedules, 1 green by luck, 1 red" in said.splitlines()
    assert run(given("test", explore=True, jobs=2), flags()) == 1
    assert capsys.readouterr().out == said


def test_explore_reports_one_test_like_a_document_and_a_file_like_a_suite(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "test/stock_test.exs:18"]) == 1
    said = capsys.readouterr().out
    assert "spec: " in said
    assert "as expected" in said
    assert main(["explore", "test/stock_test.exs:8", "--law", "beam"]) == 0
    assert "1 schedule" in capsys.readouterr().out
    assert main(["explore", "test/stock_test.exs"]) == 1
    assert "StockTest, test keeps a count: red" in capsys.readouterr().out
    capsys.readouterr()
    assert main(["explore", "test/stock_test.exs", "--replay", "spec:0"]) == 2
    assert "TEST_FILE:LINE chooses it" in capsys.readouterr().err
    assert main(["explore", "test/nowhere_test.exs"]) == 2


def test_a_failing_schedule_of_a_test_can_be_walked(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = "test/stock_test.exs:18"
    assert main(["explore", test, "--budget", "200", "--law", "spec"]) == 1
    token = re.findall(r"(spec:[0-9.z]+)$", capsys.readouterr().out, re.MULTILINE)[0]
    monkeypatch.setattr("sys.stdin", StringIO("next 200\nprocesses\nback\nput s1 milk 2\n"))

    assert main(["explore", test, "--replay", token]) == 1

    said = capsys.readouterr().out
    assert said.startswith("test one of two hands is faster: ")
    assert 'fails at line 28: assert Stock.count(stock, "milk") == 2: expected 2, got 1' in said
    assert "Stock" in said
    assert "in a walk, type next or back" in said
    assert main(["explore", test, "--replay", "spec:9.9.9"]) == 2
    assert "the test has changed since" in capsys.readouterr().err


def test_odds_of_a_test_are_those_of_real_threads(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "test/stock_test.exs:13", "--odds", "3"]) == 1

    said = capsys.readouterr().out
    assert "seen in 100.0 % of 3 runs on real threads" in said
    assert "expected 4, got 3" in said


def test_captured_output_is_not_printed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "test/stock_test.exs").write_text(
        "defmodule T do\n"
        "  use ExUnit.Case\n"
        "  import ExUnit.CaptureIO\n"
        '  test "it" do\n'
        '    assert capture_io(fn -> IO.puts("hi") end) == "hi\\n"\n'
        '    IO.puts("shown")\n'
        "  end\n"
        "end\n"
    )

    assert run(given("test"), flags()) == 0
    assert "shown\n  * test it" in capsys.readouterr().out


def test_the_test_command_runs_tests_in_a_separate_system(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["b = ets new t", "test test/stock_test.exs:8", "ets info b"]
    assert main([part for line in lines for part in ("-c", line)]) == 0

    said = capsys.readouterr().out
    assert "3 tests, 0 failures, 2 excluded" in said
    assert "name              :t" in said
    assert main(["-c", "test test"]) == 1
    assert main(["-c", "test nowhere"]) == 2
    assert "no such file or folder: nowhere" in capsys.readouterr().err


def test_a_test_block_at_the_prompt_is_elixir_not_a_path() -> None:
    with Session("controlled") as session:
        assert session.unfinished('test "adds", %{a: a} do')
        (found,) = session.run('test "adds" do\n  1\nend')
        assert found.error is not None
        assert "undefined function test/2" in found.error


def test_doctests_are_counted_separately(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a_test.exs"
    file.write_text(
        'defmodule One do\n  @doc "\n  iex> One.one()\n  1\n"\n  def one, do: 1\nend\n'
        "defmodule ATest do\n  use ExUnit.Case\n  doctest One\n"
        '  test "a", do: assert 1 == 1\nend\n'
    )

    assert main(["test", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "  * doctest One.one/0 (1) (" in shown
    assert "1 doctest, 1 test, 0 failures" in shown


def test_doctests_of_elixirs_own_modules_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a_test.exs"
    file.write_text("defmodule ATest do\n  use ExUnit.Case\n  doctest Enum\nend\n")

    assert main(["test", str(file)]) == 2
    shown = capsys.readouterr().out
    assert "The module was not compiled with documentation" in shown
    assert f"{file}:3: (module)" in shown


@pytest.mark.parametrize(
    ("seed", "order"),
    [
        (0, "a b c d"),
        (1, "a c d b"),
        (2, "b a d c"),
        (345678, "d b a c"),
    ],
)
def test_a_seed_gives_the_same_order_as_in_mix(
    seed: int, order: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a_test.exs"
    tests = "".join(f'  test "{name}", do: assert true\n' for name in sorted(order.split()))
    file.write_text(f"defmodule ATest do\n  use ExUnit.Case\n{tests}end\n")

    assert main(["test", "--seed", str(seed), str(file)]) == 0
    shown = capsys.readouterr().out
    assert re.findall(r"\* test (\w+)", shown) == order.split()
    assert f"Randomized with seed {seed}" in shown


@pytest.mark.slow
def test_reports_on_a_search_are_wrapped_between_words(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    narrow = flags()._replace(caps=Caps(width=60))

    run(given("test/stock_test.exs:18", explore=True), narrow)

    lines = capsys.readouterr().out.split("\n")
    assert max(map(len, lines)) <= 60
    assert any(line.startswith("        ") for line in lines)


def test_a_doctest_is_explored_like_a_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a_test.exs"
    file.write_text(
        'defmodule One do\n  @doc "\n  iex> One.one()\n  2\n"\n  def one, do: 1\nend\n'
        "defmodule ATest do\n  use ExUnit.Case\n  doctest One\nend\n"
    )

    assert main(["explore", f"{file}:10"]) == 1
    assert "expected 2, got 1" in capsys.readouterr().out


def test_an_unused_variable_of_a_file_gets_a_warning(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in Elixir 1.14, where a module may read the variables of the file before it."""
    (project / "test/stock_test.exs").write_text(
        "c = 1\ndefmodule StockTest do\n  use ExUnit.Case\n"
        '  x = 4\n  y = 5\n  test "#{y}", do: :ok\nend\nd = 2\ne = 3\n{:ok, _f} = {:ok, e}\n'
    )

    assert run(given("test"), flags()) == 0
    assert re.findall(r'"(.)" is unused.*\n  (.*)', capsys.readouterr().err) == [
        ("d", "test/stock_test.exs:8"), ("x", "test/stock_test.exs:4: StockTest"),
    ]  # fmt: skip
