"""Progress of a long search: one line that a terminal writes over itself, and nobody else sees."""

from time import monotonic
from typing import Final, TextIO

from kvshell.explore.verdict import Progress

PATIENCE_S: Final = 0.5
_CLEAR: Final = "\r\x1b[K"


class Teletype:
    """Writes how far a search is to a terminal, once it has taken a while."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream if stream is not None and stream.isatty() else None
        self._begun = monotonic()
        self._shown = False

    def tell(self, progress: Progress) -> None:
        """Write where it is."""
        taken = monotonic() - self._begun
        if self._stream is None or taken < PATIENCE_S:
            return
        self._shown = True
        self._stream.write(_CLEAR + said(progress, taken))
        self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._stream is not None and self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()


def said(progress: Progress, seconds: float) -> str:
    """Say how far it is and how long it may still take."""
    words = [f"{progress.schedules:,} schedules", f"{progress.failing:,} fail"]
    if progress.explored > 0.01:
        left = seconds / progress.explored - seconds
        words.append(f"about {100 * progress.explored:.0f} % done, {_time(left)} left")
    return "; ".join([", ".join(words), "Ctrl-C stops with what is known"])


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
