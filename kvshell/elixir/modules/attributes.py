"""Replaces `@name`, `unquote(...)` and `super(...)` in a clause when its definition is evaluated.

`@name` and the argument of `unquote` are evaluated at that point of the module's body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kvshell.elixir.syntax.nodes import KnownTerm, Node
from kvshell.terms import Atom, Term

_LITERALS = frozenset({Atom, int, float, str, bytes, bool, type(None)})


class ClauseReader:
    """Replaces `@name`, `unquote(...)` and `super(...)` in a clause by their values.

    `read` returns the value of an attribute; `evaluate` that of an expression with the variables of
    the module's body; `above` the call that replaces `super(...)`.
    """

    def __init__(
        self,
        read: Callable[[str, int], Term],
        evaluate: Callable[[Any], Term],
        above: Callable[[Node], Node],
        file: str,
    ) -> None:
        self.file = file
        self.read = read
        self.evaluate = evaluate
        self.above = above

    def node(self, node: Any) -> Any:
        """Return an expression with attributes, unquotes and super replaced, or `node` itself."""
        kind = type(node)
        if kind is Node:
            return self._node(node)
        if kind is list or kind is tuple:
            made = self.items(node) if kind is list else [self.node(each) for each in node]
            if len(made) != len(node) or any(a is not b for a, b in zip(made, node, strict=True)):
                return tuple(made) if kind is tuple else made
        return node

    def items(self, items: list[Any]) -> list[Any]:
        """Return the items with the same replacements, and with unquote_splicing spliced in."""
        made: list[Any] = []
        for each in items:
            if type(each) is Node and each.head == "unquote_splicing" and each.args:
                found = self.fragment(self.evaluate(each.args[0]), each.line)
                made += found if type(found) is list else [found]
            else:
                made.append(self.node(each))
        return made

    def fragment(self, value: Term, line: int) -> Any:
        """Return the node that stands for an unquoted value."""
        if type(value) in _LITERALS:
            return Node("known term", [KnownTerm(value)], line)
        return FRAGMENTS[0](value, line, self.file)

    def _node(self, node: Node) -> Any:
        args: list[Any] | None = node.args
        head: Any = node.head
        if head == "unquote" and args is not None and len(args) == 1:
            return self.fragment(self.evaluate(args[0]), node.line)
        if head == "@" and args and type(args[0]) is Node:
            return self._attribute(node, args[0])
        if head == "quote" and args:
            return self._quote(node, args)
        if head == "super" and args is not None:
            node, args = self.above(node), self.above(node).args
            head = node.head
        made: Any = None if args is None else self.items(args)
        if type(head) is Node:
            head = self._dotted(head, node)
        changed = head is not node.head or (
            args is not None
            and (len(made) != len(args) or any(a is not b for a, b in zip(made, args, strict=True)))
        )
        if not changed:
            return node
        if type(head) is tuple:  # Foo.unquote(name)
            target, name = head
            dot = Node(".", [target, name], node.line)
            return Node(dot, [], node.line, node.column, {"no_parens": True})
        return Node(head, made, node.line, node.column, node.meta)

    def _dotted(self, head: Node, node: Node) -> Any:
        """Return the target of a remote call; its function name may be an unquote."""
        inner = head.head
        if head.head == "unquote" and len(head.args or ()) == 1:
            value = self.evaluate((head.args or [None])[0])
            return value.name if type(value) is Atom else self.fragment(value, node.line)
        parts: list[Any] = [] if type(inner) is not Node else inner.args or []
        if _unquotes(inner) and len(head.args or ()) == 1:  # Foo.unquote(name)(...)
            target = self.node(parts[0])
            return Node(".", [target, self.evaluate((head.args or [None])[0])], node.line)
        if _unquotes(head) and len(node.args or ()) == 1:
            return (self.node((head.args or [None])[0]), self.evaluate((node.args or [None])[0]))
        return self.node(head)

    def _attribute(self, node: Node, inner: Node) -> Node:
        if inner.args is not None or type(inner.head) is not str:
            return node
        value = self.read(inner.head, node.line)
        meta = {"name": inner.head}
        return Node("known term", [KnownTerm(value)], node.line, node.column, meta)

    def _quote(self, node: Node, args: list[Any]) -> Node:
        """Return a `quote` with replacements only inside the unquotes of its block."""
        options = [self.node(each) for each in args[:-1]]
        return Node("quote", [*options, self._quoted(args[-1])], node.line, node.column, node.meta)

    def _quoted(self, node: Any) -> Any:
        kind = type(node)
        if kind is list:
            return [self._quoted(each) for each in node]
        if kind is tuple:
            return tuple(self._quoted(each) for each in node)
        if kind is not Node:
            return node
        if node.head in {"unquote", "unquote_splicing"} and node.args:
            inside = ClauseReader(self.read, _untouched, self.above, self.file)
            filled = [inside.node(each) for each in node.args]
            return Node(node.head, filled, node.line, node.column, node.meta)
        head = self._quoted(node.head) if type(node.head) is Node else node.head
        args = None if node.args is None else [self._quoted(each) for each in node.args]
        return Node(head, args, node.line, node.column, node.meta)


def _untouched(node: Any) -> Any:
    """Return an unquote inside an unquote unchanged."""
    return node


def _unquotes(node: Any) -> bool:
    """Whether a node is the `Foo.unquote` of `Foo.unquote(name)`."""
    if type(node) is not Node or node.head != "." or len(node.args or ()) != 2:
        return False
    name = (node.args or [None, None])[1]
    return type(name) is Atom and name.name == "unquote"


# Turns a quoted expression into a node; set by `macros`, which this package cannot import.
FRAGMENTS: list[Callable[[Term, int, str], Any]] = []
