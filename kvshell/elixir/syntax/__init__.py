"""Elixir's syntax: tokens, nodes, completeness, and source from nodes."""
