"""The attempted clauses of a FunctionClauseError as iex shows them: mismatches between hyphens.

Each pattern is matched separately against its argument, with the variables that the patterns before
it have bound; each part of a guard is evaluated separately. All this happens only when the error is
printed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from kvshell.elixir.compile.branches import split_guard
from kvshell.elixir.compile.functions import FunctionDefinition, written_key
from kvshell.elixir.compile.writing.body import NOT_CONSTANT, constant
from kvshell.elixir.compile.writing.environment import Environment
from kvshell.elixir.modules.running_lines import run_expression
from kvshell.elixir.modules.support import HELPERS
from kvshell.elixir.syntax.nodes import KnownTerm, Node
from kvshell.elixir.syntax.parser import parse
from kvshell.elixir.syntax.text import text_of
from kvshell.terms import A, Atom, ElixirError, FunctionClauseError, Term, alias, inspect

ENDLESS: Final = 1 << 30
_LINE: Final = 98
_TYPES: Final = frozenset(
    "integer float binary bytes bitstring bits utf8 utf16 utf32".split()  # noqa: SIM905  # as typed
)
_RENAMED: Final = {"bytes": "binary", "bits": "bitstring"}


def function_clause(
    module: Term, name: str, arity: int, given: Sequence[Term], definition: FunctionDefinition
) -> ElixirError:
    """Return the error of a function or macro without a clause for the arguments `given`."""
    name, shown = written_key((name, arity))
    own = given[arity - shown :]  # without a macro's first argument, its caller's environment
    return FunctionClauseError(module, Atom(name), shown, own, lambda: tried(definition, own))


def tried(definition: FunctionDefinition, given: Sequence[Term]) -> list[str]:
    """Return the head of each clause, with the parts that do not match between hyphens."""
    env = definition.env.child(warnings=[])
    return [_head(definition, clause, given, env) for clause in definition.clauses]


def _head(
    definition: FunctionDefinition, clause: Node, given: Sequence[Term], env: Environment
) -> str:
    params, guards = split_guard((clause.args or [[]])[0])
    params = params[len(params) - len(given) :]
    bound: dict[str, Term] = {}
    texts = []
    for param, argument in zip(params, given, strict=True):
        fits, bound = _matched(param, argument, env, bound)
        texts.append(_marked(text_of(_shown(param, env), _LINE), fits))
    name, _arity = written_key(definition.key)
    text = f"{definition.kind} {name}({', '.join(texts)})"
    for each in guards:
        text += f" when {_guard(_expanded(each, env), env, bound)}"
    return text


def _marked(text: str, fits: bool) -> str:
    return text if fits else f"-{text}-"


def _matched(
    pattern: Any, argument: Term, env: Environment, bound: dict[str, Term]
) -> tuple[bool, dict[str, Term]]:
    """Return whether a pattern matches, and the variables bound so far."""
    match = Node("=", [_pinned(pattern, bound), Node("known term", [KnownTerm(argument)])], 1)
    try:
        _value, more = run_expression(match, env.child(), dict(bound))
    except Exception:  # noqa: BLE001  # any error means that it does not match
        return False, bound
    return True, {**bound, **more}


def _holds(guard: Any, env: Environment, bound: dict[str, Term]) -> bool:
    arrow = Node("->", [[Node("when", [Node("_", None, 1), guard], 1)], True], 1)
    other = Node("->", [[Node("_", None, 1)], False], 1)
    asked = Node("case", [True, [(A.do, [arrow, other])]], 1)
    try:
        value, _more = run_expression(asked, env.child(), dict(bound))
    except Exception:  # noqa: BLE001  # a variable of a pattern that did not match, for example
        return False
    return value is True


def _guard(node: Any, env: Environment, bound: dict[str, Term]) -> str:
    """Return the source of a guard with its failing parts between hyphens."""
    if type(node) is Node and node.head == "__block__" and node.args and len(node.args) == 1:
        return _guard(node.args[0], env, bound)
    if type(node) is Node and node.head in {"and", "or"} and node.args:
        left, right = (_guard(each, env, bound) for each in node.args)
        return f"{left} {node.head} {right}"
    return _marked(text_of(_shown(node, env), _LINE), _holds(node, env, bound))


def _rebuilt(node: Any, change: Callable[[Any], Any]) -> Any:
    """Return a node with `change` applied to its parts."""
    if type(node) is Node:
        head = change(node.head) if type(node.head) is Node else node.head
        args = None if node.args is None else [change(each) for each in node.args]
        return Node(head, args, node.line, node.column, node.meta)
    if type(node) is list or type(node) is tuple:
        return type(node)(change(each) for each in node)
    return node


def _pinned(node: Any, bound: dict[str, Term]) -> Any:
    """Return a pattern with `^` in front of the variables bound so far."""
    if type(node) is Node:
        if node.args is None:
            return Node("^", [node], node.line) if node.head in bound else node
        if node.head == "^":
            return node
        if node.head == "::":
            return Node("::", [_pinned(node.args[0], bound), node.args[1]], node.line)
    return _rebuilt(node, lambda each: _pinned(each, bound))


# -- as the compiler sees it ---------------------------------------------------------------------


def _shown(node: Any, env: Environment) -> Any:
    """Return a node as the compiler sees it: attributes and aliases are their values."""
    if type(node) is not Node or node.args is None:
        if type(node) is Node and node.head == "__MODULE__":
            return env.module
        return _rebuilt(node, lambda each: _shown(each, env))
    if node.head == "known term":
        value = constant(node)
        return value if value is NOT_CONSTANT else parse(inspect(value, limit=None, width=None))
    if node.head == "__aliases__" and type(node.args[0]) is Atom:
        return env.module_named(node)
    if node.head == "..":
        pairs = [(A.__struct__, alias("Range")), *zip((A.first, A.last), node.args, strict=True)]
        return Node("%{}", _shown(pairs, env), node.line)
    if node.head == "<>":
        return Node("<<>>", _joined(node, env), node.line)
    if node.head == "++" and type(node.args[0]) is list and node.args[0]:
        return _cell(node.args[0], node.args[1], env)
    if node.head == "<<>>":
        return Node("<<>>", [_segment(each, env) for each in node.args], node.line)
    if node.head == "+" and len(node.args) == 1 and type(node.args[0]) in {int, float}:
        return node.args[0]
    if str(node.head) in {"sigil_s", "sigil_S", "sigil_w", "sigil_W"}:
        try:
            value, _bound = run_expression(node, env.child(), {})
        except ElixirError:
            return node
        return parse(inspect(value, limit=None, width=None))
    return _rebuilt(node, lambda each: _shown(each, env))


def _cell(items: list[Any], tail: Any, env: Environment) -> Any:
    """Return `[1, 2] ++ rest` as `[1, 2 | rest]`."""
    *first, last = (_shown(each, env) for each in items)
    return [*first, Node("|", [last, _shown(tail, env)], 1)]


def _joined(node: Any, env: Environment) -> list[Any]:
    """Return the operands of `"a" <> rest` as segments of a binary."""
    left, right = node.args
    ends = type(right) is Node and right.head == "<>"
    rest = _joined(right, env) if ends else [_binary(_shown(right, env))]
    return [_binary(_shown(left, env)), *rest]


def _binary(node: Any) -> Any:
    return node if type(node) is str else Node("::", [node, Node("binary", None, 1)], 1)


def _segment(node: Any, env: Environment) -> Any:
    """Return a segment with its options in the compiler's order: type, sign, size."""
    if type(node) is not Node or node.head != "::" or not node.args:
        return _shown(node, env)
    options: dict[str, Any] = {}
    kinds: list[Any] = []
    todo = [node.args[1]]
    while todo:
        each = todo.pop()
        if type(each) is Node and each.head == "-" and each.args and len(each.args) == 2:
            todo += [each.args[1], each.args[0]]
        elif type(each) is Node and each.args is None:
            name = _RENAMED.get(str(each.head), str(each.head))
            if name in _TYPES:
                kinds.append(Node(name, None, 1))
            else:
                options[name] = each
        elif type(each) is Node and each.head in {"size", "unit"}:
            options[str(each.head)] = _shown(each, env)
        elif type(each) is Node and each.head == "*" and each.args and len(each.args) == 2:
            options["size"] = Node("size", [each.args[0]], 1)
            options["unit"] = Node("unit", [each.args[1]], 1)
        else:
            options["size"] = Node("size", [_shown(each, env)], 1)
    order = ("big", "little", "native", "signed", "unsigned", "unit", "size")
    parts = [*(kinds or [Node("integer", None, 1)]), *(options[n] for n in order if n in options)]
    joined = parts[0]
    for part in parts[1:]:
        joined = Node("-", [joined, part], 1)
    return Node("::", [_shown(node.args[0], env), joined], node.line)


