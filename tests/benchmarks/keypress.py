"""Measures the time from a key press to the last byte drawn for it, with 50,000 stores."""

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
PASTED_LINES = 200
FEWER_STORES = 10_000


class Terminal:
    """A pseudo-terminal of 80 by 24 that runs kvshell and answers its requests."""

    def __init__(self) -> None:
        shell = str(Path(sys.executable).with_name("kvshell"))
        self.pid, self.fd = pty.fork()
        if self.pid == 0:  # the child
            os.environ.update(TERM="xterm-256color", COLUMNS="80", LINES="24")
            os.execv(shell, [shell, "--no-history"])

    def quiet(self, limit_s: float, until: bytes = b"") -> float:
        """Read until `until` has come and then nothing for a while.

        Returns the time of the last byte.
        """
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
        """Return the seconds from a key press to the last byte drawn for it."""
        started = perf_counter()
        os.write(self.fd, keys)
        select.select([self.fd], [], [], 10)  # a first byte later than QUIET_S counts as well
        return self.quiet(10) - started

    def close(self) -> None:
        """Leave with Ctrl-D on an empty line."""
        os.write(self.fd, b"\x15\x04")
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def with_stores(self, count: int) -> None:
        """Start the system and create `count` stores; afterwards the prompt has number 3."""
        self.quiet(30, b"kv(1)>")
        os.write(self.fd, b"start manager\r")
        self.quiet(30, b"kv(2)>")
        os.write(self.fd, f"repeat {count} create store s{{n}}\r".encode())
        self.quiet(120, b"kv(3)>")


def paste_p99_ms() -> float:
    """Return the 99th percentile in ms for a key at the end of a pasted module of 200 lines."""
    functions = (
        f'  def f{n}(x) when x > {n}, do: {{:ok, "s{n}", x}}' for n in range(PASTED_LINES - 2)
    )
    module = "\n".join(["defmodule Pasted do", *functions, "  KV.Bucket.get(b, "])
    terminal = Terminal()
    try:
        terminal.with_stores(FEWER_STORES)
        os.write(terminal.fd, b"\x1b[200~" + module.encode() + b"\x1b[201~")
        terminal.quiet(30, b"KV.Bucket.get")
        presses = [terminal.press(key.encode()) for key in (TYPED + "\x7f" * len(TYPED)) * 4]
        os.write(terminal.fd, b"\x03")  # Ctrl-C drops the paste
        terminal.quiet(30)
        return sorted(presses)[int(len(presses) * 0.99)] * 1000
    finally:
        terminal.close()


def p99_ms() -> float:
    """Return the 99th percentile in ms over some hundred keys."""
    terminal = Terminal()
    try:
        terminal.with_stores(STORES)
        presses = []
        for _ in range(TIMES):
            presses += [terminal.press(key.encode()) for key in TYPED]
            terminal.press(b"\x15")  # Ctrl-U empties the line
        return sorted(presses)[int(len(presses) * 0.99)] * 1000
    finally:
        terminal.close()
