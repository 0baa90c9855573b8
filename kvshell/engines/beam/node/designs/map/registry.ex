# The registry keeps the names in a map of its own: a look-up asks it, a create is a cast.

defmodule KV.Registry do
  use GenServer

  def start_link(opts), do: GenServer.start_link(__MODULE__, :ok, opts)
  def lookup(server, name), do: GenServer.call(server, {:lookup, name})
  def create(server, name), do: GenServer.cast(server, {:create, name})

  @impl true
  def init(:ok), do: {:ok, {%{}, %{}}}

  @impl true
  def handle_call({:lookup, name}, _from, {names, refs}) do
    {:reply, Map.fetch(names, name), {names, refs}}
  end

  @impl true
  def handle_cast({:create, name}, {names, refs}) when is_map_key(names, name) do
    {:noreply, {names, refs}}
  end

  def handle_cast({:create, name}, {names, refs}) do
    {:ok, bucket} = KV.BucketSupervisor.start_bucket()
    ref = Process.monitor(bucket)
    {:noreply, {Map.put(names, name, bucket), Map.put(refs, ref, name)}}
  end

  @impl true
  def handle_info({:DOWN, ref, :process, _pid, _reason}, {names, refs}) do
    {name, refs} = Map.pop(refs, ref)
    {:noreply, {Map.delete(names, name), refs}}
  end

  def handle_info(_message, state), do: {:noreply, state}
end
