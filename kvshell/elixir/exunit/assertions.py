"""Compiles assert, refute and related macros; a failure shows their source and values."""

from __future__ import annotations

from typing import Any, Final

from kvshell.elixir.compile.branches import split_guard, write_clause
from kvshell.elixir.compile.closures import lifted
from kvshell.elixir.compile.expressions import in_variable
from kvshell.elixir.compile.guards import text_is_atom
from kvshell.elixir.compile.patterns import PatternMatch, bind, unparse
from kvshell.elixir.compile.trying import _matcher as write_matcher
from kvshell.elixir.compile.writing.body import (
    CONTROLS,
    EXPANSIONS,
    NOT_CONSTANT,
    VALUES,
    FunctionBody,
    constant,
)
from kvshell.elixir.compile.writing.operators import binary
from kvshell.elixir.exunit import checks
from kvshell.elixir.modules.support import HELPERS
from kvshell.elixir.syntax.nodes import Node, walk
from kvshell.terms import alias

_QUOTED: Final = {"delimiter": '"'}
ASSERTIONS: Final = alias("ExUnit.Assertions")
COMPARISONS: Final = frozenset({"==", "!=", "===", "!==", "<", ">", "<=", ">=", "=~", "in"})
# Macros of Kernel: a failure shows no arguments for them, because they are expanded first.
_MACROS: Final = frozenset(
    {
        *("and", "or", "not", "is_nil", "is_struct", "is_exception", "to_string", "to_charlist"),
        *("then", "tap"),
    }
)
# Functions that have the names of path macros but a higher arity: `put_in(map, keys, value)`.
_OF_KEYS: Final = frozenset(
    {("put_in", 3), ("update_in", 3), ("get_and_update_in", 3), ("pop_in", 2)}
)
HELPERS.update(
    {
        "_compared": checks.compared,
        "_matched": checks.matched,
        "_truth": checks.truth,
        "_said_truth": checks.said_truth,
        "_no_match": checks.no_match,
        "_assert_receive": checks.assert_receive,
        "_refute_receive": checks.refute_receive,
        "_catches": checks.catches,
    }
)


def _declare(*names: str, write: Any) -> None:
    for name in names:
        other = VALUES.get(name)

        def value(body: FunctionBody, node: Node, other: Any = other, name: str = name) -> str:
            key = (name, len(node.args or ()))
            if body.env.imports.get(key) is not ASSERTIONS:
                return VALUES["call"](body, node) if other is None else str(other(body, node))
            return str(write(body, node))

        VALUES[name] = value


def _shown(node: Any) -> str:
    """Return the source of a node as ExUnit prints it; sigils do not keep their delimiters."""
    return unparse(_with_quotes(node))


def _with_quotes(node: Any) -> Any:
    if type(node) is Node:
        head = _with_quotes(node.head) if type(node.head) is Node else node.head
        args = None if node.args is None else [_with_quotes(each) for each in node.args]
        is_sigil = type(head) is str and head.startswith("sigil_")
        return Node(head, args, node.line, node.column, _QUOTED if is_sigil else node.meta)
    if type(node) is list or type(node) is tuple:
        return type(node)(_with_quotes(each) for each in node)
    return node


def _code(body: FunctionBody, node: Node) -> str:
    """Return the constant with the source that a failure shows as `code:`."""
    args = node.args or []
    return body.unit.constant(f"{node.head} {_shown(args[0])}" if len(args) == 1 else _shown(node))


