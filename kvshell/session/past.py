"""`Past`: the lines run since the system was empty, so that they can be run again."""

from collections.abc import Iterator
from typing import Final, NamedTuple


class PastStep(NamedTuple):
    """A step; its kind is `line`, `as` (a line of another client), `load` or `rest`."""

    kind: str
    text: str = ""
    client: str = ""


_REST: Final = PastStep("rest")


class Past:
    """The steps since the system was empty.

    `cut_short` is the line that Ctrl-C ended, at a moment that cannot be reproduced; else empty.
    """

    def __init__(self) -> None:
        self._steps: list[PastStep] = []
        self.cut_short = ""

    def __iter__(self) -> Iterator[PastStep]:
        return iter(self._steps)

    def add(self, kind: str, text: str, client: str = "") -> None:
        """Record a step."""
        self._steps.append(PastStep(kind, text, client))

    def rest(self) -> None:
        """Record that the system settled; a second rest in a row is not recorded."""
        if self._steps[-1:] != [_REST]:
            self._steps.append(_REST)

    def is_cut_short(self, text: str) -> None:
        """Record that Ctrl-C interrupted the line `text`."""
        self.cut_short = self.cut_short or text

    def clear(self) -> None:
        """Forget all steps, because the system is empty now."""
        self._steps.clear()
        self.cut_short = ""