# -- guards, expanded ----------------------------------------------------------------------------


def _expanded(node: Any, env: Environment) -> Any:
    """Return a guard with its macros expanded."""
    if type(node) is not Node or node.args is None or node.head == "known term":
        return node
    args = node.args
    if type(node.head) is str:
        module = env.imports.get((node.head, len(args)))
        own = env.modules.guard(env.module, node.head, len(args)) or (
            env.modules.guard(module, node.head, len(args)) if module is not None else None
        )
        if own is not None:
            return _expanded(own(args), env)
        if node.head == "is_nil" and len(args) == 1:
            return Node("==", [_expanded(args[0], env), None], node.line)
        if node.head == "is_exception":
            key = A.__exception__
            remote = Node(".", [Atom("erlang"), Atom("map_get")], node.line)
            tests = [
                Node("is_struct", args, node.line),
                Node("is_map_key", [args[0], key], node.line),
                Node("==", [Node(remote, [key, args[0]], node.line), True], node.line),
            ]
            return _any("and", tests, node.line)
        if node.head == "in" and len(args) == 2:
            return _member(node, env)
    return _rebuilt(node, lambda each: _expanded(each, env))


def _any(operator: str, tests: list[Any], line: int) -> Any:
    found = tests[0]
    for each in tests[1:]:
        found = Node(operator, [found, each], line)
    return found


def _member(node: Node, env: Environment) -> Any:
    """Expand `x in [1, 2]` or `x in 1..3` to comparisons."""
    left, right = (_shown(each, env) for each in node.args or ())
    if type(right) is Node and str(right.head).startswith("sigil_"):
        right = _shown(right, env)
    if isinstance(right, list):
        tests: list[Any] = [Node("===", [left, each], node.line) for each in right]
        return _any("or", tests, node.line) if tests else False
    ends = (node.args or [None, None])[1]
    if type(ends) is Node and ends.head == ".." and ends.args:
        low, high = ends.args
        if type(low) is int and type(high) is int:
            down = low > high
            tests = [
                Node("is_integer", [left], node.line),
                Node(">=", [left, high if down else low], node.line),
                Node("<=", [left, low if down else high], node.line),
            ]
            return _any("and", tests, node.line)
    return node


HELPERS["_function_clause"] = function_clause
