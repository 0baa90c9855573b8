"""Lines of Elixir and their answers, as iex 1.14 on OTP 25 prints them."""

import pytest

from tests.elixir.core.evaluating import shell

ANSWERS = [
    ("1 + 2 * 3 - -4", "11"),
    ("7 / 2", "3.5"),
    ("{div(-7, 2), rem(-7, 2), 2 ** 10, -2 ** 2}", "{-3, -1, 1024, 4}"),
    ("{1 == 1.0, 1 === 1.0, 1 != 1.0, :a < 1}", "{true, false, false, false}"),
    ("{nil && 1, 0 || 2, !nil, not true, true and 5}", "{nil, 0, true, false, 5}"),
    ("[1, 2 | [3 | [4]]]", "[1, 2, 3, 4]"),
    ("[1 | 2]", "[1 | 2]"),
    ("[1, 2, 3, 2] -- [2, 9]", "[1, 3, 2]"),
    ('"a" <> "b" <> "#{1 + 1}"', '"ab2"'),
    ('%{"b" => 1, a: 2}', '%{:a => 2, "b" => 1}'),
    ("%{%{a: 1} | a: 2}", "%{a: 2}"),
    ("case {1, [2, 3]} do {x, [_ | t]} when x > 0 -> {x, t} end", "{1, [3]}"),
    ("case 5 do x when x > 9 -> :big; x when is_integer(x) -> :small end", ":small"),
    ('case "abc" do "a" <> rest -> rest end', '"bc"'),
    ("case [1, 2] do [a, b] -> a + b end", "3"),
    ("case ~w(a b) do ~w(a) -> 1; ~w(a b) -> 2 end", "2"),
    ("{~w(a b)a, ~s(x), ~D[2024-01-31]} = {[:a, :b], \"x\", ~D[2024-01-31]}; 1", "1"),
    ("for x <- [?a, :b, 3], x in 'ab' or x in ~w(a b)a, do: x", "[97, :b]"),
    ("Enum.map([?a, :b, 3], fn x when x in 'ab' -> 1; x when x in ~w(a b)a -> 2; _ -> 3 end)",
     "[1, 2, 3]"),
    ("case %{a: 1, b: 2} do %{a: 1, b: b} -> b end", "2"),
    ("case :x do x when hd(x) == 1 -> 1; _ -> :other end", ":other"),
    ("case 3 do x when x in 1..5 -> :in; _ -> :out end", ":in"),
    ("case {:a, 1} do {:a, x} when x == 1 or x == 2 -> x end", "1"),
    ("if nil, do: 1", "nil"),
    ("unless false do :yes else :no end", ":yes"),
    ("cond do false -> 1; nil -> 2; 0 -> 3 end", "3"),
    ("with {:ok, a} <- {:ok, 1}, b = a + 1, {:ok, c} <- {:ok, b}, do: {a, b, c}", "{1, 2, 2}"),
    ("with {:ok, a} <- :error do a else :error -> :handled end", ":handled"),
    ("with [x] when x > 1 <- [1], do: x", "[1]"),
    ("for x <- [1, 2, 3], y <- [10, 20], x > 1, do: x * y", "[20, 40, 30, 60]"),
    ("for {:ok, v} <- [ok: 1, error: 2, ok: 3], do: v", "[1, 3]"),
    ("for x <- [1, 2], into: %{}, do: {x, x * x}", "%{1 => 1, 2 => 4}"),
    ("for x <- [1, 1, 2], uniq: true, do: x", "[1, 2]"),
    ("for x <- [1, 2, 3], reduce: 0 do acc -> acc + x end", "6"),
    ('for <<c <- "abc">>, into: "", do: <<c + 1>>', '"bcd"'),
    ("try do raise \"x\" rescue e -> e.message end", '"x"'),
    ("try do raise ArgumentError rescue ArgumentError -> :bad end", ":bad"),
    ("try do 1 / 0 catch kind, value -> {kind, value} end", "{:error, :badarith}"),
    ("try do exit(:e) catch :exit, r -> {:exit, r} end", "{:exit, :e}"),
    ("try do :ok else :ok -> 1 after :dropped end", "1"),
    ("(fn x, y -> x - y end).(5, 3)", "2"),
    ("(&(&1 + &2)).(1, 2)", "3"),
    ("(&{&2, &1}).(1, 2)", "{2, 1}"),
    ("f = fn 0 -> :zero; n when n < 0 -> :neg; _ -> :pos end; {f.(0), f.(-1), f.(1)}",
     "{:zero, :neg, :pos}"),
    ("x = 1; f = fn -> x end; x = 2; {f.(), x}", "{1, 2}"),
    ("x = 1; {x = x + 1, x}", "{2, 1}"),
    ("[3, 1, 2] |> hd() |> Kernel.+(1)", "4"),
    ("<<1, 2::16, 3::little-16>>", "<<1, 0, 2, 3, 0>>"),
    ("<<n, s::binary-size(n), r::binary>> = <<2, \"abc\">>; {n, s, r}", '{2, "ab", "c"}'),
    ("<<a::4, b::4>> = <<0xAB>>; {a, b}", "{10, 11}"),
    ("<<c::utf8, _::binary>> = \"éa\"; c", "233"),
    ("<<3::size(4), 1::size(3)>>", "<<25::size(7)>>"),
    ("first..last//step = 1..9//2; {first, last, step}", "{1, 9, 2}"),
    ("m = %{a: %{b: 1}}; {put_in(m.a.b, 2), update_in(m[:a][:b], &(&1 + 1))}",
     "{%{a: %{b: 2}}, %{a: %{b: 2}}}"),
    ("match?({:ok, x} when x > 1, {:ok, 1})", "false"),
    ("destructure([a, b, c], [1, 2]); {a, b, c}", "{1, 2, nil}"),
    ("send(self(), :two); send(self(), 1); receive do x when is_integer(x) -> x end", "1"),
    ("receive do :never -> 1 after 0 -> :timeout end", ":timeout"),
    ("receive do :never -> 1 after 0 -> nil end", "nil"),
    ("receive do after 1 -> nil end", "nil"),
    ("try do 1 after nil end", "1"),
    ("try do nil rescue _ -> 1 else nil -> nil end", "nil"),
    ("try do raise \"no\" rescue _ -> nil end", "nil"),
    ("try do throw 1 catch _ -> nil end", "nil"),
    ("1_000 + 0x10 + ?a", "1113"),
    ("x = 1; binding()", "[x: 1]"),
    ("alias Foo.Bar, as: B; B.C", "Foo.Bar.C"),
]  # fmt: skip

