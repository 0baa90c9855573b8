# The node's side of the pipe. Python holds the other ends of descriptors 3 and 4 and exchanges
# packets of four bytes of length and a term:
#
#     to node    {id, "eval", client, parts}    {0, "interrupt", client, ""}   {id, "rest", "", ms}
#                {id, "line", "", number}
#     from node  {id, "part", client, {index, kind, text}}    {id, "done", client, names}
#                {id, "down" | "interrupted", client, text}   {id, "rest", "", text}
#                {0, "out" | "log" | "shell" | "ready" | "fault", client, text}
#
# A part is {kind, source}. Everything that ends a line goes through this one process, in order.

defmodule Kvshell.Bridge do
  @moduledoc false
  # 50 million words: a greedy evaluation dies of it, the node does not.
  @max_heap_words 50_000_000

  def main do
    Process.register(self(), Kvshell.Bridge)
    Process.flag(:trap_exit, true)
    Process.flag(:priority, :high)
    port = Port.open({:fd, 3, 4}, [:binary, :eof, packet: 4])
    Process.group_leader(self(), self())
    Kvshell.Log.install()
    Kvshell.Watch.start_link()
    Kvshell.Keeper.start_link()
    Kvshell.Watch.ours()
    state = %{port: port, clients: %{}, names: %{}, ids: %{}}
    state = evaluator(state, "", [])

    send_frame(
      state,
      {0, "ready", "", "#{System.version()} #{System.otp_release()} #{System.pid()}"}
    )

    try do
      loop(state)
    rescue
      error ->
        # Nobody restarts the bridge, and a node without one would run forever.
        :erlang.display({:bridge, error, __STACKTRACE__})
        :erlang.halt(1, flush: false)
    end
  end

  def max_heap_words, do: @max_heap_words

  @doc "Sends a frame that another process of ours has made."
  def frame(frame), do: send(Kvshell.Bridge, {:kvshell, :frame, frame})

  @doc "Hands a line to another client: `as b LINE` within a line."
  def hand_over(client, id, parts) do
    send(Kvshell.Bridge, {:kvshell, :hand, client, id, parts})
    :ok
  end

  @doc "The living clients and their processes."
  def clients do
    ref = make_ref()
    send(Kvshell.Bridge, {:kvshell, :clients, self(), ref})

    receive do
      {^ref, clients} -> clients
    end
  end

  @doc "Returns \"\" once the node is at rest, or who was still busy after `ms`."
  def rest(ms) do
    ref = make_ref()
    send(Kvshell.Bridge, {:kvshell, :rest, self(), ref, ms})

    receive do
      {^ref, busy} -> busy
    end
  end

  defp loop(state) do
    receive do
      {port, {:data, data}} when port == state.port ->
        data |> :erlang.binary_to_term() |> command(state) |> loop()

      {port, :eof} when port == state.port ->
        leave()

      {:EXIT, port, _reason} when port == state.port ->
        leave()

      {:io_request, from, reply_as, request} ->
        {reply, text} = Kvshell.IO.answer(request)
        if text != "", do: send_frame(state, {0, "out", Map.get(state.names, from, ""), text})
        send(from, {:io_reply, reply_as, reply})
        loop(state)

      {:kvshell, :part, pid, part} ->
        if Map.has_key?(state.names, pid) do
          send_frame(state, {state.ids[pid], "part", state.names[pid], part})
        end

        loop(state)

      {:kvshell, :done, pid, bindings} ->
        state |> answered(pid, bindings) |> loop()

      {:kvshell, :frame, frame} ->
        send_frame(state, frame)
        loop(state)

      {:kvshell, :hand, client, id, parts} ->
        {id, "eval", client, parts} |> command(state) |> loop()

      {:kvshell, :clients, pid, ref} ->
        send(pid, {ref, for({pid, name} <- state.names, do: {name, pid})})
        loop(state)

      # Started from here: a process that an evaluator starts would be traced.
      {:kvshell, :rest, pid, ref, ms} ->
        Kvshell.Rest.look(ms, &send(pid, {ref, &1}))
        loop(state)

      {:DOWN, _ref, :process, pid, reason} when is_map_key(state.names, pid) ->
        state |> down(pid, reason) |> loop()

      _other ->
        loop(state)
    end
  end

  # A killed kvshell leaves the folder of its nodes behind. Whatever a file server is at, the node
  # ends.
  defp leave do
    if home = System.get_env("KVSHELL_NODES") do
      {_pid, ref} = spawn_monitor(fn -> File.rm_rf(home) end)

      receive do
        {:DOWN, ^ref, :process, _pid, _reason} -> :ok
      after
        200 -> :ok
      end
    end

    :erlang.halt(0, flush: false)
  end

  defp command({id, "eval", client, parts}, state) do
    state = if state.clients[client], do: state, else: evaluator(state, client, [])
    client_state = state.clients[client]
    work = {:kvshell, :eval, id, parts}

    if client_state.id do
      put_in(state.clients[client].waiting, client_state.waiting ++ [work])
    else
      give(state, client, work)
    end
  end

  defp command({_id, "interrupt", client, _}, state) do
    case state.clients[client] do
      %{pid: pid, id: id} when id != nil ->
        place = Kvshell.Rest.place(pid)
        Process.exit(pid, :kill)
        put_in(state.clients[client].interrupted, place)

      _ ->
        state
    end
  end

  defp command({id, "rest", _client, ms}, state) do
    Kvshell.Rest.look(ms, &frame({id, "rest", "", &1}))
    state
  end

  defp command({id, "look", _client, _}, state) do
    spawn(fn ->
      Process.put(:kvshell_ours, true)
      frame({id, "look", "", Kvshell.Term.encode(Kvshell.Snapshot.take())})
    end)

    state
  end

  # Everything that the system and the clients have started ends; the next document finds a node
  # as it was at the beginning, but for the numbers of its pids.
  defp command({id, "reset", _client, _}, state) do
    clients = Map.keys(state.names)
    Kvshell.Watch.end_all(clients)
    for pid <- clients, do: Process.exit(pid, :kill)

    for pid <- clients do
      receive do
        {:DOWN, _ref, :process, ^pid, _reason} -> :ok
      end
    end

    Kvshell.Words.forget()
    state = evaluator(%{state | clients: %{}, names: %{}, ids: %{}}, "", [])
    send_frame(state, {id, "look", "", inspect(state.clients[""].pid)})
    state
  end

  defp command({_id, "line", _client, number}, state) do
    :persistent_term.put(:kvshell_line, number)
    state
  end

  # -- evaluators ----------------------------------------------------------------------------

  defp evaluator(state, client, bindings) do
    {pid, _ref} =
      :erlang.spawn_opt(Kvshell.Evaluator, :init, [self()], [
        :monitor,
        max_heap_size: %{size: @max_heap_words, kill: true, error_logger: true}
      ])

    Kvshell.Watch.traced(pid)
    fresh = %{pid: pid, id: nil, bindings: bindings, read: [], interrupted: false, waiting: []}

    state
    |> put_in([:clients, client], fresh)
    |> put_in([:names, pid], client)
  end

  defp give(state, client, {:kvshell, :eval, id, parts}) do
    %{pid: pid, bindings: bindings} = state.clients[client]
    shell = if client == "", do: [], else: state.clients[""].bindings
    send(pid, {:kvshell, :eval, parts, Keyword.merge(shell, bindings)})

    state
    |> put_in([:clients, client, :read], shell)
    |> put_in([:clients, client, :id], id)
    |> put_in([:ids, pid], id)
  end

  defp answered(state, pid, bindings) do
    case state.names do
      %{^pid => client} ->
        bindings = own(bindings, state.clients[client])
        names = bindings |> Keyword.keys() |> Enum.map_join("\n", &Atom.to_string/1)
        send_frame(state, {state.clients[client].id, "done", client, names})
        state = put_in(state.clients[client].bindings, bindings)
        next(put_in(state.clients[client].id, nil), client)

      _ ->
        state
    end
  end

  # What a client bound itself: it also reads what the shell had bound when its line began.
  defp own(bindings, %{bindings: before, read: shell}) do
    Enum.reject(bindings, fn {name, value} ->
      not Keyword.has_key?(before, name) and Keyword.fetch(shell, name) == {:ok, value}
    end)
  end

  defp next(state, client) do
    case state.clients[client].waiting do
      [work | rest] -> state |> put_in([:clients, client, :waiting], rest) |> give(client, work)
      [] -> state
    end
  end

  # After Ctrl-C the bindings are kept; after a death of its own the shell begins anew, as in iex.
  defp down(state, pid, reason) do
    client = state.names[pid]
    %{id: id, interrupted: interrupted, bindings: bindings, waiting: waiting} = state.clients[client]
    state = %{state | names: Map.delete(state.names, pid), ids: Map.delete(state.ids, pid)}
    text = "** (EXIT from #{inspect(pid)}) shell process exited with reason: #{Kvshell.Text.reason(reason)}"

    cond do
      interrupted ->
        state = evaluator(state, client, bindings)
        text = "#{inspect(state.clients[client].pid)} #{interrupted}"
        send_frame(state, {id, "interrupted", client, text})
        next(put_in(state.clients[client].waiting, waiting), client)

      client == "" ->
        state = evaluator(state, client, [])
        send_frame(state, {id || 0, if(id, do: "down", else: "shell"), client, text})
        next(put_in(state.clients[client].waiting, waiting), client)

      true ->
        send_frame(state, {id || 0, if(id, do: "down", else: "shell"), client, text})
        %{state | clients: Map.delete(state.clients, client)}
    end
  end

  defp send_frame(state, frame), do: Port.command(state.port, :erlang.term_to_binary(frame))
