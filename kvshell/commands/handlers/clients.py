"""Other clients of the same system."""

from kvshell.commands.context import Context
from kvshell.commands.result import Value
from kvshell.terms import A


def as_client(context: Context, client: str, line: str) -> Value:
    """Hand the line to the client's process and go on; its answer comes as an event."""
    context.client(client, line)
    return Value(A.ok)