ERRORS = [
    ("1 / 0", "(ArithmeticError) bad argument in arithmetic expression: 1 / 0"),
    (":a + 1", "(ArithmeticError) bad argument in arithmetic expression: :a + 1"),
    ("true + 1", "(ArithmeticError) bad argument in arithmetic expression: true + 1"),
    ("1 and true", '(BadBooleanError) expected a boolean on left-side of "and", got: 1'),
    ("not 1", "(ArgumentError) argument error"),
    ("{:ok, x} = :error", "(MatchError) no match of right hand side value: :error"),
    ("{a, a} = {1, 2}", "(MatchError) no match of right hand side value: {1, 2}"),
    ("case 1 do 2 -> 3 end", "(CaseClauseError) no case clause matching: 1"),
    ("cond do nil -> 1 end", "(CondClauseError) no cond clause evaluated to a truthy value"),
    ("try do 1 else 2 -> 3 end", "(TryClauseError) no try clause matching: 1"),
    ("%{a: 1}.b", "(KeyError) key :b not found in: %{a: 1}"),
    ("%{%{} | a: 1}", "(KeyError) key :a not found in: %{}"),
    ("1.(2)", "(BadFunctionError) expected a function, got: 1"),
    ("raise \"m\"", "(RuntimeError) m"),
    ("raise KeyError, key: :a, term: %{}", "(KeyError) key :a not found in: %{}"),
    ("foo(1)", "(CompileError) iex:1: undefined function foo/1 (there is no such import)"),
    ("^x = 1", "(CompileError) iex:1: undefined variable ^x"),
    ("%Nope{}", "(CompileError) iex:1: Nope.__struct__/1 is undefined, cannot expand struct Nope."),
    ("&1", "(CompileError) iex:1: capture argument &1 must be used within the capture operator &"),
    ("x + 1 = 2", "(CompileError) iex:1: cannot invoke remote function :erlang.+/2 inside a match"),
    ("case 1 do x when foo(x) -> x end",
     "(CompileError) iex:1: undefined function foo/1 (there is no such import)"),
    ("Foo.bar(1)",
     "(UndefinedFunctionError) function Foo.bar/1 is undefined (module Foo is not available)"),
    ("def f(x), do: x", "(ArgumentError) cannot invoke def/2 outside module"),
    ("quote 1", "(CompileError) iex:1: invalid arguments for \"quote\""),
    ('<<1::size(8)-unit("8")>>',
     '(CompileError) iex:1: unit in bitstring expects an integer as argument, got: "8"'),
    ('<<1::8*"1 if len((1,)) else 2">>',
     "(CompileError) iex:1: unit in bitstring expects an integer as argument, got: "
     '"1 if len((1,)) else 2"'),
    ("exit(:boom)", "(exit) :boom"),
    ("throw(:x)", "(throw) :x"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "answer"), ANSWERS)
