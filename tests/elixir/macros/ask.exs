# Asks a real Elixir: `elixir ask.exs FILE` answers each input of the file, and writes it again.
#
# An input starts with `> `, further lines of it with `. `; its answer follows. A line `---` begins
# a new session.
[path] = System.argv()

parse = fn session ->
  session
  |> String.split("\n", trim: true)
  |> Enum.reduce([], fn
    "> " <> first, inputs -> [first | inputs]
    "." <> rest, [input | inputs] -> [input <> "\n" <> String.replace_prefix(rest, " ", "") | inputs]
    _answer, inputs -> inputs
  end)
  |> Enum.reverse()
end

answer = fn input, {binding, env} ->
  try do
    quoted = Code.string_to_quoted!(input, file: "iex")
    {value, binding, env} = Code.eval_quoted_with_env(quoted, binding, env)
    {inspect(value, limit: :infinity, width: 98), {binding, env}}
  catch
    kind, reason ->
      {reason, stack} = Exception.blame(kind, reason, __STACKTRACE__)
      {Exception.format_banner(kind, reason, stack), {binding, env}}
  end
end

sessions = File.read!(path) |> String.split("---\n") |> Enum.map(parse)

texts =
  for inputs <- sessions do
    {texts, _} =
      Enum.map_reduce(inputs, {[], Code.env_for_eval(file: "iex")}, fn input, state ->
        {said, state} = answer.(input, state)
        [first | rest] = String.split(input, "\n")
        lines = ["> " <> first | Enum.map(rest, &String.trim_trailing(". " <> &1))]
        {Enum.join(lines ++ [said], "\n") <> "\n", state}
      end)

    Enum.join(texts)
  end

File.write!(path, Enum.join(texts, "---\n"))
