# The registry publishes the names in a table that everybody reads; a create is a cast.

defmodule KV.Registry do
  use GenServer

  def start_link(opts) do
    GenServer.start_link(__MODULE__, Keyword.fetch!(opts, :name), opts)
  end

  def lookup(server, name) do
    case :ets.lookup(server, name) do
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
  def handle_cast({:create, name}, {names, _refs} = state) do
    case lookup(names, name) do
      {:ok, _bucket} ->
        {:noreply, state}

      :error ->
        {_bucket, state} = start(name, state)
        {:noreply, state}
    end
  end

  @impl true
  def handle_info({:DOWN, ref, :process, _pid, _reason}, {names, refs}) do
    {name, refs} = Map.pop(refs, ref)
    :ets.delete(names, name)
    {:noreply, {names, refs}}
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp start(name, {names, refs}) do
    {:ok, bucket} = KV.BucketSupervisor.start_bucket()
    refs = Map.put(refs, Process.monitor(bucket), name)
    :ets.insert(names, {name, bucket})
    {bucket, {names, refs}}
  end
end
