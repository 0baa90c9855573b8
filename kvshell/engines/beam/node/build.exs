# Compiles the bridge and each design: elixir build.exs SOURCES FOLDER
[sources, folder] = System.argv()

Code.compiler_options(ignore_module_conflict: true, docs: false, debug_info: false)

compile = fn files, into ->
  File.mkdir_p!(into)

  case Kernel.ParallelCompiler.compile_to_path(files, into) do
    {:ok, _modules, _warnings} -> :ok
    {:error, _errors, _warnings} -> System.halt(1)
  end
end

compile.(Path.wildcard(Path.join(sources, "*.ex")), folder)

for design <- File.ls!(Path.join(sources, "designs")) do
  files = sources |> Path.join("designs/#{design}/*.ex") |> Path.wildcard() |> Enum.sort()
  compile.(files, Path.join([folder, "designs", design]))
end
