"""Converts nodes to terms: the quoted form of source, as macros receive it.

`1 + x` becomes `{:+, [line: 1], [1, {:x, [line: 1], nil}]}`.
"""

from __future__ import annotations

from typing import Any, Final

from kvshell.elixir.running.step_limits import due, tick
from kvshell.elixir.syntax import hygiene
from kvshell.elixir.syntax.nodes import Charlist, Node
from kvshell.terms import A, Atom, List, Map, Term, atom

BLOCK: Final = Atom("__block__")
ALONE: Final = frozenset({"not", "!", "unquote_splicing"})  # a block even alone in a block
KEPT: Final = "quoted meta"  # entry of a node's meta: its original metadata, a List
CONTEXT: Final = "context"  # of a variable that means the same everywhere, as `_`
_BRACES: Final = Atom("{}")


def term_of(node: Any, *, columns: bool = False) -> Term:
    """Return the quoted form of a node, with the line of each call and variable."""
    return _Writer(columns).term(node)


def program_of(node: Any, *, columns: bool = False) -> Term:
    """Return the quoted form of a whole text; a text that is just `not x` becomes a block."""
    writer = _Writer(columns)
    return writer.single(node)


class _Writer:
    def __init__(self, columns: bool) -> None:
        self.columns = columns

    def term(self, node: Any) -> Term:
        kind = type(node)
        if kind is Node:
            return self._node(node)
        if kind is list:
            return List([self.term(each) for each in node])
        if kind is tuple:
            return (self.term(node[0]), self.term(node[1]))
        if kind is Charlist:
            return List(node)
        return node

    def single(self, node: Any) -> Term:
        """Return the quoted form of a block's only expression; a negation keeps its `__block__`."""
        made = self.term(node)
        return (BLOCK, List(), List([made])) if stays_block(node) else made

    def _node(self, node: Node) -> Term:
        head, args = node.head, node.args
        if head == "known term":
            return escape((args or [None])[0].term)
        meta = self.meta(node)
        if args is None:
            spelled, context, _counter = hygiene.parts(str(head))
            known = node.get(CONTEXT) if context is None else Atom(context)
            return (atom(spelled), meta, known)
        name = self.term(head) if type(head) is Node else atom(str(head))
        return (name, meta, self._args(node, args))

    def _args(self, node: Node, args: list[Any]) -> Term:
        if node.head == "->":
            return List([self.term(args[0]), self.single(args[1])])
        if node.get("do") and type(args[-1]) is list:
            sections = [(key, self._section(block)) for key, block in args[-1]]
            return List([*map(self.term, args[:-1]), List(sections)])
        return List(map(self.term, args))

    def _section(self, block: Any) -> Term:
        return self.term(block) if type(block) is list else self.single(block)

    def meta(self, node: Node) -> Term:
        """Return the metadata of a node."""
        kept = node.get(KEPT)
        if kept is not None:
            return kept
        counter = hygiene.parts(node.head)[2] if type(node.head) is str else None
        pairs: list[Term] = [] if counter is None else [(A.counter, counter)]
        pairs += details(node)
        if node.line and not (node.head == "__block__" and not node.get("closing")):
            pairs.append((A.line, node.line))
            if self.columns:
                pairs.append((A.column, node.column))
        return List(pairs)


def details(node: Node) -> list[Term]:
    """Return the metadata about how an expression is written, such as `no_parens: true`."""
    found: list[Term] = []
    if node.meta is None:
        return found
    if node.get("no_parens") and type(node.head) is Node:
        found.append((A.no_parens, True))
    head = node.head
    if type(head) is str and head.startswith("sigil_") and node.get("delimiter"):
        found.append((A.delimiter, node.get("delimiter")))
    if head == "<<>>" and node.get("indentation") is not None and not node.get("delimiter"):
        found.append((A.indentation, node.get("indentation")))
    if node.get("ambiguous_op"):
        found.append((A.ambiguous_op, None))
    return found


def stays_block(node: Any) -> bool:
    """Whether a block with only this expression stays a block, as for `not x` and `!x`."""
    return type(node) is Node and node.head in ALONE and len(node.args or ()) == 1


# -- values as quoted expressions --------------------------------------------------------------


def escape(value: Term, *, unquote: bool = False) -> Term:
    """Return the quoted expression of a value; with `unquote`, unquotes in it stay in effect."""
    if due():
        tick()
    kind = type(value)
    if kind is List:
        if unquote and any(_splices(item) for item in value.items):
            return _spliced(value)
        items = [escape(item, unquote=unquote) for item in value.items]
        if value.last is List().last:
            return List(items)
        last = (Atom("|"), List(), List([items[-1], escape(value.last, unquote=unquote)]))
        return List([*items[:-1], last])
    if kind is tuple:
        if unquote and len(value) == 3 and value[0] is A.unquote and type(value[2]) is List:
            return value[2].items[0]
        if len(value) == 2:
            return (escape(value[0], unquote=unquote), escape(value[1], unquote=unquote))
        return (_BRACES, List(), List([escape(item, unquote=unquote) for item in value]))
    if kind is Map:
        pairs = [(escape(key), escape(item, unquote=unquote)) for key, item in value]
        return (Atom("%{}"), List(), List(pairs))
    return value


def _splices(item: Term) -> bool:
    return type(item) is tuple and len(item) == 3 and item[0] is A.unquote_splicing


def _spliced(value: List) -> Term:
    made: Term = List()
    for item in reversed(value.items):
        if _splices(item):
            made = call(Atom("elixir_quote"), "list", item[2].items[0], made)
        else:
            made = List([(Atom("|"), List(), List([escape(item, unquote=True), made]))])
    return made


def call(module: Atom, name: str, *args: Term) -> Term:
    """Return the quoted call `module.name(args)`."""
    dot = (Atom("."), List(), List([module, Atom(name)]))
    return (dot, List(), List(args))
