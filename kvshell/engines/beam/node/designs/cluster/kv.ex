# The same system on several nodes. One registry, known to all by a global name, hands out buckets;
# on each node a supervisor has its buckets, and a table holds every name, so that a look-up asks
# nobody. A dead node's rows are swept by each table itself.

defmodule KV.Bucket do
  use Agent, restart: :temporary

  def start_link(_opts), do: Agent.start_link(fn -> %{} end)
  def get(bucket, key), do: Agent.get(bucket, &Map.get(&1, key))
  def put(bucket, key, value), do: Agent.update(bucket, &Map.put(&1, key, value))
  def delete(bucket, key), do: Agent.get_and_update(bucket, &Map.pop(&1, key))
  def crash(bucket), do: Agent.get(bucket, fn _ -> raise "oops in agent" end)
end

defmodule KV.BucketSupervisor do
  use DynamicSupervisor

  def start_link(_opts), do: DynamicSupervisor.start_link(__MODULE__, :ok, name: __MODULE__)
  def start_bucket(node), do: DynamicSupervisor.start_child({__MODULE__, node}, KV.Bucket)

  @impl true
  def init(:ok), do: DynamicSupervisor.init(strategy: :one_for_one)
end

defmodule KV.Table do
  use GenServer
  @rows KV.Registry
  @scope KV.Scope
  @slice 5_000

  def start_link(_opts), do: GenServer.start_link(__MODULE__, :ok, name: __MODULE__)
  def everywhere, do: :pg.get_members(@scope, :tables)

  @doc """
  Takes the rows of the other nodes' tables, for a registry that is about to start: buckets may have
  outlived the last one, and the node that it ran on.
  """
  def take_over do
    GenServer.call(__MODULE__, :take_over, 30_000)
  end

  @doc "Takes all rows of the registry's node."
  def pull, do: GenServer.call(__MODULE__, :pull, 30_000)

  # The state is what is left of each sweep: %{node => continuation}.
  @impl true
  def init(:ok) do
    :ets.new(@rows, [:named_table, read_concurrency: true])
    :ok = :pg.join(@scope, :tables, self())
    :ok = :net_kernel.monitor_nodes(true, [:nodedown_reason])
    settle()
    {:ok, %{}}
  end

  # The rows of nodes that cannot be reached from here are given back.
  @impl true
  def handle_call({:put, rows}, _from, state), do: {:reply, put(rows), state}
  def handle_call(:rows, _from, state), do: {:reply, {:ets.tab2list(@rows), reached()}, state}

  def handle_call(:pull, _from, state) do
    {:noreply, state} = handle_info(:pull, state)
    {:reply, :ok, state}
  end

  # A name that this table has is its bucket's. With a registry its rows are those that hold.
  def handle_call(:take_over, _from, state) do
    if :global.whereis_name(KV.Registry) == :undefined do
      for node <- Node.list(), {:ok, rows, _reached} <- [rows_of(node)] do
        for row = {_name, bucket} <- rows, node(bucket) in reached(), do: :ets.insert_new(@rows, row)
      end
    end

    {:reply, :ok, state}
  end

  @impl true
  def handle_cast({:put, rows}, state) do
    put(rows)
    {:noreply, state}
  end

  # With the pid: a delete that comes late must not take a new row away.
  def handle_cast({:delete, name, bucket}, state) do
    :ets.delete_object(@rows, {name, bucket})
    {:noreply, state}
  end

  # A bucket of this node: its own table watches it, so that the death of a node with a million
  # buckets is one message to the others and not a million.
  @impl true
  def handle_info({{:bucket, name}, _ref, :process, bucket, _reason}, state) do
    :ets.delete_object(@rows, {name, bucket})

    for table <- everywhere(), node(table) != node() do
      GenServer.cast(table, {:delete, name, bucket})
    end

    {:noreply, state}
  end

  # A slice at a time: whoever wants a row written meanwhile waits for a slice.
  def handle_info({:nodedown, node, _info}, state) do
    :ets.safe_fixtable(@rows, true)
    {:noreply, swept(node, :ets.select(@rows, of(node), @slice), state)}
  end

  def handle_info({:sweep, node}, state) do
    case state do
      %{^node => rest} -> {:noreply, swept(node, :ets.select(rest), state)}
      %{} -> {:noreply, state}
    end
  end

  # Pulled, not pushed: in a healed split a registry that is about to lose would overwrite the
  # winner's rows. Global names are settled first, by somebody else: that takes a while.
  def handle_info({:nodeup, node, _info}, state) do
    settle()
    {:noreply, sweep_to_the_end(node, state)}
  end

  def handle_info(:pull, state) do
    with registry when is_pid(registry) <- :global.whereis_name(KV.Registry),
         true <- node(registry) != node(),
         {:ok, rows, reached} <- rows_of(node(registry)) do
      delete_all_but(reached() -- reached)
      insert(rows)
    end

    {:noreply, state}
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp rows_of(node) do
    {rows, reached} = GenServer.call({__MODULE__, node}, :rows)
    {:ok, rows, reached}
  catch
    :exit, _the_other_node_is_gone -> :error
  end

  defp put(rows) do
    away = insert(rows)

    for {name, bucket} <- rows, node(bucket) == node() do
      :erlang.monitor(:process, bucket, tag: {:bucket, name})
    end

    away
  end

  # Of a node that is cut off from the registry's, but not from here, the registry has no rows.
  defp delete_all_but([]), do: :ets.delete_all_objects(@rows)

  defp delete_all_but(nodes) do
    others = for node <- nodes, do: {:"/=", {:node, :"$1"}, node}
    :ets.select_delete(@rows, [{{:_, :"$1"}, others, [true]}])
  end

  defp reached, do: [node() | Node.list()]

  defp insert(rows) do
    reached = reached()
    {here, away} = Enum.split_with(rows, fn {_name, bucket} -> node(bucket) in reached end)
    :ets.insert(@rows, here)
    away
  end

  defp of(node), do: [{{:_, :"$1"}, [{:==, {:node, :"$1"}, node}], [:"$_"]}]

  # The registry keeps the names for the time when the node is back.
  defp swept(node, {rows, rest}, state) do
    for row <- rows, do: :ets.delete_object(@rows, row)
    registry = :global.whereis_name(KV.Registry)
    if is_pid(registry) and node(registry) == node(), do: send(registry, {:away, node, rows})
    send(self(), {:sweep, node})
    Map.put(state, node, rest)
  end

  defp swept(node, :"$end_of_table", state) do
    :ets.safe_fixtable(@rows, false)
    Map.delete(state, node)
  end

  # Before anything of the node that is back is written.
  defp sweep_to_the_end(node, state) do
    case state do
      %{^node => rest} -> sweep_to_the_end(node, swept(node, :ets.select(rest), state))
      %{} -> state
    end
  end

  defp settle do
    table = self()

    spawn(fn ->
      Process.put(:kvshell_ours, true)
      Kvshell.Cluster.synced?()
      send(table, :pull)
    end)
  end
