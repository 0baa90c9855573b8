"""From a key to the last byte of what the terminal shows for it, with 50,000 stores alive."""

import os
import pty
import select
import sys
from pathlib import Path
from time import perf_counter

STORES = 50_000
QUIET_S = 0.06  # the toolbar and the menu are drawn by then, or it was another frame
TYPED = "get s47110 milk"
TIMES = 12
ASKS_CURSOR = b"\x1b[6n"


class Terminal:
    """A pty of 80 by 24 with a kvshell in it, answering what a terminal must."""

    def __init__(self) -> None:
        shell = str(Path(sys.executable).with_name("kvshell"))
        self.pid, self.fd = pty.fork()
        if self.pid == 0:  # the child
            os.environ.update(TERM="xterm-256color", COLUMNS="80", LINES="24")
            os.execv(shell, [shell, "--no-history"])

    def quiet(self, limit_s: float, until: bytes = b"") -> float:
        """Read until nothing came for a while (and `until` did); when the last byte came."""
        seen, last = b"", perf_counter()
        give_up = last + limit_s
        while perf_counter() < give_up:
            ready, _, _ = select.select([self.fd], [], [], QUIET_S)
            if not ready:
                if until in seen:
                    return last
                continue
            chunk = os.read(self.fd, 65536)
            last = perf_counter()
            seen += chunk
            if ASKS_CURSOR in chunk:
                os.write(self.fd, b"\x1b[1;1R")
        raise TimeoutError(f"no {until!r} within {limit_s} s: {seen[-400:]!r}")

    def press(self, keys: bytes) -> float:
        """Seconds from the key to the last byte drawn for it."""
        started = perf_counter()
        os.write(self.fd, keys)
        return self.quiet(10) - started

    def close(self) -> None:
        """Leave with Ctrl-D on an empty line."""
        os.write(self.fd, b"\x15\x04")
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def p99_ms() -> float:
    """The 99th percentile over some hundred keys, in milliseconds."""
    terminal = Terminal()
    try:
        terminal.quiet(30, b"kv(1)>")
        os.write(terminal.fd, b"start manager\r")
        terminal.quiet(30, b"kv(2)>")
        os.write(terminal.fd, f"repeat {STORES} create store s{{n}}\r".encode())
        terminal.quiet(120, b"kv(3)>")
        presses = []
        for _ in range(TIMES):
            presses += [terminal.press(key.encode()) for key in TYPED]
            terminal.press(b"\x15")  # Ctrl-U empties the line
        return sorted(presses)[int(len(presses) * 0.99)] * 1000
    finally:
        terminal.close()
