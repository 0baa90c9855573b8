"""`bench` at the prompt: in a process of its own, where no store of yours takes part."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from typing import Final

from kvshell.shell.host import Block
from kvshell.views.caps import Caps

STOPPED: Final = frozenset({130, -signal.SIGTERM})


def bench(caps: Caps) -> Iterable[Block]:
    """Run `kvshell bench` on this terminal; it writes its own report, and Ctrl-C ends it alone."""
    from kvshell.bench.command import progress  # noqa: PLC0415  # seldom asked for
    from kvshell.bench.suite import STEPS  # noqa: PLC0415

    colour = "never" if caps.colour == "none" else "always"
    words = [sys.executable, "-m", "kvshell", "--color", colour, "bench"]
    environment = {**os.environ, "KVSHELL_THEME": caps.theme}
    progress(0, len(STEPS), STEPS[0].what)  # a busy machine takes its time to start a program
    code = _ran(words, environment)
    if code in STOPPED:
        progress(0, 0, "")
        return [Block("** (exit) interrupted")]
    return [Block(f"** (exit) bench ended with {code}")] if code else []


def _ran(words: list[str], environment: dict[str, str]) -> int:
    """Run a program to its end and return its code; a Ctrl-C that it does not hear yet ends it."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program begins with this, too
    try:
        with subprocess.Popen(words, env=environment) as child:  # noqa: S603  # ourselves
            signal.signal(signal.SIGINT, lambda _number, _frame: child.terminate())
            return child.wait()
    finally:
        signal.signal(signal.SIGINT, previous)
