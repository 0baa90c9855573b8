"""The engine elixir: runs commands as the Elixir that `explain` shows, on kvshell's own runtime."""
