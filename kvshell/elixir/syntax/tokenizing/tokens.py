"""Tokens, and the tables of operators."""

import re
from typing import Any, NamedTuple


class SourceToken:
    """A token. `value` is its name, number, text or parts; `newlines` counts those after it.

    For operators and closing brackets, `newlines` counts those before it, as in Elixir.
    """

    __slots__ = ("column", "end_column", "end_line", "extra", "kind", "line", "newlines", "value")

    def __init__(self, kind: str, value: Any, line: int, column: int, end_column: int) -> None:
        self.kind = kind
        self.value = value
        self.line = line
        self.column = column
        self.newlines = 0
        self.end_line = line
        self.end_column = end_column
        self.extra: dict[str, Any] | None = None

    def __repr__(self) -> str:
        return f"SourceToken({self.kind!r}, {self.value!r}, {self.line}:{self.column})"


class Interpolation(NamedTuple):
    """A `#{...}` inside a string, as tokens, with the positions of `#{` and `}`."""

    tokens: list[SourceToken]
    line: int
    column: int
    end_line: int
    end_column: int


class ParseWarning(NamedTuple):
    """A warning of the tokenizer or the parser."""

    line: int
    column: int
    message: str


# Precedence of each kind of binary operator, and whether it associates to the right.
BINARY: dict[str, tuple[int, bool]] = {
    "in_match_op": (40, False),
    "when_op": (50, True),
    "type_op": (60, True),
    "pipe_op": (70, True),
    "match_op": (100, True),
    "or_op": (120, False),
    "and_op": (130, False),
    "comp_op": (140, False),
    "rel_op": (150, False),
    "arrow_op": (160, False),
    "in_op": (170, False),
    "xor_op": (180, False),
    "ternary_op": (190, True),
    "concat_op": (200, True),
    "range_op": (200, True),
    "dual_op": (210, False),
    "mult_op": (220, False),
    "power_op": (230, False),
}
ABOVE_PIPE = 81  # binds tighter than `|` and `=>`: the key of a map's pair
ABOVE_CAPTURE = 91

KINDS: dict[str, str] = {
    **dict.fromkeys(["&&&", "&&"], "and_op"),
    **dict.fromkeys(["|||", "||"], "or_op"),
    **dict.fromkeys(["===", "!==", "==", "!=", "=~"], "comp_op"),
    **dict.fromkeys(["<<<", ">>>", "~>>", "<<~", "<~>", "<|>", "|>", "~>", "<~"], "arrow_op"),
    **dict.fromkeys(["<=", ">=", "<", ">"], "rel_op"),
    **dict.fromkeys(["+++", "---", "++", "--", "<>"], "concat_op"),
    **dict.fromkeys(["<-", "\\\\"], "in_match_op"),
    **dict.fromkeys(["*", "/"], "mult_op"),
    **dict.fromkeys(["+", "-"], "dual_op"),
    **dict.fromkeys(["!", "^", "~~~"], "unary_op"),
    "^^^": "xor_op",
    "**": "power_op",
    "..": "range_op",
    "//": "ternary_op",
    "::": "type_op",
    "->": "stab_op",
    "=>": "assoc_op",
    "&": "capture_op",
    "@": "at_op",
    "=": "match_op",
    "|": "pipe_op",
}
# A newline before one of these is kept: `1\n- 1` is two expressions.
PREFIX_KINDS = frozenset({"dual_op", "unary_op", "at_op", "capture_op"})

WORDS: dict[str, str] = {
    **{word: word for word in ("fn", "do", "end", "true", "false", "nil")},
    **dict.fromkeys(["after", "else", "catch", "rescue"], "block_identifier"),
    "not": "unary_op",
    "and": "and_op",
    "or": "or_op",
    "when": "when_op",
    "in": "in_op",
}
CLOSERS = {"(": ")", "[": "]", "{": "}", "<<": ">>", "fn": "end", "do": "end"}

_OPERATORS = sorted((re.escape(text) for text in KINDS), key=len, reverse=True)
_OPERATOR = "|".join(_OPERATORS)
_NAME = r"[^\W\d][\w@]*[?!]?"

OPERATOR = re.compile(_OPERATOR)
MASTER = re.compile(
    r"(?P<space>[ \t]+)"
    rf"|(?P<word>{_NAME})"
    r"|(?P<newline>\r?\n[ \t]*)"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<based>0(?:x[0-9A-Fa-f]+(?:_[0-9A-Fa-f]+)*|b[01]+(?:_[01]+)*|o[0-7]+(?:_[0-7]+)*))"
    r"|(?P<number>\d+(?:_\d+)*(?:\.\d+(?:_\d+)*(?:[eE][+-]?\d+(?:_\d+)*)?)?)"
    r"|(?P<heredoc>\"\"\"|''')"
    r"|(?P<quote>[\"'])"
    r"|(?P<sigil>~[A-Za-z](?=[\s\S]))"
    r"|(?P<char>\?(?:\\[\s\S]|[^\\]))"
    rf"|(?P<keyword>(?:\.\.\.|<<>>|%\{{\}}|\{{\}}|%|\.|{_OPERATOR}):(?=[ \t\r\n]))"
    r"|(?P<quoted>:[\"'])"
    rf"|(?P<atom>:(?:\.\.\.|<<>>|%\{{\}}|%|\{{\}}|{_OPERATOR}|\.|{_NAME}))"
    r"|(?P<ellipsis>\.\.\.)"
    rf"|(?P<operator>(?:<<<|>>>|<<~)|(?!<<|>>)(?:{_OPERATOR}))"
    r"|(?P<bracket><<|>>|[()\[\]{}])"
    r"|(?P<other>[,;.%]|\\\r?\n[ \t]*)"
)
