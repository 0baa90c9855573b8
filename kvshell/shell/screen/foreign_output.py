"""Places output printed by other code - a loaded server, a warning - on the screen.

While a command runs, the output is written at once, before the answer, as in iex. While the user
types, whole lines are passed to the prompt, which shows them above the line being typed.

Rejected: `patch_stdout`. Its thread does not have the prompt's context and writes into the typed
line.
"""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from typing import TYPE_CHECKING

from kvshell.views.output import tame_print

if TYPE_CHECKING:
    from prompt_toolkit.output import Output


class ForeignOutput(io.TextIOBase):
    """Replaces standard output and standard error. Safe to use from any thread.

    Args:
        output: the terminal, written to while there is no prompt.
        print_above: receives whole lines while there is a prompt; returns False if there is none.
    """

    def __init__(self, output: "Output", print_above: Callable[[str], bool]) -> None:
        self._output = output
        self._print_above = print_above
        self._begun: ContextVar[str] = ContextVar("begun", default="")  # one per thread

    def write(self, text: str) -> int:
        """Write whole lines above the prompt, or everything if there is no prompt."""
        lines, newline, rest = (self._begun.get() + tame_print(text)).rpartition("\n")
        if newline and self._print_above(lines):
            self._begun.set(rest)
        elif newline or not self._print_above(""):
            self._begun.set("")
            self._output.write_raw(f"{lines}{newline}{rest}".replace("\n", "\r\n"))
            self._output.flush()
        else:
            self._begun.set(rest)
        return len(text)

    def close(self) -> None:
        """Do nothing: the terminal is not the program's to close."""

    def fileno(self) -> int:
        """Return the terminal's file descriptor, for code that asks for the terminal's width."""
        return self._output.fileno()

    def isatty(self) -> bool:
        """Return True: a prompt is always on a terminal."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property where the stub has a variable
        """The terminal's encoding."""
        return self._output.encoding()


@contextmanager
def own_terminal() -> Iterator[None]:
    """A context in which output goes to the terminal itself, even within a command of a prompt.

    For code that draws on the terminal, such as a prompt within a prompt: in other output control
    characters are escaped.
    """
    if not isinstance(sys.stdout, ForeignOutput):
        yield
        return
    with redirect_stdout(sys.__stdout__), redirect_stderr(sys.__stderr__):
        yield
