"""What running one command comes to: a value, a view, an error, or a thing to open.

A handler returns a `Value`, a `View` or an `Open` and raises `CommandError` for a failure of
the shell's own; `session` makes the one `Result` of it that every host reads.
"""

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from kvshell.commands.view import View
from kvshell.terms import Term

if TYPE_CHECKING:
    from kvshell.commands.hints import Hint
    from kvshell.runtime import Event


class Nothing(Enum):
    """The type of `NOTHING`: no value at all, where None is Elixir's nil."""

    nothing = "nothing"


NOTHING = Nothing.nothing


class Value(NamedTuple):
    """A handler's answer that is one term, printed as iex prints it."""

    term: Term


class Open(NamedTuple):
    """A wish that a higher layer carries out: `replay`, `record`, `learn`, `exit`, `clear` ..."""

    kind: str
    args: dict[str, Any]


Answer = Value | View | Open


class CommandError(Exception):
    """The shell's own failure: one sentence that says what to type.

    Printed as `** (CommandError) sentence`.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Result(NamedTuple):
    """What one command of one line came to. Commands joined by `;` share the number `line`.

    Attributes:
        line: the counter's number when the line was typed.
        input: the command as typed, without its neighbours.
        ok: False exactly when `error` is set.
        value: the answer as a term; NOTHING for views, errors and opens.
        view: the answer to look at instead of a term.
        error: the banner as printed, `** (...) ...`, perhaps of several lines.
        hint: what to type next, when there is something to say; narration.
        events: crash reports and answers of other clients since the command before.
        open: what the host is asked to do.
    """

    line: int
    input: str
    ok: bool
    value: "Term | Nothing" = NOTHING
    view: View | None = None
    error: str | None = None
    hint: "Hint | None" = None
    events: "tuple[Event, ...]" = ()
    open: Open | None = None