end

defmodule Kvshell.Evaluator do
  @moduledoc false
  @page_words 20_000

  def init(bridge) do
    Process.group_leader(self(), bridge)
    loop(bridge, :elixir.env_for_eval(file: "iex", line: 1))
  end

  defp loop(bridge, env) do
    receive do
      {:kvshell, :eval, parts, bindings} ->
        {bindings, env} = run(parts, 0, bindings, env, bridge)
        send(bridge, {:kvshell, :done, self(), bindings})
        loop(bridge, env)
    end
  end

  defp run([], _index, bindings, env, _bridge), do: {bindings, env}

  defp run([{kind, source} | parts], index, bindings, env, bridge) do
    {kind, text, bindings, env} = part(kind, line(source), bindings, env)
    send(bridge, {:kvshell, :part, self(), {index, kind, text}})
    if kind == "error", do: {bindings, env}, else: run(parts, index + 1, bindings, env, bridge)
  end

  # Where designs differ, the one of now decides: a line may have changed it before this part.
  defp line(source) when is_binary(source) or is_tuple(source), do: source

  defp line(sources) do
    {_design, source} = List.keyfind(sources, Kvshell.Words.design(), 0)
    source
  end

  defp part("rest", _source, bindings, env) do
    {"rest", Kvshell.Bridge.rest(5_000), bindings, env}
  end

  defp part("hand", {client, id, parts}, bindings, env) do
    {"hand", Kvshell.Bridge.hand_over(client, id, parts) && "", bindings, env}
  end

  defp part(kind, source, bindings, env) do
    quoted = Code.string_to_quoted!(source, file: "iex", emit_warnings: false)
    {value, bindings, env} = evaluate(quoted, bindings, env)
    {kind, answer(kind, value), bindings, env}
  catch
    class, reason ->
      {"error", Kvshell.Text.banner(class, reason, __STACKTRACE__), bindings, env}
  end

  # `env` keeps imports, aliases and requires from line to line, as iex does.
  defp evaluate(quoted, bindings, env) do
    {value, bindings, env} = :elixir.eval_quoted(quoted, bindings, env)
    {value, bindings, env}
  end

  # As iex prints it, and as a term where that is no more than a page: Python prints the term and
  # says what the node says wherever the two differ.
  defp answer("value", value) do
    small = :erts_debug.flat_size(value) < @page_words
    {inspect(value, width: :infinity), if(small, do: Kvshell.Term.encode(value), else: {})}
  end

  defp answer("data", value), do: Kvshell.Term.encode(value)
