# The BEAM's side of the figures. Prints one `name value` per line; times in microseconds.
defmodule Store do
  use GenServer
  def init(_), do: {:ok, %{"k" => 1}}
  def handle_call({:get, key}, _from, state), do: {:reply, Map.get(state, key), state}
end

defmodule Bench do
  def loop(_function, 0), do: :ok

  def loop(function, times) do
    function.()
    loop(function, times - 1)
  end

  def best_us(function, times, rounds \\ 7) do
    loop(function, times)
    for(_ <- 1..rounds, do: elem(:timer.tc(fn -> loop(function, times) end), 0)) |> Enum.min() |> Kernel./(times)
  end
end

{:ok, store} = GenServer.start(Store, [])
IO.puts("call #{Bench.best_us(fn -> GenServer.call(store, {:get, "k"}) end, 100_000)}")

:ets.new(KV.Registry, [:named_table, read_concurrency: true])
:ets.insert(KV.Registry, {"shopping", self()})

lookup = fn ->
  case :ets.lookup(KV.Registry, "shopping") do
    [{"shopping", pid}] -> {:ok, pid}
    [] -> :error
  end
end

IO.puts("lookup #{Bench.best_us(lookup, 300_000)}")

spawned =
  for _ <- 1..3 do
    {us, pids} = :timer.tc(fn -> for _ <- 1..100_000, do: elem(GenServer.start(Store, []), 1) end)
    {:memory, bytes} = Process.info(hd(pids), :memory)
    Enum.each(pids, &Process.exit(&1, :kill))
    {us, bytes}
  end

{us, bytes} = Enum.min(spawned)
IO.puts("stores_100k #{us}")
IO.puts("store_bytes #{bytes}")
