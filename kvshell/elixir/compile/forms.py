"""Imports the files of all special forms and macros, which register them with the compiler."""

from kvshell.elixir.compile import (
    bits,
    blocks,
    branches,
    calls,
    closures,
    comprehensions,
    expressions,
    kernel_macros,
    maps,
    match_specs,
    trying,
)

__all__ = [
    "bits",
    "blocks",
    "branches",
    "calls",
    "closures",
    "comprehensions",
    "expressions",
    "kernel_macros",
    "maps",
    "match_specs",
    "trying",
]
