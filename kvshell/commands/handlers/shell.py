"""The shell itself: help, history, results, options, and what the host carries out."""

from kvshell.commands.choices import OPTIONS
from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import lines
from kvshell.commands.result import Answer, Open, Value
from kvshell.commands.view import Cell, Column, Role, Table, View
from kvshell.terms import A


def help_(context: Context, topic: str | None) -> View:
    """Say what can be done, or all about one command."""
    from kvshell.commands.help import help_view  # noqa: PLC0415  # its texts, only when asked

    return help_view(topic, context.snapshot())


def history(context: Context) -> View:
    """List the lines so far with their numbers; an error does not advance the number."""
    earlier = context.inputs[:-1]
    if not earlier:
        return lines("nothing was typed before this line")
    return Table(
        "",
        (Column("line", 0, "right"), Column("input", 0)),
        tuple((Cell(str(number), Role.number), Cell(text)) for number, text in earlier),
    )


def value(context: Context, number: int | None) -> Answer:
    """Answer again what line `number` answered."""
    return context.answer(number)


def set_(context: Context, option: str | None, value: str | None) -> Answer:
    """Set an option for the session, or show how they are set."""
    if option == "law" and value is not None:
        context.keep_law(value)
        return Value(A.ok)
    if option is not None and value is not None:
        context.options[option] = value
        return Value(A.ok)
    shown = [option] if option is not None else sorted(context.options)
    return Table(
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


def clear(context: Context) -> Open:  # noqa: ARG001  # every handler takes one
    """Empty the screen."""
    return Open("clear", {})


def exit_(context: Context) -> Open:  # noqa: ARG001
    """Leave."""
    return Open("exit", {})


def replay(context: Context, path: str) -> Open:  # noqa: ARG001
    """Run a document."""
    return Open("replay", {"path": path})


def record(context: Context, path: str) -> Open:  # noqa: ARG001
    """Save the session as a document."""
    return Open("record", {"path": path})


def learn(context: Context, lesson: str | None) -> Open:  # noqa: ARG001
    """Walk through a lesson."""
    return Open("learn", {"lesson": lesson})


def bench(context: Context) -> Open:  # noqa: ARG001
    """Measure what this machine makes of the runtime."""
    return Open("bench", {})
