"""Compiles Elixir's quoted form to Python functions: patterns, guards, expressions, clauses."""
