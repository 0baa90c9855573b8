"""The prompt's helpers: dbg, IEx, IEx.Helpers, and those that this shell lacks."""

import sys
from collections.abc import Iterator

import pytest

from kvshell.session import Session
from tests.elixir.library.iex import iex


@pytest.fixture
def session() -> Iterator[Session]:
    with Session("controlled") as made:
        yield made


# From `elixir` 1.14, which prints a path as the position; iex would open a pry prompt instead.
PRINTED = {
    "dbg(1 + 1)": "[iex:1: (file)]\n1 + 1 #=> 2\n\n2",
    "[1, 2] |> Enum.map(& &1 + 1) |> Enum.sum() |> dbg()": (
        "[iex:1: (file)]\n[1, 2] #=> [1, 2]\n|> Enum.map(&(&1 + 1)) #=> [2, 3]\n"
        "|> Enum.sum() #=> 5\n\n5"
    ),
    "dbg([1, 2, 3], limit: 1) ++ [4]": ("[iex:1: (file)]\n[1, 2, 3] #=> [1, ...]\n\n[1, 2, 3, 4]"),
    "x = 5; dbg()": "[iex:1: (file)]\nbinding() #=> [x: 5]\n\n[x: 5]",
    "exit :normal": "** (exit) normal",
    'IO.write("a")': "a:ok",
    'IO.write("a\\nb"); IO.write("c")': "a\nbc:ok",
    'IO.puts("a")': "a\n:ok",
    'IO.write("a"); 1 / 0': "a** (ArithmeticError) bad argument in arithmetic expression: 1 / 0",
    "exit :boom": "** (exit) :boom",
    "IEx.started?()": "true",
    'Code.eval_string("x + y", x: 1, y: 2)': "{3, [y: 2, x: 1]}",
}


@pytest.mark.parametrize("line", PRINTED)
def test_a_line_prints_what_elixir_prints(line: str) -> None:
    with iex() as prompt:
        assert prompt.ask(line) == PRINTED[line]


def test_the_status_of_a_server_shows_its_whole_dictionary(session: Session) -> None:
    session.run("{:ok, a} = Agent.start_link(fn -> Process.put(:k, 1) && 2 end)")
    (result,) = session.run(":sys.get_status(a) |> elem(3) |> hd() |> Keyword.keys()")
    (first,) = session.run("hd(hd(elem(:sys.get_status(a), 3))) |> elem(1) |> elem(0)")

    assert str(result.value) == '[:"$initial_call", :"$ancestors", :k]'
    assert str(first.value) == ":erl_eval"


def test_the_rest_of_a_select_prints_as_a_reference_and_goes_on(session: Session) -> None:
    session.run("t = :ets.new(:t, [:ordered_set]); :ets.insert(t, for(n <- 1..3, do: {n}))")
    session.run('{some, more} = :ets.select(t, [{{:"$1"}, [], [:"$1"]}], 2)')
    (shown,) = session.run("inspect(elem(more, 4)) =~ ~r/^#Reference<[0-9.]+>$/")
    (rest,) = session.run("inspect(:ets.select(more))")

    assert shown.value is True
    assert rest.value == '{[3], :"$end_of_table"}'


def test_dbg_names_the_enclosing_function(session: Session) -> None:
    session.run("defmodule Sum do\n  def up(x) do\n    x |> Kernel.+(1) |> dbg()\n  end\nend")
    (result,) = session.run("Sum.up(1)")

    assert result.output == "[iex:3: Sum.up/1]\nx #=> 1\n|> Kernel.+(1) #=> 2\n\n"
    assert result.value == 2


REFUSED = {
    "pwd()": "pwd reaches the machine's files",
    "runtime_info()": "runtime_info describes a BEAM",
    "IEx.configure(width: 5)": "IEx.configure sets nothing here",
    "IEx.pry": "IEx.pry needs a debugger",
    "break!(Enum.map/2)": "break! needs a debugger",
    "break!(Enum.map/2, 3)": "break! needs a debugger",
    "break!(KV.Bucket, :get, 2)": "break! needs a debugger",
    "break!(KV.Bucket, :get, 2, 3)": "break! needs a debugger",
    "breaks()": "breaks needs a debugger",
    "remove_breaks()": "remove_breaks needs a debugger",
    "ls": "ls reaches the machine's files",
    "continue": "continue needs a debugger",
    "next()": "next",
    "port(0, 1)": "port opens a port",
    "import_if_available Enum": "import_if_available is not part of this shell's Elixir",
    'import_file "x.exs"': "import_file reaches the machine's files",
    "reset_break(1)": "reset_break needs a debugger",
    "whereami": "whereami needs a debugger",
    "whereami(3)": "whereami needs a debugger",
    "continue()": "continue needs a debugger",
}


