"""The engine `elixir`: runs commands on kvshell's runtime as the Elixir that `explain` shows."""
