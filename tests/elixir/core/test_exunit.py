"""ExUnit: how tests are run and what failures say, as `mix test --trace` of 1.14 prints them."""

from pathlib import Path

import pytest

from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.exunit import cases
from kvshell.elixir.exunit.failures import case_text, failure_text
from kvshell.elixir.exunit.running import CaseResult, run_case
from kvshell.terms import A, ElixirError, format_banner
from tests.elixir.core.evaluating import shell


def _run(source: str, seed: int = 0, options: str = "") -> tuple[CaseResult, str]:
    """Run the tests of a module; return their results, and what mix would print of failures."""
    text = f"defmodule T do\n  use ExUnit.Case{options}\n{source}\nend"
    with shell() as lines:
        Evaluator(lines.code, file="t.exs").evaluate(text)
        record = lines.code.modules[lines.evaluator.evaluate("T")]
        result = run_case(record, cases.tests_of(record), seed=seed)
        parts = [
            failure_text(1, each.test, each.failures, text.split("\n"))
            for each in result.results
            if each.failures
        ]
        if result.failures:
            parts.append(case_text(0, result))
        return result, "".join(parts)


def _statuses(result: CaseResult) -> list[str]:
    return [each.status for each in result.results]


def _failure(body: str) -> list[str]:
    _result, printed = _run(f'  test "it" do\n    {body}\n  end')
    return [line.strip() for line in printed.split("\n")[2:] if line.strip()]


def test_a_comparison_shows_both_sides() -> None:
    _result, printed = _run('  test "sum" do\n    assert 1 + 1 == 3\n  end')
    assert printed == (
        "  1) test sum (T)\n     t.exs:3\n     Assertion with == failed\n"
        "     code:  assert 1 + 1 == 3\n     left:  2\n     right: 3\n     stacktrace:\n"
        "       t.exs:4: (test)\n"
    )


@pytest.mark.parametrize(
    ("asserted", "got"),
    [
        ("assert (case 1 do 1 -> false end)", "false"),
        ("assert (x = 1; x == 2)", "false"),
        ("assert (with {:ok, a} <- {:ok, nil} do a else _ -> 1 end)", "nil"),
        ("assert (cond do true -> nil end)", "nil"),
        ("assert (try do nil rescue _ -> 1 end)", "nil"),
        ("y = 1; assert (if y == 1, do: nil)", "nil"),
        ("y = 1; assert (unless y == 2, do: nil)", "nil"),
        ("refute (for x <- [1], do: x)", "[1]"),
        ("assert [nil] |> hd()", "nil"),
        ("assert hd([nil]) || nil", "nil"),
        ("assert then(hd([1]), fn _ -> nil end)", "nil"),
        ("assert put_in(%{a: hd([1])}.a, 1) |> Map.get(:b)", "nil"),
        ("refute put_in(%{a: hd([1])}.a, 1)", "%{a: 1}"),
    ],
)
def test_a_failed_special_form_or_macro_shows_its_value(asserted: str, got: str) -> None:
    # As mix test of Elixir 1.14: "Expected", `code:`, the stacktrace, and no "arguments:".
    said = _failure(asserted)
    wants = "truthy" if "assert" in asserted else "false or nil"
    assert said[0] == f"Expected {wants}, got {got}"
    assert said[1].startswith("code: ")
    assert "arguments:" not in said


@pytest.mark.parametrize(
    ("asserted", "arguments"),
    [
        ("m = %{a: nil}; assert m[:a]", ["# 1", "%{a: nil}", "# 2", ":a"]),
        ("m = %{a: %{b: nil}}; assert m.a[:b]", ["# 1", "%{b: nil}", "# 2", ":b"]),
        ("f = fn _ -> nil end; x = 1; assert f.(x)", ["# 1", "1"]),
        ("x = 1; refute max(x, 2)", ["# 1", "1", "# 2", "2"]),
        ("m = %{a: nil}; assert m.a", None),
        ("f = fn _ -> nil end; assert f.(1)", None),
        ("assert %{a: nil}[:a]", None),
    ],
)
def test_a_failed_call_shows_its_arguments(asserted: str, arguments: list[str] | None) -> None:
    # As mix test of Elixir 1.14, where brackets are a call of Access.get.
    said = _failure(asserted)
    if arguments is None:
        assert "arguments:" not in said
    else:
        begin = said.index("arguments:") + 1
        assert said[begin : begin + len(arguments)] == arguments