@pytest.mark.parametrize("line", REFUSED)
def test_a_missing_helper_is_refused_by_name(line: str, session: Session) -> None:
    (result,) = session.run(line)

    assert str(result.error).startswith(f"** (CommandError) {REFUSED[line]}")


# Not in Elixir 1.14 with its OTP 25.
UNDEFINED = ("Enum.map_join([1])", "Process.alias()", "Process.unalias(make_ref())",
             ":sys.get_log(self(), 5)", "Logger.levels()", "Code.loaded?(Enum)")  # fmt: skip


@pytest.mark.parametrize("line", UNDEFINED)
def test_functions_that_elixir_lacks_are_undefined(line: str, session: Session) -> None:
    (result,) = session.run(line)

    assert str(result.error).startswith("** (UndefinedFunctionError)")


def test_i_without_an_argument_describes_the_last_answer(session: Session) -> None:
    (empty,) = session.run("i()")
    session.run("40 + 2")
    (result,) = session.run("i()")

    assert empty.error == "** (RuntimeError) v(-1) is out of bounds"
    assert result.output.startswith("Term\n  42\nData type\n  Integer\n")


def test_iex_break_without_unfinished_input_is_a_comment(session: Session) -> None:
    assert [result.error for result in session.run("#iex:break")] in ([], [None])


def test_another_clients_unfinished_elixir_continues(session: Session) -> None:
    assert session.unfinished("as alice if true do")
    assert session.unfinished("as alice x = [1,")
    assert not session.unfinished("as alice if true do\n 5\nend")
    assert not session.unfinished("as alice x = [1,\n#iex:break")
    assert not session.unfinished("as alice keys cars")


# What iex 1.14 answers, too.
HELPERS = {
    "l Enum": "{:module, Enum}",
    "l Nope": "{:error, :nofile}",
    "l(:lists)": "{:error, :sticky_directory}",
    "b Nope": "Could not load module Nope, got: nofile",
    "b Enum": "No callbacks for Enum were found",
}


@pytest.mark.parametrize("line", HELPERS)
def test_a_helper_answers_as_in_iex(line: str) -> None:
    with iex() as prompt:
        assert prompt.ask(line).rstrip() == HELPERS[line]


def test_exports_shows_kernel() -> None:
    with iex() as prompt:
        assert prompt.ask("exports()") == prompt.ask("exports Kernel")


@pytest.mark.parametrize("name", ["case", "if", "with", "defmodule", "receive", "Kernel.if", "for"])
def test_h_has_a_line_for_what_is_compiled(name: str, session: Session) -> None:
    (result,) = session.run(f"h {name}")

    head, said = result.output.split("\n\n")[:2]
    assert head.strip().startswith(f"defmacro {name.removeprefix('Kernel.')}(")
    assert said.endswith(".")


NOT_HERE = {
    ":ssl.start()": ":ssl is not part of this shell's Elixir: help elixir",
    "OptionParser.parse([])": "OptionParser is not part of this shell's Elixir: help elixir",
    'File.write("a", "b")': ("File.write/2 is not part of this shell's Elixir: help elixir"),
    "exports :gen_tcp": ":gen_tcp is not part of this shell's Elixir: help elixir",
    "import System, only: [cmd: 2]": "System.cmd/2 is not part of this shell's Elixir: help elixir",
    "import Port": "Port is not part of this shell's Elixir: help elixir",
    "require Port": "Port is not part of this shell's Elixir: help elixir",
    "%File.Stat{}": "File.Stat is not part of this shell's Elixir: help elixir",
    "use GenEvent": "GenEvent is not part of this shell's Elixir: help elixir",
}


