"""Messages from the shell's own process: monitor, flush, self, call, cast."""

from typing import Final

from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import cell
from kvshell.commands.result import Value
from kvshell.commands.values import Typed, Word
from kvshell.commands.view import Cell, Role, Text
from kvshell.otp import gen_server
from kvshell.runtime import process as processes
from kvshell.terms import Atom

WAKE: Final = Atom("$line")  # tells the process of another client that a line waits for it


def monitor(context: Context, process: Word) -> Value:
    """Have a `:DOWN` sent here when the process is dead."""
    return Value(processes.monitor(context.server(process)))


def flush(context: Context) -> Text:
    """Take every message out of the shell's mailbox, one line each, then `:ok` as iex does."""
    taken = processes.flush()
    said = [*((cell(message),) for message in taken if message is not WAKE)]
    for _ in range(len(taken) - len(said)):
        processes.send(context.shell, WAKE)  # its lines are not done
    said.append((Cell(":ok", Role.atom),))
    return Text(tuple(said), kept=True)


def self_(context: Context) -> Value:
    """Answer the pid of the shell's own process."""
    return Value(context.shell)


def call(context: Context, process: Word, message: Typed) -> Value:
    """Make a GenServer call."""
    return Value(gen_server.call(context.server(process), context.term(message)))


def cast(context: Context, process: Word, message: Typed) -> Value:
    """Make a GenServer cast."""
    return Value(gen_server.cast(context.server(process), context.term(message)))
