"""Macro.expand and Macro.expand_once: expansion of macros, aliases and `__MODULE__`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.library.registry import Cost, Library
from kvshell.elixir.macros.environments import environment_of
from kvshell.elixir.macros.expansion import MOST_EXPANSIONS, expansion, macro_of, module_of
from kvshell.elixir.macros.expressions import QuotedReader
from kvshell.elixir.macros.library import COUNTERS
from kvshell.elixir.macros.library import pipe as piped
from kvshell.elixir.macros.terms import term_of
from kvshell.elixir.running.errors import refused, system_limit
from kvshell.elixir.syntax.nodes import Node
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, List, Term, alias

if TYPE_CHECKING:
    from collections.abc import Callable

    from kvshell.elixir.compile.writing.environment import Environment

macro = Library.of("Macro", Cost.WAITS)
_KERNEL: Final = alias("Kernel")
_ALIASES: Final = Atom("__aliases__")


@macro.function(cost=Cost.WAITS)
def expand_once(ast: Term, env: Any) -> Term:
    """Expands a macro call, an alias or `__MODULE__` once; returns other expressions unchanged."""
    return _once(ast, _environment(env), env)[0]


@macro.function(cost=Cost.WAITS)
def expand(ast: Term, env: Any) -> Term:
    """Expands an expression until its outermost node can no longer be expanded."""
    own = _environment(env)
    for _ in range(MOST_EXPANSIONS):
        ast, changed = _once(ast, own, env)
        if not changed:
            return ast
    raise system_limit(f"more than {MOST_EXPANSIONS:,} macro expansions in one input")


def _environment(env: Any) -> Environment:
    code: Any = current().runtime.code
    return environment_of(env, code, code.defining)


def _once(ast: Any, env: Environment, given: Any) -> tuple[Term, bool]:
    """Return the expansion of an expression, or the expression itself, and whether it expanded."""
    if type(ast) is not tuple or len(ast) != 3:
        return ast, False
    head, _meta, args = ast
    if head is _ALIASES and type(args) is List:
        module = module_of(env, QuotedReader(env.file).node(ast))
        return (ast, False) if module is None else (module, True)
    if head is Atom("__MODULE__") and type(args) is not List:
        return env.module, True
    if head is Atom("__ENV__") and type(args) is not List:
        return given, True
    if type(args) is not List:
        return ast, False
    node = QuotedReader(env.file).node(ast)
    found = macro_of(env, node) if type(node) is Node and env.modules.macro_names else None
    if found is not None:
        return term_of(expansion(env, found, node.args or [], 0, None)), True
    return _kernel(ast, head, args, env)


# -- macros of Kernel ----------------------------------------------------------------------------


def _kernel(ast: Any, head: Any, args: List, env: Environment) -> tuple[Term, bool]:
    name = head.name if type(head) is Atom else ""
    made = _KERNEL_MACROS.get((name, args.size))
    if made is None or (name, args.size) in env.imports:
        if (name, args.size) in _MACROS_THAT_ARE_FORMS:
            raise refused(f"Macro.expand of {name}/{args.size}")
        return ast, False
    expanded = made(*args.items)
    return (ast, False) if expanded is NotImplemented else (expanded, True)


def _call(name: str, *args: Term) -> Term:
    meta = List([(A.context, _KERNEL), (A.imports, List([(len(args), _KERNEL)]))])
    return (Atom(name), meta, List(args))


def _truth(
    value: Term, holds: Callable[[Term], Term], fails: Callable[[Term], Term], meta: List
) -> Term:
    """Return the `case` to which Elixir expands a truthiness test such as `&&` or `!`."""
    var = (A.x, List([(A.counter, next(COUNTERS))]), _KERNEL)
    dot = (Atom("."), List(), List([_KERNEL, Atom("in")]))
    test = (dot, List(), List([var, List([False, None])]))
    guarded = (Atom("when"), List(), List([var, test]))
    other = (Atom("_"), List(), _KERNEL)
    clauses = List([
        (Atom("->"), List(), List([List([guarded]), fails(var)])),
        (Atom("->"), List(), List([List([other]), holds(var)])),
    ])  # fmt: skip
    return (Atom("case"), meta, List([value, List([(A.do, clauses)])]))


_BOOLEAN: Final = List([(A.optimize_boolean, True)])


def _blocks(clauses: Any) -> dict[Any, Term] | None:
    """Return the `do` and `else` blocks by name, or None if there is no `do`."""
    if type(clauses) is not List:
        return None
    blocks = dict(each for each in clauses.items if type(each) is tuple and len(each) == 2)
    return blocks if A.do in blocks else None


def _if(condition: Term, clauses: Any) -> Term:
    blocks = _blocks(clauses)
    if blocks is None:
        return NotImplemented
    first, second = blocks[A.do], blocks.get(Atom("else"))
    return _truth(condition, lambda _x: first, lambda _x: second, _BOOLEAN)


def _unless(condition: Term, clauses: Any) -> Term:
    blocks = _blocks(clauses)
    if blocks is None:
        return NotImplemented
    swapped = List([(A.do, blocks.get(Atom("else"))), (Atom("else"), blocks[A.do])])
    return _call("if", condition, swapped)


_KERNEL_MACROS: Final[dict[tuple[str, int], Callable[..., Term]]] = {
    ("if", 2): _if,
    ("unless", 2): _unless,
    ("|>", 2): lambda left, right: piped(left, right, 0),
    ("is_nil", 1): lambda term: _call("==", term, None),
    ("&&", 2): lambda left, right: _truth(left, lambda _x: right, lambda x: x, List()),
    ("||", 2): lambda left, right: _truth(left, lambda x: x, lambda _x: right, List()),
    ("!", 1): lambda term: _truth(term, lambda _x: False, lambda _x: True, _BOOLEAN),
}
_MACROS_THAT_ARE_FORMS: Final = frozenset(
    {
        ("in", 2), ("and", 2), ("or", 2), ("<>", 2), ("..", 2), ("..//", 3), ("to_string", 1),
        ("match?", 2), ("raise", 1), ("raise", 2), ("then", 2), ("tap", 2), ("binding", 0),
        ("put_in", 2), ("update_in", 2), ("destructure", 2), ("is_struct", 1), ("is_exception", 1),
        ("def", 1), ("def", 2), ("defp", 2), ("defmacro", 2), ("defmodule", 2), ("use", 1),
        ("use", 2), ("@", 1), ("dbg", 1), ("sigil_w", 2), ("sigil_r", 2),
    }
)  # fmt: skip
