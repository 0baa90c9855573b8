"""`:ets.fun2ms(fn ... end)`: compiles a literal closure to a match specification."""

from __future__ import annotations

from typing import Any, Final

from kvshell.elixir.compile.branches import split_guard
from kvshell.elixir.compile.calls import REMOTE_FORMS, static_module
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import FunctionBody
from kvshell.elixir.syntax.nodes import Charlist, Node
from kvshell.terms import Atom, List, Map, Term

_WHOLE_ROW: Final = Atom("$_")
_ANY: Final = Atom("_")
_SAME: Final = "== != < > + - * / abs div rem hd tl length node round size self is_atom is_float"
_GUARDS: Final[dict[str, str]] = {
    **{name: name for name in (*_SAME.split(), "trunc", "element", "map_size", "binary_part")},
    **{f"is_{kind}": f"is_{kind}" for kind in ("integer", "list", "number", "pid", "port", "map")},
    **{f"is_{kind}": f"is_{kind}" for kind in ("reference", "tuple", "binary", "function")},
    "===": "=:=",
    "!==": "=/=",
    "!=": "/=",
    "<=": "=<",
    ">=": ">=",
    "and": "andalso",
    "or": "orelse",
    "not": "not",
}


def _fun2ms(body: FunctionBody, node: Node) -> str:
    """Return the code of the match specification, a constant."""
    closure = (node.args or [None])[0]
    if type(closure) is not Node or closure.head != "fn":
        raise body.error(
            node, ":ets.fun2ms/1 takes a closure that is written there: fn {key, value} -> ... end"
        )
    return body.unit.constant(List([_clause(body, each) for each in closure.args or []]))


REMOTE_FORMS[Atom("ets"), "fun2ms", 1] = _fun2ms


def _clause(body: FunctionBody, clause: Node) -> Term:
    patterns, alternatives = split_guard((clause.args or [None])[0])
    if len(patterns) != 1:
        raise _untranslatable(body, clause, "a closure of one argument is wanted")
    spec = _Clause(body)
    head = spec.head(patterns[0])
    guards = list(map(spec.expression, alternatives))
    while len(guards) > 1:  # `when a when b`
        guards[-2:] = [(Atom("orelse"), *guards[-2:])]
    code = (clause.args or [None, None])[1]
    lines = code.args if type(code) is Node and code.head == "__block__" else [code]
    return head, List(guards), List([spec.expression(line) for line in lines or [None]])


def _untranslatable(body: FunctionBody, node: Any, why: str) -> Exception:
    return body.error(node, f"this closure cannot be translated into a match spec: {why}")


class _Clause:
    """A clause: its variables are `:"$1"`, `:"$2"` ... in order of appearance."""

    def __init__(self, body: FunctionBody) -> None:
        self._body = body
        self._variables: dict[str, Atom] = {}
        self._count = 0

    def head(self, pattern: Any) -> Term:
        """Return the first part of the specification's clause: the pattern of a row."""
        if type(pattern) is Node and pattern.head == "=" and len(pattern.args or ()) == 2:
            left, right = pattern.args or [None, None]
            if type(right) is Node and right.args is None:
                left, right = right, left
            if type(left) is Node and left.args is None:
                self._variables[str(left.head)] = _WHOLE_ROW
                return self._pattern(right)
        return self._pattern(pattern)

    def _pattern(self, pattern: Any) -> Term:
        if type(pattern) is Node and pattern.args is None:
            name = str(pattern.head)
            if name == "_":
                return _ANY
            if name not in self._variables:
                self._count += 1
                self._variables[name] = Atom(f"${self._count}")
            return self._variables[name]
        made = self._literal(pattern, self._pattern)
        if made is NotImplemented:
            raise _untranslatable(self._body, pattern, f"{unparse(pattern)} is no pattern")
        return made

    def _literal(self, node: Any, inner: Any) -> Term:
        """Return the term for a literal, or for a container whose items `inner` converts."""
        if type(node) is not Node:
            if type(node) is tuple:
                return tuple(map(inner, node))
            return self._list(node, inner) if type(node) in {list, Charlist} else node
        if node.head == "{}":
            return tuple(map(inner, node.args or []))
        if node.head == "%{}":
            pairs = [each for each in node.args or [] if type(each) is tuple]
            return Map([(inner(key), inner(value)) for key, value in pairs])
        if node.head in {"__aliases__", "__MODULE__"}:
            return static_module(self._body, node)
        if node.head == "-" and len(node.args or ()) == 1 and type((node.args or [0])[0]) is int:
            return -(node.args or [0])[0]
        return NotImplemented

    def _list(self, items: list[Any], inner: Any) -> Term:
        last = items[-1] if items else None
        if type(last) is Node and last.head == "|":
            before, tail = last.args or [None, None]
            return List([*map(inner, items[:-1]), inner(before)], inner(tail))
        return List(map(inner, items))

    def expression(self, node: Any) -> Term:
        """Return the term for an expression of a guard or of the body."""
        if type(node) is Node and node.args is None:
            found = self._variables.get(str(node.head))
            if found is None:
                message = f"its variable {node.head} is not one of the row's"
                raise _untranslatable(self._body, node, message)
            return found
        made = self._literal(node, self.expression)
        if made is not NotImplemented:
            return (made,) if type(made) is tuple else made
        name, args = self._called(node)
        if name == "elem" and len(args) == 2 and type(args[1]) is int:
            return (Atom("element"), args[1] + 1, self.expression(args[0]))
        known = _GUARDS.get(name)
        if known is None:
            message = f"{unparse(node)} is not allowed in one"
            raise _untranslatable(self._body, node, message)
        return (Atom(known), *map(self.expression, args))

    def _called(self, node: Node) -> tuple[str, list[Any]]:
        head = node.head
        if type(head) is Node and head.head == "." and len(head.args or ()) == 2:
            module, name = head.args or [None, None]
            if static_module(self._body, module) is Atom("erlang") and type(name) is Atom:
                return name.name, node.args or []
            return "", []
        return str(head), node.args or []