def test_other_assertions_have_exunits_messages() -> None:
    assert _failure("assert 1 != 1")[:3] == [
        "Assertion with != failed, both sides are exactly equal", "code: assert 1 != 1", "left: 1",
    ]  # fmt: skip
    assert _failure("assert nil")[0] == "Expected truthy, got nil"
    assert _failure("want = 1; assert {:ok, ^want} = {:ok, 2}")[:6] == [
        "match (=) failed", "The following variables were pinned:", "want = 1",
        "code:  assert {:ok, ^want} = {:ok, 2}", "left:  {:ok, ^want}", "right: {:ok, 2}",
    ]  # fmt: skip
    assert "arguments:" in _failure("refute put_in(%{a: hd([1])}, [:a], 1)")
    assert _failure("refute match?({:ok, _}, {:ok, 1})")[0] == (
        "match (match?) succeeded, but should have failed"
    )
    assert _failure("l = [1]; assert Enum.member?(l, 3)")[:3] == [
        "Expected truthy, got false", "code: assert Enum.member?(l, 3)", "arguments:",
    ]  # fmt: skip
    assert _failure('assert_raise ArgumentError, fn -> raise "x" end')[0] == (
        "Expected exception ArgumentError but got RuntimeError (x)"
    )
    assert _failure("assert catch_exit(:ok) == 1")[0] == "Expected to catch exit, got nothing"
    assert _failure('flunk("no")')[0] == "no"


def test_a_sigil_has_no_delimiter_of_its_own_in_the_code() -> None:
    # As mix test of Elixir 1.14: only a pattern keeps its delimiter.
    assert _failure('assert ~s(a "b") == ~S[c]')[1] == r'code:  assert ~s"a \"b\"" == ~S"c"'
    said = _failure("assert {~w(a b)a, _} = {1, 2}")
    assert said[1:3] == ['code:  assert {~w"a b"a, _} = {1, 2}', "left:  {~w(a b)a, _}"]


def test_the_context_and_arguments_are_shown_as_exunit_shows_them() -> None:
    # As mix test of Elixir 1.14: in one line, and with the `async` of the module.
    result, printed = _run(
        '  test "a", %{missing: x}, do: x\n  test "b", context, do: assert context.async',
        options=", async: true",
    )
    assert _statuses(result) == ["failed", "passed"]
    file = Path("t.exs").absolute()
    assert (
        f'%{{async: true, case: T, describe: nil, describe_line: nil, file: "{file}", line: 3, '
        'module: T, registered: %{}, test: :"test a", test_type: :test}'
    ) in printed


def test_a_child_that_is_stopped_does_not_end_the_test_it_is_linked_to() -> None:
    result, printed = _run(
        '  test "a" do\n    pid = start_link_supervised!({Agent, fn -> 0 end})\n'
        "    assert stop_supervised(Agent) == :ok\n    refute Process.alive?(pid)\n"
        "    assert Process.info(self(), :messages) == {:messages, []}\n  end"
    )
    assert _statuses(result) == ["passed"], printed


def test_a_failed_assertion_about_messages_shows_the_mailbox() -> None:
    assert _failure("send(self(), :foo); assert_receive {:n, _}, 10")[:6] == [
        "Assertion failed, no matching message after 10ms", "Showing 1 of 1 message in the mailbox",
        "code: assert_receive {:n, _}", "mailbox:", "pattern: {:n, _}", "value:   :foo",
    ]  # fmt: skip
    assert _failure("send(self(), :x); refute_received :x")[0] == (
        "Unexpectedly received message :x (which matched :x)"
    )


def test_errors_throws_and_exits_show_their_line() -> None:
    assert _failure("raise \"oops\"") == [
        "** (RuntimeError) oops", 'code: raise "oops"', "stacktrace:", "t.exs:4: (test)",
    ]  # fmt: skip
    assert _failure("throw(:ball)")[0] == "** (throw) :ball"
    assert _failure("exit(:gone)")[0] == "** (exit) :gone"
    assert _failure("spawn_link(fn -> exit(:boom) end); Process.sleep(9)")[0].endswith(":boom")


def test_setups_tags_and_describe_blocks_make_the_context() -> None:
    result, printed = _run(
        "  setup do\n    {:ok, a: 1}\n  end\n  setup %{a: a}, do: %{b: a + 1}\n  setup :named\n"
        '  defp named(_), do: [c: 3]\n  describe "group" do\n    @tag level: 4\n'
        '    test "inside", ctx do\n      assert {ctx.a, ctx.b, ctx.c, ctx.level, ctx.describe} =='
        ' {1, 2, 3, 4, "group"}\n    end\n  end\n  @tag :skip\n  test "later", do: flunk()'
    )
    assert (_statuses(result), printed) == (["skipped", "passed"], "")
    assert [each.test.name for each in result.results] == ["test later", "test group inside"]


def test_setups_apply_to_all_tests_of_their_module_or_describe_block_also_to_earlier_ones() -> None:
    result, printed = _run(
        '  test "before", c, do: assert Map.take(c, [:a, :b]) == %{a: 1}\n  describe "group" do\n'
        '    test "inside", c, do: assert Map.take(c, [:a, :b]) == %{a: 1, b: 2}\n'
        "    setup do\n      [b: 2]\n    end\n  end\n  setup do\n    [a: 1]\n  end"
    )
    assert (_statuses(result), printed) == (["passed", "passed"], "")


