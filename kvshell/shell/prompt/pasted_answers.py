"""Compares the answers in a pasted session with the actual ones, for `set paste compare`."""

import re
from collections import deque
from collections.abc import Callable
from typing import Final

from kvshell.commands.language.message import Message

# Details that may differ between sessions: colours, pids, references, library stack frames.
_MASKS: Final = (
    (re.compile(r"\x1b\[[\d;]*m"), ""),
    (re.compile(r"#(PID|Reference|Port|Ref)<[^>]*>"), r"#\1<>"),
    (re.compile(r"#Function<[\d.]+/"), "#Function</"),
    (re.compile(r"<<70, 79, 82, 49.*?>>", re.DOTALL), "<<byte code>>"),
    (re.compile(r"^\d\d:\d\d:\d\d\.\d\d\d |^HH:MM:SS\.mmm |^~ ", re.MULTILINE), ""),
    (re.compile(r"^ +(?:\(\w+ [\d.]+\)|:\w+\.|iex:\d+:).*$", re.MULTILINE), ""),
    (re.compile(r"\s+"), " "),
)
_MOST_SHOWN: Final = 200


class PastedAnswers:
    """The lines of a pasted session that have not run yet, with their answers."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, str]] = deque()

    def take(self, text: str, drop_prompt: Callable[[str], str | None]) -> int:
        """Store the answers in a pasted text, replacing earlier ones; return how many there are."""
        found: list[tuple[list[str], list[str]]] = []
        for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            typed = drop_prompt(line)
            if typed is None:
                if found:
                    found[-1][1].append(line)
            elif line.startswith("...") and found:
                found[-1][0].append(typed)
            else:
                found.append(([typed], []))
        pairs = (("\n".join(lines), "\n".join(answer)) for lines, answer in found)
        self._waiting = deque((line, answer) for line, answer in pairs if answer.strip())
        return len(self._waiting)

    def compare(self, line: str, shown: str) -> str | None:
        """Compare `shown`, the answer of `line`, with the pasted one.

        Returns a message, or None if no answer was pasted for this line.
        """
        typed = _plain(line)
        lines = [_plain(each) for each, _answer in self._waiting]
        if typed not in lines:  # the line was edited, or typed by hand
            return None
        for _ in range(lines.index(typed)):
            self._waiting.popleft()
        answer = self._waiting.popleft()[1]
        if _plain(answer) == _plain(shown):
            return Message("as pasted")
        wanted = " ".join(answer.split())
        return Message("pasted: {text}", text=wanted[:_MOST_SHOWN])

    def forget(self) -> None:
        """Drop the remaining answers."""
        self._waiting.clear()


def _plain(text: str) -> str:
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text.strip()