@pytest.mark.parametrize("line", NOT_HERE)
def test_the_error_names_a_function_that_elixir_has_and_this_shell_lacks(
    line: str, session: Session
) -> None:
    (result,) = session.run(line)

    assert result.error == f"** (CommandError) {NOT_HERE[line]}"


@pytest.mark.parametrize("name", ["System.cmd", "System.cmd/2", ":gen_tcp", ":gen_tcp.listen"])
def test_h_names_what_elixir_has_and_this_shell_lacks(name: str, session: Session) -> None:
    (result,) = session.run(f"h {name}")

    assert "is not part of this shell's Elixir: help elixir" in result.output


def test_an_undefined_function_of_a_users_module_gets_no_hint(session: Session) -> None:
    session.run("defmodule Mine do\n  def one, do: 1\nend")
    (result,) = session.run("Mine.other()")

    assert result.hint is None


def _calls(session: Session, line: str) -> int:
    count = 0

    def called(_frame: object, event: str, _value: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(called)
    try:
        session.run(line)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("line", [":ets.insert(t, {{{n}, x}})", "Enum.map([{n}], &(&1 * 2))"])
def test_a_line_similar_to_an_earlier_one_takes_fewer_calls(line: str, session: Session) -> None:
    session.run("t = :ets.new(:t, [])")
    session.run("x = 1")
    calls = [_calls(session, line.format(n=number)) for number in range(3)]

    assert calls[2] < calls[0] * 0.9


# iex 1.14 also shows frames of libraries.
PLACES = {
    "Placed.f()": "** (RuntimeError) x\n    iex:2: Placed.f/0",
    "Enum.map([1], fn _ -> Placed.f() end)": "** (RuntimeError) x\n    iex:2: Placed.f/0",
    "Placed.g(1)": (
        "** (ArgumentError) errors were found at the given arguments:\n\n"
        "  * 1st argument: not a nonempty list\n\n    iex:3: Placed.g/1"
    ),
    "Placed.h()": (
        "** (UndefinedFunctionError) function Nowhere.at/0 is undefined (module Nowhere is not "
        "available)\n    Nowhere.at()\n    iex:4: Placed.h/0"
    ),
    'raise "x"': "** (RuntimeError) x",
}


def test_an_error_shows_the_line_in_the_users_module(session: Session) -> None:
    session.run(
        'defmodule Placed do\n  def f, do: raise("x")\n  def g(x), do: 1 + hd(x)\n'
        "  def h, do: [Nowhere.at()]\nend"
    )

    assert {line: session.run(line)[0].error for line in PLACES} == PLACES


# What `h` of Elixir 1.14 prints for modules compiled to files; modules typed at iex keep no docs.
DOCUMENTED = """
defmodule D do
  @moduledoc "The D."
  defstruct [:a]
  @doc "Does f"
  def f(y), do: y
  @doc "First"
  def g(a), do: a
  def g(a, b, %{c: _}), do: {a, b}
  @doc "Header"
  def d(a, b \\\\ [x: 1])
  def d(1, x) when x != 2, do: x
  @doc false
  def hidden, do: 1
  def bare(%{a: 1}, [x], {x, y}, "abc", 12, :at, 1.5, %D{}, <<1>>), do: {x, y}
  def merged(1, _b, {a}, [], _), do: a
  def merged(n, c, [d], [_], _), do: {n, c, d}
  def named("a" <> rest, x = %{}, {:ok, _} = y, _z), do: {rest, x, y}
  defp private(x), do: x
  def calls, do: private(1)
end
"""
HELP = {
    "h D": [("D", "The D.")],
    "h D.f": [("def f(y)", "Does f")],
    "h D.f/1": [("def f(y)", "Does f")],
    "h D.g": [("def g(a)", "First"), ("def g(a, b, map)", "")],
    "h D.d/1": [("def d(a, b \\\\ [x: 1])", "Header")],
    "h D.bare": [("def bare(map, list, arg1, binary, int, atom, float, d, arg2)", "")],
    "h D.merged": [("def merged(n, c, arg3, arg4, _)", "")],
    "h D.named": [("def named(arg, x, y, z)", "")],
    "h D.calls": [("def calls()", "")],
}
NOT_DOCUMENTED = ["D.hidden", "D.private", "D.f/2", "D.nope"]


def test_h_shows_the_users_documentation(session: Session) -> None:
    session.run(DOCUMENTED)
    for line, parts in HELP.items():
        (result,) = session.run(line)
        wanted = "".join(
            f"\n{head.center(80).rstrip()}\n\n" + (f"{text}\n\n" if text else "")
            for head, text in parts
        )
        assert result.output == wanted, line
    for name in NOT_DOCUMENTED:
        (result,) = session.run(f"h {name}")
        assert result.output == f"No documentation for {name} was found\n"


def test_h_shows_nothing_of_a_library_module_that_the_user_replaced(session: Session) -> None:
    (ours,) = session.run("h KV.Registry.create")
    assert "def create(" in ours.output

    session.run("defmodule KV.Registry do\n  @doc false\n  def create(x), do: x\nend")

    for name in ("KV.Registry", "KV.Registry.create", "KV.Registry.lookup"):
        (result,) = session.run(f"h {name}")
        assert result.output == f"No documentation for {name} was found\n"


# From iex 1.14: the warnings and errors of a line.
TOLD = {
    '"#{1; 2}#{}"': "warning: code block contains unused literal 1 (remove the literal or assign "
    'it to _ to avoid warnings)\n  iex:1\n\n"2"',
    '"#{:a; 2}"': '"2"',
    "%{^m => 1}": "** (CompileError) iex:1: cannot use ^m outside of match clauses",
    "^(1 + 1)": "** (CompileError) iex:1: cannot use ^1 + 1 outside of match clauses",
}


@pytest.mark.parametrize("line", TOLD)
def test_a_slip_is_reported_as_in_iex(line: str) -> None:
    with iex() as prompt:
        assert prompt.ask(line) == TOLD[line]


def test_arithmetic_that_can_only_fail_is_a_warning_of_its_module() -> None:
    bodies = ['1 + "a"', "-:a", 'div("x", 2)', "1 / 0", "rem(1, 0)", "[1] + 2", 'x + "a"', "1 + 1"]
    text = "\n".join(f"  def f{at}(x), do: {{x, {body}}}" for at, body in enumerate(bodies))
    with iex() as prompt:
        answer = prompt.ask(f"defmodule Fails do\n{text}\nend")

    told = [line for line in answer.split("\n") if line.startswith(("warning", "  iex"))]
    calls = [("+/2", 2), ("-/1", 3), ("div/2", 4), ("//2", 5), ("rem/2", 6), ("+/2", 7)]
    assert told == [
        line
        for call, number in calls
        for line in (
            f"warning: the call to {call} will fail with ArithmeticError",
            f"  iex:{number}",
        )
    ]


# From iex 1.14, where u is %{a: 1} and User a struct with the field age.
PATTERNS = {
    "%User{} = u": "** (MatchError) no match of right hand side value: %{a: 1}",
    "<<a>> = u": "** (MatchError) no match of right hand side value: %{a: 1}",
    "~w(a) = u": "** (MatchError) no match of right hand side value: %{a: 1}",
    "%User{zip: 1} = u": "** (CompileError) iex:3: unknown key :zip for struct User\n"
    "    expanding struct: User.__struct__/0",
    "%User{u | zip: 1}": "** (CompileError) iex:3: unknown key :zip for struct User\n"
    "    expanding struct: User.__struct__/0",
    "%Nope{u | a: 1}": "** (CompileError) iex:3: Nope.__struct__/0 is undefined, cannot",
    "%Nope{a: 1}": "** (CompileError) iex:3: Nope.__struct__/1 is undefined, cannot",
    "%{a: 1} = u": "%{a: 1}",
}


@pytest.mark.parametrize("line", PATTERNS)
def test_a_pattern_of_elixir_is_matched_with_a_variable(line: str) -> None:
    with iex() as prompt:
        prompt.ask("defmodule User, do: defstruct(age: 0)")
        prompt.ask("u = %{a: 1}")

        assert prompt.ask(line).startswith(PATTERNS[line])


def test_a_module_that_draws_windows_says_what_shows_the_same_here(session: Session) -> None:
    (result,) = session.run(":observer.start()")

    assert str(result.error).endswith("tree, processes, tables and watch show what runs")
