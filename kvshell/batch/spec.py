"""The command table as JSON, for editors, tests and other programs: `kvshell --spec`."""

from kvshell import __version__
from kvshell.commands.help.table_as_data import spec
from kvshell.views.json_line import dumps


def spec_json() -> str:
    """Return all commands as one JSON object."""
    return dumps({**spec(), "version": __version__})
