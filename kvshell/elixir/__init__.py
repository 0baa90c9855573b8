"""Elixir at the prompt: parsing, compiling, modules and the library."""
