"""The library: Elixir's own modules as plain functions on terms, in one registry."""
