"""Parameter types for plain words: names, times, counts, choices."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar, Final

from kvshell.commands.arguments import ROLES
from kvshell.commands.language.message import Message
from kvshell.commands.nearest import nearest
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.types.parameter import (
    STORES_SHOWN,
    Candidate,
    ParameterType,
    Problem,
    excerpt,
    quote,
    starting,
)
from kvshell.commands.types.tokens import Token
from kvshell.commands.view import Role
from kvshell.systems.designs.own_lines import OWN
from kvshell.terms import ReadError, read

DESIGNS: Final = {
    "ets": "names in an ETS table, create is a call: the chapter's last stage",
    "ets-cast": "names in an ETS table, create is a cast: lookup may be too early",
    "library": "names in Elixir's own Registry: every store writes its own row",
    "map": "names in the registry's map: every lookup is a message",
    "plain": "tutorial part 2: an unsupervised manager that never forgets",
}


_PLAIN_NAME: Final = re.compile(r"""[^\s;"'{\[%<#$=:][^\s;()]*\Z|:\)\Z""")

_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


def unquoted(token: Token) -> str:
    """Return the text of a token without its quotes."""
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
    """Return `name` as it must be typed: in quotes if it would be read as something else.

    `resolved` is true for PROCESS and STORE, where role words and pids take precedence over names.
    """
    taken = resolved and (name in ROLES or name.endswith("()") or name.startswith(":"))
    return name if _PLAIN_NAME.match(name) and not taken else quote(name)


class NameType(ParameterType):
    """NAME: a name, which is always text."""

    label = "NAME"
    role = Role.name
    about = "a store's name: the text as typed, without its quotes"
    samples: tuple[str, ...] = ("s1", '"shopping list"', ":)", "manager")

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the name without its quotes."""
        return unquoted(token)

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the names of the stores, as they have to be typed."""
        return (
            Candidate(
                quote(row.name) if prefix[:1] == '"' else as_name(row.name),
                f"{row.state} {row.pid}".strip(),
                Role.name,
            )
            for row in islice(snapshot.stores_starting(prefix.lstrip("\"'")), STORES_SHOWN)
        )


class TableLabelType(NameType):
    """NAME of `ets new`: the name of the table, an atom with or without its colon."""

    about = "what the table is called"
    samples: tuple[str, ...] = ("t", ":buckets_registry")

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the name without its quotes and its colon."""
        return unquoted(token).removeprefix(":")

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,  # noqa: ARG002
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return nothing, because the name is a new one."""
        return iter(())


class DesignType(ParameterType):
    """DESIGN: one of the stages of the tutorials."""

    label = "DESIGN"
    role = Role.atom
    about = (
        "plain, map, ets-cast, ets, library, or own with your own modules: `designs` compares them"
    )
    samples: tuple[str, ...] = tuple(DESIGNS)

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the design's name, which may also be written with underscores."""
        word = unquoted(token).removeprefix(":").replace("_", "-")
        if word in DESIGNS or word == OWN:
            return word
        near = nearest(word, DESIGNS)
        advice = f"did you mean {near}?" if near else f"type one of {', '.join(DESIGNS)}"
        return Problem(token.start, token.end, f"no design {excerpt(token.text)}: {advice}", near)

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the five designs and the user's own, if any, with the running one marked."""
        own: dict[str, Message] = {}
        if snapshot.own:
            own[OWN] = Message("your {module}, and what it starts", module=snapshot.own)
        return starting(
            prefix,
            (
                Candidate(name, _about(about, runs=name == snapshot.design), self.role)
                for name, about in {**own, **DESIGNS}.items()
            ),
        )


def _about(design: str, *, runs: bool) -> Message:
    about = design if isinstance(design, Message) else Message(design)
    return Message("{about} (runs now)", about=about) if runs else about


class ClientType(ParameterType):
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
            f"not a client name: {excerpt(token.text)}; "
            "as CLIENT LINE wants a short one, as in: as b self",
        )

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the existing clients, or `b` if there are none."""
        names = snapshot.clients or ("b",)
        return starting(prefix, (Candidate(n, Message("another client"), Role.name) for n in names))


class PathType(ParameterType):
    """PATH: the path of a file."""

    label = "PATH"
    role = Role.string
    about = "a file"
    samples: tuple[str, ...] = ("session.md", '"my session.md"')

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the path as text; the prompt completes it from the file system."""
        return unquoted(token) or Problem(token.start, token.end, "a path is missing")


class ProgramType(PathType):
    """PATH of a program to load."""

    about = "a Python or Elixir file, or a folder of Elixir files"
    samples: tuple[str, ...] = ("counter.py", '"my servers.py"')


class TestPathType(PathType):
    """PATH of ExUnit tests."""

    about = "a file of ExUnit tests, FILE:LINE, or a folder"
    samples: tuple[str, ...] = ("test", "test/kv/registry_test.exs:19")


