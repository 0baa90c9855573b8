"""What a parameter is, and what every type of parameter owns."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kvshell.commands.snapshot import Snapshot
from kvshell.commands.tokens import Token
from kvshell.commands.view import Role

SHOWN = 200  # candidates a menu can hold; more are cut, so that a key press stays short


class Problem(NamedTuple):
    """What is wrong with a line, and where.

    Attributes:
        start: where in the line, with `end`; equal to it where something is missing.
        end: see `start`.
        message: one sentence that says what to type.
        fix: the line to type instead, None when nobody can know it.
        kind: what happened, for hints and tests: `unknown`, `usage`, `value`, `unclosed`,
            `elixir`, `binding`, `later`.
    """

    start: int
    end: int
    message: str
    fix: str | None = None
    kind: str = "value"


class Candidate(NamedTuple):
    """A word that could be typed, as inserted, with what is said beside it."""

    text: str
    description: str = ""
    role: Role = Role.plain


class Kind:
    """A type of parameter: reads it, completes it, colours it, describes it."""

    label: str = "WORD"
    role: Role = Role.plain
    about: str = ""
    samples: tuple[str, ...] = ()
    rest: bool = False  # takes the rest of the line, `;` included

    def parse(self, token: Token, before: Mapping[str, Any]) -> Any | Problem:
        """Return the value of `token`; `before` holds the arguments already read."""
        raise NotImplementedError

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002  # a type without candidates
        prefix: str,  # noqa: ARG002
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterable[Candidate]:
        """Return what could stand here and begins with `prefix`."""
        return ()


class Param(NamedTuple):
    """A parameter of a command: the handler gets its value as the keyword `name`.

    Attributes:
        name: the keyword.
        kind: its type.
        about: what it is for in this command, when the type's own words do not say it.
        optional: may be left out; the handler then gets `default`.
        many: takes all words that are left; the handler gets a tuple.
        label: what usage lines call it, when not as the type does.
        default: see `optional`.
    """

    name: str
    kind: Kind
    about: str = ""
    optional: bool = False
    many: bool = False
    label: str = ""
    default: Any = None

    @property
    def word(self) -> str:
        """Its word in a usage line: STORE, [REASON], [OPTION ...]."""
        word = self.label or self.kind.label
        if self.many:
            word += " ..."
        return f"[{word}]" if self.optional else word

    @property
    def description(self) -> str:
        """What it is, in a few words."""
        return self.about or self.kind.about


def starting(
    prefix: str, candidates: Iterable[Candidate], limit: int = SHOWN
) -> Iterator[Candidate]:
    """Yield those of `candidates` that begin with `prefix`, at most `limit`."""
    for candidate in candidates:
        if candidate.text.startswith(prefix):
            yield candidate
            limit -= 1
            if limit <= 0:
                return


def quote(text: str) -> str:
    """Return `text` in double quotes as Elixir writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("#{", "\\#{")
    for char, name in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        escaped = escaped.replace(char, name)
    return f'"{escaped}"'


def shown(text: str, longest: int = 40) -> str:
    """Return `text` fit for a sentence: cut when long, control characters escaped."""
    if len(text) > longest:
        text = text[: longest - 3] + "..."
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
