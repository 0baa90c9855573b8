"""`kvshell test --explore` runs set-ups and on_exit, and reports their failures as the test's."""

from pathlib import Path

import pytest

from kvshell.cli import main

TEST_PROCESS = """
defmodule OneProcessTest do
  use ExUnit.Case

  setup_all do
    %{of_all: self()}
  end

  setup do
    Process.flag(:trap_exit, true)
    send(self(), :hello)
    Process.put(:k, 1)
    %{me: self(), t: :ets.new(:t, [:private])}
  end

  test "trap", do: assert Process.info(self(), :trap_exit) == {:trap_exit, true}
  test "mailbox", do: assert Process.info(self(), :messages) == {:messages, [:hello]}
  test "dictionary", do: assert Process.get(:k) == 1
  test "me", %{me: me, of_all: all}, do: assert me == self() and all != self()
  test "private table", %{t: t}, do: assert :ets.insert(t, {:a, 1})
end
"""


def test_an_explored_set_up_runs_in_the_process_of_the_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """ExUnit 1.14 reports 5 tests and no failures."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one_test.exs").write_text(TEST_PROCESS)

    code = main(["test", "--explore", "one_test.exs"])

    said = capsys.readouterr().out
    assert "5 tests: 5 green in all schedules" in said
    assert code == 0


ONE_AND_ONE = """\
        Assertion with == failed
        code:  assert 1 + 1 == 3
        left:  2
        right: 3
"""

ON_EXIT = """
defmodule OnExitTest do
  use ExUnit.Case

  test "raises" do
    on_exit(fn -> raise "in exit" end)
  end

  test "asserts" do
    on_exit(fn -> assert 1 + 1 == 3 end)
  end

  test "exits" do
    on_exit(fn -> exit(:no) end)
  end

  test "is well" do
    pid = start_supervised!({Agent, fn -> 1 end})
    on_exit(fn -> refute Process.alive?(pid) end)
  end

  test "is linked" do
    {:ok, pid} = Agent.start_link(fn -> 1 end)

    on_exit(fn ->
      ref = Process.monitor(pid)
      assert_receive {:DOWN, ^ref, _, _, _}
    end)
  end
end
"""


def test_a_failing_on_exit_is_red_in_every_schedule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """ExUnit 1.14 reports 5 tests, of which the same three fail."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "on_exit_test.exs").write_text(ON_EXIT)

    code = main(["test", "--explore", "on_exit_test.exs"])

    said = capsys.readouterr().out
    assert code == 1
    assert "5 tests: 2 green in all schedules, 3 red" in said
    assert 'line 6: on_exit(fn -> raise "in exit" end)\n        ** (RuntimeError) in exit' in said
    assert "line 10: on_exit(fn -> assert 1 + 1 == 3 end)\n" + ONE_AND_ONE in said
    assert "line 14: on_exit(fn -> exit(:no) end)\n        ** (exit) :no" in said


FAILING_SETUPS = """
defmodule RaisesTest do
  use ExUnit.Case
  setup context do
    if context[:bad], do: raise("no disk")
    if context[:throws], do: throw(:ball)
    if context[:normal], do: exit(:normal)
    if context[:one], do: 1, else: :ok
  end

  @tag :bad
  test "raises", do: assert true
  @tag :one
  test "one", do: assert true
  @tag :throws
  test "throws", do: assert true
  @tag :normal
  test "ends normally", do: assert true
  test "is well", do: assert true
end

defmodule StartsTest do
  use ExUnit.Case
  setup do
    {:ok, _} = start_supervised(%{id: :a, start: {Agent, :start_link, [fn -> raise "oh" end]}})
    :ok
  end

  test "starts", do: assert true
end

defmodule DiesTest do
  use ExUnit.Case
  setup do
    Process.exit(self(), :kill)
    :ok
  end

  test "dies", do: assert true
end

defmodule AllTest do
  use ExUnit.Case
  setup_all do
    assert 1 + 1 == 3
    :ok
  end

  test "all", do: assert true
end
"""


def test_a_failing_set_up_is_red_and_the_other_tests_are_explored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """ExUnit 1.14 reports 8 tests, 6 failures and 1 invalid; `is well` passes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "setup_test.exs").write_text(FAILING_SETUPS)

    code = main(["test", "--explore", "setup_test.exs"])

    said = capsys.readouterr().out
    assert code == 1
    assert "8 tests: 1 green in all schedules, 7 red" in said
    assert (
        'line 5: if context[:bad], do: raise("no disk")\n        ** (RuntimeError) no disk' in said
    )
    assert "expected ExUnit callback in RaisesTest to return :ok | keyword | map, got 1" in said
    assert "throw(:ball)\n        ** (throw) :ball" in said
    assert "exit(:normal)\n        ** (exit) normal" in said
    assert "line 25: {:ok, _} = start_supervised(" in said
    assert "** (MatchError) no match of right hand side value: {:error, {" in said
    assert "DiesTest, test dies: red" in said
    assert 'line 39: test "dies", do: assert true\n        ** (EXIT from #PID<test>) killed' in said
    assert "line 45: assert 1 + 1 == 3\n" + ONE_AND_ONE in said


CAST_REGISTRY = """
defmodule Names do
  use GenServer

  def start_link(opts), do: GenServer.start_link(__MODULE__, opts[:name], opts)
  def create(server, name), do: GenServer.cast(server, {:create, name})

  @impl true
  def init(table), do: {:ok, :ets.new(table, [:named_table])}

  @impl true
  def handle_cast({:create, name}, table) do
    :ets.insert(table, {name, self()})
    {:noreply, table}
  end
