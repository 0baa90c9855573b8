"""Shows text that arrives while the user types above the line being typed.

The prompt's event loop owns the terminal while it runs, so other threads only wake it; the loop
then collects the text, erases the prompt, writes, and redraws the prompt. Between prompts there is
no loop to wake and the text waits: the reader writes it once when a prompt begins and once after it
has ended, which also covers a prompt that ends between the wake-up and its handling.

Rejected: `print` under `patch_stdout`. Its thread writes up to 0.2 s late and out of order with
other output. Rejected: `run_in_terminal`. It detaches the input and briefly sets the terminal to
line mode with echo, during which typed keys appear on the screen and a Ctrl-D is lost. Nothing is
read here, so erasing, writing and redrawing in one go is enough.
"""

import contextvars
import select
from collections.abc import Callable, Iterable
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import store_typeahead
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.output import Output

from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.shell.hosts.protocol import ScreenBlock
from kvshell.shell.screen.pager import Pager, rows_of, run_program
from kvshell.views.output import tame


def write(output: Output, text: str) -> None:
    """Write finished text and a newline; the cursor must be in column 0.

    All output at a prompt ends here: control characters other than colours are escaped.
    """
    output.enable_autowrap()
    output.write_raw(tame(text, colour=True).replace("\n", "\r\n") + "\r\n")
    output.flush()


class Emitter:
    """Writes the text that `gather` returns, above the prompt if there is one."""

    def __init__(self, app: Application[Any], gather: Callable[[], str]) -> None:
        self._app = app
        self._gather = gather
        self._texts: list[str] = []
        # If the session was created inside create_app_session (tests, telnet), a plain thread has
        # no application in its context; this context has.
        self._context = contextvars.copy_context()

    def poke(self) -> None:
        """Say that there is text to gather. Safe from any thread; never waits."""
        loop = self._app.loop
        if not self._app.is_running or loop is None:
            return
        try:
            loop.call_soon_threadsafe(self._go, context=self._context)
        except RuntimeError:
            return  # the loop has just closed; `drain` follows

    def drain(self) -> None:
        """Write the waiting text while no prompt is on the screen. Main thread only."""
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


class Screen:
    """Writes blocks to the terminal while there is no prompt; long text is paged."""

    def __init__(
        self,
        output: Output,
        keys: Input,
        *,
        narrate: bool,
        pager: str = "",
        roomy: bool = False,
        texts: Texts = ENGLISH,
    ) -> None:
        """Create the screen.

        `pager` is the command for long answers, and `roomy` adds an empty line after each answer.
        """
        self._texts = texts
        self.output = output
        self._keys = keys
        self._narrate = narrate
        self._pager = pager
        self._roomy = roomy
        self._pressed: list[KeyPress] = []

    def columns(self) -> int:
        """Return the current width, which may change at any time."""
        return self.output.get_size().columns

    def raw(self, text: str) -> None:
        """Write control sequences unchanged."""
        self.output.write_raw(text)
        self.output.flush()

    def show(self, blocks: Iterable[ScreenBlock]) -> None:
        """Write each block as soon as it is available; narration only for an interactive user."""
        for block in blocks:
            if block.wipes:
                self._wipe()
            elif block.printed:
                write(self.output, tame(block.text, colour=False))
            elif not block.narration:
                self._answer(self._texts.translate(block.text))
            elif self._narrate:
                write(self.output, self._texts.translate(block.text))

    def _wipe(self) -> None:
        self.output.erase_screen()
        self.output.cursor_goto(0, 0)
        self.output.flush()

    def _answer(self, text: str) -> None:
        text = tame(text, colour=True)
        lines = text.split("\n")
        if self._fits(lines):
            write(self.output, text)
        elif not self._pager or not self._shown_elsewhere(text):
            with self._keys.raw_mode():
                pager = Pager(lines, self._size, self._write, self.raw, self._press, self._texts)
                pager.run()
            # Keys typed during the last page belong to the next prompt.
            store_typeahead(self._keys, self._pressed)
            self._pressed = []
        if self._roomy:
            write(self.output, "")

    def _shown_elsewhere(self, text: str) -> bool:
        """Show the text in the user's pager; return False if that failed."""
        with self._keys.cooked_mode():
            problem = run_program(self._pager, text)
        if problem:
            self._pager = ""
            write(self.output, problem)
        return not problem

    def _write(self, text: str) -> None:
        write(self.output, text)

    def _size(self) -> tuple[int, int]:
        size = self.output.get_size()
        return size.rows, size.columns

    def _fits(self, lines: list[str]) -> bool:
        rows, columns = self._size()
        return len(lines) < rows and sum(rows_of(line, columns) for line in lines) < rows

    def _press(self) -> KeyPress | None:
        """Return the next key; None at the end of the input."""
        while not self._pressed:
            if self._keys.closed:
                return None
            select.select([self._keys.fileno()], [], [])
            self._pressed = self._keys.read_keys()
            # An Escape may start a sequence; if nothing follows, it is a key of its own.
            if not self._pressed and not select.select([self._keys.fileno()], [], [], 0.05)[0]:
                self._pressed = self._keys.flush_keys()
        return self._pressed.pop(0)
