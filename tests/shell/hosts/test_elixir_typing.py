"""Typing help for Elixir: colours, completion, signatures, continuation lines."""

from collections.abc import Iterator

import pytest

from kvshell.session import Session
from kvshell.shell.hosts.command_words import CommandWords, typing_help


@pytest.fixture
def words() -> Iterator[CommandWords]:
    with Session() as session:
        session.run("milk = %{price: 1, shelf: 2}")
        session.run("order = %{item: %{name: %{short: 1}}, count: 3}")
        session.run("defmodule Shop.Cart do def total(items), do: items end")
        session.run("defmodule Item do\n  defstruct [:name, price: 1]\nend")
        yield CommandWords(session.snapshot, lambda: typing_help(session))


def texts(words: CommandWords, text: str) -> list[str]:
    return [item.text for item in words.complete(text)]


def test_after_a_dot_modules_and_functions_are_offered_with_documentation(
    words: CommandWords,
) -> None:
    assert texts(words, "KV.") == ["Bucket", "BucketSupervisor", "Registry", "Supervisor"]
    assert {"create", "lookup", "start_link"} <= set(texts(words, "KV.Registry."))
    found = [item for item in words.complete("Enum.ma") if item.text == "map"]
    assert found[0].description.startswith("/2 map(enumerable, fun) - ")
    assert found[0].start == len("Enum.")


def test_the_users_modules_are_offered(words: CommandWords) -> None:
    assert texts(words, "Shop.") == ["Cart"]
    assert texts(words, "x = Shop.Cart.") == ["total"]


def test_map_keys_bindings_and_atoms_are_offered(words: CommandWords) -> None:
    assert texts(words, "milk.") == ["price", "shelf"]
    assert texts(words, "order.item.") == ["name"]
    assert texts(words, "1 + order.item.name.sh") == ["short"]
    assert texts(words, "order.count.") == texts(words, "order.nothing.") == []
    assert "milk" in texts(words, "1 + mi")
    assert "ets" in texts(words, "x = :et")
    assert texts(words, ":ets.ne") == ["new", "next"]


def test_the_signature_marks_the_argument_being_typed(words: CommandWords) -> None:
    assert words.signature("Enum.map([1, 2], ") == [
        ("Enum.map", False),
        ("enumerable", False),
        ("fun", True),
    ]
    assert words.signature("String.replace(x")[1] == ("subject", True)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("[1,", True),
        ("fn x ->", True),
        ("defmodule A do\n", True),
        ("x |>", True),
        ("1 + 2", False),
        ("[1,\n#iex:break", False),
        ("end", False),
        ("put s1", False),
        ("create store s1", False),
        ("as alice if true do", True),
        ("as alice x = [1,", True),
        ("as alice x = [1,\n#iex:break", False),
        ("as alice if true do\n 5\nend", False),
        ("as alice keys s1", False),
        ('as alice put s1 "a', True),
    ],
)
def test_unfinished_elixir_continues_on_the_next_line(
    words: CommandWords, text: str, more: bool
) -> None:
    assert words.unfinished(text) is more


def test_lines_inside_a_block_are_indented(words: CommandWords) -> None:
    assert words.indentation("defmodule A do") == 2
    assert words.indentation("defmodule A do\n  def f(x) do") == 4
    assert words.indentation("defmodule A do\n  @a 1") == 2
    assert words.indentation("fn x ->") == 2
    assert words.indentation("[1,") == 2


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("defmodule A do\n  def f do\n    1\n    end", 2),
        ("  def f do\n    1\n    end", 2),
        ("x = [\n  1,\n  ]", 0),
        ("f(fn ->\n  1\n  end)", 0),
        ("if a do\n  1\n  else", 0),
        ("case a do\n  1 ->\n    2\n    _ ->", 2),
        ("<<\n  1\n  >>", 0),
        ("if a do\n  b", None),
        ("if a do\n  ending", None),
        ("[1,\n  2]", None),
        ("Enum.map(a, fn x ->\n  f(x, fn y -> y end)", None),
        ('x = """\n  end', None),
        ("end", None),
        ("put s1", None),
    ],
)
def test_a_line_that_closes_a_block_goes_below_its_start(
    words: CommandWords, text: str, column: int | None
) -> None:
    assert words.outdentation(text) == column


def test_tokens_are_coloured(words: CommandWords) -> None:
    spans = {(span.start, span.end): span.role for span in words.spans('x = {:ok, "a", 1}')}

    assert spans == {(5, 8): "atom", (10, 13): "string", (15, 16): "number"}
    assert words.spans("1 + )")[-1].role == "error"


def test_command_words_keep_their_colours(words: CommandWords) -> None:
    assert words.spans("create store s1")[0].role == "command"


def test_a_pasted_continuation_keeps_its_indentation(words: CommandWords) -> None:
    assert words.drop_prompt("iex(3)> x = 1") == "x = 1"
    assert words.drop_prompt("...(3)>   x") == "  x"
    assert words.drop_prompt("42") is None


def test_structs_and_exceptions_are_offered(words: CommandWords) -> None:
    assert texts(words, "x = %Runt") == ["RuntimeError"]
    assert texts(words, "raise Argu") == ["ArgumentError"]
    assert "MapSet" in texts(words, "%")


def test_what_a_helper_is_asked_about_is_offered(words: CommandWords) -> None:
    assert texts(words, "h Enum.dedu") == ["dedup", "dedup_by"]
    assert texts(words, "h :ets.ne") == ["new", "next"]
    assert "GenServer" in texts(words, "b ")
    assert "Enum" in texts(words, "exports ")
    assert texts(words, "h cas") == ["cast", "case"]
    assert texts(words, "h defmo") == ["defmodule"]


def test_the_line_of_another_client_is_completed_as_elixir(words: CommandWords) -> None:
    (item,) = words.complete("as b Enum.dedup_")

    assert (item.text, item.start) == ("dedup_by", len("as b Enum."))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("%Date.Range{fi", ["first: ", "first_in_iso_days: "]),
        ("x = %URI{host: {1, 2}, p", ["path: ", "port: "]),
        ("%URI{path: 1, p", ["port: "]),
        ("%URI{host: x.po", []),
        ("%{milk | ", ["price: ", "shelf: "]),
        ("%{milk | shelf: 1, ", ["price: "]),
        ("%{nothing | ", []),
    ],
)
def test_the_fields_of_a_struct_or_a_map_are_offered(
    words: CommandWords, text: str, fields: list[str]
) -> None:
    assert texts(words, text) == fields


def test_the_fields_of_a_struct_of_ones_own_are_offered(words: CommandWords) -> None:
    assert texts(words, "%Item{") == ["name: ", "price: "]
