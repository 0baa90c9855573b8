# Prints what Elixir's own parser makes of each snippet, one line each: a tree or an error.
# The snippets stand in the file given, separated by the byte 0.
defmodule Judge do
  def line(text) do
    case Code.string_to_quoted(text, columns: true, token_metadata: true) do
      {:ok, quoted} -> "ok " <> show(quoted)
      {:error, _} -> "error " <> inspect(message(text), printable_limit: :infinity)
    end
  end

  defp message(text) do
    Code.string_to_quoted!(text, columns: true, file: "iex")
  rescue
    error -> Exception.format_banner(:error, error)
  end

  defp show({:__block__, meta, [one]}) when meta == [], do: show(one)
  defp show({:__block__, _, args}), do: "{__block__ " <> all(args) <> "}"

  defp show({head, meta, args}) when is_list(meta) do
    place = "#{meta[:line]}:#{meta[:column]}"
    inside = if is_list(args), do: "[" <> all(args) <> "]", else: "nil"
    "{#{head(head)} #{place} #{inside}}"
  end

  defp show({a, b}), do: "(#{show(a)} #{show(b)})"
  defp show([]), do: "[]"

  defp show(list) when is_list(list) do
    if Enum.all?(list, &is_integer/1),
      do: "c" <> inspect(list, charlists: :as_lists, limit: :infinity),
      else: "[" <> all(list) <> "]"
  end

  defp show(text) when is_binary(text), do: "<" <> Base.encode16(text) <> ">"
  defp show(atom) when is_atom(atom), do: ":" <> Atom.to_string(atom)
  defp show(other), do: inspect(other)

  defp head(head) when is_atom(head), do: Atom.to_string(head)
  defp head(head), do: show(head)
  defp all(list), do: Enum.map_join(list, " ", &show/1)
end

[path] = System.argv()
Code.compiler_options(ignore_module_conflict: true)

for text <- path |> File.read!() |> String.split(<<0>>) do
  text |> Judge.line() |> String.replace("\n", "\\n") |> IO.puts()
end
