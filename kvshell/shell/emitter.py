"""Text that turns up while somebody types is set above the line being typed.

The prompt's loop owns the terminal while it runs, so other threads only poke it; the loop then
asks for the text, erases the prompt, writes, and draws the prompt again. Between prompts nobody
is poked and the text waits where it is: the reader drains once when a prompt begins and once
after it has ended, which also covers an application that finishes between the poke and its
turn.

Rejected: `print` under `patch_stdout`. Its thread writes up to 0.2 s late and out of order with
everything that does not pass through it.
Rejected: `run_in_terminal`. It detaches the input and sets the terminal to lines with echo for a
moment, in which a key that is pressed lands on the screen and a Ctrl-D is lost. Nothing is read
here, so erasing, writing and drawing again in one go is all that is needed.
"""

import contextvars
from collections.abc import Callable
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.output import Output


def write(output: Output, text: str) -> None:
    """Write finished text, colours and all, and a newline; the cursor is in column 0 before."""
    output.enable_autowrap()
    output.write_raw(text.replace("\n", "\r\n") + "\r\n")
    output.flush()


class Emitter:
    """Carries what `gather` returns to the screen, above the prompt if there is one."""

    def __init__(self, app: Application[Any], gather: Callable[[], str]) -> None:
        self._app = app
        self._gather = gather
        self._texts: list[str] = []
        # A plain thread has no application in its context where the session was made inside
        # create_app_session (tests, telnet); ours has.
        self._context = contextvars.copy_context()

    def poke(self) -> None:
        """Say that there is something to gather. Any thread, never waits."""
        loop = self._app.loop
        if not self._app.is_running or loop is None:
            return
        try:
            loop.call_soon_threadsafe(self._go, context=self._context)
        except RuntimeError:
            return  # the loop closed just now: `drain` comes next

    def drain(self) -> None:
        """Write what is there, without a prompt on the screen. Main thread."""
        self._collect()
        self._flush()

    def _go(self) -> None:
        self._collect()
        app = self._app
        if self._texts and app.is_running and not app.is_done:
            app.renderer.erase()
            self._flush()
            app.renderer.reset()
            app.renderer.request_absolute_cursor_position()
            app.invalidate()

    def _collect(self) -> None:
        text = self._gather()
        if text:
            self._texts.append(text)

    def _flush(self) -> None:
        if self._texts:
            texts, self._texts = self._texts, []
            write(self._app.output, "\n".join(texts))
