"""Imports, while the prompt is idle, the modules that the first keys and answers need."""

from importlib import import_module
from typing import Final

# Names, because an import statement that is not used would be reported and removed.
SLOW: Final = (
    "kvshell.shell.hosts.elixir_typing",  # decides whether a typed name is Elixir
    "kvshell.views.rich_drawing",  # panels, trees, wrapped tables
)


def preload() -> None:
    """Import the modules that the first typed word and the first answer need."""
    for name in SLOW:
        import_module(name)
