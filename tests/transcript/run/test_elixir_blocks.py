"""Blocks of Elixir in a document: answers, modules, parts of modules, tests; a tutorial's page."""

import os
import sys
from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.outcome import Status
from kvshell.transcript.replay import play_document
from kvshell.transcript.run.player import Settings

_BESIDE = Path(__file__).resolve().parents[3].parent / "shared" / "oracle"
ORACLE = Path(os.environ.get("KVSHELL_ORACLE", _BESIDE))
CHAPTER = ORACLE.parent / "tutorials" / "ets-chapter.ru.md"

COUNTER = """defmodule Counter do
  use Agent
  def start_link(n), do: Agent.start_link(fn -> n end)
  def next(c), do: Agent.get_and_update(c, &{&1, &1 + 1})
end"""
TEST = """test "counts", %{counter: counter} do
  assert Counter.next(counter) == 5
  assert Counter.next(counter) == 6
end"""
SETUP = """  setup do
    %{counter: start_supervised!({Counter, 5})}
  end"""


def page(*blocks: str, front: str = "") -> str:
    """Return a document with a block of Elixir for each text."""
    return front + "".join(f"```elixir\n{text}\n```\n\n" for text in blocks)


def statuses(text: str, *, elixir: bool = True) -> tuple[list[Status], int]:
    """Return the statuses of a document's commands, and how many lines of Elixir are prose."""
    document = parse("t.md", text, elixir=elixir)
    played = play_document(document, Settings(), lambda _each: None)
    return [each.status for each in played.checked], document.prose


PASSED, FAILED = Status.passed, Status.failed


def test_a_page_without_the_option_runs_nothing() -> None:
    assert statuses(page("iex> 1\n2"), elixir=False) == ([], 0)


RUN = "---\nelixir: run\n---\n"


@pytest.mark.parametrize("by_option", [True, False])
def test_literal_pids_references_and_tables_match_any_at_first(by_option: bool) -> None:
    text = page(
        "iex> table = :ets.new(:t, [])\n8207\niex> me = self()\n#PID<0.41.0>\n"
        "iex> :ets.insert(table, {1, me})\ntrue\niex> :ets.tab2list(table)\n[{1, #PID<0.41.0>}]\n"
        "iex> make_ref()\n#Reference<0.1.2.3>"
    )
    text = text if by_option else RUN + text
    started = int(by_option)  # the system was started before
    assert statuses(text, elixir=by_option) == ([PASSED] * (5 + started), 0)
    wrong = text.replace("[{1, #PID<0.41.0>}]", "[{1, #PID<0.42.0>}]")
    assert statuses(wrong, elixir=by_option)[0][3 + started] is FAILED


def test_a_document_with_elixir_run_starts_its_own_system() -> None:
    text = RUN + page("iex> 1 + 1\n2") + "```kvshell\nkv> start manager\n{:ok, #PID<m>}\n```\n"
    assert statuses(text, elixir=True) == ([PASSED] * 2, 0)


def test_lines_before_the_first_prompt_are_prose_or_modules() -> None:
    text = RUN + page(
        "x = 3\n\niex> 1 + 1\n2", f"{COUNTER}\niex> {{:ok, _}} = Counter.start_link(1)\n..."
    )
    assert statuses(text, elixir=False) == ([PASSED] * 3, 1)


def test_a_failing_test_is_reported_as_by_exunit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.md").write_text(RUN + page(COUNTER, SETUP, TEST.replace("== 6", "== 7")))

    assert main(["replay", str(tmp_path / "t.md")]) == 1
    said = capsys.readouterr().out
    for line in (
        "1) test counts",
        "code:  assert Counter.next(counter) == 7",
        "left:  6",
        "right: 7",
    ):
        assert line in said
    assert "1 test, 1 failure" in said
    assert "t.md:19\n" in said  # where it stands


def test_the_stack_of_a_test_outside_modules_has_the_lines_of_the_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = (
        'setup do\n  {:ok, a: 1}\nend\n\ntest "one", %{a: a} do\n\n  raise "x"\nend',
        'test "two", %{a: a} do\n  assert """\n  b\n  """ == Enum.map([a], fn _ ->\n'
        "     throw(a)\n   end)\nend",
        'test "three", do: :ok; test "four", do: flunk("no")',
    )
    (tmp_path / "t.md").write_text(RUN + page(*blocks))
    source = [*enumerate((tmp_path / "t.md").read_text().split("\n"), 1)]

    assert main(["replay", str(tmp_path / "t.md")]) == 1

    said = capsys.readouterr().out
    for text, frame in (
        ('raise "x"', "(test)"),
        ("throw(a)", 'anonymous fn/1 in DocumentTest."test two"/1'),
        ("fn _ ->", "(test)"),
        ('test "four"', "(test)"),
    ):
        (number,) = [number for number, line in source if text in line]
        assert f"t.md:{number}: {frame}" in said
    assert "iex:" not in said
    assert said.split("\n")[0].endswith("  kv> ExUnit.run()")


def test_a_failing_test_of_a_module_has_the_lines_of_the_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = TEST.replace("== 6", "== 7")
    module = f"defmodule CounterTest do\n  use ExUnit.Case\n{SETUP}\n{wrong}\nend"
    (tmp_path / "t.md").write_text(RUN + page(COUNTER, module))

    assert main(["replay", str(tmp_path / "t.md")]) == 1
    said = capsys.readouterr().out
    assert "t.md:18\n" in said
    assert "t.md:20: (test)" in said


