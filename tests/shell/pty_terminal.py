"""kvshell in a real pseudo-terminal; pyte is the screen and answers position requests."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

PATIENCE_S = 15.0


class Pty:
    """A shell on a pseudo-terminal; a context manager that ends its process."""

    def __init__(
        self,
        state: Path,
        *,
        words: tuple[str, ...] = (),
        columns: int = 80,
        rows: int = 24,
        answers: bool = True,
        environment: Mapping[str, str] | None = None,
        program: tuple[str, ...] = ("-m", "kvshell"),
    ) -> None:
        kept = (
            "PATH",
            "HOME",
            "PYTHONPATH",
            "PYTHONFAULTHANDLER",
            "VIRTUAL_ENV",
            "COVERAGE_PROCESS_CONFIG",
        )
        env = {name: os.environ[name] for name in kept if name in os.environ}
        env |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "XDG_STATE_HOME": str(state)}
        env |= environment or {}
        self.columns, self.rows = columns, rows
        self.answers = answers
        self.raw = ""
        self.screen = pyte.HistoryScreen(columns, rows, history=10_000)
        self._stream = pyte.Stream(self.screen)
        self.child = pexpect.spawn(
            sys.executable,
            [*program, *words],
            env=env,
            dimensions=(rows, columns),
            encoding="utf-8",
            codec_errors="replace",
            timeout=PATIENCE_S,
        )
        self.child.delaybeforesend = None
        self.child.delayafterclose = 0.0
        self.child.ptyproc.delayafterclose = 0.0

    def __enter__(self) -> "Pty":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.child.close(force=True)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).rstrip()

    @property
    def line(self) -> str:
        """The text of the line with the cursor."""
        return self.lines[self.screen.cursor.y]

    def type(self, keys: str) -> "Pty":
        self.child.send(keys)
        return self

    def wait(self, wanted: str | Callable[["Pty"], bool]) -> "Pty":
        """Read until the screen shows `wanted`."""
        give_up = time.monotonic() + PATIENCE_S
        while not (wanted(self) if callable(wanted) else wanted in self.text):
            if not self._read(give_up - time.monotonic()):
                raise AssertionError(f"never came: {wanted!r}\n{self.text}")
        return self

    def prompt(self, text: str) -> "Pty":
        """Read until the cursor is on a line that is exactly this prompt."""
        return self.wait(lambda pty: pty.line == text)

    def ends(self) -> int:
        """Read to the end; return the exit code, or minus the number of the signal."""
        give_up = time.monotonic() + PATIENCE_S
        while self._read(give_up - time.monotonic()):
            pass
        if self.child.isalive() and not self.child.flag_eof:
            raise AssertionError(f"it did not end\n{self.text}")
        self.child.wait()
        if self.child.signalstatus is not None:
            return -int(self.child.signalstatus)
        return int(self.child.exitstatus)

    def resize(self, columns: int, rows: int) -> "Pty":
        self.columns, self.rows = columns, rows
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)
        return self

    def colour(self, word: str) -> str:
        """Return the colour of the first character of the last `word` on the screen."""
        for y in range(self.rows - 1, -1, -1):
            at = self.screen.display[y].find(word)
            if at >= 0:
                return str(self.screen.buffer[y][at].fg)
        raise AssertionError(f"{word!r} is not on the screen:\n{self.text}")

    def _read(self, patience: float) -> bool:
        try:
            data = self.child.read_nonblocking(65_536, timeout=max(patience, 0))
        except pexpect.EOF:
            return False
        except pexpect.TIMEOUT:
            return False
        self.raw += data
        before, *asked = data.split("\x1b[6n")
        self._stream.feed(before)
        for piece in asked:
            if self.answers:
                cursor = self.screen.cursor
                self.child.send(f"\x1b[{cursor.y + 1};{cursor.x + 1}R")
            self._stream.feed(piece)
        return True
