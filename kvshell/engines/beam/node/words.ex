# What kvshell's words come to where one line of Elixir does not say it.

defmodule CommandError do
  @moduledoc false
  defexception [:message]
end

defmodule Kvshell.Words do
  @moduledoc false
  @managers %{"plain" => KeyVal.Manager}

  # -- designs -------------------------------------------------------------------------------

  def manager, do: Map.get(@managers, design(), KV.Registry)

  @doc "The process of the manager, wherever it is."
  def manager_pid do
    if design() == "cluster" do
      case :global.whereis_name(KV.Registry) do
        pid when is_pid(pid) -> pid
        :undefined -> nil
      end
    else
      Process.whereis(manager())
    end
  end
  def design, do: :persistent_term.get(:kvshell_design, default_design())

  @doc "Forgets what was started and loaded: a line may have written a module of the design anew."
  def forget do
    :persistent_term.erase(:kvshell_loaded)
    :persistent_term.erase(:kvshell_design)
    :persistent_term.erase(:kvshell_supervisor)
  end

  @doc "Loads the modules of a design in the place of those of another."
  def load(design) do
    load_modules(design)
    :persistent_term.put(:kvshell_design, design)
  end

  defp load_modules(design) do
    if design != :persistent_term.get(:kvshell_loaded, nil) do
      folder = Path.join([:code.which(__MODULE__) |> Path.dirname(), "designs", folder(design)])

      for file <- Path.wildcard(Path.join(folder, "*.beam")) do
        :code.purge(file |> Path.basename(".beam") |> String.to_atom())
        {:module, _} = file |> Path.rootname() |> String.to_charlist() |> :code.load_abs()
      end

      :persistent_term.put(:kvshell_loaded, design)
    end
  end

  defp folder(design), do: String.replace(design, "-", "_")

  @doc "The design that `start manager` alone starts, and `restart manager` starts again."
  def default, do: nil

  # Its modules are there before anything is started, as those of an application are.
  def set_default(design) do
    :persistent_term.put(:kvshell_default, design)
    load_modules(design)
  end

  defp default_design, do: :persistent_term.get(:kvshell_default, "ets")

  @doc "Starts a system, in the keeper: it is nobody's child here, as an application is."
  def start(design) do
    clustered!(design)
    if manager_pid() == nil, do: load(design || default_design())

    case design() do
      "plain" -> KeyVal.Manager.start()
      "cluster" -> Kvshell.Cluster.start()
      _ -> start_supervisor()
    end
  end

  # The modules of another design would take the place of those that the other nodes run.
  defp clustered!(design) do
    if design not in [nil, "cluster"] and default_design() == "cluster" do
      raise CommandError, message: "a cluster has its own design: leave #{design} out"
    end
  end

  defp start_supervisor do
    case Kvshell.Keeper.run(fn -> KV.Supervisor.start_link(name: KV.Supervisor) end) do
      {:ok, supervisor} ->
        :persistent_term.put(:kvshell_supervisor, supervisor)
        {:ok, Process.whereis(KV.Registry)}

      {:error, {:already_started, _}} -> {:error, {:already_started, Process.whereis(KV.Registry)}}
      other -> other
    end
  end

  def stop do
    case design() do
      "plain" -> GenServer.stop(KeyVal.Manager)
      "cluster" -> Kvshell.Cluster.stop()
      _ -> Supervisor.stop(KV.Supervisor)
    end
  end

  def restart(design) do
    clustered!(design)
    running = manager_pid() != nil
    if running, do: stop()
    start(design || if(running, do: design()))
  end

  # -- names ---------------------------------------------------------------------------------

  def create(name) do
    child = {KV.Bucket, name}

    case DynamicSupervisor.start_child(KV.BucketSupervisor, child) do
      {:ok, bucket} -> bucket
      {:error, {:already_started, bucket}} -> bucket
    end
  end

  def lookup(name) do
    case Registry.lookup(KV.Registry, name) do
      [{bucket, _}] -> {:ok, bucket}
      [] -> :error
    end
  end

  @doc "The process of a store. Looks at what the manager keeps, even while it is suspended."
  def store(name) do
    case (design() == "cluster" || manager_pid()) && entry(design(), name) do
      {:ok, pid} ->
        pid

      :error ->
        raise MatchError, term: :error

      nil ->
        missing(design(), name)
        raise MatchError, term: :error
    end
  end

  defp entry("plain", name), do: KeyVal.Manager |> :sys.get_state() |> Map.fetch(name)
  defp entry("map", name), do: KV.Registry |> :sys.get_state() |> elem(0) |> Map.fetch(name)
  defp entry("library", name), do: lookup(name)

  defp entry(_ets, name) do
    case :ets.lookup(KV.Registry, name) do
      [{_name, pid}] -> {:ok, pid}
      [] -> :error
    end
  end

  # Nothing runs: the tutorials' own look-up says so.
  defp missing(design, name) do
    load(design)

    case design do
      "plain" -> KeyVal.Manager.lookup(name)
      "library" -> Registry.lookup(KV.Registry, name)
      _ -> KV.Registry.lookup(KV.Registry, name)
    end
  end

  def stores do
    cond do
      manager_pid() == nil -> stores_of_nobody(design())
      design() == "plain" -> KeyVal.Manager |> :sys.get_state() |> Map.keys()
      design() == "map" -> KV.Registry |> :sys.get_state() |> elem(0) |> Map.keys()
      design() == "library" -> Registry.select(KV.Registry, [{{:"$1", :_, :_}, [], [:"$1"]}])
      true -> for {name, _pid} <- :ets.tab2list(KV.Registry), do: name
    end
    |> Enum.sort()
  end

  defp stores_of_nobody("plain"), do: KeyVal.Manager |> :sys.get_state() |> Map.keys()
  defp stores_of_nobody("map"), do: KV.Registry |> :sys.get_state() |> elem(0) |> Map.keys()
  defp stores_of_nobody("library"), do: Registry.select(KV.Registry, [])
  defp stores_of_nobody(_ets), do: :ets.tab2list(KV.Registry)

  # -- processes -----------------------------------------------------------------------------

  @doc "A typed name is a store's, if there is one, before it is a registered one."
  def named(text, name) do
    with pid when pid != nil <- manager_pid(), {:ok, store} <- entry(design(), text) do
      store
    else
      _ -> name
    end
  end

  def no_role(role) do
    raise CommandError,
      message: "#{design()} has no #{role}: nobody supervises its manager or its stores"
  end

  def table(name, instead), do: if(:ets.whereis(name) == :undefined, do: instead, else: name)
  def ref(text), do: :erlang.list_to_ref(~c"#Ref<#{text}>")

  def pid(text), do: :erlang.list_to_pid(~c"<#{text}>")

  def whereis(pid) when is_pid(pid), do: pid
  def whereis(name) when is_atom(name), do: Process.whereis(name)
  def whereis(other), do: GenServer.whereis(other)

  def known(server) do
    whereis(server) || exit({:noproc, {Process, :info, [server]}})
  end

  def alive(server) do
    case whereis(server) do
      nil -> false
      pid when node(pid) == node() -> Process.alive?(pid)
      pid -> Kvshell.Words.alive_there(pid)
    end
  end

  def alive_there(pid), do: elsewhere(pid, Process, :alive?, [pid], 5_000)

  defp elsewhere(pid, module, function, arguments, ms) do
    :erpc.call(node(pid), module, function, arguments, ms)
  catch
    :error, {:erpc, :timeout} ->
      raise "cannot be known: #{inspect(pid)} is on #{node(pid)}, which does not answer"

    :error, {:erpc, _} ->
      raise "cannot be known: #{inspect(pid)} is on #{node(pid)}, and there is no connection to it"
  end

  def crash(server) do
    pid = whereis(server)

    if is_pid(pid) and there(pid, Kvshell.Snapshot, :agent?, [pid]),
      do: KV.Bucket.crash(pid),
      else: GenServer.call(server, :boom)
  end

  @doc "Calls a function on the node of `pid`; raises a sentence if that node cannot be asked."
  def there(pid, module, function, arguments) do
    if node(pid) == node(),
      do: apply(module, function, arguments),
      else: elsewhere(pid, module, function, arguments, 15_000)
  end

  @doc "Takes every message of the shell's own, without those that carry its lines."
  def flush do
    receive do
      message when not is_tuple(message) or elem(message, 0) != :kvshell -> [message | flush()]
    after
      0 -> []
    end
  end

  # -- step ----------------------------------------------------------------------------------

  @doc "Lets a suspended process handle at most `count` messages: `{[{message, left}], status}`."
  def step(server, count) do
    case whereis(server) do
      nil -> exit({:noproc, {:sys, :step, [server]}})
      pid -> there(pid, __MODULE__, :step_here, [pid, count])
    end
  end

  def step_here(pid, count), do: step(pid, count, [])

  defp step(pid, count, handled) do
    case count > length(handled) && suspended?(pid) && next(pid) do
      {:ok, message} ->
        one(pid)
        step(pid, count, [{message, waiting(pid)} | handled])

      _ ->
        {Enum.reverse(handled), status(pid)}
    end
  end

  defp status(pid) do
    cond do
      not Process.alive?(pid) -> :dead
      suspended?(pid) -> :suspended
      true -> :running
    end
  end

  def suspended?(pid) do
    case Process.info(pid, :current_function) do
      {:current_function, {:sys, :suspend_loop, _}} -> true
      {:current_function, {:sys, :suspend_loop_hib, _}} -> true
      _ -> false
    end
  end

  defp next(pid) do
    case mail(pid) do
      [message | _] -> {:ok, message}
      [] -> :empty
    end
  end

  defp waiting(pid), do: pid |> mail() |> length()

  defp mail(pid) do
    case Process.info(pid, :messages) do
      {:messages, messages} -> Enum.reject(messages, &system?/1)
      nil -> []
    end
  end

  # `:sys` has no such call. The function runs inside the suspended process, takes its mailbox out
  # and puts it back with a resume in front and a suspend behind the first message. The resume must
  # be in front: a suspended process takes the first *system* message first.
  defp one(pid) do
    me = self()
    resumed = make_ref()
    suspended = make_ref()
    watched = Process.monitor(pid)

    :sys.replace_state(pid, fn state ->
      {first, rest} = split(drain(), [])
      send(self(), {:system, {me, resumed}, :resume})
      for message <- first, do: send(self(), message)
      send(self(), {:system, {me, suspended}, :suspend})
      for message <- rest, do: send(self(), message)
      state
    end)

    await(resumed, watched)
    await(suspended, watched)
    Process.demonitor(watched, [:flush])
  end

  defp await(ref, watched) do
    receive do
      {^ref, _answer} ->
        :ok

      {:DOWN, ^watched, :process, _pid, _reason} = down ->
        # The message ended the process, and the second wait must hear of it, too.
        send(self(), down)
        :ok
    end
  end

  defp drain do
    receive do
      message -> [message | drain()]
    after
      0 -> []
    end
  end

  # What stands before the first ordinary message stays before it.
  defp split([], before), do: {Enum.reverse(before), []}

  defp split([message | rest], before) do
    if system?(message),
      do: split(rest, [message | before]),
      else: {Enum.reverse([message | before]), rest}
  end

  defp system?({:system, _from, _request}), do: true
  defp system?(_message), do: false
