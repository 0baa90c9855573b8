defmodule KV.Registry do
  use GenServer

  def start_link(options), do: GenServer.start_link(__MODULE__, :ok, options)
  def create(server, name), do: GenServer.cast(server, {:create, name})
  def lookup(server, name), do: GenServer.call(server, {:lookup, name})

  @impl true
  def init(:ok), do: {:ok, {%{}, %{}}}

  @impl true
  def handle_call({:lookup, name}, _from, {names, _refs} = state) do
    {:reply, Map.fetch(names, name), state}
  end

  @impl true
  def handle_cast({:create, name}, {names, _refs} = state) when is_map_key(names, name) do
    {:noreply, state}
  end

  def handle_cast({:create, name}, {names, refs}) do
    {:ok, bucket} = KV.BucketSupervisor.start_bucket()
    monitor = Process.monitor(bucket)
    {:noreply, {Map.put(names, name, bucket), Map.put(refs, monitor, name)}}
  end

  @impl true
  def handle_info({:DOWN, monitor, :process, _bucket, _reason}, {names, refs}) do
    {name, refs} = Map.pop(refs, monitor)
    {:noreply, {Map.delete(names, name), refs}}
  end

  def handle_info(_other, state), do: {:noreply, state}
end
