"""Macro.traverse, prewalk, postwalk and path: traversals of quoted expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.running.errors import AnonymousClauseError
from kvshell.elixir.running.step_limits import due, tick
from kvshell.terms import Function, List, Term
from kvshell.terms.list import PROPER

macro = Library.of("Macro", Cost.LOOPS)
Step = Callable[[Term, Term], tuple[Term, Term]]


def _stepped(function: Term, name: str) -> Step:
    call = caller(function, 2)

    def step(ast: Term, acc: Term) -> tuple[Term, Term]:
        made = call(ast, acc)
        if type(made) is not tuple or len(made) != 2:
            raise AnonymousClauseError(f"Macro.{name}/4", 2, (ast, acc))
        return made

    return step


def _mapped(function: Term) -> Step:
    call = caller(function, 1)
    return lambda ast, acc: (call(ast), acc)


def _same(ast: Term, acc: Term) -> tuple[Term, Term]:
    return ast, acc


def walked(ast: Any, acc: Term, before: Step, after: Step) -> tuple[Term, Term]:
    """Traverse an expression depth-first; return the new expression and the accumulator."""
    if due():
        tick()
    ast, acc = before(ast, acc)
    kind = type(ast)
    if kind is tuple and len(ast) == 3 and type(ast[1]) is List:
        head, meta, args = ast
        if type(head) is tuple:
            head, acc = walked(head, acc, before, after)
        if type(args) is List:
            args, acc = _items(args, acc, before, after)
        return after((head, meta, args), acc)
    if kind is tuple and len(ast) == 2:
        left, acc = walked(ast[0], acc, before, after)
        right, acc = walked(ast[1], acc, before, after)
        return after((left, right), acc)
    if kind is List:
        ast, acc = _items(ast, acc, before, after)
    return after(ast, acc)


def _items(items: List, acc: Term, before: Step, after: Step) -> tuple[List, Term]:
    made = []
    for item in items.items:
        each, acc = walked(item, acc, before, after)
        made.append(each)
    if items.last is PROPER:
        return List(made), acc
    last, acc = walked(items.last, acc, before, after)
    return List(made, last), acc


@macro.function()
def traverse(ast: Term, acc: Term, pre: Term, post: Term) -> Term:
    """Traverses an expression depth-first: calls `pre` before the parts of a node, `post` after."""
    return walked(ast, acc, _stepped(pre, "traverse"), _stepped(post, "traverse"))


@macro.function()
def prewalk(ast: Term, acc: Term, fun: Term = MISSING) -> Term:
    """Traverses an expression depth-first, in pre-order; with an accumulator if one is given."""
    if fun is MISSING:
        return walked(ast, None, _mapped(acc), _same)[0]
    _check("prewalk", ast, acc, fun)
    return walked(ast, acc, _stepped(fun, "prewalk"), _same)


@macro.function()
def postwalk(ast: Term, acc: Term, fun: Term = MISSING) -> Term:
    """Traverses an expression depth-first, in post-order; with an accumulator if one is given."""
    if fun is MISSING:
        return walked(ast, None, _same, _mapped(acc))[0]
    _check("postwalk", ast, acc, fun)
    return walked(ast, acc, _same, _stepped(fun, "postwalk"))


def _check(name: str, ast: Term, acc: Term, fun: Term) -> None:
    if type(fun) is not Function or fun.capture.arity != 2:
        head = f"def {name}(ast, acc, fun) when -is_function(fun, 2)-"
        raise no_clause("Macro", name, (ast, acc, fun), head)


@macro.function()
def prewalker(ast: Term) -> Term:
    """Returns the parts of an expression in depth-first pre-order."""
    found: list[Term] = []
    walked(ast, None, lambda each, acc: (found.append(each) or each, acc), _same)  # type: ignore[func-returns-value]
    return List(found)


@macro.function()
def postwalker(ast: Term) -> Term:
    """Returns the parts of an expression in depth-first post-order."""
    found: list[Term] = []
    walked(ast, None, _same, lambda each, acc: (found.append(each) or each, acc))  # type: ignore[func-returns-value]
    return List(found)


@macro.function()
def path(ast: Term, fun: Term) -> Term:
    """Returns the path to the first part for which `fun` is truthy, innermost first; or nil."""
    found = _path(ast, caller(fun, 1))
    return None if found is None else List(found)


def _path(ast: Any, wanted: Callable[..., Any]) -> list[Term] | None:
    if due():
        tick()
    held = wanted(ast)
    if held is not None and held is not False:
        return [ast]
    for part in _parts(ast):
        found = _path(part, wanted)
        if found is not None:
            return [*found, ast]
    return None


def _parts(ast: Any) -> list[Term]:
    if type(ast) is List:
        return list(ast.items)
    if type(ast) is tuple and len(ast) == 2:
        return list(ast)
    if type(ast) is tuple and len(ast) == 3:
        head = [ast[0]] if type(ast[0]) is tuple else []
        return [*head, *(ast[2].items if type(ast[2]) is List else ())]
    return []
