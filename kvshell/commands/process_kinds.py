"""The types of parameters that name processes, stores and tables."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from kvshell.commands.kinds import as_name, unquoted
from kvshell.commands.params import SHOWN, Candidate, Kind, Problem, quote, shown, starting
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.tokens import Token
from kvshell.commands.values import ROLES, Word
from kvshell.commands.view import Role

_PID_LIKE: Final = re.compile(r"(?:#?PID)?<?\d+\.\d+\.\d+>?$|pid\(", re.IGNORECASE)


class Process(Kind):
    """PROCESS: a role word, a binding, a store, a registered name or a pid."""

    label = "PROCESS"
    role = Role.pid
    about = "manager, a binding, a store, a registered name or a pid; in quotes always a store"
    samples: tuple[str, ...] = (
        "manager",
        "s1",
        '"manager"',
        "#PID<0.104.0>",
        "KV.Registry",
        "$b",
        "self()",
    )

    def parse(self, token: Token, before: Mapping[str, Any]) -> Word | Problem:  # noqa: ARG002
        """Return the word; what it means is decided when the line runs."""
        if token.kind in {"string", "charlist"}:
            return Word(unquoted(token), quoted=True)
        if token.kind == "literal":
            return Problem(
                token.start,
                token.end,
                f"{shown(token.text)} is no process: type a name, a binding or a pid",
            )
        if not token.text.startswith("#PID<") and _PID_LIKE.match(token.text):
            digits = ".".join(re.findall(r"\d+", token.text)[:3])
            if digits.count(".") == 2:
                return Word(f"#PID<{digits}>")
        return Word(token.text)

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return roles, bindings, stores, then the pids that have no name."""
        manager = Candidate("manager", snapshot.manager, Role.command)
        yield from starting(prefix, (manager, *_bindings(snapshot, {"pid"})))
        yield from _stores(snapshot, prefix)
        roles = (Candidate(r, ROLES[r], Role.command) for r in ("supervisor", "buckets", "shell"))
        yield from starting(prefix, roles)
        if prefix.startswith("#") or not prefix:
            for row in islice(snapshot.processes, SHOWN):
                if row.pid.startswith(prefix):
                    says = row.name or f"{row.module} {row.status}".strip()
                    yield Candidate(row.pid, says, Role.pid)


class Store(Process):
    """STORE: a process too, but stores are proposed first."""

    label = "STORE"
    role = Role.name
    about = "a store by its name, a binding or a pid"
    samples: tuple[str, ...] = ("s1", '"shopping list"', "b", "#PID<0.104.0>")

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return bindings that hold a pid, then stores."""
        yield from starting(prefix, _bindings(snapshot, {"pid"}))
        yield from _stores(snapshot, prefix)


class Sender(Process):
    """A of `deliver A to B`: who has sent something that is on its way."""

    samples: tuple[str, ...] = ("b", "s1", "manager", "#PID<0.104.0>")

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return each channel that holds something, as `A to B`: one choice types it all."""
        for lane in snapshot.flying:
            if lane.source.startswith(prefix):
                yield Candidate(f"{lane.source} to {lane.target}", lane.signal, Role.name)


class Receiver(Process):
    """B of `deliver A to B`: to whom what A sent is on its way."""

    samples: tuple[str, ...] = ("manager", "s1", "b", "shell")

    def complete(
        self, snapshot: Snapshot, prefix: str, before: Mapping[str, Any]
    ) -> Iterator[Candidate]:
        """Return those whom the sender has sent something that is on its way."""
        source = before.get("source")
        for lane in snapshot.flying:
            if isinstance(source, Word) and lane.source != source.text:
                continue
            if lane.target.startswith(prefix):
                yield Candidate(lane.target, lane.signal, Role.name)


class TableName(Kind):
    """TABLE: a binding, else a named table."""

    label = "TABLE"
    role = Role.name
    about = "a binding, a named table or a #Reference<..>"
    samples: tuple[str, ...] = ("t", ":foo", "KV.Registry")

    def parse(self, token: Token, before: Mapping[str, Any]) -> Word | Problem:  # noqa: ARG002
        """Return the word; what it means is decided when the line runs."""
        if token.kind in {"string", "charlist"}:
            return Word(unquoted(token), quoted=True)
        return Word(token.text)

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return bindings that hold a table, then the named tables."""
        return starting(prefix, self._all(snapshot))

    def _all(self, snapshot: Snapshot) -> Iterator[Candidate]:
        yield from _bindings(snapshot, {"table"})
        for row in snapshot.tables:
            yield Candidate(row.handle, f"{row.size} rows, {row.protection}", Role.name)


def _stores(snapshot: Snapshot, prefix: str) -> Iterator[Candidate]:
    bound = {row.name for row in snapshot.bindings}
    for row in islice(snapshot.stores_starting(prefix.lstrip("\"'")), SHOWN):
        text = as_name(row.name, resolved=True)
        if prefix[:1] == '"' or row.name in bound:
            text = quote(row.name)  # a binding of that name would win
        yield Candidate(text, f"{row.state} {row.pid}".strip(), Role.name)


def _bindings(snapshot: Snapshot, kinds: set[str]) -> Iterator[Candidate]:
    for row in snapshot.bindings:
        if row.kind in kinds:
            yield Candidate(row.name, f"= {row.value}", Role.name)
