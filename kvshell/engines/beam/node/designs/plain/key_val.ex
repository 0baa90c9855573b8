# The first tutorial's system: a manager that nobody supervises, and a server for each store.

defmodule KeyVal.Store do
  def new, do: %{}
  def put(entries, key, value), do: Map.put(entries, key, value)
  def get(entries, key), do: Map.get(entries, key)
  def del(entries, key), do: Map.delete(entries, key)
end

defmodule KeyVal.Server do
  use GenServer
  alias KeyVal.Store

  def start, do: GenServer.start(__MODULE__, nil)
  def put(store, key, value), do: GenServer.cast(store, {:put, key, value})
  def get(store, key), do: GenServer.call(store, {:get, key})
  def del(store, key), do: GenServer.cast(store, {:del, key})

  @impl true
  def init(_), do: {:ok, Store.new()}

  @impl true
  def handle_call({:get, key}, _from, entries), do: {:reply, Store.get(entries, key), entries}

  @impl true
  def handle_cast({:put, key, value}, entries), do: {:noreply, Store.put(entries, key, value)}
  def handle_cast({:del, key}, entries), do: {:noreply, Store.del(entries, key)}
end

defmodule KeyVal.Manager do
  use GenServer

  def start, do: GenServer.start(__MODULE__, nil, name: __MODULE__)
  def create_store(name), do: GenServer.call(__MODULE__, {:create_store, name})
  def lookup(name), do: GenServer.call(__MODULE__, {:lookup, name})

  @impl true
  def init(_), do: {:ok, %{}}

  @impl true
  def handle_call({:create_store, name}, _from, stores) do
    case stores do
      %{^name => store} ->
        {:reply, store, stores}

      _ ->
        {:ok, store} = KeyVal.Server.start()
        {:reply, store, Map.put(stores, name, store)}
    end
  end

  def handle_call({:lookup, name}, _from, stores), do: {:reply, Map.fetch(stores, name), stores}
end
