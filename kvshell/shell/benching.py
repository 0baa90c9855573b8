"""`bench` at the prompt: in a process of its own, where no store of yours takes part."""

import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Final

from kvshell.shell.host import Block
from kvshell.views.caps import Caps

INTERRUPTED: Final = 130


def bench(caps: Caps) -> Iterable[Block]:
    """Run `kvshell bench` on this terminal; it writes its own report, and Ctrl-C ends it alone."""
    colour = "never" if caps.colour == "none" else "always"
    words = [sys.executable, "-m", "kvshell", "--color", colour, "bench"]
    environment = {**os.environ, "KVSHELL_THEME": caps.theme}
    code = subprocess.run(words, env=environment, check=False).returncode  # noqa: S603  # ourselves
    if code == INTERRUPTED:
        return [Block("** (exit) interrupted")]
    return [Block(f"** (exit) bench ended with {code}")] if code else []