def assert_(body: FunctionBody, node: Node) -> str:
    """Compile `assert expression` and `refute expression`, with or without a message."""
    args = node.args or []
    holds = node.head == "assert"
    if len(args) == 2:
        if _is_comparison(args[0]):
            value, *compared = _comparison(body, args[0])
            message = body.value(args[1])
            body.at(node)
            return f"_said_truth({value}, {message}, {holds}, {', '.join(compared)})"
        texts = body.values(args)
        body.at(node)
        return f"_said_truth({texts[0]}, {texts[1]}, {holds})"
    inner = args[0]
    code = _code(body, node)
    if type(inner) is Node and inner.args is not None:
        if inner.head == "=" and holds:
            return assert_match(body, node, inner, code)
        if inner.head == "match?" and len(inner.args) == 2:
            return _assert_matches(body, node, inner, code)
        if _is_comparison(inner):
            return _compare(body, node, inner, code)
        if _is_plain_call(body, inner):
            return _call(body, node, inner, code)
    text = body.value(inner)
    body.at(node)
    return body.writer.spill(f"_truth({text}, {code}, {holds})")


def _is_plain_call(body: FunctionBody, inner: Node) -> bool:
    """Whether a failure shows the arguments: it does for calls with non-literal arguments."""
    args = inner.args or []
    if not args or all(map(_is_literal, args)):
        return False
    if type(inner.head) is str:
        if inner.head in _MACROS:
            return False
        key = (inner.head, len(args))
        if key in body.env.local or key in _OF_KEYS:
            return True
        written = inner.head in VALUES or inner.head in CONTROLS or inner.head in EXPANSIONS
        return not written and inner.head.rstrip("?!").isidentifier()
    dot: Any = inner.head
    return bool(dot.head == ".")


def _is_literal(node: Any) -> bool:
    """Whether a failure need not show an argument's value: a constant, or a map of constants."""
    if type(node) is Node and node.head in {"%{}", "{}", "__aliases__"}:
        return all(map(_is_literal, node.args or ()))
    if type(node) is tuple or type(node) is list:
        return all(map(_is_literal, node))
    return constant(node) is not NOT_CONSTANT


def _call(body: FunctionBody, node: Node, inner: Node, code: str) -> str:
    args = inner.args or []
    texts = [in_variable(body, text) for text in body.values(args)]
    names = [Node(f"&x{index}", None, inner.line) for index in range(len(args))]
    for name, text in zip(names, texts, strict=True):
        body.writer.declare(body.scope, str(name.head), inner.line, text).used = True
    value = body.value(Node(inner.head, list(names), inner.line, inner.column, inner.meta))
    body.at(node)
    comma = "," if len(texts) == 1 else ""
    given = f"({', '.join(texts)}{comma})"
    return body.writer.spill(f"_truth({value}, {code}, {node.head == 'assert'}, {given})")


def _compare(body: FunctionBody, node: Node, inner: Node, code: str) -> str:
    value, *compared = _comparison(body, inner)
    body.at(node)
    shown = ", ".join(compared)
    return body.writer.spill(f"_compared({value}, {shown}, {code}, {node.head == 'assert'})")


def _is_comparison(inner: Any) -> bool:
    return type(inner) is Node and inner.head in COMPARISONS and len(inner.args or ()) == 2


def _comparison(body: FunctionBody, inner: Node) -> tuple[str, str, str, str]:
    """Write a comparison; return the code of its value, its operator, and its two sides."""
    assert inner.args is not None
    operator = str(inner.head)
    texts = [in_variable(body, text) for text in body.values(inner.args)]
    if operator in {"=~", "in"}:
        names = [Node(f"&x{index}", None, inner.line) for index in range(2)]
        for name, text in zip(names, texts, strict=True):
            body.writer.declare(body.scope, str(name.head), inner.line, text).used = True
        value = body.value(Node(operator, list(names), inner.line))
    else:
        piece = binary(operator, texts[0], texts[1], lambda text: text_is_atom(body, text))
        value = piece.text
    return value, repr(operator), texts[0], texts[1]