def test_update_keeps_a_literal_pid(tmp_path: Path) -> None:
    path = tmp_path / "t.md"
    path.write_text(RUN + page("iex> [self(), 1]\n[#PID<0.41.0>, 2]\niex> self()\n#PID<0.41.0>"))

    assert main(["replay", "--update", str(path)]) == 0

    expected = RUN + page("iex> [self(), 1]\n[#PID<0.41.0>, 1]\niex> self()\n#PID<0.41.0>")
    assert path.read_text() == expected


def test_the_byte_code_of_a_module_may_be_any_and_break_anywhere() -> None:
    asked = "iex> " + COUNTER.replace("\n", "\n...> ")
    answer = (
        "{:module, Counter,\n <<70, 79, 82, 49, 0, 0, 10, 34, 66, 69, 65, 77, 65, 116, 85, 56, 0,\n"
        "   0, 0, 163, ...>>, {:next, 1}}"
    )
    one_line = "iex> defmodule A do end\n{:module, A, <<70, 79, 82, 49, 0, ...>>, nil}"
    assert statuses(RUN + page(f"{asked}\n{answer}\n{one_line}"))[0] == [PASSED] * 2
    wrong = f"{asked}\n{answer.replace('{:next, 1}', '{:last, 1}')}\n{one_line}"
    assert statuses(RUN + page(wrong))[0] == [FAILED, PASSED]


def test_a_document_with_nothing_but_elixir_is_found_in_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.md").write_text(RUN + page("iex> 1 + 1\n2"))

    assert main(["replay", str(tmp_path)]) == 0
    assert "1 command: 1 passed" in capsys.readouterr().out


def test_update_by_the_option_runs_its_elixir_again(tmp_path: Path) -> None:
    path = tmp_path / "t.md"
    path.write_text(page("iex> 1 + 1\n3"))

    assert main(["replay", "--elixir", "--update", str(path)]) == 0
    assert path.read_text() == page("iex> 1 + 1\n2")


def test_undefined_modules_are_the_built_in_ones_on_a_running_system() -> None:
    text = page(
        'iex> KV.Registry.create(KV.Registry, "a")\n#PID<0.9.0>\n'
        'iex> {:ok, b} = KV.Registry.lookup(KV.Registry, "a")\n{:ok, #PID<0.9.0>}\n'
        'iex> KV.Bucket.put(b, "milk", 1)\n:ok'
    )
    assert statuses(text) == ([PASSED] * 4, 0)


def test_loose_setups_and_tests_run_at_the_end_as_one_module() -> None:
    assert statuses(page(TEST, COUNTER, SETUP)) == ([PASSED] * 3, 0)
    assert statuses(page(TEST, COUNTER, SETUP.replace("5", "7")))[0][-1] is FAILED


def test_a_later_test_of_the_same_name_replaces_the_earlier() -> None:
    wrong = TEST.replace("== 6", "== 7")
    assert statuses(page(COUNTER, SETUP, wrong, TEST))[0][-1] is PASSED
    assert statuses(page(COUNTER, SETUP, TEST, wrong))[0][-1] is FAILED


def test_functions_outside_a_module_replace_those_of_the_one_defined_last() -> None:
    again = "def next(c), do: Agent.get_and_update(c, &{&1, &1 + 2})\ndef two, do: 2"
    asked = "iex> {:ok, c} = Counter.start_link(1)\n{:ok, #PID<0.5.0>}\n"
    asked += "iex> Counter.next(c)\n1\niex> Counter.next(c)\n3\niex> Counter.two()\n2"
    assert statuses(page(COUNTER, again, asked)) == ([PASSED] * 7, 0)


def test_other_blocks_are_prose_and_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = page("{:ok, bucket} = nobody(1)", "iex> 1 + 1\n2", "def lone, do: 1", "[1,\n2")
    assert statuses(text) == ([PASSED] * 2, 4)
    (tmp_path / "t.md").write_text(text)

    assert main(["replay", "--elixir", str(tmp_path / "t.md")]) == 0
    assert capsys.readouterr().out.rstrip().endswith("; 4 lines of Elixir are prose")


def test_a_test_module_of_a_document_is_run_at_its_end() -> None:
    module = f"defmodule CounterTest do\n  use ExUnit.Case\n{SETUP}\n{TEST}\nend"
    front = "---\nelixir: run\n---\n"
    assert statuses(page(COUNTER, module, front=front), elixir=False) == ([PASSED] * 3, 0)
    wrong = page(COUNTER, module.replace("== 5", "== 4"), front=front)
    assert statuses(wrong, elixir=False)[0] == [PASSED, PASSED, FAILED]


def test_update_writes_the_answers_of_elixir_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.md"
    front = "---\nelixir: run\n---\n"
    path.write_text(page("iex> 1 + 1\n3\niex> self()", COUNTER, TEST, SETUP, front=front))

    assert main(["replay", "--update", str(path)]) == 0

    again = page("iex> 1 + 1\n2\niex> self()\n#PID<shell>", COUNTER, TEST, SETUP, front=front)
    assert path.read_text() == again


def test_record_keeps_a_module_of_several_lines_as_one_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = tmp_path / "typed"
    typed.write_text(COUNTER + "\n{:ok, c} = Counter.start_link(3)\nCounter.next(c)\n")
    path = tmp_path / "t.md"
    with typed.open() as lines:
        monkeypatch.setattr(sys, "stdin", lines)
        assert main(["record", str(path)]) == 0

    assert "kv> Counter.next(c)\n3\n" in path.read_text()
    assert main(["replay", str(path)]) == 0


@pytest.mark.slow
@pytest.mark.skipif(not CHAPTER.is_file(), reason=f"the chapter is not at {CHAPTER}")
def test_the_chapter_replays_unchanged(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "--elixir", str(CHAPTER)]) == 0
    said = capsys.readouterr().out
    assert "10 commands: 10 passed" in said
    assert "1 line of Elixir is prose" in said
