r"""Nodes: Elixir source as data, in the shape of Elixir's own quoted expressions.

A quoted `{head, meta, args}` is a `Node`; everything else is the literal itself:

    quoted              here
    {:x, _, nil}        Node("x", None), a variable: `args` is None
    {:+, _, [1, 2]}     Node("+", [1, 2])
    {{:., _, [a, :b]}, _, []}    Node(Node(".", [a, Atom("b")]), [])
    {:__aliases__, _, [:A, :B]}  Node("__aliases__", [Atom("A"), Atom("B")])
    [1, 2], 'ab'        a Python list, a Charlist
    {a, b}              a Python tuple of two
    :a, nil, true, 1, 1.0, "s"   Atom, None, True, int, float, str

A binary literal that is not valid UTF-8 (`"\xFF"`) is Python `bytes`.
"""

from collections.abc import Iterator
from typing import Any

Quoted = Any  # a Node or a literal


class Charlist(list[int]):
    """The code points of a literal in single quotes."""

    __slots__ = ()


class KnownTerm:
    """A term that stands for an expression: the only argument of a node called "known term"."""

    __slots__ = ("term",)

    def __init__(self, term: Any) -> None:
        self.term = term


class Node:
    """A `{head, meta, args}` of quoted Elixir.

    `line` and `column` are those of Elixir's own metadata: for an operator, its own position.
    `end_line` and `end_column` are the end of the whole expression, one column past its last
    character. `meta` holds further details, or None:

        parens      True: wrapped in parentheses, as in `(1 + 2) * 3`
        closing     (line, column) of the closing bracket of a call or a container
        no_parens   True: a remote call without parentheses, as `map.key` or `Mod.fun 1`
        do, end     (line, column) of the `do` and the `end` of a do-block
        delimiter   of a string, charlist, atom or sigil that is a node: `"`, `'`, `/`, ...
        indentation of a heredoc
        newlines    number of newlines after `->`, `(`, `,`, as in Elixir's metadata
        from_brackets   True: `Access.get` written as `map[key]`
        last        (line, column) of the last part of an alias
    """

    __slots__ = ("args", "column", "end_column", "end_line", "head", "line", "meta")

    def __init__(
        self,
        head: "str | Node",
        args: list[Quoted] | None,
        line: int = 0,
        column: int = 0,
        meta: dict[str, Any] | None = None,
    ) -> None:
        self.head = head
        self.args = args
        self.line = line
        self.column = column
        self.end_line = 0
        self.end_column = 0
        self.meta = meta

    def __repr__(self) -> str:
        return f"Node({self.head!r}, {self.args!r})"

    def get(self, name: str) -> Any:
        """Return the entry `name` of `meta`, or None."""
        return None if self.meta is None else self.meta.get(name)

    def put(self, name: str, value: Any) -> "Node":
        """Set the entry `name` of `meta`; return this node."""
        if self.meta is None:
            self.meta = {}
        self.meta[name] = value
        return self


def is_call(node: Quoted, name: str, arity: int | None = None) -> bool:
    """Return whether `node` is a call (or special form) of `name`, with `arity` arguments."""
    return (
        type(node) is Node
        and node.head == name
        and node.args is not None
        and (arity is None or len(node.args) == arity)
    )


def children(node: Quoted) -> Iterator[Quoted]:
    """Yield the direct parts of `node`, left to right; a literal has none."""
    if type(node) is Node:
        if type(node.head) is Node:
            yield node.head
        yield from node.args or ()
    elif type(node) is list or type(node) is tuple:
        yield from node


def walk(node: Quoted) -> Iterator[Quoted]:
    """Yield `node` and all its parts, parents first, left to right."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(children(current))))


def same(first: Quoted, second: Quoted) -> bool:
    """Return whether both are the same expression, regardless of position."""
    pairs = [(first, second)]
    while pairs:
        one, two = pairs.pop()
        if type(one) is not type(two):
            return False
        if type(one) is Node:
            if (one.args is None) != (two.args is None):
                return False
            if type(one.head) is Node or type(two.head) is Node:
                pairs.append((one.head, two.head))
            elif one.head != two.head:
                return False
            pairs.append((one.args or [], two.args or []))
        elif type(one) is list or type(one) is tuple:
            if len(one) != len(two):
                return False
            pairs.extend(zip(one, two, strict=True))
        elif type(one) is float:
            if repr(one) != repr(two):
                return False
        elif one != two:
            return False
    return True
