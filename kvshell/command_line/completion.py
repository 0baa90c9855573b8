"""`kvshell completion SHELL`: prints the completion script for a shell."""

from argparse import Namespace

from kvshell.views.caps import Flags
from kvshell.views.output import emit_data


def completion(given: Namespace, _flags: Flags) -> int:
    """Print the completion script for a shell; return the exit code."""
    import shtab  # noqa: PLC0415  # rarely needed

    from kvshell.command_line.reading import tree  # noqa: PLC0415  # as above

    emit_data(shtab.complete(tree(), given.shell))
    return 0
