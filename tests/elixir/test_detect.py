"""Which text is Elixir, and where a line is split."""

import pytest

from kvshell.commands.read.guesses import paths
from kvshell.elixir.detect import continues, is_elixir, pieces

COMMANDS = frozenset(paths())

ELIXIR = [
    "1 + 2", "x = 1", ":ets.new(:t, [])", "Enum.map([1], & &1)", "[1, 2]", "{:ok, 1}", '"text"',
    "%{a: 1}", "<<1>>", "fn x -> x end", "&(&1 + 1)", "@a", "!true", "-1", ":atom", "String",
    "KV.Registry", "foo(1)", "foo.bar", "foo.(1)", "x.y.z", "~r/a/", "|> Enum.sum()",
    "if true do 1 end", "if true, do: 1", "case 1 do 1 -> 2 end", "defmodule A do end",
    "require Logger", "raise ArgumentError", "raise \"x\"", "hd list", "import Enum",
    "exit(:boom)", "state = 1", "get.(1)", "send self(), 1", "spawn fn -> 1 end",
    "receive do x -> x end", "bound + 1", "bound |> f", "state |> f()" , "1 2", "[a: 1, 2]", ")",
    "end", "->", "not true", "for x <- [1], do: x", "x = create store s1", "h String.upcase/1",
]  # fmt: skip
WORDS = [
    "creat store s1", "put s1", "foo bar", "foo", "bound", "put s1 milk 1 2", "get", "start managr",
    "** (exit) normal", "", "# a comment", "exit now please", "state of affairs", "lookup",
]  # fmt: skip


def _bound(name: str) -> bool:
    return name in {"bound", "state", "list"}


@pytest.mark.parametrize("text", ELIXIR)
def test_elixir_is_detected(text: str) -> None:
    assert is_elixir(text, COMMANDS - {"x", "h"}, _bound)


@pytest.mark.parametrize("text", WORDS)
def test_words_of_commands_are_not_elixir(text: str) -> None:
    assert not is_elixir(text, COMMANDS, _bound)


def test_a_mistyped_command_is_not_taken_for_elixir() -> None:
    assert not is_elixir("putt s1 milk 1", COMMANDS, _bound, meant=True)
    assert is_elixir("putt(s1, milk, 1)", COMMANDS, _bound, meant=True)
    assert is_elixir("putt = 1", COMMANDS, _bound, meant=True)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a; b", ["a", "b"]),
        ("x = 1; x + 1", ["x = 1", "x + 1"]),
        ("fn -> a; b end; c", ["fn -> a; b end", "c"]),
        ('"a; b"; c', ['"a; b"', "c"]),
        ("if a do b; c end", ["if a do b; c end"]),
        ("(a; b)", ["(a; b)"]),
        (" ; a ;", ["a"]),
        ("~s(;)", ["~s(;)"]),
        ("# ;", ["# ;"]),
        ("a(; b", ["a(; b"]),
        ("", []),
    ],
)
def test_a_line_is_split_outside_brackets_quotes_and_blocks(text: str, parts: list[str]) -> None:
    found = pieces(text)

    assert [piece.text for piece in found] == parts
    assert all(text[piece.start :].startswith(piece.text) for piece in found)


def test_a_leading_pipe_continues_with_the_previous_answer() -> None:
    assert continues("|> Enum.sum()")
    assert not continues("x |> Enum.sum()")
    assert not continues("")
