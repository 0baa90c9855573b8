"""Blocks, and operators that evaluate their right side only if needed."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.expressions import in_variable, piece
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import (
    CONTROLS,
    DISCARD,
    NOT_CONSTANT,
    VALUES,
    FunctionBody,
    ValueSink,
    constant,
)
from kvshell.elixir.syntax.nodes import Node


def block(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile expressions in sequence; the value of the last one goes to `sink`."""
    items = node.args or []
    if not items:
        body.put(sink, "None")
        return
    for item in items[:-1]:
        effect(body, item)
    body.branch(items[-1], sink)


def effect(body: FunctionBody, node: Any) -> None:
    """Compile an expression for its effect only."""
    known = constant(node)
    if known is not NOT_CONSTANT:
        unused_literal(body, node)
        return
    body.branch(node, DISCARD)


def unused_literal(body: FunctionBody, node: Any) -> None:
    """Warn about an unused literal; `:ok`, nil and the like are assumed to be intended."""
    known = constant(node)
    if type(known) not in {int, float, str, bytes}:
        return
    if body.env.function is None and body.writer.parent is None:
        return
    place = "" if body.env.function is not None else body.env.file
    if body.env.module is not None and body.env.function is not None:
        name, arity = body.env.function
        place = f"{body.env.file}: {unparse(body.env.module)}.{name}/{arity}"
    body.env.warn(
        body.writer.mark,
        f"code block contains unused literal {unparse(node)} "
        "(remove the literal or assign it to _ to avoid warnings)",
        place,
    )


def _connective(body: FunctionBody, node: Node, sink: ValueSink) -> None:
    """Compile `and`, `or`, `&&` and `||`, which evaluate the right side only if needed."""
    assert node.args is not None
    assert type(node.head) is str
    if len(node.args) != 2:
        body.put(sink, VALUES["call"](body, node))
        return
    strict = node.head in {"and", "or"}
    found = piece(body, node.args[0])
    left = in_variable(body, found.text)
    body.at(node)
    if found.boolean:
        test = left
    elif strict:
        test = f"_boolean({left}, {node.head!r})"
    else:
        test = f"{left} is not None and {left} is not False"
    goes_on = node.head in {"and", "&&"}
    body.writer.emit(f"if {test}:")
    body.writer.indent += 1
    if goes_on:
        body.scoped(node.args[1], sink)
    else:
        body.put(sink, left)
    body.writer.emit("pass")  # a literal in an effect position produces no code
    body.writer.indent -= 1
    body.writer.emit("else:")
    body.writer.indent += 1
    if goes_on:
        body.put(sink, left)
        body.writer.emit("pass")
    else:
        body.scoped(node.args[1], sink)
    body.writer.emit("pass")
    body.writer.indent -= 1


CONTROLS["__block__"] = block
for _head in ("and", "or", "&&", "||"):
    CONTROLS[_head] = _connective