end

defmodule KV.Registry do
  use GenServer
  @start_ms 4_000

  def start, do: GenServer.start(__MODULE__, :ok, name: {:global, __MODULE__})
  def create(_server, name), do: GenServer.call({:global, __MODULE__}, {:create, name, nil})
  def create(_server, name, node), do: GenServer.call({:global, __MODULE__}, {:create, name, node})

  def lookup(server, name) do
    case :ets.lookup(server, name) do
      [{^name, bucket}] -> {:ok, bucket}
      [] -> :error
    end
  end

  @doc "Creates many at once, spread over the nodes: `{created, milliseconds}`."
  def create_many(names), do: GenServer.call({:global, __MODULE__}, {:many, names}, :infinity)

  # A new registry takes over the rows that its node's table holds: there is nothing else to know.
  @impl true
  def init(:ok) do
    :ok = :net_kernel.monitor_nodes(true)
    {:ok, %{away: %{}}}
  end

  @impl true
  def handle_call({:create, name, node}, _from, state) do
    with {:ok, bucket} <- lookup(__MODULE__, name), true <- reached?(node(bucket)) do
      {:reply, bucket, state}
    else
      _ ->
        case start_bucket(node || place(name)) do
          {:ok, bucket} -> {:reply, bucket, publish([{name, bucket}], state)}
          error -> {:reply, error, state}
        end
    end
  end

  def handle_call({:many, names}, _from, state) do
    by_node = Enum.group_by(names, &place/1)

    rows =
      by_node
      |> Enum.map(fn {node, names} -> Task.async(fn -> start_many(node, names) end) end)
      |> Enum.flat_map(&Task.await(&1, :infinity))

    {:reply, length(rows), publish(rows, state)}
  end

  # What its table has swept: the names are kept for the time when the node is back.
  @impl true
  def handle_info({:away, node, rows}, state), do: {:noreply, away(node, rows, state)}

  # What still lives there is published again, unless its name was given to another bucket.
  def handle_info({:nodeup, node}, state) do
    {slices, away} = Map.pop(state.away, node, [])
    rows = Enum.concat(slices)
    alive = Kvshell.Cluster.alive(node, Enum.map(rows, &elem(&1, 1)))

    rows =
      for {{name, bucket}, true} <- Enum.zip(rows, alive), lookup(__MODULE__, name) == :error do
        {name, bucket}
      end

    state = %{state | away: away}
    {:noreply, if(rows == [], do: state, else: publish(rows, state))}
  end

  def handle_info(_message, state), do: {:noreply, state}

  # The highest score wins: of all names only those of a node that leaves go elsewhere.
  defp place(name), do: Enum.max_by(Kvshell.Cluster.places(), &:erlang.phash2({name, &1}))

  defp reached?(node), do: node == node() or node in Node.list()

  defp start_bucket(node) when node == node(), do: start_bucket_at(node)

  # A node that stands still is not known to be dead for a minute. Until then nobody else could
  # create anything; what it starts once it goes on is an orphan.
  defp start_bucket(node) do
    task = Task.async(fn -> start_bucket_at(node) end)

    most = min(@start_ms, Kvshell.Cluster.silent_ms())

    case Task.yield(task, most) || Task.shutdown(task, :brutal_kill) do
      {:ok, answer} -> answer
      _silent -> {:error, {:timeout, node}}
    end
  end

  defp start_bucket_at(node) do
    KV.BucketSupervisor.start_bucket(node)
  catch
    :exit, _nobody_there -> {:error, {:nodedown, node}}
  end

  defp start_many(node, names) do
    :erpc.call(node, Kvshell.Cluster, :start_many, [names])
  end

  # The registry's own table first, and at once: who was answered finds the name here.
  defp publish(rows, state) do
    gone = GenServer.call(KV.Table, {:put, rows}, :infinity)

    for table <- KV.Table.everywhere(), node(table) != node() do
      GenServer.cast(table, {:put, rows})
    end

    gone
    |> Enum.group_by(fn {_name, bucket} -> node(bucket) end)
    |> Enum.reduce(state, fn {node, rows}, state -> away(node, rows, state) end)
  end

  defp away(node, rows, state), do: put_in(state.away[node], [rows | Map.get(state.away, node, [])])
end
