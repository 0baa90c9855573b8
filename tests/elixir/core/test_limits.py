"""The limits of untrusted Elixir code: time, memory, depth."""

import pytest

from kvshell.elixir.running import step_limits
from kvshell.elixir.running.step_limits import MOST_ITEMS, STRIDE, at_most, slices, ticking
from tests.elixir.core.evaluating import shell

LIMIT = "a system limit has been reached: "
HUGE = {
    "List.duplicate(1, 10_000_000_000)": f"a list of more than {MOST_ITEMS:,} items",
    "Tuple.duplicate(1, 10_000_000_000)": f"a list of more than {MOST_ITEMS:,} items",
    ":lists.duplicate(10_000_000_000, 1)": f"a list of more than {MOST_ITEMS:,} items",
    'String.duplicate("ab", 1_000_000_000)': "a binary of more than 32 MiB",
    ':binary.copy("ab", 1_000_000_000)': "a binary of more than 32 MiB",
    'String.pad_leading("a", 1_000_000_000_000)': "a binary of more than 32 MiB",
    'String.pad_trailing("a", 10_000_000, ["abcd"])': "a binary of more than 32 MiB",
    ':io_lib.format("~1000000000w", [1])': "a binary of more than 32 MiB",
    "<<0::size(100_000_000_000)>>": "a binary of more than 32 MiB",
    "Integer.pow(10, 1_000_000_000)": "",
    "Bitwise.bsl(1, 10_000_000_000)": "",
    "Enum.reduce(1..64, 2, fn _, n -> n * n end)": "an integer of more than",
    "Enum.reduce(1..1_000, [], fn _, a -> [a] end)": "a term is nested deeper than",
    "f = fn f, n -> 1 + f.(f, n + 1) end; f.(f, 0)": "a recursion too deep",
    "f = fn f, l -> f.(f, l ++ l) end; f.(f, [1, 2, 3])": "a list of more than",
}
# Refused at once, without first laying the error out in thousands of lines.
NESTED = {
    "[" * 2_000 + "]" * 2_000: "(CompileError) iex:1: the expression is too deep",
    'Code.eval_string(String.duplicate("[", 2_000) <> String.duplicate("]", 2_000))':
        "(CompileError) nofile:1: the expression is too deep",
    'Code.string_to_quoted(String.duplicate("1+", 150) <> "1")':
        "(SystemLimitError) a system limit has been reached: a term is nested deeper than",
}  # fmt: skip
ENDLESS = [
    "1..10_000_000_000 |> Enum.to_list()",
    ":lists.seq(1, 10_000_000_000)",
    "Stream.cycle([1]) |> Enum.to_list()",
    "Stream.iterate(1, & &1) |> Enum.count()",
    "Stream.repeatedly(fn -> 1 end) |> Enum.sort()",
    "Enum.reduce(1..10_000_000_000, 0, fn x, _ -> x end)",
    "for a <- 1..1_000_000, b <- 1..1_000_000, a == b + 2_000_000, do: a",
    "f = fn f -> f.(f) end; f.(f)",
]


def _said(line: str) -> str:
    with shell() as prompt:
        return prompt.run(line)


@pytest.mark.parametrize("line", NESTED, ids=["typed", "eval_string", "string_to_quoted"])
def test_deep_source_is_refused_at_once(line: str) -> None:
    assert NESTED[line] in _said(line)


@pytest.mark.parametrize("line", HUGE)
def test_a_term_that_is_too_large_raises_system_limit(line: str) -> None:
    assert _said(line).startswith("** (SystemLimitError) " + (LIMIT + HUGE[line]).rstrip(": "))


@pytest.mark.parametrize("line", ENDLESS)
def test_an_endless_loop_is_ended_by_a_step_limit(line: str) -> None:
    with at_most(20 * STRIDE, "it does not end"):
        assert _said(line) == f"** (SystemLimitError) {LIMIT}it does not end"


def test_endless_growth_is_ended_by_the_memory_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_limits, "MOST_BYTES", 8 << 20)
    monkeypatch.setattr(step_limits, "_base", [0])

    assert _said("Enum.map(1..10_000_000_000, & &1)").endswith("more than 8 MiB of memory")


def test_a_few_large_binaries_are_ended_by_the_memory_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(step_limits, "MOST_BYTES", 8 << 20)
    monkeypatch.setattr(step_limits, "_base", [0])

    # Many, because memory that this process freed before is reused first and does not count.
    line = 'Enum.map(1..200, fn n -> String.duplicate("#{n}", 4_000_000) end)'
    assert _said(line).endswith("more than 8 MiB of memory")


@pytest.mark.parametrize("count", [0, 1, STRIDE - 1, STRIDE, STRIDE + 1, 3 * STRIDE])
def test_checking_limits_while_iterating_loses_no_item(count: int) -> None:
    assert list(ticking(iter(range(count)))) == list(range(count))
    assert list(slices(range(count))) == list(range(count))
