"""Small node constructors shared by several parts of the parser."""

from typing import Any

from kvshell.elixir.syntax.nodes import Node, Quoted
from kvshell.terms import A, alias

KERNEL = alias("Kernel")
LIST = alias("List")
ACCESS = alias("Access")


def block(expressions: list[Quoted]) -> Quoted:
    """Return the expressions as one: a single one as it is, otherwise a `__block__`."""
    if len(expressions) == 1:
        return expressions[0]
    node = Node("__block__", expressions)
    place(node, expressions)
    return node


def place(node: Node, parts: list[Quoted]) -> None:
    """Give a block the start of its first part and the end of its last."""
    for part in parts:
        if type(part) is Node:
            node.line, node.column = part.line, part.column
            break
    for part in reversed(parts):
        if type(part) is Node:
            node.end_line, node.end_column = part.end_line, part.end_column
            break


def remote(module: Any, function: Any, arguments: list[Quoted], line: int, column: int) -> Node:
    """Return the call `module.function(arguments)`."""
    return Node(Node(".", [module, function], line, column), arguments, line, column)


def to_text(expression: Quoted, line: int, column: int) -> Node:
    """Return the call that turns an interpolated expression into text."""
    return remote(KERNEL, A.to_string, [expression], line, column)


def segment(expression: Quoted, line: int, column: int) -> Node:
    """Return an interpolated expression as a segment of a binary."""
    binary = Node("binary", None, line, column)
    return Node("::", [to_text(expression, line, column), binary], line, column)
