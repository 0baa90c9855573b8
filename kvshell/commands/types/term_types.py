"""Parameter types for terms, and for names of processes, stores and tables."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from kvshell.commands.arguments import ROLES, TypedTerm, Word, reason, term, typed
from kvshell.commands.language.message import Message
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.types.parameter import (
    SHOWN,
    STORES_SHOWN,
    Candidate,
    ParameterType,
    Problem,
    excerpt,
    quote,
    starting,
)
from kvshell.commands.types.simple_types import as_name, unquoted
from kvshell.commands.types.tokens import Token
from kvshell.commands.view import Role
from kvshell.terms import inspect

# `[hidden]`, which a recording has in place of a secret, is text: recordings must replay.
_BEGINS: Final = re.compile(
    r"""(?!\[hidden\]\Z)
        (?: ["'\[{] | %(?:[A-Z][\w.]*)?\{ | << | :["\[{] | [:$][A-Za-z_]
          | ~[A-Za-z][(\[{<"'/|] | :(?:\d|\Z) | \#[A-Z]\w*<
          | [+-]?(?: 0[xob]\w* | \d[\d_]*(?: _ | \. | (?:\.\d*)?e[+-]?\d* )
                   | \d(?:_?\d)*__[\d_]* )\Z )""",
    re.VERBOSE | re.ASCII,
)
_OPEN_SIGIL: Final = re.compile(
    r"""~[A-Za-z]
        (?: \([^)]* | \[[^\]]* | \{[^}]* | <[^>]* | "[^"]* | '[^']* | /[^/]* | \|[^|]* )""",
    re.VERBOSE,
)
_INSIDE: Final = re.compile(r'"([^"]*)"')  # a single text between two quotes


class ValueType(ParameterType):
    """VALUE: an Elixir literal if the whole word is one, otherwise text."""

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

    def parse(self, token: Token, before: Mapping[str, Any]) -> TypedTerm | Problem:  # noqa: ARG002
        """Return the term or the text; text that starts like a literal but is none is a Problem."""
        found = typed(token.text)
        if not found.plain or not _BEGINS.match(token.text) or "{n}" in token.text:
            return found  # `{n}` is the round number of `repeat`
        if _OPEN_SIGIL.fullmatch(token.text):  # the token ends at a space inside the sigil
            sentence = f"{excerpt(token.text)} starts like a sigil, which a command does not take"
            return Problem(token.start, token.end, f"{sentence}: write text in quotes")
        text = _INSIDE.fullmatch(token.text)
        written = inspect(text[1] if text else token.text, width=None)
        return Problem(
            token.start,
            token.end,
            f"{excerpt(token.text)} starts like a literal but is not one; "
            f"as text: {excerpt(written)}",
            written,
        )

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the variables, if a `$` is typed."""
        if not prefix.startswith("$"):
            return iter(())
        return starting(
            prefix,
            (Candidate("$" + b.name, b.value, Role.name) for b in snapshot.bindings),
        )


class KeyType(ValueType):
    """KEY: like VALUE, but completes the keys of the store named before it."""

    label = "KEY"
    about = 'text, or a literal: 1 and "1" are two keys'
    samples: tuple[str, ...] = ("milk", "1", ":a", '"two words"', "{:a, 1}")

    def complete(
        self, snapshot: Snapshot, prefix: str, before: Mapping[str, Any]
    ) -> Iterator[Candidate]:
        """Return the keys of the store typed before it, or variables after a `$`."""
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


class AnyTermType(ValueType):
    """TERM: a literal, written as in iex."""

    label = "TERM"
    role = Role.atom
    about = 'a literal: :ping  {:lookup, "s1"}  "text"'
    samples: tuple[str, ...] = (":ping", '{:lookup, "s1"}', "1", "KV.Registry")

    def parse(self, token: Token, before: Mapping[str, Any]) -> TypedTerm | Problem:  # noqa: ARG002
        """Return the term; for a bare word, a Problem that suggests an atom, text or a variable."""
        if found := term(token.text):
            return found
        if re.fullmatch(r"[a-z_]\w*[?!]?", token.text):
            return Problem(
                token.start,
                token.end,
                f"not a term: {excerpt(token.text)}; type :{token.text} for the atom, "
                f'"{token.text}" for text or ${excerpt(token.text)} for a bound value',
                f":{token.text}",
            )
        return Problem(
            token.start,
            token.end,
            f"not a term: {excerpt(token.text)}; "
            'type one such as :ping, "text" or {:lookup, "s1"}',
        )


class ReferenceType(AnyTermType):
    """REF: a variable bound to a reference."""

    label = "REF"
    about = "a bound reference, as in r = monitor s1, then demonitor $r"
    samples: tuple[str, ...] = ("$r",)


class ReasonType(ValueType):
    """REASON: an exit reason; a bare word is an atom."""

    label = "REASON"
    role = Role.atom
    about = "the reason, by default normal; a bare word is an atom: shutdown, boom"
    samples: tuple[str, ...] = ("normal", "shutdown", ":boom", "{:shutdown, 1}")

    def parse(self, token: Token, before: Mapping[str, Any]) -> TypedTerm | Problem:  # noqa: ARG002
        """Return the reason."""
        return reason(token.text) or Problem(
            token.start,
            token.end,
            f"not a reason: {excerpt(token.text)}; type a word such as shutdown, or a term",
        )

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return the usual exit reasons."""
        reasons = {
            "normal": "as if it had finished; logs nothing",
            "shutdown": "as when a supervisor stops it; logs nothing",
            "kill": "an ordinary reason here; only kill PROCESS cannot be trapped",
            "boom": "any other word is a failure and is logged",
        }
        return starting(
            prefix, (Candidate(r, Message(about), self.role) for r, about in reasons.items())
        )


class TableOptionType(ReasonType):
    """OPTION of `ets new`: a term; a bare word is an atom."""

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
        """Return the options of `:ets.new`."""
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
        return starting(
            prefix, (Candidate(o, Message(about), self.role) for o, about in options.items())
        )


def _contents(snapshot: Snapshot, store: Word) -> Any:
    """Return the map of a store as last seen, or None; `store` is a name, a variable or a pid."""
    wanted = store.text
    if not store.quoted and (bound := snapshot.binding(wanted.removeprefix("$"))):
        wanted = bound.value
    if wanted.startswith("#PID<"):
        rows = islice(snapshot.stores, STORES_SHOWN)
        return next((row.contents for row in rows if row.pid == wanted), None)
    row = snapshot.store(wanted)
    return row.contents if row else None


_PID_LIKE: Final = re.compile(r"(?:#?PID)?<?\d+\.\d+\.\d+>?$|pid\(", re.IGNORECASE)


class ProcessType(ParameterType):
    """PROCESS: a role word, a variable, a store, a registered name or a pid."""

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
        """Return the word; it is resolved when the line runs."""
        if token.kind in {"string", "charlist"}:
            return Word(unquoted(token), quoted=True)
        if token.kind == "literal":
            return Problem(
                token.start,
                token.end,
                f"not a process: {excerpt(token.text)}; type a name, a binding or a pid",
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
        """Return role words, variables and stores, then the pids of processes without a name."""
        manager = Candidate("manager", snapshot.manager, Role.command)
        yield from starting(prefix, (manager, *_bindings(snapshot, {"pid"})))
        yield from _stores(snapshot, prefix)
        roles = (
            Candidate(r, Message(ROLES[r]), Role.command)
            for r in ("supervisor", "buckets", "shell")
        )
        yield from starting(prefix, roles)
        if prefix.startswith("#") or not prefix:
            for row in islice(snapshot.processes, SHOWN):
                if row.pid.startswith(prefix):
                    about = row.name or f"{row.module} {row.status}".strip()
                    yield Candidate(row.pid, about, Role.pid)


class StoreType(ProcessType):
    """STORE: a store by its name, a variable or a pid."""

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
        """Return variables that hold a pid, then stores."""
        yield from starting(prefix, _bindings(snapshot, {"pid"}))
        yield from _stores(snapshot, prefix)


class SenderType(ProcessType):
    """The sender in `deliver A to B`: a process with a signal in flight."""

    samples: tuple[str, ...] = ("b", "s1", "manager", "#PID<0.104.0>")

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return each channel with signals in flight as `A to B`, so that one choice types both."""
        for lane in snapshot.flying:
            if lane.source.startswith(prefix):
                yield Candidate(f"{lane.source} to {lane.target}", lane.signal, Role.name)


class ReceiverType(ProcessType):
    """The receiver in `deliver A to B`: a process to which a signal from A is in flight."""

    samples: tuple[str, ...] = ("manager", "s1", "b", "shell")

    def complete(
        self, snapshot: Snapshot, prefix: str, before: Mapping[str, Any]
    ) -> Iterator[Candidate]:
        """Return the processes to which signals from the typed sender are in flight."""
        source = before.get("source")
        for lane in snapshot.flying:
            if isinstance(source, Word) and lane.source != source.text:
                continue
            if lane.target.startswith(prefix):
                yield Candidate(lane.target, lane.signal, Role.name)


class TableNameType(ParameterType):
    """TABLE: a variable, or the name of a table."""

    label = "TABLE"
    role = Role.name
    about = "a binding, a named table or a #Reference<..>"
    samples: tuple[str, ...] = ("t", ":foo", "KV.Registry")

    def parse(self, token: Token, before: Mapping[str, Any]) -> Word | Problem:  # noqa: ARG002
        """Return the word; it is resolved when the line runs."""
        if token.kind in {"string", "charlist"}:
            return Word(unquoted(token), quoted=True)
        return Word(token.text)

    def complete(
        self,
        snapshot: Snapshot,
        prefix: str,
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[Candidate]:
        """Return variables that hold a table, then the named tables."""
        return starting(prefix, self._all(snapshot))

    def _all(self, snapshot: Snapshot) -> Iterator[Candidate]:
        yield from _bindings(snapshot, {"table"})
        for row in snapshot.tables:
            rows = Message(
                "{count} row, {protection}",
                "{count} rows, {protection}",
                count=row.size,
                protection=row.protection,
            )
            yield Candidate(row.handle, rows, Role.name)


def _stores(snapshot: Snapshot, prefix: str) -> Iterator[Candidate]:
    for row in islice(snapshot.stores_starting(prefix.lstrip("\"'")), STORES_SHOWN):
        text = as_name(row.name, resolved=True)
        bound = snapshot.binding(row.name)
        if prefix[:1] == '"' or (bound is not None and bound.value != row.pid):
            text = quote(row.name)  # the binding with that name would take precedence
        yield Candidate(text, f"{row.state} {row.pid}".strip(), Role.name)


def _bindings(snapshot: Snapshot, kinds: set[str]) -> Iterator[Candidate]:
    for row in snapshot.bindings:
        # Dead processes are not suggested: all requests to them fail.
        if row.kind in kinds and (row.kind != "pid" or snapshot.lives(row.value)):
            yield Candidate(row.name, f"= {row.value}", Role.name)
