"""Run-time helpers of `quote`, for `unquote` in place of a name and for `unquote_splicing`."""

from typing import Any

from kvshell.terms import A, ArgumentError, Atom, List, Term, inspect
from kvshell.terms.list import PROPER

_DEFINITIONS = frozenset({"def", "defp", "defmacro", "defmacrop"})


def spliced(left: Term, right: Any) -> Term:
    """Return the list given to `unquote_splicing`, `left`, followed by the items of `right`."""
    if type(left) is not List or left.last is not PROPER:
        raise ArgumentError(
            f"expected a list with quoted expressions in unquote_splicing/1, got: {inspect(left)}"
        )
    return List([*left.items, *right.items])


def dot(meta: Any, left: Term, right: Any, args: Any, context: Term) -> Term:
    """Return the quoted form of `left.unquote(right)`, with `args` if they follow."""
    made = _dot(meta, left, right, args)
    head, _meta, parts = made
    if type(head) is tuple and type(parts) is List and parts.size:
        name, first = head[2].items[-1], parts.head
        called = type(first) is tuple and len(first) == 3 and type(first[1]) is List
        if type(name) is Atom and name.name in _DEFINITIONS and called:
            named = (first[0], List([*first[1].items, (A.context, context)]), first[2])
            return (head, meta, List([named, *parts.items[1:]]))
    return made


def _dot(meta: Any, left: Term, right: Any, args: Any) -> Any:
    point = Atom(".")
    bare = type(right) is tuple and len(right) == 3
    if args is None:
        if bare and right[0] is Atom("__aliases__") and type(right[2]) is List:
            return (right[0], meta, List([left, *right[2].items]))
        if type(right) is Atom and right.name.startswith("Elixir."):
            return (Atom("__aliases__"), meta, List([left, right]))
        unnamed = List([(A.no_parens, True), *meta.items])
        if type(right) is Atom:
            return ((point, meta, List([left, right])), unnamed, List())
        if bare and type(right[0]) is Atom:
            called = (point, meta, List([left, right[0]]))
            if type(right[2]) is List:
                return (called, meta, right[2])
            return (called, unnamed, List())
    elif type(right) is Atom:
        return ((point, meta, List([left, right])), meta, args)
    elif bare and type(right[0]) is Atom and type(right[2]) is not List:
        return ((point, meta, List([left, right[0]])), meta, args)
    raise ArgumentError(
        "expected unquote after dot to return an atom, an alias or a quoted call, got: "
        f"{inspect(right)}"
    )