def test_a_setup_may_name_an_imported_function() -> None:
    helpers = "defmodule Helpers do\n  def made(_), do: [x: 1]\nend"
    with shell() as lines:
        evaluator = Evaluator(lines.code, file="t.exs")
        evaluator.evaluate(helpers)
        evaluator.evaluate(
            "defmodule T do\n  use ExUnit.Case\n  import Helpers\n  setup :made\n"
            '  test "a", c, do: assert c.x == 1\nend'
        )
        record = lines.code.modules[lines.evaluator.evaluate("T")]
        assert _statuses(run_case(record, cases.tests_of(record))) == ["passed"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (
            "setup {H, :ok}",
            "setup/setup_all expect a callback name as an atom or a list of callback names,"
            " got: {H, :ok}",
        ),
        ("setup_all [:a, 1]", "setup/setup_all expect a callback name as an atom or a list of"),
        ("setup :nope", "t.exs:1: undefined function nope/1 (expected T to define such a function"),
    ],
)
def test_a_setup_that_names_no_function_does_not_compile(line: str, error: str) -> None:
    with pytest.raises(ElixirError) as raised:
        _run(f'  {line}\n  test "a", do: :ok')
    assert error in format_banner(A.error, raised.value)


def test_a_file_in_the_context_is_an_absolute_path() -> None:
    result, _printed = _run('  test "a", c, do: assert Path.type(c.file) == :absolute')
    assert _statuses(result) == ["passed"]


def test_a_setup_all_that_raises_invalidates_all_tests() -> None:
    result, printed = _run('  setup_all do\n    raise "broke"\n  end\n  test "a", do: :ok')
    assert _statuses(result) == ["invalid"]
    assert printed.startswith("  0) T: failure on setup_all callback, all tests have been inval")


def test_children_and_callbacks_end_with_their_test() -> None:
    result, printed = _run(
        '  test "one" do\n    a = start_supervised!({Agent, fn -> 1 end})\n'
        "    Process.register(a, :one)\n    assert Agent.get(a, & &1) == 1\n"
        "    on_exit(fn -> send(:keeper, :ended) end)\n  end\n"
        '  test "two" do\n    assert Process.whereis(:one) == nil\n  end'
    )
    assert _statuses(result) == ["failed", "passed"]  # no process is left under the name :keeper
    assert "invalid destination" in printed


def test_a_test_that_exceeds_its_limit_is_ended() -> None:
    result, printed = _run(
        '  @tag timeout: 50\n  test "slow" do\n    Process.sleep(5000)\n  end\n  test "b", do: :ok'
    )
    assert _statuses(result) == ["failed", "passed"]
    assert "test timed out after 50ms" in printed


def test_an_endless_computation_is_ended_after_real_time() -> None:
    result, printed = _run(
        "  @moduletag timeout: 50\n  defp spin, do: spin()\n"
        '  test "spins" do\n    spin()\n  end\n'
        '  test "streams", do: Stream.cycle([1]) |> Enum.to_list()\n'
        '  test "its clean-up spins", do: on_exit(fn -> spin() end)\n'
        '  test "its server spins" do\n    a = start_supervised!({Agent, fn -> 1 end})\n'
        "    Agent.update(a, fn _ -> spin() end)\n  end\n"
        '  test "b", do: :ok'
    )
    assert _statuses(result) == ["failed", "failed", "failed", "failed", "passed"]
    assert printed.count("test timed out after 50ms") == 3
    assert "on_exit callback timed out after 50ms" in printed  # the texts are ExUnit 1.14's
    assert "     code: spin()\n     stacktrace:\n       t.exs:4: T.spin/0\n" in printed


@pytest.mark.parametrize(
    ("seed", "first", "second"),
    [
        (0, "{28, 629, 0.5672210561088423}", "{99, 788, [1, 3, 4, 2]}"),
        (7, "{111, 645, 0.8545341632984618}", "{1000, 589, [3, 1, 4, 2]}"),
    ],
)
def test_a_tests_random_numbers_depend_on_its_seed(seed: int, first: str, second: str) -> None:
    """The numbers that Elixir 1.14 draws in two tests of a module `T`; names count, too."""
    result, printed = _run(
        "  setup do\n    %{first: :rand.uniform(1000)}\n  end\n"
        '  test "a", ctx do\n'
        f"    assert {{ctx.first, :rand.uniform(1000), :rand.uniform()}} == {first}\n  end\n"
        '  test "é и", ctx do\n    numbers = [1, 2, 3, 4]\n'
        f"    assert {{ctx.first, :rand.uniform(1000), Enum.shuffle(numbers)}} == {second}\n  end",
        seed,
    )
    assert (_statuses(result), printed) == (["passed", "passed"], "")


def test_tests_can_be_defined_in_a_loop() -> None:
    result, printed = _run(
        '  for n <- [1, 2] do\n    @n n\n    test "made #{n}" do\n      assert @n == 1\n'
        "    end\n  end"
    )
    assert _statuses(result) == ["passed", "failed"]
    assert "code:  assert @n == 1\n     left:  2" in printed


def test_a_test_module_may_be_typed_at_the_prompt() -> None:
    with shell() as lines:
        typed = lines.run('defmodule At do use ExUnit.Case; test "a", do: assert 1 == 1 end')
        assert typed.startswith("{:module, At,")