def _pinned(body: FunctionBody, pattern: Any, *, backwards: bool = True) -> str:
    """Return code for the pinned variables of a pattern with their values.

    As in ExUnit, the last one comes first, unless `backwards` is false.
    """
    found: dict[str, str] = {}
    todo = [pattern]
    while todo:
        each = todo.pop(0)
        if type(each) is Node:
            if each.head == "^" and each.args and type(each.args[0]) is Node:
                name = str(each.args[0].head)
                if name in body.scope:
                    found[name] = body.writer.read(body.scope[name])
            elif each.args:
                todo[:0] = each.args
        elif type(each) is list or type(each) is tuple:
            todo[:0] = each
    names = list(found.items())
    pairs = [f"({name!r}, {text})" for name, text in (names[::-1] if backwards else names)]
    return f"({', '.join(pairs)}{',' if len(pairs) == 1 else ''})"


def assert_match(body: FunctionBody, node: Node, inner: Node, code: str) -> str:
    """Compile `assert pattern = expression`; `code` is the source that a failure shows."""
    assert inner.args is not None
    pattern, value = inner.args
    subject = in_variable(body, body.value(value))
    body.at(node)
    made = PatternMatch(body)
    pinned = _pinned(body, pattern)
    made.add(pattern, subject)
    if made.tests:
        text = body.unit.constant(unparse(pattern))
        body.writer.emit(
            f"if not ({made.condition}): raise _no_match('match (=) failed', {code}, {text}, "
            f"{subject}, {pinned})"
        )
    bind(made)
    body.writer.emit(f"_truth({subject}, {code}, True)")
    return subject


def _assert_matches(body: FunctionBody, node: Node, inner: Node, code: str) -> str:
    assert inner.args is not None
    pattern, value = inner.args
    subject = in_variable(body, body.value(value))
    result = body.writer.temp()
    body.writer.emit(f"{result} = False")
    patterns, guards = split_guard([pattern])
    body.at(node)
    pinned = _pinned(body, pattern)
    write_clause(body, patterns, guards, [subject], lambda: body.writer.emit(f"{result} = True"))
    text = body.unit.constant(unparse(pattern))
    holds = node.head == "assert"
    return body.writer.spill(f"_matched({result}, {code}, {text}, {subject}, {pinned}, {holds})")


# -- messages ----------------------------------------------------------------------------------


def receive(body: FunctionBody, node: Node) -> str:
    """Compile `assert_receive pattern, timeout` and related macros."""
    args = node.args or []
    pattern = args[0]
    name = str(node.head)
    waits = name in {"assert_receive", "refute_receive"}
    timeout = body.value(args[1]) if len(args) > 1 and waits else ("100" if waits else "0")
    timeout = body.writer.spill(timeout)
    message = f"{body.value(args[2])}" if len(args) > 2 else "None"
    body.at(node)
    clause = Node("->", [[pattern], None], node.line)
    matcher = write_matcher(body, [clause])
    code = body.unit.constant(f"{name} {_shown(pattern)}")
    text = body.unit.constant(unparse(pattern))
    pinned = _pinned(body, pattern, backwards=False)
    if name.startswith("refute"):
        return body.writer.spill(f"_refute_receive({matcher}, {timeout}, {text}, {message})")
    found = body.writer.spill(
        f"_assert_receive({matcher}, {timeout}, {code}, {text}, {pinned}, {message})"
    )
    patterns, guards = split_guard([pattern])
    made = PatternMatch(body)
    made.add(patterns[0], found)
    if made.tests:
        body.writer.emit(f"if not ({made.condition}): raise _MatchError({found})")
    bind(made)
    for each in walk(guards):  # the guard has been evaluated, so its variables count as used
        if type(each) is Node and each.args is None and each.head in body.scope:
            body.scope[str(each.head)].used = True
    return found


def catch(body: FunctionBody, node: Node) -> str:
    """Compile `catch_exit(expression)` and related macros."""
    inner = (node.args or [None])[0]
    function = lifted(body, [Node("->", [[], inner], node.line)], 0, node)
    body.at(node)
    kind = str(node.head).removeprefix("catch_")
    return body.writer.spill(f"_catches({function}, {kind!r})")


_declare("assert", "refute", write=assert_)
_declare("assert_receive", "assert_received", "refute_receive", "refute_received", write=receive)
_declare("catch_exit", "catch_throw", "catch_error", write=catch)
