"""Engines, which run the lines: kvshell's own runtime, or a real Erlang VM with Elixir."""
