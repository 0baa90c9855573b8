"""Run-time support for compiled Elixir: operators, closure calls, bits, limits."""