def test_a_line_has_the_expected_answer(line: str, answer: str) -> None:
    with shell() as lines:
        assert lines.run(line) == answer


@pytest.mark.parametrize(("line", "error"), ERRORS)
def test_a_line_has_the_expected_error(line: str, error: str) -> None:
    with shell() as lines:
        assert lines.run(line).startswith(f"** {error}")


def test_bindings_persist_between_lines_and_are_undone_by_an_error() -> None:
    with shell() as lines:
        lines.run("x = 1")
        assert lines.run('x = 2; raise "no"').startswith("** (RuntimeError)")
        assert lines.run("x") == "1"


def test_a_match_inside_a_list_or_pair_binds() -> None:
    with shell() as lines:
        assert lines.all("{1, 2, [x = 3]}", "x") == "3"
        assert lines.all("{1, {y = 2, 3}}", "y") == "2"
        assert lines.all("inspect(quote do: 1 + unquote(z = 3)); z") == "3"


def test_a_function_of_a_module_may_have_any_name() -> None:
    with shell() as lines:
        lines.run(
            "defmodule A do\n def module(x), do: x\n def f, do: module(1)\n"
            " def call(x), do: x\n def g, do: call(2)\nend"
        )
        assert lines.run("{A.f(), A.g()}") == "{1, 2}"


def test_bindings_of_a_construct_end_with_it() -> None:
    with shell() as lines:
        lines.run("case 1 do y -> y end")
        assert lines.run("y").startswith("** (CompileError) iex:1: undefined function y/0")
        assert lines.warnings[0].startswith('variable "y" does not exist')


def test_a_match_in_a_condition_leaks() -> None:
    with shell() as lines:
        assert lines.all("if z = 5, do: z", "z") == "5"


def test_unused_variables_of_a_closure_are_warned_about() -> None:
    with shell() as lines:
        lines.run("fn x -> 1 end")
        assert lines.warnings[0].startswith('variable "x" is unused')


def test_deep_nesting_of_constructs_compiles() -> None:
    with shell() as lines:
        text = "1"
        for _ in range(40):
            text = f"1 + case ({text}) do x when x < 0 -> 0; x -> x end"
        assert lines.run(text) == "41"
