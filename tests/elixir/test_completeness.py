"""Which input waits for more lines, and which no further line can complete."""

from collections import deque
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvshell.elixir.syntax.completeness import State, read
from tests.elixir import judged, oracle

SNIPPETS = [text for text, line in judged.stored().items() if line.startswith("ok")]

INCOMPLETE = [
    "1 +", "[1,", "fn x ->", "fn", "if a do", '"abc', "'abc", '"""', "~r/a", "foo(", "x |>", "a.",
    "[a:", "{:a,", "f a,", "f a:", "%{", "<<1::", "(a ->", "(a, b", "fn a, b", "case x do\n1 ->",
    '"#{1 +', "not", "@", "&", "defmodule A do\n  def f do\n    1\n  end", "1 \\", 'f "a #{',
]  # fmt: skip
WRONG = [
    '1 2 "abc', '"#{1 +}"', '"#{1 2', '"#{)', "f(1 2", "[a: 1, 2", "[a b, c", "1 )", "end",
    "->", "a ->", "x = (1, 2)", '"""a', "1 do", "if(true) do: 1", "do", "x 1 do 2 end 3 do",
    ":", "x:", "when", "(1\nend", "fn x -> x end end [", "if true, do 1", '"\\xZ" <> "', "A(",
    "fn do", "%(", "0xZZ [", "a b c d, ) [",
]  # fmt: skip
COMPLETE = ["1", "?", "# nothing", "", "a\n|> b", "fn -> 1 end", '"a\nb"', "x = [\n1\n]", "f ()"]


@pytest.mark.parametrize("text", INCOMPLETE)
def test_incomplete_input_waits_for_more(text: str) -> None:
    assert read(text).state is State.INCOMPLETE


@pytest.mark.parametrize("text", WRONG)
def test_invalid_input_does_not_wait_for_more(text: str) -> None:
    assert (text, read(text).state) == (text, State.WRONG)


@pytest.mark.parametrize("text", COMPLETE)
def test_complete_input_is_recognised(text: str) -> None:
    assert read(text).state is State.COMPLETE


@pytest.mark.parametrize("text", [text for text in SNIPPETS if "\n" in text])
def test_no_prefix_of_a_program_is_invalid(text: str) -> None:
    lines = text.split("\n")
    for count in range(1, len(lines)):
        assert read("\n".join(lines[:count])).state is not State.WRONG


@pytest.mark.slow
def test_no_prefix_of_a_tutorials_module_is_invalid() -> None:
    for path in sorted(Path(oracle.ORACLE).glob("projects/**/*.ex*")):
        lines = path.read_text(encoding="utf-8").split("\n")
        for count in range(1, len(lines)):
            assert read("\n".join(lines[:count])).state is not State.WRONG


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=2), st.data())
def test_incomplete_input_can_be_completed(snippets: list[str], data: st.DataObject) -> None:
    """Input never waits for more lines if no continuation could make it valid."""
    whole = "\n".join(snippets)
    text = whole[: data.draw(st.integers(0, len(whole)))]

    if read(text).state is State.INCOMPLETE:
        assert _can_be_finished(text), text


OPERANDS = ["", "\n", " x", "a", "{}", " x -> x\n", "}", "} x"]
CLOSERS = [" -> x end", '": x', '" => x', "end", ")", "]", "}", ">>", '"', "'", "/", "|"]
CLOSERS += [' x"', '\n"""\n', "\n'''\n", " x -> x end"]
CLOSERS += ["> x end"]  # the input may end in the middle of an arrow


def _can_be_finished(text: str) -> bool:
    """Whether an operand and closing words would make the text complete."""
    closers = _closers(text)
    if any(read(text + operand + closers).state is State.COMPLETE for operand in OPERANDS):
        return True
    tried = 0
    waiting = deque((text + operand, 0) for operand in OPERANDS)
    while waiting and tried < 20_000:
        candidate, depth = waiting.popleft()
        tried += 1
        state = read(candidate).state
        if state is State.COMPLETE:
            return True
        if state is State.INCOMPLETE and depth < 7:
            waiting.extend((candidate + closer, depth + 1) for closer in CLOSERS)
    return False


PAIRS = {"(": ")", "[": "]", "{": "}"}


def _closers(text: str) -> str:
    """Return what closes the brackets, interpolations and strings that are open, roughly."""
    closers: list[str] = []
    for before, character in zip(" " + text, text, strict=False):
        if closers and closers[-1] == '"' and (before + character) != "#{":
            if character == '"':
                closers.pop()
        elif character == '"':
            closers.append('"')
        elif character in PAIRS:
            closers.append(PAIRS[character])
        elif closers and character == closers[-1]:
            closers.pop()
    return "".join(reversed(closers))


def test_an_arrow_cut_in_the_middle_can_be_completed() -> None:
    text = '"a\nb"\nfn a\n-'

    assert read(text).state is State.INCOMPLETE
    assert _can_be_finished(text)


def test_what_waits_within_an_interpolation_can_be_completed() -> None:
    """So deep that words tried one by one did not reach it."""
    text = 'a.b\n"#{f(%{a:'

    assert read(text).state is State.INCOMPLETE
    assert _can_be_finished(text)
