"""What a hint's condition may look at: what was typed, what came of it, the system."""

from itertools import islice
from typing import Final, NamedTuple

from kvshell.commands.match import Line, Match
from kvshell.commands.params import quote
from kvshell.commands.result import Nothing
from kvshell.commands.snapshot import Snapshot, StoreRow
from kvshell.commands.values import ROLES, Word
from kvshell.terms import Term

Words = dict[str, str]  # what fills the sentence and the line of a row
GAVE_UP: Final = ":shutdown"  # why a supervisor ends when its restarts are used up
FEW: Final = 200  # stores looked through for the one with a bound pid


class Situation(NamedTuple):
    """A command that has run, or could not.

    Attributes:
        match: the command.
        value: its answer, NOTHING for views and errors.
        error: the banner as printed, if it failed.
        reason: the exit reason or exception struct behind `error`.
        before: the system when the line was typed.
        after: the system now.
        line: the whole line, if the command was not alone on it.
    """

    match: Match
    value: "Term | Nothing"
    error: str | None
    reason: Term
    before: Snapshot
    after: Snapshot
    line: Line | None = None

    @property
    def command(self) -> str:
        """What was typed, as the table has it."""
        return self.match.command.words if self.match.command else ""

    @property
    def design(self) -> str:
        """The design that the words meant."""
        return self.after.design or self.before.design or self.after.default

    @property
    def word(self) -> Word | None:
        """The process or store that was named."""
        args = self.match.args
        found = args.get("store") or args.get("process")
        return found if isinstance(found, Word) else None

    @property
    def target(self) -> str | None:
        """The pid, as printed, that the word means."""
        word = self.word
        return pid_of(word, self.after) if word else None

    @property
    def about_system(self) -> bool:
        """Whether the command is about the system: a name, a store, the manager."""
        word, command = self.word, self.match.command
        if command is None or self.match.problems:
            return False
        return command.group == "stores" or (
            word is not None and not word.quoted and word.text in {"manager", "registry"}
        )

    def failed(self, text: str) -> bool:
        """Whether the error says `text`."""
        return self.error is not None and text in self.error


def pid_of(word: Word, snapshot: Snapshot) -> str | None:
    """Return the pid, as printed, that a word means; None for roles and strangers."""
    if not word.quoted:
        if word.text in ROLES:
            return None
        name = word.text.removeprefix("$")
        if bound := snapshot.binding(name):
            return bound.value if bound.kind == "pid" else None
        if word.text.startswith("#PID<"):
            return word.text
    row = snapshot.store(word.text)
    return row.pid or None if row else None


def row_of_word(s: Situation) -> StoreRow | None:
    """The store that the command's word means, by name or by a bound pid."""
    word, target = s.word, s.target
    if word is None or target is None:
        return None
    row = s.after.store(word.text)
    if row is not None and row.pid == target:
        return row
    return next((row for row in islice(s.after.stores, FEW) if row.pid == target), None)


def typed(word: Word) -> str:
    """Return a word as it was typed."""
    return quote(word.text) if word.quoted else word.text


def quoted(s: Situation, word: Word) -> str:
    """The command with its store in quotes."""
    return s.match.text.replace(f" {word.text}", f" {quote(word.text)}", 1)
