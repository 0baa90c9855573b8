"""Preloads, while a prompt is idle, the modules that the first keys and answers need."""

from importlib import import_module
from typing import Final

# By name, because an unused import statement looks superfluous and would be removed.
SLOW: Final = (
    "kvshell.shell.hosts.elixir_typing",  # decides whether a typed name is Elixir
    "kvshell.views.rich_drawing",  # panels, trees, wrapped tables
)


def preload() -> None:
    """Import what the first typed name and the first drawn answer need."""
    for name in SLOW:
        import_module(name)
