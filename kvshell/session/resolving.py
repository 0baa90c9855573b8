"""What a typed word means: a role, a binding, a store, a registered name, a pid.

Reading rule 1: PROCESS and STORE are, in this order, a role word, a binding, a store of the
running system, a registered name or a pid; in quotes always a store.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kvshell.commands.handlers.tables import named
from kvshell.commands.result import CommandError
from kvshell.commands.values import Word
from kvshell.runtime import Exit, Runtime
from kvshell.systems import Design
from kvshell.terms import (
    A,
    Atom,
    FunctionClauseError,
    List,
    MatchError,
    Pid,
    ReadError,
    Ref,
    Term,
    alias,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_PID: Final = re.compile(r"#PID<0\.(\d{1,9})\.0>$")
_MODULE: Final = re.compile(r"[A-Z]\w*(?:\.[A-Z]\w*)*$")
_MISSING: Final = object()


class Resolver:
    """Resolves words for one client: its bindings and its own pid, over the shared system."""

    def __init__(
        self, runtime: Runtime, design: Design, shell: Pid, bindings: Mapping[str, Term]
    ) -> None:
        self.runtime = runtime
        self.design = design
        self.shell = shell
        self.bindings = bindings

    def server(self, word: Word) -> Pid | Atom:
        """Return the process meant; an unknown word is the MatchError of an unknown store."""
        found = self.known(word)
        if found is _MISSING:
            return self.missing(word)
        if type(found) is Pid or type(found) is Atom:
            return found
        # What GenServer.call({:ok, pid}, ...) comes to in iex.
        raise FunctionClauseError(alias("GenServer"), A.whereis, 1)

    def pid(self, word: Word) -> Pid:
        """Return the pid; a name that nobody has exits with `:noproc`."""
        found = self.server(word)
        if type(found) is Pid:
            return found
        pid = self.runtime.whereis(found)
        if pid is None:
            raise Exit((A.noproc, (alias("Process"), A.info, List([found]))))
        return pid

    def known(self, word: Word) -> Term:
        """Return what the word means, or a sentinel when it means nothing."""
        text = word.text
        if not word.quoted:
            if text == "self()":
                return self.shell
            if text.startswith("$"):
                return self.variable(text[1:])
            if text in _ROLES:
                return self._role(text)
            if text in self.bindings:
                return self.bindings[text]
        store = self.store(text)
        if store is not None:
            return store
        return _MISSING if word.quoted else self._name(text)

    def store(self, name: str) -> Pid | None:
        """Return the process of the store called `name`. Looks, and asks nobody."""
        return self.design.entry(self.runtime, name)

    def _role(self, role: str) -> Pid | Atom:
        if role == "shell":
            return self.shell
        name = {
            "manager": self.design.manager,
            "registry": self.design.manager,
            "supervisor": self.design.supervisor,
            "buckets": self.design.buckets,
        }[role]
        if name is None:
            raise CommandError(
                f"{self.design.name} has no {role}: nobody supervises its manager or its stores"
            )
        return name

    def _name(self, text: str) -> Term:
        """A registered name or a pid."""
        if found := _PID.match(text):
            return self.number(int(found[1]))
        if _MODULE.match(text):
            return alias(text)
        if text.startswith(":"):
            try:
                name = read(text)
            except ReadError:
                return _MISSING
            return name if type(name) is Atom else _MISSING
        return _MISSING

    def missing(self, word: Word) -> Pid:
        """Fail as `{:ok, pid} = lookup NAME` fails: that is what an unknown word comes to."""
        if self.runtime.whereis(self.design.manager) is None:
            self.design.lookup(word.text)  # nothing runs: the design's own error, if it has one
        raise MatchError(A.error)

    def number(self, number: int) -> Pid:
        """Return the pid that prints as `#PID<0.number.0>`."""
        found = self.runtime.pid(number)
        if found is None:
            raise CommandError(
                f"#PID<0.{number}.0> was never started: processes lists the living ones"
            )
        return found

    def variable(self, name: str) -> Term:
        """Return what `$name` is bound to."""
        if name not in self.bindings:
            raise CommandError(f"{name} is not bound: {name} = create store s1 would bind it")
        return self.bindings[name]

    def table(self, word: Word) -> Atom | Ref:
        """Return the table meant; whether it exists is for ETS to say."""
        text = word.text
        if not word.quoted:
            value: Term = _MISSING
            if text.startswith("$"):
                value = self.variable(text[1:])
            elif text in self.bindings:
                value = self.bindings[text]
            elif text.startswith("#Reference<"):
                value = self._read(text)
            if value is not _MISSING:
                return value  # type: ignore[no-any-return]  # ETS itself rejects what is no table
            if text in {"manager", "registry"} and self.runtime.tables.find(Atom(text)) is None:
                return self.design.manager
        try:
            found = read(text) if text.startswith(":") else None
            if type(found) is Atom:
                return found
        except ReadError:
            pass
        return alias(text) if _MODULE.match(text) else named(text)

    def _read(self, text: str) -> Term:
        try:
            return read(text, ref=self.reference)
        except ReadError as error:
            raise CommandError(f"{text[:60]} is no reference: {error}") from error

    def reference(self, number: int) -> Ref:
        """Return the reference of that number, among those that can be seen."""
        tables = [table.ref for table in self.runtime.tables.all()]
        seen = self.runtime.observe(self.shell)
        inbox = seen.mailbox if seen is not None else ()
        for ref in _refs([*tables, *self.bindings.values(), *inbox]):
            if ref.number == number:
                return ref
        raise CommandError("no such reference is to be seen here: bind one, as in t = ets new t")


_ROLES: Final = frozenset({"manager", "registry", "supervisor", "buckets", "shell"})


def _refs(terms: "Iterable[Term]") -> "Iterable[Ref]":
    """Every reference inside the terms."""
    for each in terms:
        if type(each) is Ref:
            yield each
        elif type(each) is tuple or type(each) is List:
            yield from _refs(each)
