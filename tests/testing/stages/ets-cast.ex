defmodule KV.Registry do
  use GenServer

  def start_link(options) do
    GenServer.start_link(__MODULE__, Keyword.fetch!(options, :name), options)
  end

  def lookup(table, name) do
    case :ets.lookup(table, name) do
      [{^name, bucket}] -> {:ok, bucket}
      [] -> :error
    end
  end

  def create(server, name), do: GenServer.cast(server, {:create, name})

  @impl true
  def init(table) do
    {:ok, {:ets.new(table, [:named_table, read_concurrency: true]), %{}}}
  end

  @impl true
  def handle_cast({:create, name}, {table, _refs} = state) do
    case lookup(table, name) do
      {:ok, _bucket} -> {:noreply, state}
      :error -> made(name, state)
    end
  end

  @impl true
  def handle_info({:DOWN, monitor, :process, _bucket, _reason}, {table, refs}) do
    {name, refs} = Map.pop(refs, monitor)
    :ets.delete(table, name)
    {:noreply, {table, refs}}
  end

  def handle_info(_other, state), do: {:noreply, state}

  defp made(name, {table, refs}) do
    {:ok, bucket} = KV.BucketSupervisor.start_bucket()
    monitor = Process.monitor(bucket)
    :ets.insert(table, {name, bucket})
    {:noreply, {table, Map.put(refs, monitor, name)}}
  end
end
