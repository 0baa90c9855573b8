"""A long text is coloured line by line, and a key press only affects the lines that it changes."""

import sys
from collections.abc import Iterator
from types import FrameType

import pytest
from prompt_toolkit.document import Document

from kvshell.session import Session
from kvshell.shell.hosts.command_words import LONGEST_JUDGED, CommandWords, typing_help
from kvshell.shell.hosts.line_tokens import lines_read
from kvshell.shell.prompt.entries import entries
from kvshell.shell.prompt.highlighting import Highlighter, painted

MODULE = '''defmodule Pasted do
  @moduledoc """
  Reads "quoted" text and #{1 + 2} over
  some lines: do end fn
  """

  def text(x) when x > 1, do: {:ok, "two
  lines #{x
  + 1} of it", ~s(a
  sigil), x}

  def wrong, do: 12_ + 1
  def bucket(b) do
    case KV.Bucket.get(b, :milk) do
      nil -> [a: 1, "b c": :d]
      other -> 'chars' # not "open
    end
  end
'''
LONG = MODULE * (1 + LONGEST_JUDGED // len(MODULE))


@pytest.fixture(scope="module")
def words() -> Iterator[CommandWords]:
    with Session() as session:
        words = CommandWords(session.snapshot, lambda: typing_help(session))
        words.complete("Enum")
        yield words


def coloured(words: CommandWords, text: str) -> list[list[tuple[str, str]]]:
    """Return the fragments of each line, without empty ones."""
    line = Highlighter(words).lex_document(Document(text))
    return [
        [(style, shown) for style, shown, *_ in line(number) if shown]
        for number in range(text.count("\n") + 1)
    ]


def test_the_pieces_are_the_text() -> None:
    pieces = [found.text for found in lines_read(LONG)]

    assert "\n".join(pieces) == LONG
    assert pieces[1].startswith("  @moduledoc")
    assert pieces[1].endswith('"""')
    assert pieces[3].count("\n") == 3
    assert all("\n" not in piece for piece in pieces[4:12])


def test_a_long_text_has_the_colours_of_a_short_one(words: CommandWords) -> None:
    right = LONG.replace("12_", "12")
    assert words.in_pieces(right) is not None

    shown = coloured(words, right)

    whole = painted(right, words.spans(right))
    by_line: list[list[tuple[str, str]]] = [[]]
    for style, text, *_ in whole:
        for number, part in enumerate(text.split("\n")):
            if number:
                by_line.append([])
            if part:
                by_line[-1].append((style, part))
    assert [[(s, t) for s, t in line if t.strip()] for line in shown] == [
        [(s, t) for s, t in line if t.strip()] for line in by_line
    ]


def test_a_wrong_line_leaves_the_next_ones_their_colours(words: CommandWords) -> None:
    shown = coloured(words, LONG)

    assert ("class:command", "def") in shown[MODULE[: MODULE.index("def bucket")].count("\n")]


def test_an_open_quote_leaves_the_lines_before_it_their_colours(words: CommandWords) -> None:
    shown = coloured(words, LONG + '\n  x = "open\n  still open')

    assert ("class:command", "defmodule") in shown[0]
    assert shown[-1] == [("", "  still open")]


def test_a_key_in_a_long_text_reads_one_line(words: CommandWords) -> None:
    lines = [f"  def f{number}(x), do: {{:ok, x}}" for number in range(200)]
    text = "\n".join(["defmodule Pasted do", *lines, "  KV.Bucket.get(b, "])
    highlighter = Highlighter(words)
    read: list[str] = []

    def count(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_qualname == "Tokenizer.__init__":
            read.append(frame.f_locals["text"])

    def press(text: str) -> None:
        line = highlighter.lex_document(Document(text))
        for number in range(180, 203):
            line(number)
        words.complete(text)
        words.signature(text)

    press(text)
    sys.setprofile(count)
    try:
        press(text + "m")
        press(text.replace("f190", "g190"))
    finally:
        sys.setprofile(None)

    assert [line.strip() for line in read] == ["KV.Bucket.get(b, m", "def g190(x), do: {:ok, x}"]


def test_completion_and_signature_are_those_of_the_last_line(words: CommandWords) -> None:
    text = f"{LONG}\n  Enum.ma"

    assert words.complete("Enum.ma")
    assert [item.text for item in words.complete(text)] == [
        item.text for item in words.complete("Enum.ma")
    ]
    assert {item.start for item in words.complete(text)} == {len(text) - 2}
    assert words.signature(f"{LONG}\n  String.split(x, ") == words.signature("String.split(x, ")


def test_a_long_list_of_commands_is_helped_line_by_line(words: CommandWords) -> None:
    lines = "\n".join(f"put s{number} milk {number}" for number in range(200))
    text = f"{lines}\nget s1 milk\nput s1 "

    assert coloured(words, text)[200] == [
        ("class:command", "get"),
        ("", " "),
        ("class:name", "s1"),
        ("", " "),
        *coloured(words, "get s1 milk")[0][4:],
    ]
    assert words.signature(text)[2] == ("KEY", True)
    assert words.complete(f"{text}\nlook")[0].start == len(text) + 1


@pytest.mark.parametrize(
    "text",
    [
        MODULE + "end",
        MODULE.replace("12_", "12") + "end",
        MODULE.replace("12_", "12") + "end\nx = 1\ny =\n  2\nput s1 milk 1\n[1,\n2]\nx\n|> f()",
        'x = """\n  a\n  """\nEnum.map([1], fn x ->\n  x\nend)',
        "put s1 milk 1\n[1,\n 2]\nget s1 milk",
        "if true do\n  1 +\n    2\nend\n\n# a comment (\nfoo(1)\n)",
    ],
)
def test_a_long_text_has_the_same_entries_read_at_once(words: CommandWords, text: str) -> None:
    asked: list[str] = []

    def unfinished(entry: str) -> bool:
        asked.append(entry)
        return words.unfinished(entry)

    one_by_one = entries(text, unfinished)
    times = len(asked)
    asked.clear()

    assert entries(text, unfinished, words.within) == one_by_one
    assert len(asked) <= times


def test_the_lines_of_a_module_are_not_parsed_with_all_lines_before_them(
    words: CommandWords,
) -> None:
    module = "\n".join(["defmodule A do", *(f"  def f{n}, do: {n}" for n in range(200)), "end"])
    asked: list[str] = []

    def asked_about(entry: str) -> bool:
        asked.append(entry)
        return False

    found = entries(module, asked_about, words.within)

    assert found == asked == [module]