end

defmodule Kvshell.Text do
  @moduledoc false
  @doc "The banner of a failure without its stack."
  def banner(kind, reason, stack) do
    {reason, stack} = blamed(kind, reason, stack)
    kind |> Exception.format_banner(reason, stack) |> without(frames(reason) ++ frames(stack))
  end

  @doc "The reason of an exit without its stack."
  def reason(reason), do: reason |> Exception.format_exit() |> without(frames(reason))

  defp without(text, lines) do
    text
    |> String.split("\n")
    |> Enum.reject(&(String.trim(&1) in lines))
    |> Enum.join("\n")
  end

  # Without blame: it would append the arguments and the clauses to the first line.
  defp blamed(:error, error, stack), do: {Exception.normalize(:error, error, stack), stack}
  defp blamed(_kind, reason, stack), do: {reason, stack}

  # Every line that a stack anywhere in the reason would print.
  defp frames(term) when is_list(term) do
    if Enum.all?(term, &frame?/1) do
      Enum.map(term, &Exception.format_stacktrace_entry/1)
    else
      Enum.flat_map(term, &frames/1)
    end
  rescue
    _improper -> []
  end

  defp frames(term) when is_tuple(term), do: term |> Tuple.to_list() |> Enum.flat_map(&frames/1)
  defp frames(_term), do: []

  defp frame?({module, function, arity, place})
       when is_atom(module) and is_atom(function) and is_list(place),
       do: is_integer(arity) or is_list(arity)

  defp frame?({function, arity, place}) when is_function(function) and is_list(place),
    do: is_integer(arity) or is_list(arity)

  defp frame?(_other), do: false
