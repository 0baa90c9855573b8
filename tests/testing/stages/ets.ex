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

  def create(server, name), do: GenServer.call(server, {:create, name})

  @impl true
  def init(table) do
    {:ok, {:ets.new(table, [:named_table, read_concurrency: true]), %{}}}
  end

  @impl true
  def handle_call({:create, name}, _from, {table, _refs} = state) do
    case lookup(table, name) do
      {:ok, bucket} -> {:reply, bucket, state}
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
    {:reply, bucket, {table, Map.put(refs, monitor, name)}}
  end
end
