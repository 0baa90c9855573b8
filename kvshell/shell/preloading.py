"""What a prompt imports in idle time, so that no key and no first answer waits for it."""

from importlib import import_module
from typing import Final

# By name: an import that is not used looks superfluous, and was once removed as such.
SLOW: Final = (
    "kvshell.shell.hosts.elixir_typing",  # each name typed: is it Elixir?
    "kvshell.views.rich_drawing",  # panels, trees, wrapped tables
)


def preload() -> None:
    """Import what the first name typed and the first drawn answer need."""
    for name in SLOW:
        import_module(name)
