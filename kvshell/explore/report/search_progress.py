"""Progress of a long search: an updating line on a terminal, occasional lines in a log."""

from collections.abc import Callable
from time import monotonic
from typing import Final, TextIO

from kvshell.explore.report.odds import THREADS
from kvshell.explore.verdict.verdict import SearchProgress
from kvshell.views import terminal_width

PATIENCE_S: Final = 0.5  # time before the first report on a terminal
REMINDER_S: Final = 10.0  # interval between lines in a log
ENOUGH: Final = 0.02  # share of the search that must be done before estimating the rest
_CLEAR: Final = "\r\x1b[K"


class Teletype:
    """Reports the progress of a search once it takes a while.

    At the end of the `with` block the progress is removed, also after an error, whose message then
    has its own line.
    """

    def __init__(self, stream: TextIO | None, clock: Callable[[], float] = monotonic) -> None:
        self._stream = stream
        self._terminal = stream is not None and stream.isatty()
        self._clock = clock
        self._drawn = self._begun = clock()
        self._what = ""
        self._shown = False

    def __enter__(self) -> "Teletype":
        return self

    def __exit__(self, *error: object) -> None:
        self._clear()

    def report(self, progress: SearchProgress) -> None:
        """Write the progress."""
        now = self._clock()
        if progress.what != self._what:
            self._what, self._begun = progress.what, now
        if self._stream is None or now - self._drawn < (0 if self._shown else self._patience()):
            return
        words = progress_parts(progress, now - self._begun)
        if self._terminal:
            self._shown = True
            self._stream.write(_CLEAR + fitted(words, terminal_width({}, self._stream) or 80))
        else:
            self._drawn = now
            self._stream.write(f"kvshell: {'; '.join(words)}\n")
        self._stream.flush()

    def _clear(self) -> None:
        if self._stream is not None and self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()

    def _patience(self) -> float:
        return PATIENCE_S if self._terminal else REMINDER_S


def progress_parts(progress: SearchProgress, seconds: float) -> list[str]:
    """Return the progress, the estimated remaining time, and how to stop, in this order."""
    noun = "run" if progress.what == THREADS else "schedule"
    runs = f"{progress.schedules:,} {noun}{'' if progress.schedules == 1 else 's'}"
    number = f"{runs}, {progress.failing:,} fail{'s' if progress.failing == 1 else ''}"
    return [f"{progress.what}: {number}", _left(progress, seconds), "Ctrl-C stops"]


def _left(progress: SearchProgress, seconds: float) -> str:
    done, spent = progress.explored, progress.spent
    if done >= spent and done > ENOUGH:
        return f"about {100 * done:.0f} % done, {_time(seconds / done - seconds)} left"
    if spent:
        at_most = f", {_time(seconds / spent - seconds)} at most" if seconds > 1 else ""
        return f"{100 * spent:.0f} % of the budget{at_most}"
    return "begun"


def fitted(words: list[str], width: int) -> str:
    """Return the first of `words` that fit on one line, joined by semicolons."""
    while len(words) > 1 and len("; ".join(words)) >= width:
        words = words[:-1]
    return "; ".join(words)[: width - 1]


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
