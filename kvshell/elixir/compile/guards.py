"""Guards: conditions without statements; a guard that raises is false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import (
    EXPAND,
    NOT_CONSTANT,
    UNDEFINED,
    FunctionBody,
    constant,
)
from kvshell.elixir.compile.writing.operators import (
    GUARD_CALLS,
    GUARD_OPERATORS,
    InlineText,
    binary,
    inline,
)
from kvshell.elixir.compile.writing.source import is_atom
from kvshell.elixir.syntax.nodes import Charlist, Node
from kvshell.terms import A, Atom, List, Map, alias

if TYPE_CHECKING:
    from collections.abc import Callable

    from kvshell.terms import Term

KERNEL: Final = alias("Kernel")
RANGE: Final = alias("Range")
ERLANG: Final = Atom("erlang")
_TYPES: Final = {
    "and": "_boolean({0}, 'and') and {1}",
    "or": "_boolean({0}, 'or') or {1}",
}


def condition(body: FunctionBody, node: Any) -> tuple[str, bool]:
    """Return the condition of a guard, and whether it can raise."""
    if type(node) is Node and body.env.modules.macro_names:
        EXPAND[0](body, node)
    while type(node) is Node and node.head == "__block__" and len(node.args or ()) == 1:
        node = (node.args or [None])[0]
    known = constant(node)
    if known is not NOT_CONSTANT:
        return str(known is True), False
    piece = guard(body, node)
    # A tuple, list, number or string is never `true`.
    if type(node) is not Node or piece.text[0] in "0123456789'\"" or piece.text[:2] == "(-":
        return "False", False
    return (piece.text if piece.boolean else f"({piece.text}) is True"), not piece.safe


def guard(body: FunctionBody, node: Any) -> InlineText:  # one case for each kind
    """Return the Python code of an expression in a guard."""
    if type(node) is not Node:
        known = constant(node)
        if known is not NOT_CONSTANT:
            return InlineText(body.unit.constant(known), type(known) is bool, True)
        pieces = [guard(body, item) for item in node]
        joined = ", ".join(piece.text for piece in pieces)
        made = f"({joined})" if type(node) is tuple else f"_list(({joined},))"
        return InlineText(made, False, all(piece.safe for piece in pieces))
    if body.env.modules.macro_names and EXPAND[0](body, node):
        return guard(body, node)
    head = node.head
    if node.args is None:
        return InlineText(body.value(node), False, True)
    if head == "__block__" and len(node.args) == 1:
        return guard(body, node.args[0])
    if head == "known term":
        return InlineText(body.unit.constant(constant(node)), False, True)
    body.at(node)
    if type(head) is Node:
        return _remote(body, node, head)
    if head in {"and", "or"} and len(node.args) == 2:
        return _connective(body, head, node.args)
    if head in {"not", "!"} and len(node.args) == 1:
        inner = guard(body, node.args[0])
        if inner.boolean:
            return InlineText(f"(not {inner.text})", True, inner.safe)
        return InlineText(f"_negation({inner.text})", True)
    if head == "in" and len(node.args) == 2:
        return member(body, node)
    if head in {"__aliases__", "@", "__MODULE__", "<<>>"} or str(head).startswith("sigil_"):
        return InlineText(body.value(node), False, True)
    if head == "{}":
        pieces = [guard(body, item) for item in node.args]
        comma = "," if len(pieces) == 1 else ""
        return InlineText(f"({', '.join(piece.text for piece in pieces)}{comma})")
    if head == "__block__" and len(node.args) == 1:
        return guard(body, node.args[0])
    if head == "%{}":
        return InlineText(body.value(node))
    return _local(body, node, str(head))


def _connective(body: FunctionBody, head: str, args: list[Any]) -> InlineText:
    left, right = guard(body, args[0]), guard(body, args[1])
    if left.boolean:
        return InlineText(
            f"({left.text} {head} {right.text})", right.boolean, left.safe and right.safe
        )
    return InlineText(f"({_TYPES[head].format(left.text, right.text)})", right.boolean)


def _local(body: FunctionBody, node: Node, head: str) -> InlineText:
    args = node.args or []
    own = body.env.modules.guard(body.env.module, head, len(args)) or _imported(
        body, head, len(args)
    )
    if own is not None:
        return guard(body, own(args))
    if head in GUARD_OPERATORS and len(args) == 2:
        left, right = guard(body, args[0]), guard(body, args[1])
        piece = binary(head, left.text, right.text, lambda text: text_is_atom(body, text))
        return piece._replace(safe=piece.safe and left.safe and right.safe)
    if head in {"-", "+"} and len(args) == 1:
        helper = "_negate" if head == "-" else "_plus"
        return InlineText(f"{helper}({guard(body, args[0]).text})")
    if head in {"div", "rem"} and len(args) == 2:
        left, right = guard(body, args[0]), guard(body, args[1])
        return binary(head, left.text, right.text, lambda _text: False)
    pieces = [guard(body, item) for item in args] if _known(head, len(args)) else []
    found = _called(body, head, pieces) if _known(head, len(args)) else None
    if found is not None:
        return found
    expand = GUARD_MACROS.get((head, len(args)))
    if expand is not None:
        return guard(body, expand(body, node))
    if (head, len(args)) in body.env.local:
        raise body.error(node, f"cannot find or invoke local {head}/{len(args)} inside guards")
    raise UNDEFINED[0](body, node)


def _imported(body: FunctionBody, head: str, arity: int) -> Any:
    module = body.env.imports.get((head, arity))
    return None if module is None else body.env.modules.guard(module, head, arity)


def _known(head: str, arity: int) -> bool:
    return inline(head, ["x"] * arity) is not None or (head, arity) in GUARD_CALLS


def _called(body: FunctionBody, head: str, pieces: list[InlineText]) -> InlineText | None:
    texts = [piece.text for piece in pieces]
    written = inline(head, texts)
    if written is not None:
        return written._replace(safe=written.safe and all(piece.safe for piece in pieces))
    if (head, len(texts)) in GUARD_CALLS:
        return InlineText(f"{body.unit.remote(KERNEL, head, len(texts))}.call({', '.join(texts)})")
    return None


def _remote(body: FunctionBody, node: Node, head: Node) -> InlineText:
    args = node.args or []
    target = head.args or []
    if len(target) == 2:
        module: Term = None
        if type(target[0]) is Atom:
            module = target[0]
        elif type(target[0]) is Node and target[0].head == "__aliases__":
            module = body.env.module_named(target[0])
        name = target[1].name if type(target[1]) is Atom else str(target[1])
        if name in _BITS and module in {_BITWISE_MODULE, ERLANG}:
            pieces = ", ".join(guard(body, item).text for item in args)
            return InlineText(
                f"{body.unit.remote(_BITWISE_MODULE, name, len(args))}.call({pieces})"
            )
        if module in {KERNEL, ERLANG} or module is _BITWISE_MODULE:
            name = _ERLANG_NAMES.get(name, name)
            return guard(body, Node(name, args, node.line))
        if type(module) is Atom:
            own = body.env.modules.guard(module, name, len(args))
            if own is not None:
                return guard(body, own(args))
            if module is alias("Integer") and name in {"is_odd", "is_even"}:
                return _parity(body, name, args[0])
            raise body.error(
                node,
                f"cannot invoke remote function {unparse(target[0])}.{name}/{len(args)} "
                "inside guards",
            )
        if not args and (node.get("no_parens") or True):
            inner = guard(body, target[0])
            key = body.unit.constant(Atom(name))
            return InlineText(f"_guard_field({inner.text}, {key})")
    raise body.error(node, "invalid expression in guards")


def _parity(body: FunctionBody, name: str, argument: Any) -> InlineText:
    inner = guard(body, argument)
    wanted = "1" if name == "is_odd" else "0"
    return InlineText(f"(_parity({inner.text}) == {wanted})", True)


_BITWISE_MODULE: Final = alias("Bitwise")
_BITS: Final = {"band", "bor", "bxor", "bnot", "bsl", "bsr"}
_ERLANG_NAMES: Final = {
    "=:=": "===",
    "=/=": "!==",
    "/=": "!=",
    "=<": "<=",
    "andalso": "and",
    "orelse": "or",
}


def member(body: FunctionBody, node: Node) -> InlineText:
    """Return the code of `x in [1, 2]` or `x in 1..9`; the right side must be a literal."""
    args = node.args or []
    left, right = guard(body, args[0]), args[1]
    if type(right) is Node and str(right.head).startswith("sigil_"):
        known = body.unit.constants.get(body.value(right))
        right = list(known.items) if type(known) is List else right
    if type(right) is Charlist:
        right = list(right)
    if type(right) is Node and right.head == "known term":
        value = constant(right)
        if type(value) is List:
            right = list(value.items)
        elif type(value) is Map and value.get(A.__struct__) is RANGE:
            right = Node("..//", [value.get(A.first), value.get(A.last), value.get(A.step)])
    if type(right) is list:
        if not right:
            return InlineText("False", True, True)
        tests = []
        for item in right:
            piece = guard(body, item)
            tests.append(
                binary("===", left.text, piece.text, lambda text: text_is_atom(body, text)).text
            )
        return InlineText(f"({' or '.join(tests)})", True, left.safe)
    if type(right) is Node and right.head in {"..", "..//"} and right.args:
        low, high = guard(body, right.args[0]).text, guard(body, right.args[1]).text
        step = guard(body, right.args[2]).text if len(right.args) == 3 else "None"
        return InlineText(f"_in_range({left.text}, {low}, {high}, {step})", True, False)
    raise ARGUMENT[0](
        'invalid right argument for operator "in", it expects a compile-time proper list or '
        "compile-time range on the right side when used in guard expressions, got: "
        f"{unparse(right)}"
    )


def text_is_atom(body: FunctionBody, text: str) -> bool:
    """Whether the Python code `text` stands for an atom that is known at compile time."""
    return text in {"None", "True", "False"} or (
        text in body.unit.constants and is_atom(body.unit.constants[text])
    )


GUARD_MACROS: dict[tuple[str, int], Callable[[FunctionBody, Node], Any]] = {}
ARGUMENT: list[Callable[[str], Exception]] = []
