"""`bench` and `test` at the prompt: each runs in a separate process, away from the session."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable

from kvshell.session.host import Host
from kvshell.shell.hosts.protocol import ScreenBlock
from kvshell.shell.screen.foreign_output import own_terminal
from kvshell.views.caps import Caps


def bench(caps: Caps, host: Host) -> Iterable[ScreenBlock]:
    """Run `kvshell bench` on this terminal, where it shows its report; Ctrl-C ends only it."""
    from kvshell.bench.command import progress  # noqa: PLC0415  # rarely needed
    from kvshell.bench.suite import STEPS  # noqa: PLC0415

    child = _Child(caps)
    # Every Ctrl-C is received by this process, not by the child.
    with own_terminal():
        with host.interrupts.line(child.stop, again=lambda *_: None):
            progress(0, len(STEPS), STEPS[0].what)  # a busy machine takes time to start a program
            code = child.run("bench")
        if child.stopped:
            progress(0, 0, "")
    if child.stopped:
        return [ScreenBlock("** (exit) interrupted")]
    return [ScreenBlock(f"** (exit) bench ended with {code}")] if code else []


def test(path: str, caps: Caps, host: Host) -> Iterable[ScreenBlock]:
    """Run `kvshell test PATH` on this terminal; Ctrl-C ends only that process."""
    child = _Child(caps)
    with host.interrupts.line(child.stop, again=lambda *_: None):
        child.run("test", path)
    return [ScreenBlock("** (exit) interrupted")] if child.stopped else []


class _Child:
    """A second kvshell process on this terminal, with the same colours."""

    def __init__(self, caps: Caps) -> None:
        colour = "never" if caps.colour == "none" else "always"
        self._words = [sys.executable, "-m", "kvshell", "--color", colour]
        self._environment = {**os.environ, "KVSHELL_THEME": caps.theme}
        self.stopped = False
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> int:
        """Run the process to its end; return its exit code."""
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # the child inherits it
        try:
            process = subprocess.Popen(  # noqa: S603  # our own program
                [*self._words, *words], env=self._environment
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        with process:
            self._process = process
            if self.stopped:
                process.terminate()
            return process.wait()

    def stop(self) -> None:
        """Terminate the process. Safe in a signal handler."""
        self.stopped = True
        if self._process is not None:
            self._process.terminate()
