defmodule Stack do
  @moduledoc "A stack."
  use GenServer
  require Logger

  def start_link(opts \\ []) do
    {init, opts} = Keyword.pop(opts, :init, [])
    GenServer.start_link(__MODULE__, init, opts)
  end

  def push(pid, x), do: GenServer.cast(pid, {:push, x})
  def pop(pid), do: GenServer.call(pid, :pop)
  def crash(pid), do: GenServer.cast(pid, :crash)
  def subscribe(pid), do: GenServer.call(pid, {:subscribe, self()})

  @impl true
  def init(list), do: {:ok, %{list: list, subs: []}}

  @impl true
  def handle_call(:pop, _from, %{list: []} = s), do: {:reply, {:error, :empty}, s}
  def handle_call(:pop, _from, %{list: [h | t]} = s), do: {:reply, {:ok, h}, %{s | list: t}}
  def handle_call({:subscribe, pid}, _from, s), do: {:reply, :ok, update_in(s.subs, &[pid | &1])}

  @impl true
  def handle_cast({:push, x}, s) do
    Logger.info("pushed #{inspect(x)}")
    for pid <- s.subs, do: send(pid, {:pushed, x})
    {:noreply, update_in(s.list, &[x | &1])}
  end

  def handle_cast(:crash, _s), do: raise("crashed on purpose")
end
