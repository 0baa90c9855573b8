"""Engines: kvshell's own runtime, or a real Erlang VM with Elixir."""
