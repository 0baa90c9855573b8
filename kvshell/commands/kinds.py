"""The types of parameters that are plain words: names, times, counts, choices."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, Final

from kvshell.commands.params import SHOWN, Candidate, Kind, Problem, quote, shown, starting
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.suggest import nearest
from kvshell.commands.tokens import Token
from kvshell.commands.values import ROLES
from kvshell.commands.view import Role
from kvshell.terms import ReadError, read

DESIGNS: Final = {
    "ets": "names in an ETS table, create is a call: the chapter's last stage",
    "ets-cast": "names in an ETS table, create is a cast: lookup may be too early",
    "library": "names in Elixir's own Registry: every store writes its row itself",
    "map": "names in the registry's map: every lookup is a message",
    "plain": "tutorial part 2: an unsupervised manager that never forgets",
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
    """DESIGN: one of the stages of the tutorials."""

    label = "DESIGN"
    role = Role.atom
    about = "plain, map, ets-cast, ets or library: `designs` compares them"
    samples: tuple[str, ...] = tuple(DESIGNS)

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the design's name."""
        word = unquoted(token).removeprefix(":").replace("_", "-")
        if word in DESIGNS:
            return word
        near = nearest(word, DESIGNS)
        says = f"did you mean {near}?" if near else f"type one of {', '.join(DESIGNS)}"
        return Problem(token.start, token.end, f"no design {shown(token.text)}: {says}", near)

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return all five; the running one says so."""
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
            f"{shown(token.text)} is no name for a client: "
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


class Path(Kind):
    """PATH: a file."""

    label = "PATH"
    role = Role.string
    about = "a file"
    samples: tuple[str, ...] = ("session.md", '"my session.md"')

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the path as text; `shell` completes it from the disk."""
        return unquoted(token) or Problem(token.start, token.end, "a path is missing")


class Program(Path):
    """PATH of a program."""

    about = "a Python file"
    samples: tuple[str, ...] = ("counter.py", '"my servers.py"')


class Topic(Kind):
    """COMMAND of `help COMMAND`: the rest of the line."""

    label = "COMMAND"
    role = Role.command
    about = "a command, or words, designs, keys"
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

    def path(self, tokens: Sequence[Token]) -> str | None:  # noqa: ARG002
        """Return the path that the rest of the line is; None when it is a line."""
        return None


class Target(Rest):
    """PATH or LINE: a document by its path, which has a `/` in it or ends in `.md`, or a line."""

    about = "a document (races/bogus-barrier, my.md), or a line as typed"

    def path(self, tokens: Sequence[Token]) -> str | None:
        """Return the path, without its quotes; no command is written like one."""
        text = unquoted(tokens[0])
        return text if len(tokens) == 1 and ("/" in text or text.endswith(".md")) else None
