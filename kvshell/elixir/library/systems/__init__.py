"""The modules of the tutorials, built in with Elixir's interface."""
