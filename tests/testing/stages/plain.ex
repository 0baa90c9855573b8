defmodule KeyVal.Store do
  def new, do: Map.new()
  def put(store, key, value), do: Map.put(store, key, value)
  def get(store, key), do: Map.get(store, key)
  def del(store, key), do: Map.delete(store, key)
end

defmodule KeyVal.Server do
  use GenServer

  def start, do: GenServer.start(__MODULE__, :ok)
  def put(server, key, value), do: GenServer.cast(server, {:change, &KeyVal.Store.put(&1, key, value)})
  def del(server, key), do: GenServer.cast(server, {:change, &KeyVal.Store.del(&1, key)})
  def get(server, key), do: GenServer.call(server, {:get, key})

  @impl true
  def init(:ok), do: {:ok, KeyVal.Store.new()}

  @impl true
  def handle_call({:get, key}, _from, store), do: {:reply, KeyVal.Store.get(store, key), store}

  @impl true
  def handle_cast({:change, change}, store), do: {:noreply, change.(store)}
end

defmodule KeyVal.Manager do
  use GenServer

  def start, do: GenServer.start(__MODULE__, :ok, name: __MODULE__)
  def create_store(name), do: GenServer.call(__MODULE__, {:create_store, name})

  @impl true
  def init(:ok), do: {:ok, %{}}

  @impl true
  def handle_call({:create_store, name}, _from, servers) when is_map_key(servers, name) do
    {:reply, servers[name], servers}
  end

  def handle_call({:create_store, name}, _from, servers) do
    {:ok, server} = KeyVal.Server.start()
    {:reply, server, Map.put(servers, name, server)}
  end
end