end

defmodule Kvshell.Snapshot do
  @moduledoc false
  # Facts about the system, for kvshell's views. Ours - the bridge, the keeper, the kernel's own
  # processes - are left out.
  @many 5_000
  @too_many 20_000
  # Where OTP's processes wait for a message; a function of anybody else's may be called loop, too.
  @loops [gen_server: :loop, sys: :suspend_loop, sys: :suspend_loop_hib]

  @doc "Everything the views ask for; `target` is the process or table that the line names."
  def take(target \\ nil) do
    clients = Kvshell.Bridge.clients()
    mine = if target, do: self()
    pids = living(clients)

    %{
      design: Kvshell.Words.design(),
      supervisor: :persistent_term.get(:kvshell_supervisor, nil),
      target: target,
      shell: clients |> List.keyfind("", 0, {"", mine}) |> elem(1),
      clients: clients,
      processes:
        if(length(pids) <= @many, do: pids, else: important(target))
        |> with_target(target)
        |> Enum.map(&facts/1),
      count: length(pids),
      dead: dead(pids),
      tables: tables(),
      names: names()
    }
  end

  # A process of another node is looked at there; on nodes nobody keeps a list of all.
  defp with_target(pids, target) when is_pid(target), do: Enum.uniq([target | pids])
  defp with_target(pids, _target), do: pids

  defp living(clients) do
    own = for {_name, pid} <- clients, do: pid

    Enum.sort(
      for pid <- candidates(own), pid in own or system?(pid), not rester?(pid), do: pid
    )
  end

  # Without a list of what was started each process must be asked: too long for very many.
  defp candidates(own) do
    if Kvshell.Watch.off?() and :erlang.system_info(:process_count) > @too_many,
      do: own ++ for(name <- Process.registered(), pid = Process.whereis(name), is_pid(pid), do: pid),
      else: Process.list()
  end

  defp rester?(pid), do: pid == self() and Process.get(:kvshell_ours) != nil

  defp system?(pid) do
    if Kvshell.Watch.off?(),
      do: Kvshell.Cluster.ours?(pid),
      else: not Kvshell.Watch.ours?(pid) and Kvshell.Watch.fate(pid) != %{}
  end

  defp important(target) do
    named = for name <- Process.registered(), pid = Process.whereis(name), is_pid(pid), do: pid
    clients = for {_name, pid} <- Kvshell.Bridge.clients(), do: pid
    target = if is_pid(target), do: [target], else: []
    Enum.uniq(Enum.filter(named, &system?/1) ++ clients ++ target)
  end

  defp dead(pids) do
    known = Kvshell.Watch.known()

    if length(known) > @many,
      do: [],
      else: for({pid, fate} <- known, pid not in pids, do: {pid, fate})
  end

  @doc "An agent keeps the function that made its first state where others have their init."
  def agent?(pid) do
    case Process.info(pid, :dictionary) do
      {:dictionary, dictionary} -> agent_call?(Keyword.get(dictionary, :"$initial_call"))
      nil -> false
    end
  end

  defp agent_call?({:supervisor, _module, _arity}), do: false
  defp agent_call?({_module, function, _arity}), do: function != :init
  defp agent_call?(nil), do: false

  def facts(pid) when node(pid) != node() do
    Kvshell.Words.there(pid, __MODULE__, :facts, [pid])
  end

  def facts(pid) do
    info =
      Process.info(pid, [
        :registered_name,
        :status,
        :current_function,
        :messages,
        :links,
        :monitors,
        :monitored_by,
        :trap_exit,
        :memory,
        :dictionary
      ]) || []

    fate = Kvshell.Watch.fate(pid)
    {module, function, _arity} = info[:current_function] || {nil, nil, nil}
    looping = {module, function} in @loops

    %{
      pid: pid,
      name: if(info[:registered_name] in [nil, []], do: nil, else: info[:registered_name]),
      running: info[:status] not in [:waiting, :suspended],
      looping: looping,
      suspended: Kvshell.Words.suspended?(pid),
      messages: Enum.reject(info[:messages] || [], &ours_message?/1),
      links: visible(info[:links] || []),
      monitors: visible(for({:process, other} <- info[:monitors] || [], do: other)),
      monitored_by: visible(info[:monitored_by] || []),
      trap_exit: info[:trap_exit] == true,
      memory: info[:memory] || 0,
      runs: runs(Keyword.get(info[:dictionary] || [], :"$initial_call")),
      state: state(pid, looping),
      fate: fate,
      dead: info == []
    }
  end

  defp runs({:supervisor, _module, _arity}), do: Supervisor
  defp runs({_module, _function, _arity} = call), do: if(agent_call?(call), do: Agent.Server, else: elem(call, 0))
  defp runs(nil), do: nil

  # The shell's own mail carries its lines as well.
  defp ours_message?(message), do: is_tuple(message) and elem(message, 0) == :kvshell

  defp visible(pids), do: for(pid <- pids, is_pid(pid), not Kvshell.Watch.ours?(pid), do: pid)

  # A process at its loop answers at once, suspended or not; another one might be at it for long.
  defp state(pid, true) when pid != self() do
    {:ok, pid |> :sys.get_state(1_000) |> shown()}
  catch
    _kind, _reason -> :unknown
  end

  defp state(_pid, _looping), do: :unknown

  # Of a supervisor only what the views show: its children may be a hundred thousand.
  defp shown(%DynamicSupervisor{} = state) do
    {:supervisor, DynamicSupervisor, state.strategy, used(state.restarts, state.max_seconds),
     state.max_restarts, state.max_seconds, map_size(state.children)}
  end

  defp shown(state) when elem(state, 0) == :state and tuple_size(state) > 9 do
    children = state |> elem(3) |> elem(0) |> length()

    {:supervisor, Supervisor, elem(state, 2), used(elem(state, 7), elem(state, 6)), elem(state, 5),
     elem(state, 6), children}
  rescue
    _another_state -> state
  end

  defp shown(state), do: state

  defp used(restarts, seconds) do
    now = :erlang.monotonic_time(1)
    Enum.count(restarts, &(&1 >= now - seconds))
  end

  defp tables do
    for table <- :ets.all(), not Kvshell.Watch.ours?(table), info = :ets.info(table), info != :undefined do
      owner = info[:owner]

      %{
        id: table,
        ref: if(info[:named_table], do: nil, else: table),
        name: info[:name],
        named: info[:named_table],
        type: info[:type],
        protection: info[:protection],
        owner: owner,
        owner_name: if(is_pid(owner), do: name_of(owner)),
        heir: if(is_pid(info[:heir]), do: info[:heir]),
        keypos: info[:keypos],
        read_concurrency: info[:read_concurrency],
        size: info[:size],
        memory: info[:memory]
      }
    end
  end

  defp name_of(pid) do
    case Process.info(pid, :registered_name) do
      {:registered_name, name} -> name
      _ -> nil
    end
  end

  # The rows of the table that holds the names, or the map that does.
  defp names do
    case Kvshell.Words.design() do
      "library" -> if Process.whereis(KV.Registry), do: library_rows(), else: []
      design when design in ["ets", "ets-cast"] -> rows(KV.Registry)
      "cluster" -> few_rows(KV.Registry)
      _ -> []
    end
  end

  defp library_rows do
    Registry.select(KV.Registry, [{{:"$1", :"$2", :_}, [], [{{:"$1", :"$2"}}]}])
  end

  # A cluster's names have views of their own.
  defp few_rows(table) do
    if :ets.info(table, :size) in 0..@many, do: rows(table), else: []
  end

  defp rows(table) do
    if :ets.whereis(table) == :undefined, do: [], else: :ets.tab2list(table)
  end
