"""AssertionFailedError: a failed assertion, and the values it compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from kvshell.terms import A, Atom, ElixirError, Map, Term, alias, exception, inspect
from kvshell.terms.printing.exceptions import say_with

ASSERTION = alias("ExUnit.AssertionError")
NOTHING = Atom("ex_unit_no_meaningful_value")  # ExUnit's value of a side that does not exist


class Side(NamedTuple):
    """One side of a comparison: its value, or its source if it is a pattern."""

    label: str
    value: Term = None
    text: str | None = None


class AssertionFailedError(ElixirError):
    """`%ExUnit.AssertionError{}`: a failed assertion; `expression` is its source."""

    def __init__(
        self,
        message: str,
        expression: str | None = None,
        sides: Sequence[Side] = (),
        *,
        pinned: Sequence[tuple[str, Term]] = (),
        arguments: Sequence[Term] = (),
        mailbox: Sequence[tuple[str, Term]] | None = None,
    ) -> None:
        super().__init__(
            exception(
                "ExUnit.AssertionError",
                message=message,
                left=_value(sides, "left"),
                right=_value(sides, "right"),
                expr=expression,
            )
        )
        self.message = message
        self.expression = expression
        self.sides = sides
        self.pinned = pinned
        self.arguments = arguments
        self.mailbox = mailbox
        self.unshown: tuple[str, Term, Term] | None = None  # operator, sides
        self.doctest = ""  # the failed example of a doctest
        self.origin = ""


def _value(sides: Sequence[Side], label: str) -> Any:
    for side in sides:
        if side.label == label:
            return side.value if side.text is None else side.text
    return NOTHING


def _assertion_message(struct: Map) -> str:
    """Return the text of `Exception.message/1`: the message, the code, and both sides."""
    message = struct.get(A.message)
    lines = ["", "", message if type(message) is str else "assertion failed"]
    sides = [(name, struct.get(Atom(name), NOTHING)) for name in ("left", "right")]
    sides = [(name, value) for name, value in sides if value is not NOTHING]
    expression = struct.get(A.expr)
    if type(expression) is str:
        lines.append(f"{'code:  ' if len(sides) > 1 else 'code: '}{expression}")
    for name, value in sides:
        is_pattern = name == "left" and lines[2].startswith("match (")
        text = value if is_pattern and type(value) is str else inspect(value)
        lines.append(f"{name}:".ljust(7 if len(sides) > 1 else 6) + text)
    ended = "\n" if len(lines) > 3 else ""
    return "\n".join(lines) + ended


say_with(ASSERTION, _assertion_message, always=True)
