"""Measures many stores on nodes of the BEAM: `python -m tests.benchmarks.nodes [STORES] [NODES]`.

Writes Markdown. By default there are a million stores on three nodes, which needs Elixir and about
4 GB; the most stores that kvshell's own runtime can have are shown for comparison.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

from kvshell.engines.available import start
from kvshell.engines.cluster_runner import ClusterRunner
from kvshell.runtime.runtime import LIMIT

BATCH: Final = 25_000
CLIENTS: Final = (1, 2, 4, 8)
SECONDS: Final = 2

# Elixir that lets `clients` processes do `work` for a time, and returns how often per second.
_LOAD: Final = """
defmodule Kvshell.Load do
  def per_second(clients, ms, work) do
    until = System.monotonic_time(:millisecond) + ms
    tasks = for client <- 1..clients, do: Task.async(fn -> go(work, client, 0, until) end)
    tasks |> Enum.map(&Task.await(&1, :infinity)) |> Enum.sum() |> Kernel.*(1000) |> div(ms)
  end

  defp go(work, client, done, until) do
    if System.monotonic_time(:millisecond) > until do
      done
    else
      work.(client, done)
      go(work, client, done + 1, until)
    end
  end

  def put(size), do: fn client, n -> KV.Bucket.put(store(size, client, n), "k", n) end
  def get(size), do: fn client, n -> KV.Bucket.get(store(size, client, n), "k") end

  def create(stamp) do
    fn client, n -> KV.Registry.create(KV.Registry, "#{stamp}-#{client}-#{n}") end
  end

  # Every node's turn, wherever the hash has put the names.
  defp store(size, client, n) do
    {:ok, store} = KV.Registry.lookup(KV.Registry, "s#{rem(client * 7919 + n * 104_729, size)}")
    store
  end
end
"""


def rows(stores: int, nodes: int) -> Iterator[tuple[str, str]]:
    """Measure and yield the rows, one after another."""
    begun = perf_counter()
    runner = start("beam", nodes=nodes)
    assert isinstance(runner, ClusterRunner)
    with runner:
        yield f"start {nodes} nodes and link them", f"{perf_counter() - begun:.1f} s"
        _run(runner, _LOAD)
        _run(runner, "Kvshell.Words.start(nil)")
        took = 0.0
        for first in range(0, stores, BATCH):
            names = f'for n <- {first}..{min(first + BATCH, stores) - 1}, do: "s#{{n}}"'
            begun = perf_counter()
            _run(runner, f"KV.Registry.create_many({names})")
            took += perf_counter() - begun
        yield f"{stores:,} stores, in batches of {BATCH:,}", f"{took:.0f} s"
        memory = sum(_resident(node.system_pid) for node in runner.cluster.nodes.values())
        yield "resident memory of all nodes", f"{memory / 1e9:.1f} GB"
        for what in ("put", "get"):
            yield f"{what}, look-up included, a second", _by_clients(runner, f"{what}({stores})")
        yield "create, a second", _by_clients(runner, 'create("new")')
        victim = list(runner.cluster.nodes)[-1]
        runner.cluster.stop(victim)
        begun = perf_counter()
        _run(runner, 'GenServer.call({:global, KV.Registry}, {:create, "after", nil}, :infinity)')
        lost = f"1/{nodes} of them"
        yield (
            f"a node dies with {lost}: the manager answers after",
            f"{perf_counter() - begun:.1f} s",
        )
    yield "kvshell's own runtime, at most", f"{LIMIT:,} processes"


def _by_clients(runner: ClusterRunner, work: str) -> str:
    found = []
    for clients in CLIENTS:
        unique = work.replace("new", f"new{clients}")
        source = f"Kvshell.Load.per_second({clients}, {SECONDS * 1000}, Kvshell.Load.{unique})"
        found.append(f"{int(_run(runner, source)):,}")
    return " · ".join(found) + " from 1 · 2 · 4 · 8 clients"


def _run(runner: ClusterRunner, source: str) -> str:
    result = runner.run_source(source, timeout_s=None)
    if result.error is not None:
        raise SystemExit(f"{source}: {result.error}")
    return str(result.value)


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    given = [int(word.replace("_", "")) for word in sys.argv[1:]]
    print("| what | measured |\n|---|---|")
    for what_, measured in rows(*(given + [1_000_000, 3][len(given) :])):
        print(f"| {what_} | {measured} |", flush=True)
