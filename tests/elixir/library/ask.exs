# Asks a real Elixir: `elixir ask.exs FILE` answers each line of the file, in the form of answers.txt.
for line <- File.read!(hd(System.argv())) |> String.split("\n", trim: true) do
  me = self()

  {asked, ref} =
    spawn_monitor(fn ->
      answer =
        try do
          {value, _} = Code.eval_string(line, [], __ENV__)
          inspect(value, width: :infinity)
        catch
          kind, reason ->
            {reason, stack} = Exception.blame(kind, reason, __STACKTRACE__)
            "raises " <> inspect(Exception.format_banner(kind, reason, stack))
        end

      send(me, {:answer, answer})
    end)

  receive do
    {:answer, answer} ->
      Process.demonitor(ref, [:flush])
      IO.puts(line <> "\n    " <> answer)

    {:DOWN, ^ref, _, _, _} ->
      :ok
  after
    3000 -> Process.exit(asked, :kill)
  end
end
