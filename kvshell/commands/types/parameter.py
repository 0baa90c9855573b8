"""The definition of a parameter, and the base class of all parameter types."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kvshell.commands.snapshot import Snapshot
from kvshell.commands.types.tokens import Token
from kvshell.commands.view import Role

SHOWN = 100  # maximum size of a menu, so that a key press stays fast
STORES_SHOWN = 48  # of stores, which may be very many: three screens; typing on finds any other


class Meant(NamedTuple):
    """A possible meaning of a mistyped word.

    Attributes:
        kind: `command`, `store`, `process`, `binding`, `key`, `module` or `Elixir function`.
        text: the text to show.
        line: the line to type instead; None if words are still missing.
    """

    kind: str
    text: str
    line: str | None = None


class Problem(NamedTuple):
    """What is wrong with a line, and where.

    Attributes:
        start: the offset in the line where it begins.
        end: the offset where it ends; equal to `start` if something is missing there.
        message: one sentence that tells the user what to type.
        fix: the line to type instead, if it can be guessed.
        kind: the category, for hints and tests: `unknown`, `usage`, `value`, `unclosed`,
            `elixir`, `binding`, `later`.
        meant: the commands that an unknown word may stand for.
    """

    start: int
    end: int
    message: str
    fix: str | None = None
    kind: str = "value"
    meant: tuple[Meant, ...] = ()


class Candidate(NamedTuple):
    """A completion candidate: the text to insert, and its description."""

    text: str
    description: str = ""
    role: Role = Role.plain


class ParameterType:
    """The base class of parameter types, which parse, complete, colour and describe an argument."""

    label: str = "WORD"
    role: Role = Role.plain
    about: str = ""
    samples: tuple[str, ...] = ()
    rest: bool = False  # takes the rest of the line, `;` included

    def parse(self, token: Token, before: Mapping[str, Any]) -> Any | Problem:
        """Return the argument that `token` stands for, or a Problem.

        `before` holds the arguments before it, by name.
        """
        raise NotImplementedError

    def complete(
        self,
        snapshot: Snapshot,  # noqa: ARG002  # by default a type has no candidates
        prefix: str,  # noqa: ARG002
        before: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterable[Candidate]:
        """Return the candidates that start with `prefix`."""
        return ()


class Param(NamedTuple):
    """A parameter of a command, passed to the handler as the keyword argument `name`.

    Attributes:
        name: the keyword.
        kind: its type.
        about: its purpose in this command, if the type's description is not enough.
        optional: whether it may be omitted; the handler then gets `default`.
        many: whether it takes all remaining words; the handler gets a tuple.
        label: its name in usage lines, if different from the type's label.
        default: the value that the handler gets if the parameter is omitted.
    """

    name: str
    kind: ParameterType
    about: str = ""
    optional: bool = False
    many: bool = False
    label: str = ""
    default: Any = None

    @property
    def word(self) -> str:
        """The word for it in a usage line: `STORE`, `[REASON]`, `[OPTION ...]`."""
        word = self.label or self.kind.label
        if self.many:
            word += " ..."
        # `[on NODE]` is two parameters: the first opens the bracket, the second closes it.
        bracketed = word[0] == "[" or word[-1] == "]"
        return f"[{word}]" if self.optional and not bracketed else word

    @property
    def description(self) -> str:
        """A short description, for help and completion."""
        return self.about or self.kind.about


def starting(
    prefix: str, candidates: Iterable[Candidate], limit: int = SHOWN
) -> Iterator[Candidate]:
    """Yield the first `limit` candidates that start with `prefix`."""
    for candidate in candidates:
        if candidate.text.startswith(prefix):
            yield candidate
            limit -= 1
            if limit <= 0:
                return


def quote(text: str) -> str:
    """Return `text` in double quotes with Elixir's escapes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("#{", "\\#{")
    for char, name in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        escaped = escaped.replace(char, name)
    return f'"{escaped}"'


def excerpt(text: str, longest: int = 40) -> str:
    """Return `text` for use in a sentence: cut off if long, with control characters escaped."""
    if len(text) > longest:
        text = text[: longest - 3] + "..."
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
