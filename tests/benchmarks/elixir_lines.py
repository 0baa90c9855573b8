"""Measures Elixir: a line at the prompt, a session's first line, loops over a million items."""

import shutil
import subprocess
import sys
from time import process_time

from kvshell.session import Session

TIMES = 200
SETUP = ('b = KV.Registry.create(KV.Registry, "s1")', "t = :ets.new(:t, [])", "x = 1")
LINES = (
    'KV.Bucket.get(b, "k{n}")',
    ":ets.insert(t, {{{n}, x}})",
    "{n} + x * 2",
    "Enum.map([1, 2, {n}], &(&1 * 2))",
    "Agent.get(b, & &1)",
)
_MODULE = """
defmodule Figures do
  def build(0, list), do: list
  def build(n, list), do: build(n - 1, [n | list])
  def walk([], sum), do: sum
  def walk([head | tail], sum), do: walk(tail, sum + head)
  def even(0), do: true
  def even(n), do: odd(n - 1)
  def odd(0), do: false
  def odd(n), do: even(n - 1)
  def deep(0), do: 0
  def deep(n), do: 1 + deep(n - 1)
end
"""
PROGRAMS = {
    "a list of a million, built with `[h | t]` and walked": (
        "Figures.walk(Figures.build(1_000_000, []), 0)"
    ),
    "a million calls in tail position, of two functions in turn": "Figures.even(1_000_000)",
    "a recursion 100,000 deep": "Figures.deep(100_000)",
}
_FIRST = """
import time
from kvshell.session import Session
session = Session("controlled")
session.run("help")
begun = time.process_time()
session.run("1 + 1")
print((time.process_time() - begun) * 1000)
"""
_PEER = """
for {name, text} <- %s do
  Code.eval_string(text, b: 1)
  {us, _} = :timer.tc(fn -> for _ <- 1..5, do: Code.eval_string(text) end)
  IO.puts("#{name}|#{us / 5}")
end
"""


def line_ms() -> float:
    """Return the CPU time of a line that was not typed before; the best of several rounds."""
    with Session("controlled", "ets") as session:
        session.run("start manager")
        for line in SETUP:
            session.run(line)
        best = float("inf")
        for turn in range(TIMES // len(LINES)):
            begun = process_time()
            for line in LINES:
                session.run(line.format(n=turn + 10))
            best = min(best, (process_time() - begun) / len(LINES))
        return best * 1000


def first_line_ms() -> float:
    """Return the CPU time of the first line of Elixir in a separate process; the best of five."""
    command = [sys.executable, "-c", _FIRST]
    return min(
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    )


def programs_s() -> dict[str, float]:
    """Return the CPU seconds of each of the PROGRAMS; the best of three runs."""
    with Session("controlled") as session:
        session.run(_MODULE)
        found = {}
        for what, line in PROGRAMS.items():
            best = float("inf")
            for _ in range(3):
                begun = process_time()
                (answer,) = session.run(line)
                best = min(best, process_time() - begun)
                assert answer.ok, answer.error
            found[what] = best
        return found


def peer_us() -> dict[str, float]:
    """Return the microseconds that an installed Elixir takes, by program.

    `line` is a line of LINES.
    """
    elixir = shutil.which("elixir")
    if elixir is None:
        return {}
    asked = ", ".join(
        f'{{"{what}", "{line}"}}' for what, line in (*PROGRAMS.items(), ("line", "1 + 2 * 3"))
    )
    script = f"{_MODULE}{_PEER % f'[{asked}]'}"
    done = subprocess.run([elixir, "-e", script], capture_output=True, text=True, check=True)
    pairs = (line.rsplit("|", 1) for line in done.stdout.splitlines())
    return {name: float(us) for name, us in pairs}
