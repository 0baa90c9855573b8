"""Internal errors: one line on standard error, and the details in a file for a bug report."""

import os
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from kvshell import __version__
from kvshell.views import safe
from kvshell.views.safe import redacted

KEPT = 10  # the number of crash files to keep


def report(fault: BaseException, recent: Sequence[str], *, debug: bool) -> str:
    """Write the crash file and return a line that names it; with `debug`, return the content."""
    text = description(fault, recent)
    if debug:
        return text.rstrip("\n")
    first = safe(redacted(str(fault)).partition("\n")[0])[:200]
    sentence = f"internal fault: {type(fault).__name__}" + (f": {first}" if first else "")
    try:
        path = _written(text)
    except Exception as error:  # noqa: BLE001  # a second error must not hide the first
        return f"{sentence} (no crash file: {error}; --debug shows the rest)"
    return f"{sentence} (details: {path})"


def description(fault: BaseException, recent: Sequence[str]) -> str:
    """Return the content of a crash file; text that may be secret is hidden."""
    trace = "".join(traceback.format_exception(fault))
    lines = "".join(f"  {line}\n" for line in recent) or "  (none)\n"
    return (
        f"kvshell {__version__}, Python {sys.version.split()[0]} on {sys.platform}, "
        f"{time.strftime('%Y-%m-%d %H:%M:%S%z')}\n\n"
        f"last lines, oldest first:\n{redacted(lines)}\n{redacted(trace)}"
    )


def _written(text: str) -> Path:
    from platformdirs import user_state_path  # noqa: PLC0415  # only a fault needs it

    folder = user_state_path("kvshell", appauthor=False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123
        file.write(text)
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path