end

defmodule Kvshell.Term do
  @moduledoc false
  # Terms as frames: integers that fit stay, the rest is tagged. Python builds its own terms.
  @small -2_147_483_648..2_147_483_647

  def encode(term) when is_integer(term) and term in @small, do: term
  def encode(term) when is_integer(term), do: {"i", Integer.to_string(term)}
  def encode(term) when is_float(term), do: {"d", Float.to_string(term)}
  def encode(term) when is_binary(term), do: term
  def encode(term) when is_atom(term), do: {"a", Atom.to_string(term)}
  def encode(term) when is_pid(term), do: {"p", inspect(term)}
  def encode(term) when is_reference(term), do: {"r", inspect(term)}
  def encode(term) when is_function(term), do: {"f", inspect(term)}
  def encode(term) when is_tuple(term), do: {"t", term |> Tuple.to_list() |> Enum.map(&encode/1)}
  def encode([]), do: []

  def encode(term) when is_list(term) do
    case split(term, []) do
      {items, []} -> {"l", items}
      {items, tail} -> {"l", items, encode(tail)}
    end
  end

  def encode(term) when is_map(term) do
    {"m", Enum.flat_map(Map.to_list(term), fn {k, v} -> [encode(k), encode(v)] end)}
  end

  def encode(term), do: {"x", inspect(term)}

  defp split([item | rest], items), do: split(rest, [encode(item) | items])
  defp split(tail, items), do: {Enum.reverse(items), tail}
end
