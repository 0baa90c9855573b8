"""ets, call by call: our answers must equal those of OTP 25, which are in beam_ets.txt."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.runtime import Runtime, ets, process
from kvshell.terms import A, ElixirError, Term, inspect, read
from tests.nodes import node

TEXT = (Path(__file__).parent / "beam_ets.txt").read_text(encoding="utf-8")
CASES = [tuple(case.split("\n")) for case in TEXT.strip().removeprefix("ets> ").split("\n\nets> ")]

TABLES = """
{:s, [:set], [{:a, 1}, {:b, 2}, {:c, 3}]}
{:b, [:bag], [{:a, 1}, {:a, 2}, {:b, 2}]}
{:d, [:duplicate_bag], [{:a, 1}, {:a, 2}, {:a, 1}]}
{:o, [:ordered_set], [{1, :a}, {2, :b}, {:x, :c}, {"y", :d}]}
{:k2, [:set, {:keypos, 2}], []}
{:c, [:set], [{:h, 5, 6, "x", 1.5}]}
{:empty, [:ordered_set], []}
{:m, [:ordered_set], [{1, 1, "v1"}, {2, 4, "v2"}, {3, 9, "v3"}, {4, 16, "v4"}, {5, 25, "v5"}, \
{6, %{a: 1, b: 2}, [1, 2, 3]}, {1.5, {:t, 1}, []}]}
""".strip().splitlines()

ELIXIR = """
tests = self()
spawn(fn ->
  :ets.new(:prot, [:named_table])
  :ets.insert(:prot, {:x, 1})
  :ets.new(:priv, [:named_table, :private])
  send(tests, :ready)
  receive do :never -> :ok end
end)
receive do :ready -> :ok end
say = fn code ->
  try do
    for {name, options, rows} <- [TABLES] do
      :ets.new(name, [:named_table, :public | options])
      :ets.insert(name, rows)
    end
    inspect(code.(), width: :infinity, charlists: :as_lists)
  rescue
    error -> "** " <> Exception.message(error)
  after
    for table <- :ets.all(), :ets.info(table, :owner) == self(), do: :ets.delete(table)
  end
  |> String.replace("\\n", "|")
  |> IO.puts()
end
"""


def short(answer: str) -> str:
    """Return an answer on one line; of an error, only which argument is wrong and how."""
    if not answer.startswith("** errors were found"):
        return answer
    return "** " + "; ".join(re.findall(r"(?<=  \* )[^\n|]+", answer))


def owner_of_others() -> None:
    """Own a table that others may only read, and one that they may not even read."""
    ets.new(A.prot, [A.named_table])
    ets.insert(A.prot, (A.x, 1))
    ets.new(A.priv, [A.named_table, A.private])
    process.receive()


def answer(calls: str) -> str:
    """Return the answer to the last of `calls`, as iex prints it."""
    said: Term = None
    for call in calls.split(" ; "):
        name, arguments = call.removesuffix(")").split("(", 1)
        try:
            said = getattr(ets, name)(*read(f"[{arguments}]"))
        except ElixirError as error:
            return short(f"** {error}")
    return inspect(said, width=None)


@pytest.fixture(scope="module")
def others() -> Iterator[Runtime]:
    """A runtime in which another process owns tables; one for all calls, as on the BEAM."""
    with node("controlled") as runtime:
        process.spawn(owner_of_others)
        runtime.settle()
        yield runtime


@pytest.fixture
def tables(others: Runtime) -> Iterator[None]:
    """Create the tables of the test process for each call, and delete them afterwards."""
    for line in TABLES:
        name, options, rows = read(line)
        ets.new(name, [A.named_table, A.public, *options])
        ets.insert(name, rows)
    yield
    for table in ets.all_().items:
        if ets.info(table, A.owner) is process.self_():
            ets.delete(table)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(("calls", "expected"), CASES)
def test_a_call_answers_as_on_the_beam(calls: str, expected: str) -> None:
    assert answer(calls) == expected


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("elixir") is None, reason="asks the BEAM, which is not here")
def test_the_beam_answers_so() -> None:
    lines = [
        "say.(fn -> " + "; ".join(f":ets.{call}" for call in calls.split(" ; ")) + " end)"
        for calls, _ in CASES
    ]
    script = "\n".join([ELIXIR.replace("TABLES", ", ".join(TABLES)), *lines])

    done = subprocess.run(
        ["elixir", "-e", script], capture_output=True, text=True, timeout=60, check=True
    )

    assert list(map(short, done.stdout.splitlines())) == [expected for _, expected in CASES]
