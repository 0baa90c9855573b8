"""Operator precedence, and where Elixir writes parentheses even if precedence needs none."""

from kvshell.elixir.syntax.tokenizing.tokens import BINARY as BY_KIND
from kvshell.elixir.syntax.tokenizing.tokens import KINDS

UNARY = frozenset({"+", "-", "!", "^", "not", "~~~", "&", "@"})
BINARY: dict[str, tuple[int, bool]] = {
    **{text: BY_KIND[kind] for text, kind in KINDS.items() if kind in BY_KIND and text != "//"},
    "and": BY_KIND["and_op"],
    "or": BY_KIND["or_op"],
    "in": BY_KIND["in_op"],
    "not in": BY_KIND["in_op"],
    "when": BY_KIND["when_op"],
    "=>": (80, True),
}
_ALWAYS = frozenset(
    ["|>", "<<<", ">>>", "<~", "~>", "<<~", "~>>", "<~>", "<|>", "^^^", "+++", "---", "in"]
).union(["not in", "++", "--", "..", "<>"])
_LOGICAL = frozenset(["||", "|||", "or", "&&", "&&&", "and"])
_WITHOUT: dict[str, frozenset[int]] = {
    name: frozenset(map(int, counts))
    for name, counts in (
        pair.split(":")
        for pair in [
            "alias:12",
            "case:2",
            "cond:1",
            "import:12",
            "quote:12",
            "receive:1",
            "require:12",
            "try:1",
            "def:12",
            "defp:12",
            "defguard:1",
            "defguardp:1",
            "defmacro:12",
            "defmacrop:12",
            "defmodule:2",
            "defdelegate:2",
            "defexception:1",
            "defoverridable:1",
            "defstruct:1",
            "destructure:2",
            "raise:12",
            "reraise:23",
            "if:2",
            "unless:2",
            "use:12",
            "defrecord:23",
            "defrecordp:23",
            "assert:12",
            "assert_in_delta:34",
            "assert_raise:23",
            "assert_receive:123",
            "assert_received:12",
            "doctest:12",
            "refute:12",
            "refute_in_delta:34",
            "refute_receive:123",
            "refute_received:12",
            "setup:12",
            "setup_all:12",
            "test:12",
            "config:23",
            "import_config:1",
        ]
    )
}


def without_parens(name: str, count: int) -> bool:
    """Return whether a call of `name` with `count` arguments is written without parentheses."""
    return name in {"for", "with"} or count in _WITHOUT.get(name, ())


def needs_parens(outer: str, inner: str, side: str) -> bool:
    """Return whether `inner`, an operand of `outer`, is written in parentheses."""
    precedence, to_right = BINARY[outer]
    own, _ = BINARY[inner]
    if own == precedence and (side == "right") == to_right:
        return inner != outer and outer in _ALWAYS
    if outer in _ALWAYS and inner != "..":
        return True
    if outer in _LOGICAL and inner in _LOGICAL:
        return True
    return precedence >= own