end

defmodule Kvshell.IO do
  @moduledoc false
  # Erlang's I/O protocol, the half that a shell without a keyboard has.
  def answer({:put_chars, encoding, chars}), do: put(encoding, chars)
  def answer({:put_chars, encoding, m, f, a}), do: put(encoding, apply(m, f, a))
  def answer({:put_chars, chars}), do: put(:latin1, chars)
  def answer({:put_chars, m, f, a}), do: put(:latin1, apply(m, f, a))

  def answer({:requests, requests}) do
    Enum.reduce(requests, {:ok, ""}, fn request, {_reply, text} ->
      {reply, more} = answer(request)
      {reply, text <> more}
    end)
  end

  def answer(:getopts), do: {[binary: true, encoding: :unicode], ""}
  def answer({:setopts, _}), do: {:ok, ""}
  def answer({:get_geometry, _}), do: {{:error, :enotsup}, ""}

  def answer(request) when is_tuple(request) do
    if elem(request, 0) |> to_string() |> String.starts_with?("get_"),
      do: {:eof, ""},
      else: {{:error, :request}, ""}
  end

  def answer(_other), do: {{:error, :request}, ""}

  defp put(encoding, chars) do
    case :unicode.characters_to_binary(chars, encoding) do
      text when is_binary(text) -> {:ok, text}
      _ -> {{:error, :put_chars}, ""}
    end
  end
end

