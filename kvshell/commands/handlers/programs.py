"""Programs: a person's own servers, from a Python file."""

from kvshell.commands.context import Context
from kvshell.commands.result import CommandError, Value
from kvshell.otp import loading


def load(context: Context, path: str) -> Value:
    """Run a file, give the servers of it that run its code of now, and start the others."""
    try:
        program = loading.load(context.program(path), path)
        loading.renew(program, context.runtime)
        return Value(loading.start(program))
    except loading.LoadError as error:
        raise CommandError(str(error)) from None
