"""What code prints by itself - a loaded server, a warning - finds its place on the screen.

While a command runs it is written at once, before the answer, as in iex. While somebody types it is
handed to who owns the terminal, in whole lines, and stands above the line being typed.

Rejected: `patch_stdout`. Its thread has not the prompt's context and writes into the typed line.
"""

import io
from collections.abc import Callable
from contextvars import ContextVar

from prompt_toolkit.output import Output


class Strays(io.TextIOBase):
    """Stands for standard output and standard error. Any thread.

    Args:
        output: the terminal, while no prompt is on it.
        tell: takes whole lines while a prompt is there; False when there is none.
    """

    def __init__(self, output: Output, tell: Callable[[str], bool]) -> None:
        self._output = output
        self._tell = tell
        self._begun: ContextVar[str] = ContextVar("begun", default="")  # each thread has its own

    def write(self, text: str) -> int:
        """Write whole lines above the prompt, or everything where there is no prompt."""
        lines, newline, rest = (self._begun.get() + text).rpartition("\n")
        if newline and self._tell(lines):
            self._begun.set(rest)
        elif newline or not self._tell(""):
            self._begun.set("")
            self._output.write_raw(f"{lines}{newline}{rest}".replace("\n", "\r\n"))
            self._output.flush()
        else:
            self._begun.set(rest)
        return len(text)

    def fileno(self) -> int:
        """The terminal's, for those that ask how wide it is."""
        return self._output.fileno()

    def isatty(self) -> bool:
        """A prompt is only on a terminal."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property where the stub has a variable
        """The terminal's."""
        return self._output.encoding()
