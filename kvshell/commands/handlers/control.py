"""Commands that control execution: suspend, resume, step, settle and sleep."""

from kvshell.commands.arguments import Word
from kvshell.commands.cells import called, lines
from kvshell.commands.context import Context
from kvshell.commands.result import CommandError, Value
from kvshell.commands.view import Cell, Role, Text
from kvshell.otp import sys
from kvshell.runtime import Exit
from kvshell.runtime import process as runtime_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import lives
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, List, Pid, Term, inspect


def suspend(context: Context, process: Word) -> Value:
    """Suspend a process; messages sent to it stay in its mailbox."""
    return Value(sys.suspend(context.server(process)))


def resume(context: Context, process: Word) -> Value:
    """Resume a suspended process."""
    return Value(sys.resume(context.server(process)))


def step(context: Context, process: Word, count: int) -> Text:
    """Let a suspended process handle up to `count` messages; it stays suspended."""
    server = context.server(process)
    pid = server if isinstance(server, Pid) else runtime_process.whereis(server)
    handled: list[tuple[Cell, ...]] = []
    suspended = False
    while len(handled) < count and (suspended := _suspended(context, pid)):
        match sys.step(server):
            case (A.ok, message, left):
                handled.append(_handled(message, left))
            case _:
                break
    if handled:
        return Text(tuple(handled), kept=True)
    if suspended:
        return lines("nothing to handle, 0 left")
    if pid is None:
        raise Exit((A.noproc, (A.sys, A.step, List([server]))))
    who = called(context.runtime, pid)
    if not lives(pid):
        raise CommandError(f"{who} is dead: info {process.text} says why")
    if pid is context.shell:  # exits, as each call of `sys` to the caller itself does
        sys.suspend(server)
    raise CommandError(f"{who} is not suspended: type suspend {process.text} first")


def _suspended(context: Context, pid: Pid | None) -> bool:
    if pid is None:
        return False
    watch = context.runtime.watch
    if watch is not None:  # others may suspend or resume it at this moment
        watch(Op("look", current(), pid, A.status))
    seen = context.runtime.observe(pid)
    return seen is not None and seen.suspended and seen.status != "dead"


def settle(context: Context) -> Value:
    """Wait until the system is at rest, so that no process can make progress."""
    context.rest()
    return Value(A.ok)


def sleep(context: Context, time_ms: int) -> Value:  # noqa: ARG001  # every handler takes one
    """Wait for `time_ms`; time is virtual unless the scheduler is free."""
    return Value(runtime_process.sleep(time_ms))


def _handled(message: Term, left: int) -> tuple[Cell, ...]:
    return (Cell("handled "), Cell(inspect(message, width=None)), Cell(f", {left} left", Role.hint))
