"""`kvshell test --explore` when schedules were cut off or not run, or a process was killed."""

from pathlib import Path

import pytest

from kvshell.cli import main
from tests.testing.test_exploring import CAST_REGISTRY

LONG = """
defmodule LongTest do
  use ExUnit.Case

  test "is long" do
    {:ok, counter} = Agent.start(fn -> 0 end)
    Enum.each(1..300, fn _ -> Agent.update(counter, &(&1 + 1)) end)
    assert Agent.get(counter, & &1) == 300
  end
end
"""


def test_a_test_of_many_steps_is_long_and_not_green(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "long_test.exs").write_text(LONG)

    assert main(["test", "--explore", "--law", "beam", "long_test.exs"]) == 1

    said = capsys.readouterr().out
    assert (
        "* test is long [L#5]: no verdict: a schedule is longer than 500 steps (`--steps`); "
        "test repeats `call {:update, …}` (long_test.exs:7) "
        "(beam: 1 schedule, not all run: 1 longer than 500 steps)"
    ) in said


def test_a_test_of_many_steps_is_explored_with_more_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "long_test.exs").write_text(LONG)

    words = ["test", "--explore", "--law", "beam", "--steps", "5000", "long_test.exs"]
    assert main(words) == 0

    assert "is long [L#5]: green in all schedules (beam: 1 schedule)" in capsys.readouterr().out


def test_a_search_that_was_cut_short_says_so_of_a_red_test_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names_test.exs").write_text(CAST_REGISTRY)

    words = ["test", "--explore", "--law", "beam", "--budget", "1", "names_test.exs:31"]
    assert main(words) == 1

    counts = "beam: 1 schedule, 1 fails, not all run: budget of 1 run used up"
    assert f"creates [L#31]: red ({counts})" in capsys.readouterr().out


SUPERVISED = """
defmodule SupervisedTest do
  use ExUnit.Case

  test "is supervised" do
    {:ok, _} = start_supervised({Agent, fn -> 0 end})
  end
end
"""


def test_a_killed_test_supervisor_is_a_match_error_of_the_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "supervised_test.exs").write_text(SUPERVISED)

    words = ("--law", "beam", "--crash", "1", "--all")
    assert main(["explore", "supervised_test.exs:5", *words]) == 1

    said = capsys.readouterr().out
    assert "(MatchError) no match of right hand side value: {:error, :killed}" in said
    assert "AssertionError" not in said


TASKS = """
defmodule TasksTest do
  use ExUnit.Case

  test "two tasks" do
    {:ok, agent} = Agent.start_link(fn -> 0 end)
    reads = Task.async(fn -> Agent.get(agent, & &1) end)
    writes = Task.async(fn -> Agent.update(agent, fn _ -> 1 end) end)
    Task.await(writes)
    assert Task.await(reads) == 0
  end
end
"""


NAMED = """
defmodule Names do
  use GenServer

  def init(_), do: {:ok, %{}}
  def handle_call(:make, _, s), do: {:reply, elem(Agent.start(fn -> 0 end), 1), s}
end

defmodule NamedTest do
  use ExUnit.Case

  setup context do
    {:ok, names} = GenServer.start_link(Names, nil, name: context.test)
    %{names: names}
  end

  test "makes one", %{names: names} do
    pid = GenServer.call(names, :make)
    Agent.stop(pid)
    assert {pid, names} == nil
  end
end
"""


def test_a_process_named_like_the_test_has_the_name_of_its_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process that is dead by the end has a name, too, not only its number."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "named_test.exs").write_text(NAMED)

    assert main(["test", "--explore", "--law", "beam", "named_test.exs"]) == 1

    assert "expected nil, got {#PID<Agent>, #PID<Names>}" in capsys.readouterr().out


@pytest.mark.slow
def test_processes_without_a_name_are_named_for_what_they_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tasks_test.exs").write_text(TASKS)

    code = main(["test", "--explore", "--law", "beam", "tasks_test.exs"])

    said = capsys.readouterr().out
    assert code == 1
    assert "of task#2 reached Agent before the call `{:get, …}` of task (" in said
    assert (
        "line 10: assert Task.await(reads) == 0\n"
        "        Assertion with == failed\n"
        "        code:  assert Task.await(reads) == 0\n"
        "        left:  1\n"
        "        right: 0\n"
    ) in said
    assert "      task -> Agent  call {:get, …}\n" in said
    assert "#PID<0." not in said
    assert "#Reference<0." not in said


SAID = """
defmodule SaidTest do
  use ExUnit.Case

  test "compares" do
    n = Enum.count([1, 2])
    assert n == 1, "somebody else was first"
  end

  test "refutes" do
    refute 1 < 2, "it is less"
  end

  test "asks" do
    assert Enum.empty?([1]), "not empty"
  end
end
"""


def test_the_tests_own_message_does_not_hide_what_was_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "said_test.exs").write_text(SAID)

    assert main(["test", "--explore", "--law", "beam", "said_test.exs"]) == 1

    said = capsys.readouterr().out
    assert "test  ✗ expected 1, got 2 (somebody else was first)\n" in said
    assert "test  ✗ expected not < 2, got 1 (it is less)\n" in said
    assert "test  ✗ not empty\n" in said
