"""Containers, operators and matches: expressions without branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kvshell.elixir.compile import guards
from kvshell.elixir.compile.guards import text_is_atom
from kvshell.elixir.compile.patterns import PatternMatch, bind, unparse
from kvshell.elixir.compile.writing.body import (
    NOT_CONSTANT,
    VALUES,
    FunctionBody,
    constant,
    is_name,
)
from kvshell.elixir.compile.writing.operators import BINARY_OPERATORS, InlineText, binary, inline
from kvshell.elixir.compile.writing.source import simple
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import alias

if TYPE_CHECKING:
    from collections.abc import Callable


def form(
    *heads: str,
) -> Callable[[Callable[[FunctionBody, Node], str]], Callable[[FunctionBody, Node], str]]:
    """Register a compiler for the value of nodes with these heads."""

    def declare(write: Callable[[FunctionBody, Node], str]) -> Callable[[FunctionBody, Node], str]:
        for head in heads:
            VALUES[head] = write
        return write

    return declare


# -- containers --------------------------------------------------------------------------------


@form("{}")
def tuple_(body: FunctionBody, node: Node) -> str:
    """Compile `{a, b, c}`; if it contains another tuple, its depth is checked."""
    known = constant(node)
    if known is not NOT_CONSTANT:
        return body.unit.constant(known)
    items = node.args or []
    texts = body.values(items)
    comma = "," if len(texts) == 1 else ""
    unknown = [index for index, item in enumerate(items) if _may_nest(item)]
    if not unknown:
        return f"({', '.join(texts)}{comma})"
    if len(unknown) > MOST_LOOKED_AT:
        return f"_tuple(({', '.join(texts)}{comma}))"
    for index, text in enumerate(texts):
        if not simple(text) and text not in {"None", "True", "False"}:
            texts[index] = body.writer.spill(text)
    made = f"({', '.join(texts)}{comma})"
    flat = " and ".join(f"{texts[index]}.__class__ is not tuple" for index in unknown)
    return f"({made} if {flat} else _tuple({made}))"


MOST_LOOKED_AT = 3  # tuple items whose class is checked inline


def _may_nest(item: Any) -> bool:
    """Whether the value may be a deeply nested tuple, as far as is known at compile time."""
    if type(item) is Node:
        return item.head not in {"{}", "%{}", "<<>>", "fn", "&", "__aliases__"} and not (
            type(item.head) is str and item.head in _FLAT_RESULTS
        )
    if type(item) is tuple:
        return False
    return False


_FLAT_RESULTS = frozenset(
    {"+", "-", "*", "/", "==", "!=", "<", ">", "<=", ">=", "self", "not", "!", "rem", "div"}
)


@form("[]")
def list_(body: FunctionBody, node: Node) -> str:
    """Compile `[a, b]` and `[a | rest]`."""
    items: list[Any] = node.args or []
    known = constant(items)
    if known is not NOT_CONSTANT:
        return body.unit.constant(known)
    last = items[-1]
    if type(last) is Node and last.head == "|" and last.args is not None and len(last.args) == 2:
        heads = [*items[:-1], last.args[0]]
        texts = body.values([*heads, last.args[1]])
        made = texts[-1]
        for text in reversed(texts[:-1]):
            made = f"_cons({text}, {made})"
        return made
    for item in items:
        if type(item) is Node and item.head == "|" and item.args is not None:
            raise body.error(item, MISPLACED_BAR)
    return f"_list(({', '.join(body.values(items))},))"


MISPLACED_BAR = (
    "misplaced operator |/2\n\nThe | operator is typically used between brackets as the cons "
    "operator:\n\n    [head | tail]\n\nwhere head is a single element and the tail is the remaining"
    " of a list.\nIt is also used to update maps and structs, via the %{map | key: value} "
    "notation,\nand in typespecs, such as @type and @spec, to express the union of two types"
)


@form("known call")
def known_call(body: FunctionBody, node: Node) -> str:
    """Compile a call of a Python function, which is the first argument of the node."""
    function, *args = node.args or []
    name = body.unit.fresh("k")
    body.unit.constants[name] = function.term
    return f"{name}({', '.join(body.values(args))})"


@form("->")
def arrow(body: FunctionBody, node: Node) -> str:
    """Reject `a -> b` outside of clauses."""
    raise body.error(node, "unhandled operator ->")


@form("|")
def bar(body: FunctionBody, node: Node) -> str:
    """Reject `a | b` outside brackets."""
    raise body.error(node, MISPLACED_BAR)


# -- operators ---------------------------------------------------------------------------------


def piece(body: FunctionBody, node: Any) -> InlineText:
    """Return the code of an expression and what is known about its value."""
    if type(node) is Node and type(node.head) is str and node.args is not None:
        args = node.args
        if not body.overridden(node):
            if node.head in BINARY_OPERATORS and len(args) == 2:
                return _binary(body, node)
            if node.head in {"not", "!"} and len(args) == 1:
                return _negated(body, node)
            texts = None
            if inline(node.head, ["x"] * len(args)) is not None:
                texts = [spilled(body, text) for text in body.values(args)]
                body.at(node)
                found = inline(node.head, texts)
                assert found is not None
                return found
            if node.head == "in" and len(args) == 2:
                return _in(body, node)
    if type(node) is bool:
        return InlineText(repr(node), True, True)
    return InlineText(body.value(node))


def spilled(body: FunctionBody, text: str) -> str:
    """Return code for the same value that may be evaluated twice: a literal or a name."""
    return text if simple(text) or text in {"None", "True", "False"} else body.writer.spill(text)


def _binary(body: FunctionBody, node: Node) -> InlineText:
    assert type(node.head) is str
    assert node.args is not None
    texts = body.values(node.args)
    if node.head not in {"++", "--", "/", "**"}:
        negative = [text.startswith("(-") and text[2:-1].isdigit() for text in texts]
        ends = len(body.writer.lines)
        for index, text in enumerate(texts):
            if not negative[index] and not simple(text) and text not in {"None", "True", "False"}:
                texts[index] = body.writer.spill(text)
        del ends
    body.at(node)
    return binary(node.head, texts[0], texts[1], lambda text: text_is_atom(body, text))


def _negated(body: FunctionBody, node: Node) -> InlineText:
    assert node.args is not None
    inner = piece(body, node.args[0])
    if inner.boolean:
        return InlineText(f"(not {inner.text})", True)
    body.at(node)
    if node.head == "not":
        return InlineText(f"_negation({inner.text})", True)
    text = in_variable(body, inner.text)
    return InlineText(f"({text} is None or {text} is False)", True)


def _in(body: FunctionBody, node: Node) -> InlineText:
    assert node.args is not None
    left, right = node.args
    if type(right) is list or (type(right) is Node and right.head in {"..", "..//"}):
        items: list[Any] = right if isinstance(right, list) else right.args or []
        texts = body.values([left, *items])
        body.at(node)
        left_text = spilled(body, texts[0])
        if type(right) is list:
            if not right:
                return InlineText("False", True)
            tests = [
                binary(
                    "===", left_text, spilled(body, text), lambda text: text_is_atom(body, text)
                ).text
                for text in texts[1:]
            ]
            return InlineText(f"({' or '.join(tests)})", True)
        step = texts[3] if len(texts) > 3 else "None"
        return InlineText(f"_in_range({left_text}, {texts[1]}, {texts[2]}, {step})", True)
    texts = body.values([left, right])
    body.at(node)
    return InlineText(
        f"{body.unit.remote(alias('Enum'), 'member?', 2)}.call({texts[1]}, {texts[0]})", True
    )


def _operator(body: FunctionBody, node: Node) -> str:
    assert node.args is not None
    if body.overridden(node):
        return VALUES["call"](body, node)
    if len(node.args) == 1 and node.head in {"-", "+"}:
        inner = constant(node.args[0])
        if type(inner) in {int, float}:
            return body.unit.constant(-inner if node.head == "-" else inner)
        return f"{'_negate' if node.head == '-' else '_plus'}({body.value(node.args[0])})"
    if len(node.args) != 2:
        return VALUES["call"](body, node)
    return piece(body, node).text


for _head in (*BINARY_OPERATORS, "in"):
    VALUES[_head] = _operator


@form("not", "!")
def negation(body: FunctionBody, node: Node) -> str:
    """Compile `not x` and `!x`."""
    if len(node.args or ()) != 1 or body.overridden(node):
        return VALUES["call"](body, node)
    return piece(body, node).text


@form("=~")
def text_matches(body: FunctionBody, node: Node) -> str:
    """Compile `text =~ pattern`."""
    texts = body.values(node.args or [])
    body.at(node)
    return f"_text_matches({', '.join(texts)})"


@form("<>")
def concat(body: FunctionBody, node: Node) -> str:
    """Compile `a <> b <> c`, flattened."""
    parts: list[Any] = []

    def flatten(part: Any) -> None:
        if type(part) is Node and part.head == "<>" and part.args is not None:
            for each in part.args:
                flatten(each)
        else:
            parts.append(part)

    flatten(node)
    for part in parts:
        known = constant(part)
        if known is not NOT_CONSTANT and type(known) not in {str, bytes}:
            raise guards.ARGUMENT[0](
                f"expected binary argument in <> operator but got: {unparse(part)}"
            )
    return f"_concat({', '.join(body.values(parts))})"


def in_variable(body: FunctionBody, text: str) -> str:
    """Return a Python name that holds the value, even that of a literal."""
    if text.isidentifier() and text not in {"None", "True", "False"}:
        return text
    name = body.writer.temp()
    body.writer.emit(f"{name} = {text}")
    return name


def truth(body: FunctionBody, node: Any) -> str:
    """Return a Python condition that is true if the value is neither false nor nil."""
    known = constant(node)
    if known is not NOT_CONSTANT:
        return "True" if known is not None and known is not False else "False"
    found = piece(body, node)
    if found.boolean:
        return found.text
    text = spilled(body, found.text)
    if text[0] in "'\"" or text.isdigit():
        return "True"
    return f"({text} is not None and {text} is not False)"


# -- matches -----------------------------------------------------------------------------------


@form("=")
def match(body: FunctionBody, node: Node) -> str:
    """Compile `pattern = value`, whose value is the right side."""
    assert node.args is not None
    pattern, value = node.args
    if type(pattern) is Node and pattern.args is None and pattern.head != "_":
        return _assign(body, pattern, value)
    text = body.value(value)
    body.at(node)
    subject = in_variable(body, text)
    return subject if is_name(pattern, "_") else must_match(body, pattern, subject)


def must_match(body: FunctionBody, pattern: Any, subject: str) -> str:
    """Write the match of a value, an error unless it fits; return the value's name."""
    made = PatternMatch(body)
    made.add(pattern, subject)
    if made.tests:
        body.writer.emit(f"if not ({made.condition}): raise _MatchError({subject})")
    bind(made)
    return subject


def _assign(body: FunctionBody, pattern: Node, value: Any) -> str:
    name = str(pattern.head)
    text = body.value(value)
    body.at(pattern)
    if name in {"__MODULE__", "__ENV__", "__DIR__"}:
        subject = body.writer.spill(text)
        body.writer.emit(
            f"if not _same({subject}, {body.value(pattern)}): raise _MatchError({subject})"
        )
        return subject
    made = body.writer.declare(body.scope, name, pattern.line)
    body.writer.emit(f"{made.python} = {text}")
    return made.python


@form("^")
def pin(body: FunctionBody, node: Node) -> str:
    """Reject `^x` outside a pattern."""
    pinned = unparse((node.args or [None])[0])
    raise body.error(node, f"cannot use ^{pinned} outside of match clauses")
