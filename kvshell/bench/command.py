"""`kvshell bench`: the figures as bars, or as one JSON object.

{"v":1,"build":{"version":"3.11.7",...},"call_us":1.73,"lookups_per_s":{"registry":{"1":...
"""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any, Final

from kvshell.bench import suite
from kvshell.bench.report import report
from kvshell.views import render_view, terminal_width
from kvshell.views.flags import Flags
from kvshell.views.json_line import dumps

VERSION: Final = 1
INTERRUPTED: Final = 130
WIDTH: Final = 80  # where lines have no end
DIGITS: Final = 4  # of a figure in JSON


def bench(words: Sequence[str], flags: Flags) -> int:
    """Measure, and print; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="kvshell bench",
        description="Measure calls, look-ups and very many stores on this machine; about 15 s.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of bars")
    json = parser.parse_args(list(words)).json or flags.caps.json
    with _left_at_once():
        figures = suite.run(progress)
    build = suite.build()
    if json:
        sys.stdout.write(f"{dumps({'v': VERSION, 'build': build, **_rounded(figures)})}\n")
    else:
        caps = flags.caps
        if caps.tty:
            caps = caps._replace(width=terminal_width(os.environ, sys.stdout))
        text = report(figures, build, caps.width or WIDTH, unicode=caps.unicode)
        sys.stdout.write(f"{render_view(text, caps)}\n")
    return 0


def _rounded(figures: Any) -> Any:
    if isinstance(figures, dict):
        return {name: _rounded(value) for name, value in figures.items()}
    return float(f"{figures:.{DIGITS}g}") if isinstance(figures, float) else figures


def progress(done: int, total: int, what: str) -> None:
    """Say on a terminal how far it is; the last call wipes the line."""
    if sys.stderr is None or not sys.stderr.isatty():
        return
    said = f"measuring {what}, step {done + 1} of {total}; Ctrl-C leaves" if what else ""
    room = (terminal_width(os.environ, sys.stderr) or WIDTH) - 1
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"\r{said[:room]:<{room}}{'' if said else chr(13)}")
        sys.stderr.flush()


@contextlib.contextmanager
def _left_at_once() -> Iterator[None]:
    """Ctrl-C ends the program: nothing that runs here is worth an orderly end."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        progress(0, 0, "")
        os._exit(INTERRUPTED)

    previous = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
