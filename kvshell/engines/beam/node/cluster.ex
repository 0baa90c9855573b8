# Several nodes: names, links between them, and what is to be seen of them together.

defmodule Kvshell.Cluster do
  @moduledoc false
  @group {KV.Scope, :tables}
  @settle_ms 5_000
  @anew 3

  # -- names and links -----------------------------------------------------------------------

  @doc "Begins distribution on this node: its name, or `{:error, why}`."
  def begin(name, cookie) do
    Kvshell.Watch.stop([Process.whereis(Kvshell.Keeper) | for({_, pid} <- Kvshell.Bridge.clients(), do: pid)])

    with {:ok, _names} <- :erl_epmd.names(),
         {:ok, _} <- Node.start(String.to_atom(name), kind(name)) do
      if cookie != "", do: Node.set_cookie(String.to_atom(cookie))
      node()
    else
      {:error, :address} -> {:error, :epmd}
      {:error, _reason} -> {:error, :name}
    end
  end

  # The VM itself tells them apart so: the host of a long name has a dot.
  defp kind(name), do: if(String.contains?(name, "."), do: :longnames, else: :shortnames)

  @doc "Runs epmd as long as this node lives: it ends when its standard input does."
  def epmd(port) do
    command = "epmd -port #{port} >/dev/null 2>&1 & p=$!; read x; kill $p"

    Port.open({:spawn_executable, System.find_executable("sh")}, [
      :binary,
      args: ["-c", command],
      env: [
        {'ERL_EPMD_PORT', String.to_charlist(port)},
        {'ERL_EPMD_ADDRESS', '127.0.0.1'}
      ]
    ])

    :ok
  end

  def connect(name), do: Node.connect(String.to_atom(name))
  def disconnect(name), do: Node.disconnect(String.to_atom(name))

  @doc """
  Waits until global names are settled between all nodes; then the table takes all rows.

  OTP's `:global` can wait forever for a node that went and came back at once. A link that is made
  anew begins its part anew, too.
  """
  def settled(ms \\ @settle_ms) do
    done = synced?(ms) or Enum.any?(1..@anew, fn _ -> synced_anew?(ms) end)
    if table = Process.whereis(KV.Table), do: send(table, :pull)
    if done, do: :ok, else: {:error, {:not_settled, unsettled()}}
  end

  @doc "Whether global names are settled, within a time."
  def synced?(ms \\ @settle_ms) do
    {pid, ref} = spawn_monitor(fn -> :global.sync() end)

    receive do
      {:DOWN, ^ref, :process, _pid, _reason} -> true
    after
      ms ->
        Process.demonitor(ref, [:flush])
        Process.exit(pid, :kill)
        false
    end
  end

  defp synced_anew?(ms) do
    for node <- unsettled() do
      Node.disconnect(node)
      Node.connect(node)
    end

    synced?(ms)
  end

  # Those that the name server has not heard of to the end; all of them, if it does not say.
  defp unsettled do
    case :global.info() do
      state when is_tuple(state) and tuple_size(state) > 3 and is_list(elem(state, 3)) ->
        Node.list() -- elem(state, 3)

      _ ->
        Node.list()
    end
  end

  @doc "The connected nodes that have a supervisor for buckets."
  def stores do
    {scope, group} = @group
    for pid <- :pg.get_members(scope, group), node(pid) != node(), uniq: true, do: node(pid)
  end

  # -- the system ----------------------------------------------------------------------------

  @doc "Starts what each node has: a supervisor for its buckets and a table of all names."
  def start_local do
    Kvshell.Words.load("cluster")

    run(fn ->
      case :pg.start(KV.Scope) do
        {:ok, _} -> :ok
        {:error, {:already_started, _}} -> :ok
      end

      KV.BucketSupervisor.start_link([])
      KV.Table.start_link([])
    end)

    :ok
  end

  # On a node of somebody else's there is no keeper: whoever starts it there must not die.
  defp run(fun) do
    if Process.whereis(Kvshell.Keeper) do
      Kvshell.Keeper.run(fun)
    else
      me = self()

      spawn(fn ->
        Process.flag(:trap_exit, true)
        send(me, {:started, fun.()})
        Process.sleep(:infinity)
      end)

      receive do
        {:started, value} -> value
      end
    end
  end

  def start do
    # A node that :global is not through with yet would not hear of the registry's name at once.
    synced?()
    for node <- Node.list(), do: prepare(node)
    start_local()
    Kvshell.Keeper.run(fn -> KV.Registry.start() end)
  end

  # A joined node may have never heard of kvshell: it is sent the modules.
  defp prepare(node) do
    modules = [Kvshell.Cluster, Kvshell.Words, KV.Bucket, KV.BucketSupervisor, KV.Table, KV.Registry]

    if ask(node, :code, :which, [Kvshell.Bridge]) == :non_existing do
      Kvshell.Words.load("cluster")

      for module <- modules do
        {_module, binary, file} = object(module)
        {:module, _} = ask(node, :code, :load_binary, [module, file, binary])
      end

      ask(node, :persistent_term, :put, [:kvshell_loaded, "cluster"])
    end

    ask(node, __MODULE__, :start_local, [])
  end

  @answer_ms 15_000

  defp ask(node, module, function, arguments) do
    :erpc.call(node, module, function, arguments, @answer_ms)
  end

  defp object(module) do
    file = :code.which(module)
    {module, File.read!(file), file}
  end

  def stop do
    GenServer.stop({:global, KV.Registry})
    # :global hears of an end by a message of its own: whoever starts another at once must not be
    # told that this one is there.
    :global.unregister_name(KV.Registry)
    for node <- [node() | Node.list()], do: ask(node, __MODULE__, :stop_local, [])
    :ok
  end

  def stop_local do
    # An exit signal does not end a supervisor, unless it comes from its parent.
    for name <- [KV.Table, KV.BucketSupervisor], pid = Process.whereis(name) do
      GenServer.stop(pid, :shutdown)
    end

    :ok
  end

  def start_many(names) do
    for name <- names do
      {:ok, bucket} = DynamicSupervisor.start_child(KV.BucketSupervisor, KV.Bucket)
      {name, bucket}
    end
  end

  # -- looking -------------------------------------------------------------------------------

  @doc "Which of these processes of `node` live; `:unknown` for all where it cannot be asked."
  def alive(node, pids) do
    :erpc.call(node, __MODULE__, :alive_here, [pids], 5_000)
  catch
    _kind, _reason -> unknown(pids)
  end

  defp unknown(pids), do: Enum.map(pids, fn _ -> :unknown end)

  def alive_here(pids), do: Enum.map(pids, &Process.alive?/1)

  @doc "Everything the views of a cluster show, as this node sees it. At most `most` rows."
  def snapshot(most \\ 1_000) do
    rows = if :ets.whereis(KV.Registry) == :undefined, do: [], else: some_rows(most)
    registry = :global.whereis_name(KV.Registry)

    nodes = for node <- [node() | Node.list()], do: {node, facts(node)}
    silent = for {node, %{silent: true}} <- nodes, do: node

    alive =
      for {node, pids} <- Enum.group_by(Enum.map(rows, &elem(&1, 1)), &node/1),
          {pid, alive} <- Enum.zip(pids, if(node in silent, do: unknown(pids), else: alive(node, pids))),
          into: %{},
          do: {pid, alive}

    named = MapSet.new(rows, &elem(&1, 1))
    full = :ets.whereis(KV.Registry) != :undefined and :ets.info(KV.Registry, :size) <= most

    %{
      me: node(),
      registry: if(is_pid(registry), do: registry, else: nil),
      rows: for({name, pid} <- Enum.sort_by(rows, &elem(&1, 0)), do: {name, pid, node(pid), alive[pid]}),
      # Rows may go while one looks: the number is that of those that are shown.
      size: if(length(rows) < most, do: length(rows), else: :ets.info(KV.Registry, :size)),
      nodes: for({node, facts} <- nodes, do: Map.put(facts, :node, node)),
      orphans:
        if full do
          for {node, %{buckets: buckets}} <- nodes, pid <- buckets, pid not in named, do: {pid, node}
        else
          []
        end
    }
  end

  defp some_rows(most) do
    case :ets.match_object(KV.Registry, :_, most) do
      {rows, _more} -> rows
      :"$end_of_table" -> []
    end
  end

  @nothing %{silent: false, buckets: [], count: 0, processes: [], rows: 0, linked: []}

  defp facts(node) do
    :erpc.call(node, __MODULE__, :facts_here, [], 5_000)
  catch
    # A joined node that no manager was started on has none of the modules.
    :error, {:exception, :undef, [{__MODULE__, :facts_here, _, _} | _]} -> facts_without_modules(node)
    _kind, _reason -> %{@nothing | silent: true}
  end

  defp facts_without_modules(node) do
    %{@nothing | linked: :erpc.call(node, :erlang, :nodes, [], 5_000)}
  catch
    _kind, _reason -> %{@nothing | silent: true}
  end

  def facts_here do
    buckets = buckets()
    named = [KV.Registry, KV.BucketSupervisor, KV.Table]

    registry =
      case :global.whereis_name(KV.Registry) do
        pid when is_pid(pid) and node(pid) == node() -> [{pid, KV.Registry, held?(pid), queue(pid)}]
        _ -> []
      end

    own =
      for name <- named, pid = Process.whereis(name), do: {pid, name, held?(pid), queue(pid)}

    %{
      silent: false,
      buckets: Enum.take(buckets, 1_000),
      count: length(buckets),
      processes: registry ++ own,
      rows: if(:ets.whereis(KV.Registry) == :undefined, do: 0, else: :ets.info(KV.Registry, :size)),
      linked: Node.list()
    }
  end

  defp buckets do
    if Process.whereis(KV.BucketSupervisor) do
      for {_, pid, _, _} <- DynamicSupervisor.which_children(KV.BucketSupervisor), is_pid(pid), do: pid
    else
      []
    end
  end

  defp held?(pid), do: Kvshell.Words.suspended?(pid)

  defp queue(pid) do
    case Process.info(pid, :message_queue_len) do
      {:message_queue_len, many} -> many
      nil -> 0
    end
  end
end
