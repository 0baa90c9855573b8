defmodule Ten.MixProject do
  use Mix.Project
  def project, do: [app: :ten, version: "0.1.0", elixirc_paths: paths(Mix.env()), deps: []]
  def application, do: [extra_applications: [:logger], env: [limit: 3]]
  defp paths(:test), do: ["lib", "test/support"]
  defp paths(_), do: ["lib"]
end
