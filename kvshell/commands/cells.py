"""Cells of views: terms, pids and counts, and short descriptions of signals and messages."""

from typing import Any, Final

from kvshell.commands.view import Cell, Role, Text
from kvshell.otp.gen.calls import GEN_CALL, GEN_CAST, SYSTEM
from kvshell.runtime import Runtime
from kvshell.runtime.processes.signals import (
    arrive_alias,
    arrive_down,
    arrive_end,
    arrive_exit,
    arrive_message,
)
from kvshell.terms import A, Atom, Pid, Term, inspect

_LONGEST: Final = 44


def shortened(text: str, most: int = _LONGEST) -> str:
    """Return `text`, cut off with an ellipsis if it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def short_term(term: Term) -> str:
    """Return a term on one line; a tuple too long for it is reduced to its tag: `{:put, …}`."""
    text = inspect(term, width=None)
    if len(text) > _LONGEST and type(term) is tuple and term and type(term[0]) is Atom:
        return f"{{{inspect(term[0])}, …}}"
    return shortened(text)


def signal_word(arrive: Any, args: tuple[Any, ...]) -> str:
    """Describe an arriving signal in a word or two; `arrive` is the function that delivers it."""
    if arrive is arrive_message:
        return message_word(args[0])
    if arrive is arrive_alias:
        return message_word(args[1])
    if arrive is arrive_down or arrive is arrive_end:
        return ":DOWN"
    if arrive is arrive_exit:
        return ":EXIT" if args[2] else f"exit signal {short_term(args[1])}"
    return f"answer {short_term(args[1])}"


def message_word(message: Term) -> str:
    """Describe a message in a word or two; for a call or cast, by its request."""
    match message:
        case (head, _, request) if head is GEN_CALL:
            return f"call {short_term(request)}"
        case (head, request) if head is GEN_CAST:
            return f"cast {short_term(request)}"
        case (head, _, request) if head is SYSTEM:
            return system_word(request)
        case _:
            return f"message {short_term(message)}"


def system_word(request: Term) -> str:
    """Describe what a system message requests."""
    match request:
        case (A.terminate, _):
            return "stop"
        case _:
            return f"sys {short_term(request)}"


NONE = Cell("-")


def cell(term: Term) -> Cell:
    """Return the term as iex prints it, on one line, in the colour of its type."""
    return Cell(inspect(term, width=None), role(term))


def role(term: Term) -> Role:
    """Return the role for a term, by its type; the role determines its colour."""
    match term:
        case None | bool() | Atom():
            return Role.atom
        case Pid():
            return Role.pid
        case str() | bytes():
            return Role.string
        case int() | float():
            return Role.number
        case _:
            return Role.plain


def name_cell(name: Term) -> Cell:
    """Return a cell with a store's name, inspected if the plain text would be unclear."""
    bare = isinstance(name, str) and name != "" and name == name.strip() and name.isprintable()
    return Cell(str(name) if bare else inspect(name, width=None), Role.name)


def pid_cell(pid: Pid | None) -> Cell:
    """Return a cell with a pid, or `-` for None."""
    return NONE if pid is None else Cell(inspect(pid), Role.pid)


def number(count: int) -> Cell:
    """Return a cell with a count."""
    return Cell(str(count), Role.number)


def lines(*rows: str | tuple[Cell, ...]) -> Text:
    """Return a text view of these lines."""
    return Text(tuple((Cell(row),) if isinstance(row, str) else row for row in rows))


def many(count: int, one: str, more: str = "") -> str:
    """Format a count with its noun: `1 row`, `2 rows`; `more` is an irregular plural."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def called(runtime: Runtime, pid: Pid) -> str:
    """Return how to refer to a process: its registered name, or its pid."""
    seen = runtime.observe(pid)
    return inspect(seen.name) if seen is not None and seen.name is not None else inspect(pid)
