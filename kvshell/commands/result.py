"""The result of a command: a value, a view, an error, or a request to the host.

A handler returns a `Value`, a `View` or an `Open`, and raises `CommandError` for failures of the
shell itself. The session turns it into the `Result` that every host reads.
"""

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from kvshell.commands.view import View
from kvshell.terms import Term

if TYPE_CHECKING:
    from kvshell.commands.assist.hints import Hint
    from kvshell.runtime import Event


class NoValue(Enum):
    """The type of `NOTHING`, the absence of a value (None stands for Elixir's nil)."""

    nothing = "nothing"


NOTHING = NoValue.nothing


class Value(NamedTuple):
    """A handler's answer that is a single term, printed as iex prints it."""

    term: Term


class Open(NamedTuple):
    """A request to the host: `replay`, `record`, `learn`, `exit`, `clear` ..."""

    kind: str
    args: dict[str, Any]


Answer = Value | View | Open


class CommandError(Exception):
    """A failure of the shell itself; its message is one sentence that says what to type.

    Shown as `** (CommandError) sentence`.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class StreamedOutput(str):
    """Output that was shown while its command ran, so hosts do not show it again."""

    __slots__ = ()


class Result(NamedTuple):
    """The result of one command of a line. Commands joined by `;` share the number `line`.

    Attributes:
        line: the line number when it was typed.
        input: the command as typed, without the others on its line.
        ok: False if and only if `error` is set.
        value: the answer as a term; NOTHING for views, errors and requests.
        view: the view shown instead of a term.
        error: the banner as printed, `** (...) ...`, possibly several lines.
        hint: a suggestion of what to type next, or another message.
        events: crash reports and other clients' answers since the previous command.
        open: what the host is asked to do.
        output: text printed while the command ran, and warnings; shown before the answer.
        elixir: whether the input was Elixir, not a command.
    """

    line: int
    input: str
    ok: bool
    value: "Term | NoValue" = NOTHING
    view: View | None = None
    error: str | None = None
    hint: "Hint | None" = None
    events: "tuple[Event, ...]" = ()
    open: Open | None = None
    output: str = ""
    elixir: bool = False