end

defmodule NamesTest do
  use ExUnit.Case

  setup context do
    _ = start_supervised!({Names, name: context.test})
    Names.create(context.test, "milk")
    %{names: context.test}
  end

  test "is set up", %{names: names} do
    assert [{"milk", _}] = :ets.lookup(names, "milk")
  end

  test "creates", %{names: names} do
    Names.create(names, "eggs")
    assert [{"eggs", _}] = :ets.lookup(names, "eggs")
  end
end
"""


def test_the_steps_of_a_set_up_do_not_branch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names_test.exs").write_text(CAST_REGISTRY)

    assert main(["test", "--explore", "names_test.exs"]) == 1

    said = capsys.readouterr().out
    assert "is set up [L#27]: green in all schedules (spec: 1 schedule, beam: 1 schedule)" in said
    counts = "spec: 2 schedules, 1 fails, beam: 2 schedules, 1 fails"
    assert f"creates [L#31]: red ({counts})" in said


WAITING = """
defmodule WaitingTest do
  use ExUnit.Case
  setup context do
    if context[:hangs], do: receive(do: (:never -> :ok))
    :ok
  end

  @tag :hangs
  test "in setup", do: assert true
  @tag timeout: 50
  test "too slow" do
    Process.sleep(500)
  end
  @tag timeout: 50
  test "in time" do
    Process.sleep(20)
  end
  test "waits" do
    receive do
      :never -> :ok
    end
  end
end

defmodule WaitingAllTest do
  use ExUnit.Case
  setup_all do
    receive(do: (:never -> :ok))
  end
  test "in setup_all", do: assert true
end
"""


def test_a_test_that_waits_forever_or_too_long_is_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w_test.exs").write_text(WAITING)

    code = main(["test", "--explore", "w_test.exs"])

    said = capsys.readouterr().out
    assert code == 1
    assert "5 tests: 1 green in all schedules, 4 red" in said
    assert (
        "line 5: if context[:hangs], do: receive(do: (:never -> :ok))"
        " - setup waits forever for a message"
    ) in said
    assert " - setup_all waits forever for a message" in said
    assert "expected an end within 50ms, got test timed out after 50ms" in said
    assert "line 20: receive do - waits forever for a message" in said


def test_an_endless_setup_all_is_ended_at_the_limit_of_a_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w_test.exs").write_text(WAITING)

    assert main(["test", "w_test.exs:31"]) == 1

    said = capsys.readouterr().out
    assert "setup_all timed out after 60000ms" in said
    assert "w_test.exs:29: WaitingAllTest.__ex_unit_setup_all_0/1" in said
    assert "6 tests" not in said


SEVERAL = """
defmodule FirstTest do
  use ExUnit.Case
  test "one", do: :ok
end

defmodule SecondTest do
  use ExUnit.Case
  describe "group" do
    test "two", do: :ok
    test "three", do: assert :rand.uniform(1000) == 0
  end
  @tag :tmp_dir
  test "four", do: :ok
end
"""


@pytest.mark.parametrize(
    ("line", "ran"),
    [(1, []), (5, ["one"]), (9, ["one", "group two", "group three"]), (11, ["one", "group three"])],
)
def test_a_line_selects_the_same_tests_as_in_mix(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: int,
    ran: list[str],
) -> None:
    """As `mix test --trace` 1.14, which runs a test of each module for the line."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s_test.exs").write_text(SEVERAL)

    main(["test", f"s_test.exs:{line}"])

    said = capsys.readouterr().out
    lines = [each for each in said.split("\n") if "[L#" in each and "(excluded)" not in each]
    assert [each.partition("* test ")[2].partition(" (")[0] for each in lines] == ran
    assert ("All tests have been excluded." in said) is (ran == [])


def test_the_one_test_at_a_line_is_explored_with_the_random_numbers_of_its_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s_test.exs").write_text(SEVERAL)
    main(["test", "s_test.exs:11", "--seed", "7"])
    drawn = capsys.readouterr().out.partition("left:  ")[2].partition("\n")[0]

    assert main(["test", "--explore", "s_test.exs:11", "--seed", "7"]) == 1

    said = capsys.readouterr().out
    assert f"== 0 - expected 0, got {drawn}" in said
    assert "FirstTest" not in said


def test_crashes_and_every_outcome_are_for_several_tests_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c_test.exs").write_text(
        "defmodule CTest do\n  use ExUnit.Case\n"
        '  test "agent" do\n    {:ok, a} = Agent.start(fn -> 1 end)\n'
        "    assert Agent.get(a, & &1) == 1\n  end\n"
        '  test "alone", do: assert true\nend\n'
    )
    assert main(["explore", "c_test.exs"]) == 0
    capsys.readouterr()

    assert main(["explore", "c_test.exs", "--crash", "1", "--all"]) == 1

    said = capsys.readouterr().out
    assert "* test agent [L#3]: green by luck" in said
    assert "was killed" in said
    assert "spec+crash1" in said
    assert "* test alone [L#7]: green in all" in said


def test_what_explores_no_test_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s_test.exs").write_text(SEVERAL)

    assert main(["test", "--explore", "s_test.exs", "--only", "nope"]) == 2
    assert "no test was executed" in capsys.readouterr().err
    assert main(["explore", "s_test.exs:1"]) == 3
    assert "there is no test to explore" in capsys.readouterr().err
