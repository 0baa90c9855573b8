# Several nodes: names, links between them, and what is to be seen of them together.

defmodule Kvshell.Cluster do
  @moduledoc false
  @group {KV.Scope, :tables}
  @own [KV.BucketSupervisor, KV.Table]
  @shown 1_000
  @many 20_000
  @answer_ms 15_000
  @silent_ms 5_000
  @tables_tries 200
  @settle_ms 5_000
  @anew 3

  # -- names and links -----------------------------------------------------------------------

  @doc "Begins distribution on this node: its name, or `{:error, why}`."
  def begin(name, cookie) do
    Kvshell.Watch.stop([Process.whereis(Kvshell.Keeper) | for({_, pid} <- Kvshell.Bridge.clients(), do: pid)])

    names = epmd_names()

    with {:ok, _names} <- names,
         {:ok, _} <- Node.start(String.to_atom(name), kind(name)) do
      if cookie == "", do: visit(), else: Node.set_cookie(String.to_atom(cookie))
      node()
    else
      # A program that is no epmd may answer nothing at all.
      {:error, :address} -> {:error, :epmd}
      {:error, _reason} when names == {:ok, []} -> {:error, :nobody}
      {:error, _reason} -> {:error, :name}
    end
  end

  @epmd_ms 5_000

  defp epmd_names do
    task = Task.async(fn -> :erl_epmd.names() end)
    case Task.yield(task, @epmd_ms) || Task.shutdown(task, :brutal_kill) do
      {:ok, names} -> names
      _nothing -> {:error, :address}
    end
  end

  # With nodes of somebody else's: this one goes when its shell is left, so that no store is placed
  # here unasked, and kvshell does not see by itself that one of theirs has ended.
  defp visit do
    :persistent_term.put(:kvshell_visits, true)

    spawn(fn ->
      Process.put(:kvshell_ours, true)
      :ok = :net_kernel.monitor_nodes(true)
      tell_nodes()
    end)
  end

  defp tell_nodes do
    receive do
      {:nodedown, node} -> Kvshell.Bridge.frame({0, "node", Atom.to_string(node), "down"})
      {:nodeup, node} -> Kvshell.Bridge.frame({0, "node", Atom.to_string(node), "up"})
    end

    tell_nodes()
  end

  @doc "Where a store of no named node may be placed, for the registry of this node."
  def places do
    if :persistent_term.get(:kvshell_visits, false) and stores() != [],
      do: stores(),
      else: [node() | stores()]
  end

  # The VM itself tells them apart so: the host of a long name has a dot.
  defp kind(name), do: if(String.contains?(name, "."), do: :longnames, else: :shortnames)

  @doc "Runs epmd as long as this node lives: it ends when its standard input does."
  def epmd(port) do
    command = "\"$0\" -port #{port} >/dev/null 2>&1 & p=$!; read x; kill $p"

    options = [
      :binary,
      args: ["-c", command, epmd_path()],
      env: [
        {'ERL_EPMD_PORT', String.to_charlist(port)},
        {'ERL_EPMD_ADDRESS', '127.0.0.1'}
      ]
    ]

    # The keeper's, as the port closes with its owner: a shell may die, or be ended by Ctrl-C.
    shell = System.find_executable("sh")
    Kvshell.Keeper.run(fn -> Port.open({:spawn_executable, shell}, options) end)
    :ok
  end

  # Not every installation of Erlang has it on the PATH.
  defp epmd_path do
    own = Path.join([:code.root_dir(), "erts-#{:erlang.system_info(:version)}", "bin", "epmd"])
    System.find_executable("epmd") || own
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
        outlive()
      end)

      receive do
        {:started, value} -> value
      end
    end
  end

  # As long as there is somebody to be the parent of.
  defp outlive do
    if Process.info(self(), :links) != {:links, []} do
      receive do
        {:EXIT, _pid, _reason} -> outlive()
      end
    end
  end

  def start do
    # A node that :global is not through with yet would not hear of the registry's name at once.
    synced?()
    for node <- Node.list(), do: prepare(node)
    start_local()
    await_tables(Node.list(), @tables_tries)
    :ok = KV.Table.take_over()
    Kvshell.Keeper.run(fn -> KV.Registry.start() end)
  end

  @doc "Gives a node what each node has: a joined one may have never heard of kvshell."
  def prepare(node) do
    modules = [Kvshell.Cluster, Kvshell.Words, KV.Bucket, KV.BucketSupervisor, KV.Table, KV.Registry]

    if ask(node, :code, :which, [Kvshell.Bridge]) == :non_existing do
      Kvshell.Words.load("cluster")
      for module <- modules, do: send_code(node, module)
      ask(node, :persistent_term, :put, [:kvshell_loaded, "cluster"])
      ask(node, :persistent_term, :put, [:kvshell_design, "cluster"])
    end

    ask(node, __MODULE__, :start_local, [])
  end

  @doc "What a node that was started again has lost, if a registry runs."
  def prepare_again(node) do
    if is_pid(:global.whereis_name(KV.Registry)), do: prepare(node)
    :ok
  end

  # :pg hears of the other nodes' tables by messages of its own.
  defp await_tables(_nodes, 0), do: :ok

  defp await_tables(nodes, tries) do
    if nodes -- Enum.map(KV.Table.everywhere(), &node/1) != [] do
      Process.sleep(10)
      await_tables(nodes, tries - 1)
    end
  end

  # Not twice the same: code that is loaded over itself a second time ends who still runs the first.
  defp send_code(node, module) do
    {_module, binary, file} = object(module)
    md5 = module.module_info(:md5)

    unless ask(node, :code, :is_loaded, [module]) != false and
             ask(node, module, :module_info, [:md5]) == md5 do
      {:module, _} = ask(node, :code, :load_binary, [module, file, binary])
    end
  end

  @doc """
  Takes part in what runs on joined nodes already: another session's manager may have started it.
  """
  def join do
    for node <- Node.list(), other <- linked(node), other != node(), do: Node.connect(other)
    synced?()

    if is_pid(:global.whereis_name(KV.Registry)) do
      start_local()
      KV.Table.pull()
    end

    :ok
  end

  defp linked(node) do
    :erpc.call(node, :erlang, :nodes, [], @answer_ms)
  catch
    _kind, _reason -> []
  end

  @doc """
  How many stores live on each of the other nodes when this one goes: `[{node, count}]`. None that a
  manager elsewhere goes on with.
  """
  def elsewhere do
    registry = :global.whereis_name(KV.Registry)
    if is_pid(registry) and node(registry) != node(), do: [], else: counts()
  end

  defp counts do
    for node <- Enum.sort(Node.list()), %{count: count} when count > 0 <- [facts(node)], do: {node, count}
  end

  @doc "The store of a name, as this node's table has it: `{pid, node, alive}`, or nil."
  def row(name) do
    with table when table != :undefined <- :ets.whereis(KV.Registry),
         [{_name, pid}] <- :ets.lookup(table, name) do
      [alive] = alive(node(pid), [pid])
      {pid, node(pid), alive}
    else
      _nowhere -> nil
    end
  end

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

    # Nothing is left on a node of somebody else's.
    if Process.whereis(Kvshell.Keeper) == nil && Process.whereis(KV.Scope) do
      GenServer.stop(KV.Scope)
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

  @doc "How long a node is waited for before it counts as silent; a test sets less."
  def silent_ms, do: :persistent_term.get(:kvshell_silent_ms, @silent_ms)

  @doc "Which of these processes of `node` live; `:unknown` for all where it cannot be asked."
  def alive(node, pids) do
    :erpc.call(node, __MODULE__, :alive_here, [pids], silent_ms())
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
          for {node, %{buckets: buckets}} <- nodes, {pid, _, _} <- buckets, pid not in named, do: {pid, node}
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

  @nothing %{
    silent: false,
    buckets: [],
    count: 0,
    processes: [],
    clients: [],
    others: [],
    tables: [],
    rows: 0,
    linked: []
  }

  defp facts(node) do
    :erpc.call(node, __MODULE__, :facts_here, [], silent_ms())
  catch
    # A joined node that no manager was started on has none of the modules.
    :error, {:exception, :undef, [{__MODULE__, :facts_here, _, _} | _]} -> facts_without_modules(node)
    _kind, _reason -> %{@nothing | silent: true}
  end

  defp facts_without_modules(node) do
    %{@nothing | linked: :erpc.call(node, :erlang, :nodes, [], silent_ms())}
  catch
    _kind, _reason -> %{@nothing | silent: true}
  end

  def facts_here do
    buckets = buckets()
    clients = clients()
    own = for name <- @own, pid = Process.whereis(name), do: {pid, name}
    processes = for {pid, name} <- registry_here() ++ own, do: {pid, name, held?(pid), queue(pid)}
    others = others(buckets ++ for({pid, _, _, _} <- processes, do: pid) ++ for({_, pid} <- clients, do: pid))

    %{
      silent: false,
      buckets: for(pid <- Enum.take(buckets, @shown), do: {pid, held?(pid), queue(pid)}),
      count: length(buckets),
      processes: processes,
      clients: for({name, pid} <- clients, do: {pid, name, mail(pid)}),
      others: for(pid <- others, do: {pid, name_of(pid), status(pid), queue(pid)}),
      tables: tables(Enum.map(processes, &elem(&1, 0)) ++ Enum.map(clients, &elem(&1, 1)) ++ others),
      rows: if(:ets.whereis(KV.Registry) == :undefined, do: 0, else: :ets.info(KV.Registry, :size)),
      linked: Node.list()
    }
  end

  defp registry_here do
    case :global.whereis_name(KV.Registry) do
      pid when is_pid(pid) and node(pid) == node() -> [{pid, KV.Registry}]
      _ -> []
    end
  end

  # Only our own nodes have a bridge, and clients with it.
  defp clients, do: if(Process.whereis(Kvshell.Bridge), do: Enum.sort(Kvshell.Bridge.clients()), else: [])

  # What lines have started: it prints to our bridge, on this node or on another one. Among very
  # many processes nobody is looked for, as nobody could read the list.
  defp others(known) do
    if :erlang.system_info(:process_count) > @many do
      []
    else
      known = MapSet.new(known)
      for pid <- Process.list(), pid not in known, ours?(pid), do: pid
    end
  end

  @doc "Whether a line has started this process, or a process that a line has started, and so on."
  def ours?(pid) do
    case Process.info(pid, [:group_leader, :dictionary]) do
      [group_leader: leader, dictionary: dictionary] ->
        pid != self() and not Keyword.has_key?(dictionary, :kvshell_ours) and
          (leader == Process.whereis(Kvshell.Bridge) or node(leader) != node()) and
          not of_the_engine?(pid)

      nil ->
        false
    end
  end

  defp of_the_engine?(pid) do
    Process.whereis(Kvshell.Watch) != nil and Kvshell.Watch.ours?(pid)
  end

  defp tables(owners) do
    for table <- :ets.all(), info = :ets.info(table), info != :undefined, info[:owner] in owners do
      {table, info[:name], info[:type], info[:protection], info[:owner], info[:size]}
    end
  end

  defp buckets do
    if Process.whereis(KV.BucketSupervisor) do
      for {_, pid, _, _} <- DynamicSupervisor.which_children(KV.BucketSupervisor), is_pid(pid), do: pid
    else
      []
    end
  end

  defp held?(pid), do: Kvshell.Words.suspended?(pid)

  defp status(pid) do
    case Process.info(pid, :status) do
      _ when pid == self() -> "running"
      {:status, waits} when waits in [:waiting, :suspended] -> if(held?(pid), do: "suspended", else: "waiting")
      _ -> "running"
    end
  end

  defp name_of(pid) do
    case Process.info(pid, :registered_name) do
      {:registered_name, name} when name != [] -> name
      _ -> nil
    end
  end

  # A client's lines come by messages as well.
  defp mail(pid) do
    case Process.info(pid, :messages) do
      {:messages, messages} -> Enum.count(messages, &(not match?({:kvshell, _, _, _}, &1)))
      nil -> 0
    end
  end

  defp queue(pid) do
    case Process.info(pid, :message_queue_len) do
      {:message_queue_len, many} -> many
      nil -> 0
    end
  end
end