class TopicType(ParameterType):
    """COMMAND of `help COMMAND`: a command or another topic; takes the rest of the line."""

    label = "COMMAND"
    role = Role.command
    about = "a command, a group of commands, or words, designs, keys, elixir"
    samples: tuple[str, ...] = ("put", "words", "create store")
    rest = True

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the topic as typed."""
        return token.text


OPTIONS: Final = {
    "editing": (("emacs", "vi"), "the keys of the prompt: help keys"),
    "hints": (("on", "off"), "what to type next, below an answer"),
    "law": (("spec", "beam", "off"), "the order in which signals may arrive"),
    "menu": (("list", "columns"), "how the completion menu is laid out"),
    "pairs": (("on", "off"), "close brackets and quotes as they are typed"),
    "paste": (("run", "compare"), "what happens to the answers in a pasted session"),
    "rows": (("200", "1000", "all"), "how many rows of a table a terminal shows"),
    "theme": (("dark", "light", "mono"), "the colours"),
    "watch": (("registry", "off"), "print the registry after each line that changed it"),
}


class CountType(ParameterType):
    """N: a positive integer."""

    label = "N"
    role = Role.number
    about = "a whole number, 1 or more"
    samples: tuple[str, ...] = ("1", "20", "100_000")
    _shape: ClassVar = re.compile(r"\d{1,9}(?:_\d{1,9})*$")

    def parse(self, token: Token, before: Mapping[str, Any]) -> int | Problem:  # noqa: ARG002
        """Return the number."""
        if self._shape.match(token.text):
            if (value := int(token.text)) > 0:
                return value
            return Problem(token.start, token.end, f"{token.text} is too small: 1 is the least")
        return Problem(
            token.start,
            token.end,
            f"not a number: {excerpt(token.text)}; type a whole number, 1 or more",
        )


class LineNumberType(ParameterType):
    """N of `v(N)`: the number of an earlier line, or -1 for the previous one."""

    label = "N"
    role = Role.number
    about = "the number in an earlier prompt; -1 is the line before"
    samples: tuple[str, ...] = ("1", "-1")
    _shape: ClassVar = re.compile(r"-?\d{1,9}$")

    def parse(self, token: Token, before: Mapping[str, Any]) -> int | Problem:  # noqa: ARG002
        """Return the number."""
        if self._shape.match(token.text):
            return int(token.text)
        return Problem(
            token.start,
            token.end,
            f"not a line number: {excerpt(token.text)}; 3 is line 3, -1 the line before",
        )


class TimeType(ParameterType):
    """TIME: milliseconds, or a number with a unit (ms, s or m)."""

    label = "TIME"
    role = Role.number
    about = "milliseconds, or with a unit: 200ms, 5s, 1m"
    samples: tuple[str, ...] = ("200", "200ms", "5s", "1.5s", "1m")
    _shape: ClassVar = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m)?$")
    _units: ClassVar = {None: 1, "ms": 1, "s": 1000, "m": 60_000}

    def parse(self, token: Token, before: Mapping[str, Any]) -> int | Problem:  # noqa: ARG002
        """Return the time in milliseconds."""
        if found := self._shape.match(token.text):
            return round(float(found[1]) * self._units[found[2]])
        return Problem(
            token.start,
            token.end,
            f"not a duration: {excerpt(token.text)}; type 200 (milliseconds), 5s or 1m",
        )

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return three common durations."""
        times = (
            ("200ms", Message("an instant")),
            ("1s", Message("a second")),
            ("5s", Message("as long as a call waits")),
        )
        return starting(prefix, (Candidate(t, about, self.role) for t, about in times))


class ChoiceType(ParameterType):
    """One of a fixed set of words."""

    role = Role.atom

    def __init__(self, label: str, about: str, words: Mapping[str, str]) -> None:
        self.label = label
        self.about = about
        self.words = words
        self.samples = tuple(words)

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the word if it is one of the set."""
        if token.text in self.words:
            return token.text
        near = nearest(token.text, self.words)
        if len(self.words) == 1:
            (word,) = self.words
            advice = f"the word `{word}` belongs here, not {excerpt(token.text)}"
            return Problem(token.start, token.end, advice, near)
        advice = f"did you mean {near}?" if near else f"type one of {', '.join(self.words)}"
        return Problem(
            token.start, token.end, f"no {self.label.lower()} {excerpt(token.text)}: {advice}", near
        )

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the words to choose from."""
        return starting(
            prefix, (Candidate(w, Message(a), self.role) for w, a in self.words.items())
        )


class SettingType(ParameterType):
    """VALUE of `set OPTION VALUE`: a value allowed for that option."""

    label = "VALUE"
    role = Role.atom
    about = "the new value of the option"
    samples: tuple[str, ...] = ("on",)

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:
        """Return the value if the option typed before it allows it."""
        option = before.get("option") or "hints"
        choices = OPTIONS[option][0]
        if token.text in choices:
            return token.text
        return Problem(
            token.start,
            token.end,
            f"{option} cannot be {excerpt(token.text)}: type set {option} {' or '.join(choices)}",
            nearest(token.text, choices),
        )

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,
        before: Mapping[str, Any],
    ) -> Iterator[Candidate]:
        """Return the values that the option allows."""
        option = before.get("option") or "hints"
        return starting(prefix, (Candidate(c, "", self.role) for c in OPTIONS[option][0]))
