"""The position in a text being tokenized, and the tokens so far."""

import re

from kvshell.elixir.syntax.faults import Fault
from kvshell.elixir.syntax.tokenizing.terminators import Terminators
from kvshell.elixir.syntax.tokenizing.tokens import Interpolation, ParseWarning, SourceToken
from kvshell.terms import Atom, atom

_SPACES = re.compile(r"[ \t]*")


class Scan:
    """A text and the current position in it."""

    def __init__(self, text: str, line: int = 1) -> None:
        self.text = text
        self.at = 0
        self.line = line
        self.line_start = 0
        self.tokens: list[SourceToken] = []
        self.warnings: list[ParseWarning] = []
        self.terminators = Terminators()

    @property
    def column(self) -> int:
        """The column of the next character."""
        return self.at - self.line_start + 1

    def warn(self, line: int, column: int, message: str) -> None:
        """Record a warning at that position."""
        self.warnings.append(ParseWarning(line, column, message))

    def newline(self, at: int) -> None:
        """Count a newline; the next line starts at index `at`."""
        self.line += 1
        self.line_start = at

    def add(self, kind: str, value: object, length: int) -> SourceToken:
        """Append a token of `length` characters at the current position, and skip it."""
        column = self.column
        token = SourceToken(kind, value, self.line, column, column + length)
        self.tokens.append(token)
        self.at += length
        return token

    def interpolation(self, line: int, column: int) -> Interpolation:
        """Read the tokens after `#{` up to its `}`; implemented by the tokenizer."""
        raise NotImplementedError

    def operator_token(self, kind: str, text: str, length: int) -> SourceToken:
        """Append a binary operator, and drop the newline before it: it continues that line."""
        newlines = newlines_before(self.tokens)
        self.drop_eol()
        token = self.add(kind, text, length)
        token.newlines = newlines
        return token

    def drop_eol(self) -> None:
        """Drop the last newline token."""
        if self.tokens and self.tokens[-1].kind == "eol":
            self.tokens.pop()

    def slash_follows(self, length: int, slash: str = "/") -> bool:
        """Return whether `slash` follows the next `length` characters; spaces may precede it."""
        start = self.at + length
        gap = _SPACES.match(self.text, start)
        assert gap is not None
        if slash == "/":
            return self.text.startswith("/", gap.end())
        second = _SPACES.match(self.text, gap.end() + 1)
        assert second is not None
        return self.text.startswith("/", second.end())

    def atom(self, name: str) -> "Atom | bool | None":
        """Return the atom of a name at the current position."""
        if len(name) > 255:
            problem = "atom length must be less than system limit: "
            raise Fault(self.line, self.column, problem, name)
        return atom(name)

    def atom_of(self, name: str, line: int, column: int) -> "Atom | bool | None":
        """Return the atom `name`; a name that is too long is reported at the given position."""
        if len(name.encode()) > 255:
            raise Fault(line, column, "atom length must be less than system limit: ", name)
        return atom(name)

    def identifier_kind(self) -> str:
        """Return the kind of an identifier that ends here."""
        return identifier_kind_before(self.text[self.at : self.at + 1])


def identifier_kind_before(after: str) -> str:
    """Return the kind of an identifier with the character `after` behind it."""
    if after == "(":
        return "paren_identifier"
    return "bracket_identifier" if after == "[" else "identifier"


def newlines_before(tokens: list[SourceToken]) -> int:
    """Return the number of newlines at the end of the tokens."""
    if tokens and tokens[-1].kind in {",", ";", "eol"}:
        return tokens[-1].newlines
    return 0


def last_place(tokens: list[SourceToken], line: int, column: int) -> tuple[int, int]:
    """Return where the parser reports the end of the text: the start of its last token."""
    return (tokens[-1].line, tokens[-1].column) if tokens else (line, column)
