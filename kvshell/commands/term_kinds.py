"""The types of parameters that are terms, or that name processes, stores and tables."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from kvshell.commands.kinds import as_name
from kvshell.commands.params import SHOWN, Candidate, Kind, Problem, shown, starting
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.tokens import Token
from kvshell.commands.values import Typed, Word, reason, term, typed
from kvshell.commands.view import Role
from kvshell.terms import inspect


class Value(Kind):
    """VALUE: an Elixir literal when the whole word is one, else text."""

    label = "VALUE"
    role = Role.string
    about = 'text, or a literal: 1  2.5  :a  "two words"  nil  [1, 2]  %{"k" => 1}  $b'
    samples: tuple[str, ...] = (
        "milk",
        "1",
        "2.5",
        ":a",
        '"two words"',
        "nil",
        "[1, 2]",
        "{:a, 1}",
        "[k: 1]",
        "$b",
    )

    def parse(self, token: Token, before: Mapping[str, Any]) -> Typed | Problem:  # noqa: ARG002
        """Return the term, or the text."""
        return typed(token.text)

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return bound values once `$` is typed."""
        if not prefix.startswith("$"):
            return iter(())
        return starting(
            prefix,
            (Candidate("$" + b.name, b.value, Role.name) for b in snapshot.bindings),
        )


class Key(Value):
    """KEY: as VALUE; the keys of the store typed before it are proposed."""

    label = "KEY"
    about = 'text, or a literal: 1 and "1" are two keys'
    samples: tuple[str, ...] = ("milk", "1", ":a", '"two words"', "{:a, 1}")

    def complete(
        self, snapshot: Snapshot, prefix: str, before: Mapping[str, Any]
    ) -> Iterator[Candidate]:
        """Return the keys of the store."""
        if prefix.startswith("$"):
            return super().complete(snapshot, prefix, before)
        return starting(prefix, self._keys(snapshot, before.get("store")))

    def _keys(self, snapshot: Snapshot, store: object) -> Iterator[Candidate]:
        contents = _contents(snapshot, store) if isinstance(store, Word) else None
        for key, value in contents.items() if contents is not None else ():
            if isinstance(key, str):
                text = key if typed(key).plain and as_name(key) == key else inspect(key, width=None)
            else:
                text = inspect(key, width=None)
            yield Candidate(text, inspect(value, width=None, limit=5)[:40], Role.string)


class AnyTerm(Value):
    """TERM: a literal, exactly as in iex."""

    label = "TERM"
    role = Role.atom
    about = 'a literal: :ping  {:lookup, "s1"}  "text"'
    samples: tuple[str, ...] = (":ping", '{:lookup, "s1"}', "1", "KV.Registry")

    def parse(self, token: Token, before: Mapping[str, Any]) -> Typed | Problem:  # noqa: ARG002
        """Return the term."""
        if found := term(token.text):
            return found
        if re.fullmatch(r"[a-z_]\w*[?!]?", token.text):
            return Problem(
                token.start,
                token.end,
                f'{shown(token.text)} is no term: type :{token.text} for the atom, "{token.text}" '
                f"for text or ${shown(token.text)} for a bound value",
                f":{token.text}",
            )
        return Problem(
            token.start,
            token.end,
            f'{shown(token.text)} is no term: type one, as in :ping, "text" or {{:lookup, "s1"}}',
        )


class Reason(Value):
    """REASON: why a process is to stop; a bare word is an atom."""

    label = "REASON"
    role = Role.atom
    about = "why: normal when left out; a bare word is an atom: shutdown, boom"
    samples: tuple[str, ...] = ("normal", "shutdown", ":boom", "{:shutdown, 1}")

    def parse(self, token: Token, before: Mapping[str, Any]) -> Typed | Problem:  # noqa: ARG002
        """Return the reason."""
        return reason(token.text) or Problem(
            token.start,
            token.end,
            f"{shown(token.text)} is no reason: type a word, as in shutdown, or a term in brackets",
        )

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the usual reasons."""
        reasons = {
            "normal": "as if it had finished; logs nothing",
            "shutdown": "as a supervisor asks; logs nothing",
            "kill": "only a word here: kill PROCESS cannot be caught",
            "boom": "any other word is a failure and is logged",
        }
        return starting(prefix, (Candidate(r, about, self.role) for r, about in reasons.items()))


class TableOption(Reason):
    """OPTION of `ets new`: a bare word is an atom."""

    label = "OPTION"
    about = "set, ordered_set, bag, public, protected, private, named_table, {:keypos, 2}"
    samples: tuple[str, ...] = (
        "set",
        "protected",
        "named_table",
        "{:keypos, 2}",
        "{:read_concurrency, true}",
    )

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the options."""
        options = {
            "set": "one row per key (default)",
            "ordered_set": "one row per key, in term order",
            "bag": "several different rows per key",
            "duplicate_bag": "several rows per key",
            "protected": "all read, the owner writes (default)",
            "public": "all read and write",
            "private": "the owner alone",
            "named_table": "reached by its name",
            "{:read_concurrency, true}": "tuned for many readers",
            "{:keypos, 2}": "the key is the second element",
        }
        return starting(prefix, (Candidate(o, about, self.role) for o, about in options.items()))


def _contents(snapshot: Snapshot, store: Word) -> Any:
    """Return the map of the store, as last seen; a binding is followed to its pid."""
    wanted = store.text
    if not store.quoted and (bound := snapshot.binding(wanted.removeprefix("$"))):
        wanted = bound.value
    if wanted.startswith("#PID<"):
        rows = islice(snapshot.stores, SHOWN)
        return next((row.contents for row in rows if row.pid == wanted), None)
    row = snapshot.store(wanted)
    return row.contents if row else None
