defmodule Prog do
  # Processes that do what they are told and remember everything else that comes.
  def actor(trap) do
    spawn(fn ->
      Process.flag(:trap_exit, trap)
      loop([])
    end)
  end

  def loop(log) do
    receive do
      {:do, f} ->
        f.()
        loop(log)

      {:log, from} ->
        send(from, {:log, self(), Enum.reverse(log)})
        loop(log)

      {:raise, e} ->
        raise e

      {:exit, why} ->
        exit(why)

      :done ->
        :ok

      m ->
        loop([m | log])
    end
  end

  def rest(), do: Process.sleep(4)

  def log(pid) do
    if Process.alive?(pid) do
      send(pid, {:log, self()})

      receive do
        {:log, ^pid, log} -> log
      after
        50 -> :no_answer
      end
    else
      :dead
    end
  end

  def try_it(f) do
    try do
      f.()
    rescue
      e -> {:raised, e.__struct__}
    catch
      :exit, why -> {:exit, why}
      :throw, value -> {:throw, value}
    end
  end

  # What is the same on every machine: names for pids, no references, no stacks.
  def plain(term, names) when is_pid(term), do: Map.get(names, term, :pid)
  def plain(term, _names) when is_reference(term), do: :ref
  def plain(term, _names) when is_function(term), do: :fun

  def plain(term, names) when is_tuple(term) do
    term |> Tuple.to_list() |> Enum.map(fn each -> plain(each, names) end) |> List.to_tuple()
  end

  def plain([first | _] = term, names) when is_tuple(first) do
    if tuple_size(first) == 4 and is_list(elem(first, 3)) and is_atom(elem(first, 0)) do
      :stack
    else
      Enum.map(term, fn each -> plain(each, names) end)
    end
  end

  def plain([], _names), do: []
  def plain([:alias | last], _names) when is_reference(last), do: :tag
  def plain(term, names) when is_list(term), do: Enum.map(term, fn each -> plain(each, names) end)
  def plain(%{__struct__: name}, _names), do: {:struct, name}
  def plain(term, _names), do: term
end

defmodule Lab do
  use GenServer
  def start_link(arg), do: GenServer.start_link(__MODULE__, arg)
  def start_named({name, arg}), do: GenServer.start_link(__MODULE__, arg, name: name)
  def init({:ret, x}), do: x
  def init({:exit, x}), do: exit(x)
  def init({:throw, x}), do: throw(x)
  def init({:raise, x}), do: raise(x)
  def init(arg), do: {:ok, arg}
  def handle_call(:state, _from, state), do: {:reply, state, state}
  def handle_call({:ret, x}, _from, _state), do: x
  def handle_call({:exit, x}, _from, _state), do: exit(x)
  def handle_call({:throw, x}, _from, _state), do: throw(x)
  def handle_call({:raise, x}, _from, _state), do: raise(x)
  def handle_call({:early, x, y}, from, state) do
    GenServer.reply(from, x)
    y || {:noreply, state}
  end
  def handle_cast({:ret, x}, _state), do: x
  def handle_cast({:exit, x}, _state), do: exit(x)
  def handle_cast({:set, x}, _state), do: {:noreply, x}
  def handle_info({:ret, x}, _state), do: x
  def handle_info(:timeout, state), do: {:noreply, {:timed_out, state}}
  def handle_info(m, _state), do: {:noreply, {:info, m}}
  def handle_continue({:ret, x}, _state), do: x
  def handle_continue(x, state), do: {:noreply, {:continued, x, state}}
end
