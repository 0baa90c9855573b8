"""The words of the command table, as the prompt asks for them at every key.

A line is parsed a few times per key - colours, menu, toolbar - so the last few readings are kept.
"""

from collections.abc import Callable
from functools import lru_cache

from kvshell.commands import Line, complete, drop_prompt, match, parse, signature
from kvshell.commands.snapshot import Snapshot
from kvshell.shell.host import Entry, Span


class CommandWords:
    """`Words` over the command table and the snapshot that `snapshot` returns."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot

    def spans(self, text: str) -> list[Span]:
        """The roles of the words, wrong ones with the role `error`."""
        return [Span(start, end, role.value) for start, end, role in reading(text).roles]

    def complete(self, text: str) -> list[Entry]:
        """The candidates for the end of `text`."""
        return [
            Entry(candidate.text, candidate.start, candidate.description)
            for candidate in complete(text, self._snapshot())
        ]

    def signature(self, text: str) -> list[tuple[str, bool]]:
        """The usage of the last command of `text`."""
        return signature(match(text))

    def drop_prompt(self, text: str) -> str | None:
        """The line behind a pasted `kv(3)> ` or `iex(3)> `."""
        return drop_prompt(text)


@lru_cache(maxsize=16)
def reading(text: str) -> Line:
    """Parse `text`; pure, so a reading can be kept."""
    return parse(text)