defmodule Kvshell.Log do
  @moduledoc false
  @max_heap "maximum heap size reached"

  # One handler of Erlang's own logger: Logger's backends came and went, this has stayed.
  def install do
    # What words the reports reads its settings, and fails without them from Elixir 1.15 on.
    Application.load(:logger)
    for id <- :logger.get_handler_ids(), do: :logger.remove_handler(id)
    :logger.set_primary_config(:level, :info)
    :ok = :logger.add_handler(Kvshell.Log, __MODULE__, %{level: :info})
  end

  def log(%{level: level, msg: message, meta: meta}, _config) do
    if :sasl in Map.get(meta, :domain, []) do
      supervisors(message)
    else
      case worded(level, message) do
        :skip -> :ok
        text -> told(level, without_stacks(text))
      end
    end
  end

  # The emulator itself reports a heap that is too large, with all its sizes.
  defp told(level, text) do
    words = Kvshell.Bridge.max_heap_words()

    if String.contains?(text, @max_heap) and String.contains?(text, Integer.to_string(words)) do
      mega = div(words * :erlang.system_info(:wordsize), 1_000_000)
      Kvshell.Bridge.frame({0, "limit", "", Integer.to_string(mega)})
    else
      Kvshell.Bridge.frame({0, "log", Atom.to_string(level), text})
    end
  end

  # Of what supervisors report to SASL, the end of one: it ends its children, and nobody says so.
  # A handler runs in the process that reports, so why its child ended is remembered there.
  defp supervisors({:report, %{report: report}}) when is_list(report) do
    case report[:errorContext] do
      context when context in [:child_terminated, :start_error] ->
        Process.put({__MODULE__, :reason}, report[:reason])

      :shutdown ->
        if report[:reason] == :reached_max_restart_intensity, do: gives_up(report)

      _ ->
        :ok
    end
  end

  defp supervisors(_other), do: :ok

  defp gives_up(report) do
    supervisor = supervisor(report[:supervisor])
    child = child(report[:offender] || [])
    reason = Kvshell.Text.reason(Process.get({__MODULE__, :reason}))
    text = "#{supervisor} gives up: #{child} ended: #{reason}, and no restart is left"
    Kvshell.Bridge.frame({0, "log", "notice", text})
  end

  defp supervisor({_where, name}) when is_atom(name), do: inspect(name)
  defp supervisor({pid, _module}), do: inspect(pid)
  defp supervisor(other), do: inspect(other)

  defp child(offender) do
    case offender[:id] do
      id when id in [nil, :undefined] -> inspect(offender[:pid])
      id -> inspect(id)
    end
  end

  # A report that cannot be worded is shown as it is: a handler that raises is removed.
  defp worded(level, message) do
    text(level, message)
  rescue
    _error -> inspect(message)
  end

  # The lines of a stack name places in Elixir's own files, which no two versions share. Erlang's
  # own function, as no module can hold a compiled expression on OTP 28.
  @frame "^ +(\\([^)]*\\) )?\\S+:\\d+: "
  defp without_stacks(text) do
    text
    |> String.split("\n")
    |> Enum.reject(&(:re.run(&1, @frame) != :nomatch))
    |> Enum.join("\n")
  end

  defp text(level, {:report, report}) do
    case translated(level, report) do
      {:ok, text, _metadata} -> IO.chardata_to_string(text)
      {:ok, text} -> IO.chardata_to_string(text)
      :skip -> :skip
      :none -> inspect(report)
    end
  end

  defp text(_level, {:string, chars}), do: IO.chardata_to_string(chars)
  defp text(level, {format, args}) do
    case Logger.Translator.translate(:debug, level, :format, {format, args}) do
      {:ok, text, _metadata} -> IO.chardata_to_string(text)
      {:ok, text} -> IO.chardata_to_string(text)
      :skip -> :skip
      :none -> format |> :io_lib.format(args) |> IO.chardata_to_string()
    end
  end

  defp translated(level, report) when is_map(report),
    do: Logger.Translator.translate(:debug, level, :report, {:logger, report})

  defp translated(_level, _report), do: :none
end

defmodule Kvshell.Keeper do
  @moduledoc false
  # The parent of what `start manager` starts. Ctrl-C can only kill the shell's process, and a
  # supervisor that the shell had started itself would die with it.
  def start_link, do: spawn_link(&init/0)

  @doc "Runs `fun` in the keeper and returns its value."
  def run(fun) do
    ref = Process.monitor(Kvshell.Keeper)
    send(Kvshell.Keeper, {:run, self(), ref, fun})

    receive do
      {^ref, {:ok, value}} ->
        Process.demonitor(ref, [:flush])
        value

      {^ref, {kind, reason, stack}} ->
        Process.demonitor(ref, [:flush])
        :erlang.raise(kind, reason, stack)

      {:DOWN, ^ref, :process, _pid, reason} ->
        exit(reason)
    end
  end

  defp init do
    Process.register(self(), Kvshell.Keeper)
    Process.group_leader(self(), Process.whereis(Kvshell.Bridge))
    Process.flag(:trap_exit, true)
    Kvshell.Watch.traced(self())
    loop()
  end

  defp loop do
    receive do
      {:run, from, ref, fun} ->
        send(from, {ref, tried(fun)})

      # kvshell starts its system as an application is started: nobody at the prompt dies with it.
      _exit_of_a_system ->
        :ok
    end

    loop()
  end

  defp tried(fun) do
    {:ok, fun.()}
  catch
    kind, reason -> {kind, reason, __STACKTRACE__}
  end
