"""The run-time support of compiled Elixir: operators, closure calls, bits, limits."""
