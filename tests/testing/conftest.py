"""A project with three tests: one passes, one fails, and one passes by chance."""

from pathlib import Path

import pytest

STOCK = """
defmodule Stock do
  use GenServer

  def start_link(opts), do: GenServer.start_link(__MODULE__, %{}, opts)
  def put(server, name, count), do: GenServer.cast(server, {:put, name, count})
  def count(server, name), do: GenServer.call(server, {:count, name})

  @impl true
  def init(counts), do: {:ok, counts}

  @impl true
  def handle_call({:count, name}, _from, counts), do: {:reply, Map.get(counts, name, 0), counts}

  @impl true
  def handle_cast({:put, name, count}, counts), do: {:noreply, Map.put(counts, name, count)}
end
"""
TESTS = """
defmodule StockTest do
  use ExUnit.Case, async: true

  setup do
    %{stock: start_supervised!({Stock, []})}
  end

  test "is empty at first", %{stock: stock} do
    assert Stock.count(stock, "milk") == 0
  end

  @tag :slow
  test "keeps a count", %{stock: stock} do
    Stock.put(stock, "milk", 3)
    assert Stock.count(stock, "milk") == 4
  end

  test "one of two hands is faster", %{stock: stock} do
    me = self()
    for count <- [1, 2] do
      spawn(fn ->
        Stock.put(stock, "milk", count)
        send(me, :done)
      end)
    end
    assert_receive :done
    assert_receive :done
    assert Stock.count(stock, "milk") == 2
  end
end
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "mix.exs": "defmodule Shop.MixProject do\n  use Mix.Project\nend\n",
        "lib/stock.ex": STOCK,
        "test/test_helper.exs": "ExUnit.start()\n",
        "test/stock_test.exs": TESTS,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