end

defmodule Kvshell.Rest do
  @moduledoc false
  # Nothing in the BEAM says "at rest". Who has got a message is runnable at once, and who is about
  # to send one is running: so the node is at rest if nobody but the one who looks is either, and
  # if the schedulers have run nobody else while this was found out. They count what they run.
  #
  # Loading of code and tracing suspend their caller until every scheduler has passed a barrier:
  # such a process is neither running nor runnable, and yet it goes on by itself. So every process
  # is looked at, and only whom another process has suspended is at rest.
  @many 20_000
  # So few that a look never ends a time slice: the one who looks would be counted, too.
  @at_once 100
  @words_each 16
  @told 3

  @doc "Calls `answer` with \"\" once the node is at rest, or with who was still busy after `ms`."
  def look(ms, answer) do
    until = System.monotonic_time(:millisecond) + ms
    # No collection of garbage comes between: one on another scheduler would be counted.
    room = 10_000 + @words_each * min(:erlang.system_info(:process_count), @many)

    looker = fn ->
      Process.put(:kvshell_ours, true)
      answer.(settle(until, 0, []))
    end

    :erlang.spawn_opt(looker, min_heap_size: room)
  end

  defp settle(until, round, held) do
    cond do
      rested?(held) ->
        ""

      System.monotonic_time(:millisecond) > until ->
        told(busy(held))

      true ->
        pause(round)
        settle(until, round + 1, held())
    end
  end

  # The first looks follow one another at once; who computes for long is not asked all the time.
  defp pause(round) when round < 20, do: :erlang.yield()

  defp pause(round) do
    receive do
    after
      min(round - 19, 10) -> :ok
    end
  end

  # The first yield begins a time slice: to list the processes may have used up most of one.
  # The last is for who waits for this very process: whoever purges a module asks all of them,
  # and a process answers that between two time slices.
  defp rested?(held) do
    pids = watched() -- [self()]
    :erlang.yield()
    before = switches()

    with true <- alone?(), {:ok, yields} <- all_wait(pids, held, 0, 0) do
      :erlang.yield()
      alone?() and switches() == before + yields + 1
    else
      _busy -> false
    end
  end

  defp alone?, do: :erlang.statistics(:total_active_tasks_all) <= 1

  defp switches do
    {count, 0} = :erlang.statistics(:context_switches)
    count
  end

  defp all_wait([], _held, _many, yields), do: {:ok, yields}

  defp all_wait(pids, held, @at_once, yields) do
    :erlang.yield()
    all_wait(pids, held, 0, yields + 1)
  end

  defp all_wait([pid | pids], held, many, yields) do
    if waits?(pid, held), do: all_wait(pids, held, many + 1, yields), else: :busy
  end

  # Of a process that is just dying nothing is known: its links have not heard of it yet.
  defp waits?(pid, held) do
    case status(pid) do
      :waiting -> true
      :suspended -> pid in held
      _ -> false
    end
  end

  defp status(pid) do
    case :erlang.process_info(pid, :status) do
      {:status, status} -> status
      :undefined -> :gone
    end
  end

  # Whom another process has suspended. To answer this a process must run: so it is asked before
  # a look.
  defp held do
    if Enum.any?(watched(), &(status(&1) == :suspended)) do
      for pid <- Process.list(),
          {:suspending, suspended} <- [:erlang.process_info(pid, :suspending)],
          {held, _active, _asked} <- suspended,
          do: held
    else
      []
    end
  end

  # Some of them, with where they are now: who is busy may be another one a moment later.
  defp told([]), do: "messages go on between processes"

  defp told(pids) do
    {some, more} = Enum.split(pids, @told)
    told = Enum.map_join(some, ", ", &"#{name(&1)}#{in_place(place(&1))}")
    if more == [], do: told, else: "#{told} and #{length(more)} more"
  end

  defp name(pid) do
    case :erlang.process_info(pid, :registered_name) do
      {:registered_name, name} -> inspect(name)
      _ -> inspect(pid)
    end
  end

  defp in_place(""), do: ""
  defp in_place(place), do: " in #{place}"

  @doc "The function that a process is in, of Elixir's or the user's if there is one; or an empty text."
  def place(pid) do
    case :erlang.process_info(pid, :current_stacktrace) do
      {:current_stacktrace, [_ | _] = frames} ->
        {module, function, arity, _} = Enum.find(frames, hd(frames), &elixir?/1)
        Exception.format_mfa(module, function, arity)

      _ ->
        ""
    end
  end

  defp elixir?({module, _function, _arity, _place}) do
    String.starts_with?(Atom.to_string(module), "Elixir.") and module != Kvshell.Evaluator
  end

  defp busy(held), do: for(pid <- watched(), pid != self(), not waits?(pid, held), do: pid)

  # Of very many only those with a name, the code server among them: the rest is counted.
  defp watched do
    if :erlang.system_info(:process_count) > @many do
      for name <- Process.registered(), pid = Process.whereis(name), is_pid(pid), uniq: true, do: pid
    else
      Process.list()
    end
  end
