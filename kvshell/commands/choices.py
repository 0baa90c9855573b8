"""The types of parameters that are numbers, times and choices."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from kvshell.commands.params import Candidate, Kind, Problem, shown, starting
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.suggest import nearest
from kvshell.commands.tokens import Token
from kvshell.commands.view import Role

OPTIONS: Final = {
    "hints": (("on", "off"), "what to type next, below an answer"),
    "law": (("spec", "beam", "off"), "in which order signals may arrive"),
    "rows": (("200", "1000", "all"), "how many rows of a table a terminal shows"),
    "theme": (("dark", "light", "mono"), "the colours"),
    "watch": (("registry", "off"), "print the registry after each line that changed it"),
}


class Count(Kind):
    """N: a whole number from 1."""

    label = "N"
    role = Role.number
    about = "a whole number, 1 or more"
    samples: tuple[str, ...] = ("1", "20", "100_000")
    _shape: ClassVar = re.compile(r"\d{1,9}(?:_\d{1,9})*$")

    def parse(self, token: Token, before: Mapping[str, Any]) -> int | Problem:  # noqa: ARG002
        """Return the number."""
        if self._shape.match(token.text) and (value := int(token.text)) > 0:
            return value
        return Problem(
            token.start, token.end, f"{shown(token.text)} is no count: type a number from 1"
        )


class LineNumber(Kind):
    """N of `v(N)`: the number of an earlier line, or -1 for the one before."""

    label = "N"
    role = Role.number
    about = "the number in an earlier prompt; -1 is the line before"
    samples: tuple[str, ...] = ("1", "-1")
    _shape: ClassVar = re.compile(r"-?\d{1,9}$")

    def parse(self, token: Token, before: Mapping[str, Any]) -> int | Problem:  # noqa: ARG002
        """Return the number."""
        if self._shape.match(token.text):
            return int(token.text)
        return Problem(token.start, token.end, f"{shown(token.text)} is no line number: type v(1)")


class Time(Kind):
    """TIME: milliseconds, or a number with its unit."""

    label = "TIME"
    role = Role.number
    about = "milliseconds, or with a unit: 200ms, 5s, 1m"
    samples: tuple[str, ...] = ("200", "200ms", "5s", "1.5s", "1m")
    _shape: ClassVar = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m)?$")
    _units: ClassVar = {None: 1, "ms": 1, "s": 1000, "m": 60_000}

    def parse(self, token: Token, before: Mapping[str, Any]) -> int | Problem:  # noqa: ARG002
        """Return milliseconds."""
        if found := self._shape.match(token.text):
            return round(float(found[1]) * self._units[found[2]])
        return Problem(
            token.start,
            token.end,
            f"{shown(token.text)} is no time: type 200 (milliseconds), 5s or 1m",
        )

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return three times."""
        times = (("200ms", "a blink"), ("1s", "a second"), ("5s", "as long as a call waits"))
        return starting(prefix, (Candidate(t, says, self.role) for t, says in times))


class Choice(Kind):
    """One of some words."""

    role = Role.atom

    def __init__(self, label: str, about: str, words: Mapping[str, str]) -> None:
        self.label = label
        self.about = about
        self.words = words
        self.samples = tuple(words)

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the word."""
        if token.text in self.words:
            return token.text
        near = nearest(token.text, self.words)
        says = f"did you mean {near}?" if near else f"type one of {', '.join(self.words)}"
        return Problem(
            token.start, token.end, f"no {self.label.lower()} {shown(token.text)}: {says}", near
        )

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the words."""
        return starting(prefix, (Candidate(w, a, self.role) for w, a in self.words.items()))


class Setting(Kind):
    """VALUE of `set OPTION VALUE`: what that option may be."""

    label = "VALUE"
    role = Role.atom
    about = "what the option may be"
    samples: tuple[str, ...] = ("on",)

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:
        """Return the value, when the option has it."""
        option = before.get("option") or "hints"
        choices = OPTIONS[option][0]
        if token.text in choices:
            return token.text
        return Problem(
            token.start,
            token.end,
            f"{option} cannot be {shown(token.text)}: type set {option} {' or '.join(choices)}",
            nearest(token.text, choices),
        )

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,
        before: Mapping[str, Any],
    ) -> Iterator[Candidate]:
        """Return what the option may be."""
        option = before.get("option") or "hints"
        return starting(prefix, (Candidate(c, "", self.role) for c in OPTIONS[option][0]))
