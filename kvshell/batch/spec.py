"""The table of commands as JSON, for editors, tests and other programs: `kvshell --spec`."""

from kvshell import __version__
from kvshell.commands.reference import spec
from kvshell.views.json_line import dumps


def spec_json() -> str:
    """Write every command as one JSON object."""
    return dumps({**spec(), "version": __version__})
