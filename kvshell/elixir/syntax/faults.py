"""Faults: an error in a text, its position, and the exception Elixir raises for it."""

from collections.abc import Sequence
from typing import Any

from kvshell.elixir.syntax.tokenizing.tokens import SourceToken
from kvshell.terms import A, Atom, ElixirError, Map, exception

BEFORE = "syntax error before: "
_RESERVED = frozenset(
    [
        "'not'",
        "'and'",
        "'or'",
        "'when'",
        "'after'",
        "'catch'",
        "'end'",
        "fn",
        "else",
        "rescue",
        "true",
        "false",
        "nil",
        "in",
    ]
)
# Words that Erlang quotes when printing them as atoms.
_ERLANG_WORDS = frozenset(
    "after and andalso band begin bnot bor bsl bsr bxor case catch cond div end fun if let "  # noqa: SIM905
    "maybe not of or orelse receive rem try when xor".split()
)


class Fault(Exception):  # noqa: N818  # internal: turned into an ElixirError before it leaves
    """A syntax error at a position, reported about `token`.

    `message` is the text before the token, or a pair of the texts before and after it. An empty
    token means that the text ends too early.
    """

    def __init__(
        self, line: int, column: int, message: str | tuple[str, str], token: str = ""
    ) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message
        self.token = token

    @property
    def incomplete(self) -> bool:
        """Whether more text could mend the error."""
        return not self.token


class SyntaxError_(ElixirError):  # noqa: N801, N818  # SyntaxError is Python's
    """`%SyntaxError{}`: the text is not valid Elixir."""


class TokenMissingError(ElixirError):
    """`%TokenMissingError{}`: the text ends too early."""


def unexpected(token: SourceToken) -> Fault:
    """Return the fault of an unexpected token."""
    if token.kind == "eof":
        return Fault(token.line, token.column, BEFORE)
    return Fault(token.line, token.column, BEFORE, _erlang_text(token))


def to_error(fault: Fault, text: str, file: str, first_line: int) -> ElixirError:
    """Return the exception that `Code.string_to_quoted!` raises for `fault`."""
    message, token = fault.message, fault.token
    if type(message) is tuple:
        return _error("SyntaxError", fault, file, message[0] + token + message[1])
    assert type(message) is str
    snippet = _snippet(fault, text, first_line)
    if not token:
        short = "syntax error: expression is incomplete" if message == BEFORE else message
        return _error("TokenMissingError", fault, file, short, snippet)
    if message == BEFORE:
        if token == "eol":  # noqa: S105
            reached = "unexpectedly reached end of line. The current expression is invalid"
            return _error("SyntaxError", fault, file, f"{reached} or incomplete")
        if token in _RESERVED:
            return _error("SyntaxError", fault, file, _reserved(token.strip("'")))
        if token.startswith("sigil ~"):
            return _error("SyntaxError", fault, file, message + token)
        if token.startswith("["):
            return _error("SyntaxError", fault, file, message + token[1:])
        if token.startswith("$"):
            return _error("SyntaxError", fault, file, f"{message}?{token[1:]}")
    return _error("SyntaxError", fault, file, message + token, snippet)


def _error(
    name: str, fault: Fault, file: str, description: str, snippet: Map | None = None
) -> ElixirError:
    struct = exception(
        name,
        file=file,
        line=fault.line,
        column=fault.column,
        snippet=snippet,
        description=description,
    )
    return (SyntaxError_ if name == "SyntaxError" else TokenMissingError)(struct)


def _snippet(fault: Fault, text: str, first_line: int) -> Map | None:
    lines = text.split("\n")
    index = fault.line - first_line
    content = lines[index] if 0 <= index < len(lines) else ""
    if not content.strip():
        return None
    return Map([(A.content, content), (A.offset, fault.column - 1)])


def _reserved(word: str) -> str:
    return (
        f'{BEFORE}{word}. "{word}" is a reserved word in Elixir and therefore its usage is'
        " limited. For instance, it can't be used as a variable or be defined nor invoked as a"
        " regular function"
    )


def _erlang_text(token: SourceToken) -> str:
    """Return the token as named by Erlang's parser generator."""
    kind, value = token.kind, token.value
    if kind in {"int", "flt"}:
        return f'"{(token.extra or {})["text"]}"'
    if kind == "char":
        return f"${chr(value)}"
    if kind == "sigil":
        first = value[0] if value and type(value[0]) is str else ""
        name = (token.extra or {})["name"]
        return f"sigil ~{name} starting with content '{first}'"
    if kind in {"bin_string", "list_string", "atom_unsafe", "kw_identifier_unsafe"}:
        text = value[0] if value and type(value[0]) is str else None
        return '["' if text is None else f'["{text}"'
    if kind in {"bin_heredoc", "list_heredoc"}:
        indentation = (token.extra or {})["indentation"]
        place = f"{{{token.line},{token.column},nil}}"
        return f"{{{kind},{place},{indentation},{_binaries(value)}}}"
    if kind in {"eol", "true", "false", "nil", "fn"}:
        return kind
    return erlang_atom(value if type(value) is str else _name(value))


def _binaries(parts: Sequence[Any]) -> str:
    shown = ",".join(f'<<"{part}">>' for part in parts if type(part) is str)
    return f"[{shown}]"


def _name(value: Any) -> str:
    if type(value) is Atom:
        return value.name
    return {None: "nil", True: "true", False: "false"}[value]


def erlang_atom(name: str) -> str:
    """Return the atom as Erlang prints it: quoted unless it is a plain lower-case word."""
    plain = name[:1].islower() and name.replace("@", "_").isidentifier()
    if plain and name not in _ERLANG_WORDS:
        return name
    escaped = name.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"
