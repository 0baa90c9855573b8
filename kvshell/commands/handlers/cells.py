"""Terms and processes as cells of a view."""

from kvshell.commands.view import Cell, Role, Text
from kvshell.runtime import Runtime
from kvshell.terms import Atom, Pid, Term, inspect

NONE = Cell("-")


def cell(term: Term) -> Cell:
    """Return the term as iex prints it, on one line, in the colour of its type."""
    return Cell(inspect(term, width=None), role(term))


def role(term: Term) -> Role:
    """Return what a term is to the eye."""
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
    """Return a store's name: as text without quotes, any other term as iex prints it."""
    return Cell(name if isinstance(name, str) else inspect(name, width=None), Role.name)


def pid_cell(pid: Pid | None) -> Cell:
    """Return a pid, or `-`."""
    return NONE if pid is None else Cell(inspect(pid), Role.pid)


def number(count: int) -> Cell:
    """Return a count."""
    return Cell(str(count), Role.number)


def lines(*rows: str | tuple[Cell, ...]) -> Text:
    """Return a text of these lines."""
    return Text(tuple((Cell(row),) if isinstance(row, str) else row for row in rows))


def many(count: int, one: str, more: str = "") -> str:
    """Return `1 row`, `2 rows`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def called(runtime: Runtime, pid: Pid) -> str:
    """Return what a person calls the process: its registered name, or the pid."""
    seen = runtime.observe(pid)
    return inspect(seen.name) if seen is not None and seen.name is not None else inspect(pid)


def unwrapped(message: Term) -> Term:
    """Return what was sent, without the envelope of a call, a cast or a system message."""
    match message:
        case (Atom(name="$gen_call"), _, request) | (Atom(name="$gen_cast"), request):
            return request
        case (Atom(name="system"), _, request):
            return request
        case _:
            return message


def lives(pid: Pid) -> bool:
    """Say whether the process lives. One attribute read: cheap for ten thousand."""
    record = pid.record
    return record is not None and record.alive is True
