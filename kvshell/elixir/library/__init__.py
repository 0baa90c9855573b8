"""Elixir's standard library, as plain Python functions on terms, in one registry."""
