"""Lines of Elixir that would exhaust the machine end in limited time and memory."""

from pathlib import Path

import pytest

from tests.transcript.run.test_hostile import MEGABYTES, document, megabytes

ELIXIR = {
    "a range": "Enum.map(1..10_000_000_000, & &1)",
    "a cycle": "Stream.cycle([1]) |> Enum.to_list()",
    "a loop": "f = fn f -> f.(f) end; f.(f)",
    "a recursion": "f = fn f, n -> 1 + f.(f, n + 1) end; f.(f, 0)",
    "a copy": 'String.duplicate("ab", 1_000_000_000)',
    "doubled lists": "f = fn f, l -> f.(f, l ++ l) end; f.(f, [1, 2, 3])",
    "doubled texts": 'f = fn f, t -> f.(f, t <> t) end; f.(f, "ab")',
    "squares": "Enum.reduce(1..64, 2, fn _, n -> n * n end)",
    "a power": "Integer.pow(10, 1_000_000_000)",
    "a long number": 'String.to_integer(String.duplicate("9", 5_000_000))',
    "bits": "<<0::size(100_000_000_000)>>",
    "nested": "Enum.reduce(1..1_000_000, [], fn _, a -> [a] end)",
    "shared": "Enum.reduce(1..40, [1], fn _, a -> [a, a] end)",
    "shared maps": "Enum.reduce(1..40, %{}, fn _, a -> %{a: a, b: a} end)",
    "shared compared": "f = fn -> Enum.reduce(1..40, [1], fn _, a -> [a, a] end) end; f.() == f.()",
    "processes": "for _ <- 1..10_000_000, do: spawn(fn -> receive do :x -> 1 end end)",
    "processes of processes": "f = fn f -> spawn(fn -> f.(f) end); f.(f) end; f.(f)",
    "tasks": "1..10_000_000 |> Enum.map(fn n -> Task.async(fn -> n end) end)",
    "agents": "for _ <- 1..10_000_000, do: Agent.start(fn -> 1 end)",
    "a mailbox of itself": "for n <- 1..100_000_000, do: send(self(), {:n, n})",
    "a wait": "receive do :never -> 1 end",
    "a sleep without end": "Process.sleep(:infinity)",
    "atoms": 'for n <- 1..100_000_000, do: String.to_atom("a#{n}")',
    "rows": "t = :ets.new(:t, []); for n <- 1..100_000_000, do: :ets.insert(t, {n, n})",
    "prints": 'Stream.repeatedly(fn -> IO.puts("aaaaaaaaaaaaaaaaaaaaaaaa") end) |> Stream.run()',
    "a pattern": 'Regex.run(~r/(a+)+$/, String.duplicate("a", 60) <> "b")',
    "deep brackets": "[" * 5000 + "]" * 5000,
    "deep operators": "1" + " + 1" * 8000,
    "a long pipe": "1" + " |> Kernel.+(1)" * 3000,
    "products": "for a <- 1..100_000, b <- 1..100_000, c <- 1..100_000, do: {a, b, c}",
    "exits": "f = fn f -> spawn_link(fn -> exit(:x) end); f.(f) end; f.(f)",
    "a sort": "Enum.sort(Stream.iterate(1, & &1))",
    "a group": "Enum.group_by(1..10_000_000_000, & &1)",
    "subsets": "Enum.reduce(1..30, [[]], fn x, a -> Enum.flat_map(a, &[&1, [x | &1]]) end)",
    "an inspect": "inspect(Enum.to_list(1..5_000_000), limit: :infinity)",
    "a split": 'String.split(String.duplicate("a,", 20_000_000), ",")',
}


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("name", ELIXIR)
def test_a_hostile_document_of_elixir_takes_bounded_time_and_memory(
    name: str, tmp_path: Path
) -> None:
    """Runs in a separate process, so that the memory is that of one document."""
    documents = {name: document(f"kv> {ELIXIR[name]}\n...\n")}

    assert megabytes(tmp_path, documents) < MEGABYTES
