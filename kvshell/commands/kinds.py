"""The types of parameters that are plain words: names, times, counts, choices."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar, Final

from kvshell.commands.params import SHOWN, Candidate, Kind, Problem, quote, starting
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.suggest import nearest
from kvshell.commands.tokens import Token
from kvshell.commands.values import ROLES
from kvshell.commands.view import Role
from kvshell.terms import ReadError, read

DESIGNS: Final = {
    "ets": "names in an ETS table, create is a call: the chapter's last stage",
    "ets-cast": "names in an ETS table, create is a cast: lookup may be too early",
    "map": "names in the registry's map: every lookup is a message",
    "plain": "tutorial part 2: an unsupervised manager that never forgets",
}

OPTIONS: Final = {
    "hints": (("on", "off"), "what to type next, below an answer"),
    "law": (("spec", "beam", "off"), "in which order signals may arrive"),
    "rows": (("200", "1000", "all"), "how many rows of a table a terminal shows"),
    "theme": (("dark", "light", "mono"), "the colours"),
    "watch": (("registry", "off"), "print the registry after each line that changed it"),
}

_PLAIN_NAME: Final = re.compile(r"""[^\s;"'{\[%<#$=:][^\s;()]*\Z|:\)\Z""")

_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


def unquoted(token: Token) -> str:
    """Return what was typed, without its quotes."""
    if token.kind not in {"string", "charlist"} or not token.closed:
        return token.text
    inner = token.text[1:-1]
    if "\\" not in inner:
        return inner
    if token.kind == "charlist":
        inner = inner.replace('"', '\\"').replace("\\'", "'")
    try:
        text = read(f'"{inner}"')
    except ReadError:
        text = None
    return text if isinstance(text, str) else _ESCAPE.sub(_unescaped, inner)


def _unescaped(found: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1])


def as_name(name: str, *, resolved: bool = False) -> str:
    """Return `name` as it is typed: in quotes when it would be read as something else.

    `resolved` is for PROCESS and STORE, where role words and pids come first.
    """
    taken = resolved and (name in ROLES or name.endswith("()") or name.startswith(":"))
    return name if _PLAIN_NAME.match(name) and not taken else quote(name)


class Name(Kind):
    """NAME: always the text typed."""

    label = "NAME"
    role = Role.name
    about = "a store's name: the text typed, quotes removed"
    samples: tuple[str, ...] = ("s1", '"shopping list"', ":)", "manager")

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the text, without its quotes."""
        return unquoted(token)

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the names the system knows."""
        return (
            Candidate(
                quote(row.name) if prefix[:1] == '"' else as_name(row.name),
                f"{row.state} {row.pid}".strip(),
                Role.name,
            )
            for row in islice(snapshot.stores_starting(prefix.lstrip("\"'")), SHOWN)
        )


class TableLabel(Name):
    """NAME of `ets new`: an atom's name, with its colon or without."""

    about = "what the table is called"
    samples: tuple[str, ...] = ("t", ":buckets_registry")

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the text, without quotes and colon."""
        return unquoted(token).removeprefix(":")

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,  # noqa: ARG002
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return nothing: it is a new name."""
        return iter(())


class Design(Kind):
    """DESIGN: one of the four stages of the tutorials."""

    label = "DESIGN"
    role = Role.atom
    about = "plain, map, ets-cast or ets: `designs` compares them"
    samples: tuple[str, ...] = tuple(DESIGNS)

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the design's name."""
        word = unquoted(token).removeprefix(":").replace("_", "-")
        if word in DESIGNS:
            return word
        near = nearest(word, DESIGNS)
        says = f"did you mean {near}?" if near else f"type one of {', '.join(DESIGNS)}"
        return Problem(token.start, token.end, f"no design {token.text}: {says}", near)

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return all four; the running one says so."""
        return starting(
            prefix,
            (
                Candidate(
                    name, f"{about} (runs now)" if name == snapshot.design else about, self.role
                )
                for name, about in DESIGNS.items()
            ),
        )


class Client(Kind):
    """CLIENT: the short name of another client process."""

    label = "CLIENT"
    role = Role.name
    about = "a short name for another client, such as b; it starts with its first line"
    samples: tuple[str, ...] = ("b", "client2")
    _shape: ClassVar = re.compile(r"[a-z][a-z0-9_]{0,31}$")

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the client's name."""
        if self._shape.match(token.text) and token.text not in ROLES:
            return token.text
        return Problem(
            token.start,
            token.end,
            f"{token.text} is no name for a client: "
            "as CLIENT LINE wants a short one, as in: as b lookup s1",
        )

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the clients there are, or `b`."""
        names = snapshot.clients or ("b",)
        return starting(prefix, (Candidate(n, "another client", Role.name) for n in names))


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
        return Problem(token.start, token.end, f"{token.text} is no count: type a number from 1")


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
        return Problem(token.start, token.end, f"{token.text} is no line number: type v(1)")


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
            token.start, token.end, f"{token.text} is no time: type 200 (milliseconds), 5s or 1m"
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
            token.start, token.end, f"no {self.label.lower()} {token.text}: {says}", near
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
            f"{option} cannot be {token.text}: type set {option} {' or '.join(choices)}",
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


class Path(Kind):
    """PATH: a file."""

    label = "PATH"
    role = Role.string
    about = "a file"
    samples: tuple[str, ...] = ("session.md", '"my session.md"')

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the path as text; `shell` completes it from the disk."""
        return unquoted(token) or Problem(token.start, token.end, "a path is missing")


class Topic(Kind):
    """COMMAND of `help COMMAND`: the rest of the line."""

    label = "COMMAND"
    role = Role.command
    about = "a command, or words, designs, learn"
    samples: tuple[str, ...] = ("put", "words", "create store")
    rest = True

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the text."""
        return token.text


class Rest(Kind):
    """LINE: the rest of the line, `;` included."""

    label = "LINE"
    role = Role.plain
    about = "a line as typed, `;` included"
    samples: tuple[str, ...] = ("lookup s1", "create store a; lookup a")
    rest = True

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the text."""
        return token.text
