"""Commands that send from the shell's process or use its mailbox: call, cast, monitor, flush."""

from kvshell.commands.arguments import TypedTerm, Word
from kvshell.commands.cells import cell
from kvshell.commands.context import WAKE, Context
from kvshell.commands.result import Value
from kvshell.commands.view import Cell, Role, Text
from kvshell.otp import gen_server
from kvshell.runtime import process as processes
from kvshell.terms import A, ArgumentError, Atom, Pid


def monitor(context: Context, process: Word) -> Value:
    """Monitor a process: the shell receives a `:DOWN` when it dies."""
    return Value(processes.monitor(context.server(process)))


def flush(context: Context) -> Text:
    """Empty the shell's mailbox and show each message on a line, then `:ok`, as in iex."""
    taken = processes.flush()
    lines = [*((cell(message),) for message in taken if message is not WAKE)]
    for _ in range(len(taken) - len(lines)):
        processes.send(context.shell, WAKE)  # the client still has lines to run
    lines.append((Cell(":ok", Role.atom),))
    return Text(tuple(lines), kept=True)


def self_(context: Context) -> Value:
    """Answer the pid of the shell process."""
    return Value(context.shell)


def call(context: Context, process: Word, message: TypedTerm) -> Value:
    """Make a GenServer call to a process and answer its reply."""
    return Value(gen_server.call(context.server(process), context.term(message)))


def cast(context: Context, process: Word, message: TypedTerm) -> Value:
    """Send a GenServer cast to a process."""
    return Value(gen_server.cast(context.server(process), context.term(message)))


def send(context: Context, process: Word, message: TypedTerm) -> Value:
    """Send a plain message to a process."""
    return Value(processes.send(context.server(process), context.term(message)))


def spawn(context: Context) -> Value:  # noqa: ARG001  # every handler takes one
    """Start a process that waits forever and keeps the messages sent to it."""
    return Value(processes.spawn(_collect, label="collector"))


def _collect() -> None:
    processes.receive(lambda _message: False)


def link(context: Context, process: Word) -> Value:
    """Link the shell process to another process."""
    return Value(processes.link(pid_of(context, process)))


def unlink(context: Context, process: Word) -> Value:
    """Remove the link between the shell process and another process."""
    return Value(processes.unlink(pid_of(context, process)))


def demonitor(context: Context, reference: TypedTerm) -> Value:
    """Remove the monitor with this reference."""
    return Value(processes.demonitor(context.term(reference)))


def pid_of(context: Context, process: Word) -> Pid:
    """Return the pid that `process` names; ArgumentError if there is none."""
    found = context.server(process)
    pid = processes.whereis(found) if isinstance(found, Atom) else found
    if not isinstance(pid, Pid):
        raise ArgumentError.at(1, "not a pid")
    return pid


def as_client(context: Context, client: str, line: str) -> Value:
    """Queue the line for another client and return at once; its answer arrives as an event."""
    context.client(client, line)
    return Value(A.ok)
