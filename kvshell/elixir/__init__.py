"""Elixir 1.14 on kvshell's runtime: parsing, compiling, modules and the library."""
