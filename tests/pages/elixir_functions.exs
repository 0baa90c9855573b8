# Prints a line for each module of Elixir and OTP; of those that the arguments name, the functions.
apps = [:elixir, :logger, :iex, :ex_unit, :mix, :eex, :kernel, :stdlib] ++
  [:compiler, :crypto, :runtime_tools, :sasl, :ssl, :public_key, :inets, :mnesia, :tools]

beams = for app <- apps, dir = :code.lib_dir(app, :ebin), is_list(dir),
  path <- Path.wildcard("#{dir}/*.beam"), do: path |> Path.basename(".beam") |> String.to_atom()

documented? = fn module ->
  not match?("Elixir." <> _, Atom.to_string(module)) or
    match?({:docs_v1, _, _, _, %{}, _, _}, Code.fetch_docs(module))
end

internal = ~r/^:(OTP-PUB|PKCS|(auth|beam|cerl|core|crypto|dets|disk_log|dtls|elixir|erl|group|hipe|http|httpc|httpd|inet|inet6|inets|io_lib|kernel|misc|mnesia|mod|pubkey|ram|raw|rb|runtime_tools|sasl|ssl|sys|system|systools|tls|user|v3|xref)_|.*_(sup|app|server)$)/

named = Enum.map(System.argv(), fn name ->
  if name =~ ~r/^[A-Z]/, do: Module.concat([name]), else: String.to_atom(name)
end)

for module <- [:erlang, :init, :atomics, :counters, :persistent_term, :zlib | beams],
    name = inspect(module),
    module in named or (documented?.(module) and not (name =~ ~r/^Mix\.Tasks?\b/)),
    name == ":gen_server" or not (String.replace(name, "\"", "") =~ internal) do
  exported =
    cond do
      module not in named or not Code.ensure_loaded?(module) -> []
      function_exported?(module, :__info__, 1) ->
        module.__info__(:functions) ++ module.__info__(:macros)
      true -> module.module_info(:exports) -- [module_info: 0, module_info: 1]
    end

  functions =
    exported
    |> Enum.reject(fn {name, _} -> match?("_" <> _, Atom.to_string(name)) end)
    |> Enum.group_by(&elem(&1, 0), &elem(&1, 1))
    |> Enum.sort()
    |> Enum.map(fn {name, arities} -> "#{name}/#{Enum.join(Enum.sort(arities), ",")}" end)

  IO.puts(Enum.join([name | functions], " "))
end
