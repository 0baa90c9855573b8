"""`bench` at the prompt: in a process of its own, where no store of yours takes part."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from types import FrameType

from kvshell.shell.host import Block
from kvshell.views.caps import Caps


def bench(caps: Caps) -> Iterable[Block]:
    """Run `kvshell bench` on this terminal; it writes its own report, and Ctrl-C ends it alone."""
    from kvshell.bench.command import progress  # noqa: PLC0415  # seldom asked for
    from kvshell.bench.suite import STEPS  # noqa: PLC0415

    colour = "never" if caps.colour == "none" else "always"
    words = [sys.executable, "-m", "kvshell", "--color", colour, "bench"]
    environment = {**os.environ, "KVSHELL_THEME": caps.theme}
    with _Run() as run:
        progress(0, len(STEPS), STEPS[0].what)  # a busy machine takes its time to start a program
        code = run.ends(words, environment)
    if run.stopped:
        progress(0, 0, "")
        return [Block("** (exit) interrupted")]
    return [Block(f"** (exit) bench ended with {code}")] if code else []


class _Run:
    """Runs a program, which Ctrl-C ends however far it is: this process hears it, not that one."""

    def __init__(self) -> None:
        self.stopped = False
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "_Run":
        self._before = signal.signal(signal.SIGINT, self._pressed)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def ends(self, words: list[str], environment: dict[str, str]) -> int:
        """Run it to its end; its code."""
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # the program inherits it
        try:
            child = subprocess.Popen(words, env=environment)  # noqa: S603  # ourselves
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        with child:
            self._child = child
            if self.stopped:
                child.terminate()
            return child.wait()

    def _pressed(self, _number: int, _frame: FrameType | None) -> None:
        self.stopped = True
        if self._child is not None:
            self._child.terminate()
