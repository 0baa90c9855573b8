"""Resolves typed words: a role, a binding, a store, a registered name or a pid.

PROCESS and STORE are, in this order, a role word, a binding, a store of the running system, a
registered name or a pid; in quotes always a store.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kvshell.commands.arguments import Word, table_name
from kvshell.commands.assist.proposals import is_topic
from kvshell.commands.read.match import Match
from kvshell.commands.result import CommandError
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
    """Resolves words for one client, whose bindings and pid it uses."""

    def __init__(
        self, runtime: Runtime, design: Design, shell: Pid, bindings: Mapping[str, Term]
    ) -> None:
        self.runtime = runtime
        self.design = design
        self.shell = shell
        self.bindings = bindings

    def server(self, word: Word) -> Pid | Atom:
        """Return the process that `word` names, as a pid or a registered name.

        An unknown word raises MatchError, as `{:ok, pid} = lookup NAME` does for an unknown store.
        """
        found = self.known(word)
        if found is _MISSING:
            return self.missing(word)
        if type(found) is Pid or type(found) is Atom:
            return found
        # What GenServer.call({:ok, pid}, ...) raises in iex.
        raise FunctionClauseError(alias("GenServer"), A.whereis, 1)

    def pid(self, word: Word) -> Pid:
        """Return the pid that `word` names; a name that is not registered exits with `:noproc`."""
        found = self.server(word)
        if type(found) is Pid:
            return found
        pid = self.runtime.whereis(found)
        if pid is None:
            raise Exit((A.noproc, (alias("Process"), A.info, List([found]))))
        return pid

    def known(self, word: Word) -> Term:
        """Return the meaning of a word, or the sentinel `_MISSING` if it has none."""
        text = word.text
        if not word.quoted:
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
        """Return the process of the store called `name`, or None; nothing is sent."""
        return self.design.pid(self.runtime, name)

    def _role(self, role: str) -> Pid | Atom:
        if role in _OWN:
            return self.shell
        name = self.design.roles.get("manager" if role == "registry" else role)
        if name is None:
            raise CommandError(
                f"{self.design.name} has no {role}: nobody supervises its manager or its stores"
            )
        return name

    def _name(self, text: str) -> Term:
        """Return the process of a registered name or a pid, or `_MISSING`."""
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
        """Raise the error for an unknown word, the same as that of `{:ok, pid} = lookup NAME`.

        The user's own registry is asked first: it may know a name that cannot be seen from outside.
        """
        if self.design.sources or not self.design.readable(self.runtime):
            match self.design.lookup(word.text):
                case (A.ok, Pid() as pid):
                    return pid
        if self.runtime.whereis(self.design.manager) is None:
            self.design.lookup(
                word.text
            )  # nothing runs: raises the design's own error, if it has one
        raise MatchError(A.error)

    def number(self, number: int) -> Pid:
        """Return the pid that prints as `#PID<0.number.0>`."""
        found = self.runtime.pid(number)
        if found is None:
            raise CommandError(
                f"#PID<0.{number}.0> was never started: processes lists the live ones"
            )
        return found

    def variable(self, name: str) -> Term:
        """Return the value of the variable `name`; CommandError if it is not bound."""
        if name not in self.bindings:
            raise CommandError(f"{name} is not bound: {name} = {self._answering()} would bind it")
        return self.bindings[name]

    def _answering(self) -> str:
        """Return a command to propose in an error; `create` would wait for a suspended manager."""
        manager = self.runtime.whereis(self.design.manager)
        seen = self.runtime.observe(manager) if manager is not None else None
        return "self" if seen is None or seen.suspended else "create store s1"

    def table(self, word: Word) -> Atom | Ref:
        """Return the name or reference of a table; whether it exists is left to ETS."""
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
                return value  # type: ignore[no-any-return]  # ETS rejects what is not a table
            if text in {"manager", "registry"} and self.runtime.tables.find(Atom(text)) is None:
                return self.design.manager
        try:
            found = read(text) if text.startswith(":") else None
            if type(found) is Atom:
                return found
        except ReadError:
            pass
        return alias(text) if _MODULE.match(text) else table_name(text)

    def _read(self, text: str) -> Term:
        try:
            return read(text, ref=self.reference)
        except ReadError as error:
            raise CommandError(f"not a reference: {text[:60]}; {error}") from error

    def reference(self, number: int) -> Ref:
        """Return the reference with this number, from tables, bindings or the shell's mailbox."""
        tables = [table.ref for table in self.runtime.tables.all()]
        seen = self.runtime.observe(self.shell)
        inbox = seen.mailbox if seen is not None else ()
        for ref in _refs([*tables, *self.bindings.values(), *inbox]):
            if ref.number == number:
                return ref
        raise CommandError(
            "no reference with that number is visible here: bind one, as in t = ets new t"
        )


_OWN: Final = frozenset({"shell", "self", "self()"})
_ROLES: Final = frozenset({"manager", "registry", "supervisor", "buckets", *_OWN})


_ONE_WORD: Final = re.compile(
    r"\s*(?!(?:nil|true|false|breaks|continue|ls|open|pwd|recompile|remove_breaks|respawn|"
    r"runtime_info|whereami)\b)[a-z_]\w*\s*"
)


def is_one_word(text: str) -> bool:
    """Whether a line is a single word, which need not be parsed as Elixir."""
    return _ONE_WORD.fullmatch(text) is not None


def asks_for_a_function(part: Match) -> bool:
    """Whether `h NAME` asks for a function of Elixir: no command or topic has that name."""
    topic = part.args.get("topic")
    if topic is None or not part.text.startswith("h ") or is_topic(topic):
        return False
    from kvshell.session import near_elixir  # noqa: PLC0415  # commands do not need it

    return near_elixir.is_function(topic)


def _refs(terms: "Iterable[Term]") -> "Iterable[Ref]":
    """Yield every reference in `terms`, including those in tuples and lists."""
    for each in terms:
        if type(each) is Ref:
            yield each
        elif type(each) is tuple or type(each) is List:
            yield from _refs(each)