end

defmodule Kvshell.Watch do
  @moduledoc false
  # Remembers what the BEAM forgets: at which line a process was started and died, and why.
  # Everything that the keeper and the evaluators start is traced, and what that starts, and so on.
  @table Kvshell.Watch

  def start_link do
    parent = self()
    pid = spawn_link(fn -> init(parent) end)

    receive do
      {^pid, :ready} -> pid
    end
  end

  @doc "Remembers the processes of now: those that are none of the system's."
  def ours do
    for pid <- Process.list(), do: :ets.insert(@table, {pid, :ours})
    for table <- :ets.all(), do: :ets.insert(@table, {table, :ours})
    :ok
  end

  def ours?(id), do: :ets.match_object(@table, {id, :ours}) != []

  @doc "Remembers nothing any more: a million stores would make it a second table of them."
  def stop(pids) do
    :persistent_term.put(@table, :off)
    for pid <- pids, do: :erlang.trace(pid, false, [:procs, :set_on_spawn])
    :ok
  end

  def off?, do: :persistent_term.get(@table, :on) == :off

  @doc "Traces `pid` and whatever it starts."
  def traced(pid) do
    case not off?() && Process.whereis(@table) do
      none when none in [nil, false] -> :ok
      tracer -> :erlang.trace(pid, true, [:procs, :set_on_spawn, {:tracer, tracer}])
    end
  catch
    :error, _already_traced_or_dead -> 0
  end

  @doc "What is known of `pid`: %{born: line, died: line, reason: term, parent: pid}."
  def fate(pid) do
    case :ets.lookup(@table, pid) do
      [{_pid, %{} = fate}] -> fate
      _ -> %{}
    end
  end

  @doc "Every process that was started, the dead included."
  def known, do: for({pid, %{} = fate} <- :ets.tab2list(@table), do: {pid, fate})

  @doc "Kills every process that was started, the clients aside, until none is left."
  def end_all(clients) do
    living =
      for {pid, _fate} <- known(), pid not in clients, node(pid) == node(), Process.alive?(pid) do
        pid
      end

    # Supervisors first, or they start again what was killed.
    for pid <- Enum.sort(living) do
      ref = Process.monitor(pid)
      Process.exit(pid, :kill)

      receive do
        {:DOWN, ^ref, :process, _pid, _reason} -> :ok
      end
    end

    if living != [] do
      end_all(clients)
    else
      for {pid, fate} <- :ets.tab2list(@table), is_map(fate), do: :ets.delete(@table, pid)
    end
  end

  defp init(parent) do
    Process.register(self(), @table)
    :ets.new(@table, [:named_table, :public])
    send(parent, {self(), :ready})
    loop()
  end

  defp loop do
    receive do
      {:trace, parent, :spawn, pid, _mfa} ->
        update(pid, %{born: line(), parent: parent})

      {:trace, pid, :exit, reason} ->
        update(pid, %{died: line(), reason: reason})

      _other ->
        :ok
    end

    loop()
  end

  defp update(pid, more), do: :ets.insert(@table, {pid, Map.merge(fate(pid), more)})
  defp line, do: :persistent_term.get(:kvshell_line, 0)
end

