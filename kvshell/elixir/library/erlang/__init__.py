"""Erlang's own modules, as far as Elixir programs call them."""
