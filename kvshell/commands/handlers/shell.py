"""Commands on the shell itself: help, history, options, and requests to the host."""

from typing import Final

from kvshell.commands.arguments import TypedTerm, Word
from kvshell.commands.cells import lines
from kvshell.commands.context import Context
from kvshell.commands.handlers.messages import pid_of
from kvshell.commands.read.matcher import match
from kvshell.commands.result import Answer, CommandError, Open, Value
from kvshell.commands.types.simple_types import OPTIONS
from kvshell.commands.view import Cell, Column, Role, TableView, View
from kvshell.runtime import process as runtime_process
from kvshell.terms import A

EVERY_MS: Final = 200
LEAST_MS: Final = 50
LOOKS: Final = ("registry", "mailbox manager", "tree", "processes")


def help_(context: Context, topic: str | None) -> View:
    """Show the overview of all commands, or the page of one topic."""
    from kvshell.commands.help.help import help_view  # noqa: PLC0415  # imported only for `help`

    return help_view(topic, context.snapshot())


def history(context: Context) -> View:
    """List the lines typed so far with their numbers.

    A line that failed has the same number as the line after it.
    """
    earlier = context.inputs[:-1]
    if not earlier:
        return lines("nothing has been typed yet")
    return TableView(
        "",
        (Column("line", 0, "right"), Column("input", 0)),
        tuple((Cell(str(number), Role.number), Cell(text)) for number, text in earlier),
    )


def value(context: Context, number: int | None) -> Answer:
    """Answer what line `number` answered, or the last line."""
    return context.answer(number)


def set_(context: Context, option: str | None, value: str | None) -> Answer:
    """Set an option of the session; without a value, show one option or all of them."""
    if option == "law" and value is not None:
        context.keep_law(value)
        return Value(A.ok)
    if option is not None and value is not None:
        context.options[option] = value
        return Value(A.ok)
    shown = [option] if option is not None else sorted(context.options)
    return TableView(
        "",
        (Column("option", 0), Column("value", 0), Column("may be", 1), Column("what for", 2)),
        tuple(
            (
                Cell(name, Role.command),
                Cell(context.options[name], Role.atom),
                Cell(" ".join(OPTIONS[name][0]), Role.hint),
                Cell(OPTIONS[name][1]),
            )
            for name in shown
        ),
    )


def watch(context: Context, every: int | None, line: str) -> Open:  # noqa: ARG001  # every handler takes one
    """Ask the host to show a view again after each change, until the user dismisses it."""
    command = match(line).command
    if command is None or command.effects != "look":
        raise CommandError(
            f"watch needs something to look at: {', '.join(f'watch {look}' for look in LOOKS)}"
        )
    return Open("watch", {"line": line, "every_ms": max(every or EVERY_MS, LEAST_MS)})


def clear(context: Context) -> Open:  # noqa: ARG001  # every handler takes one
    """Ask the host to clear the screen."""
    return Open("clear", {})


def exit_(context: Context, process: Word | None, reason: TypedTerm | None) -> Answer:
    """Leave the shell or, given a process and a reason, send an exit signal."""
    if process is None:
        return Open("exit", {})
    if reason is None:
        who = f"exit {process.text}"
        raise CommandError(f"{who} needs a reason, too, such as shutdown; exit leaves the shell")
    return Value(runtime_process.exit(pid_of(context, process), context.term(reason)))


def replay(context: Context, path: str) -> Open:  # noqa: ARG001
    """Ask the host to replay a document."""
    return Open("replay", {"path": path})


def record(context: Context, path: str) -> Open:  # noqa: ARG001
    """Ask the host to save the session as a document."""
    return Open("record", {"path": path})


def learn(context: Context, lesson: str | None) -> Open:  # noqa: ARG001
    """Ask the host to start a lesson, or to list the lessons."""
    return Open("learn", {"lesson": lesson})


def bench(context: Context) -> Open:  # noqa: ARG001
    """Ask the host to measure the runtime's performance on this machine."""
    return Open("bench", {})


def test(context: Context, path: str) -> Open:  # noqa: ARG001
    """Ask the host to run ExUnit tests."""
    return Open("test", {"path": path})
