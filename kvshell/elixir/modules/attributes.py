"""`@name` and `unquote(...)` in functions: their values at the time the clause is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kvshell.elixir.syntax.nodes import KnownTerm, Node
from kvshell.terms import Term


def attributes_replaced(
    node: Any, read: Callable[[str, int], Term], evaluate: Callable[[Any], Term]
) -> Any:
    """Return a quoted expression with attributes and unquotes replaced by their values.

    `evaluate` runs the argument of an unquote in the module's body, where a loop may bind it.
    """
    kind = type(node)
    if kind is Node:
        if node.head == "unquote" and node.args is not None and len(node.args) == 1:
            return Node("known term", [KnownTerm(evaluate(node.args[0]))], node.line, node.column)
        if node.head == "@" and node.args and type(node.args[0]) is Node:
            inner = node.args[0]
            if inner.args is None and type(inner.head) is str:
                value = read(inner.head, node.line)
                return Node(
                    "known term", [KnownTerm(value)], node.line, node.column, {"name": inner.head}
                )
            return node
        args = node.args
        if args:
            made = [attributes_replaced(each, read, evaluate) for each in args]
            head = node.head
            if type(head) is Node:
                head = attributes_replaced(head, read, evaluate)
            if head is not node.head or any(a is not b for a, b in zip(made, args, strict=True)):
                return Node(head, made, node.line, node.column, node.meta)
        elif type(node.head) is Node:
            head = attributes_replaced(node.head, read, evaluate)
            if head is not node.head:
                return Node(head, node.args, node.line, node.column, node.meta)
        return node
    if kind is list or kind is tuple:
        made = [attributes_replaced(each, read, evaluate) for each in node]
        if any(a is not b for a, b in zip(made, node, strict=True)):
            return tuple(made) if kind is tuple else made
    return node
