"""Infers which clauses take few steps and never wait, so that a caller may run them itself.

Such a clause, as far as its source shows, calls only library functions with a bounded number of
steps and other such functions of its module; it has no loop, recursion or call of a closure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.compile.writing.operators import inline
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import Atom, alias

if TYPE_CHECKING:
    from collections.abc import Callable

    from kvshell.elixir.compile.functions import FunctionDefinition
    from kvshell.elixir.compile.writing.environment import Environment

Key = tuple[str, int]
KERNEL: Final = alias("Kernel")
SHORT: Final = 0
_NEVER: Final = frozenset({"receive", "for", "quote", "defmodule"})
_MADE: Final = frozenset({"fn", "&"})  # a closure that is made is not called
_FORMS: Final = frozenset(
    {
        "{}", "%{}", "%", "<<>>", "[]", "|", "=", "->", "when", "__block__", "case", "cond", "if",
        "unless", "with", "<-", "try", "and", "or", "not", "&&", "||", "!", "|>", "^", "::", "@",
        "__aliases__", "known term", "raise", "..", "..//", "<>", "match?", "in", "-", "+",
        "put_in", "update_in", "\\\\",
    }
)  # fmt: skip


def ends_soon(node: Any, env: Environment, local: Callable[[Key], bool]) -> bool:
    """Whether evaluating `node` takes few steps and never waits."""
    todo = [node]
    while todo:
        each = todo.pop()
        if type(each) is list or type(each) is tuple:
            todo.extend(each)
            continue
        if type(each) is not Node or each.args is None:
            continue
        if type(each.head) is Node:
            if not _remote(each, each.head, env, local, todo):
                return False
        elif each.head in _MADE or each.head == "known term":
            continue
        elif not _local(each, env, local):
            return False
        todo.extend(each.args)
    return True


def _local(node: Node, env: Environment, local: Callable[[Key], bool]) -> bool:
    head, args = str(node.head), node.args or []
    if head == "|>" and len(args) == 2:
        right = args[1]
        if type(right) is Node and type(right.head) is str and right.args is not None:
            return _called(right.head, len(right.args) + 1, env, local)
        return True
    if head in _NEVER:
        return False
    key = (head, len(args))
    if key in env.local:
        return local(key)
    if head in _FORMS or head.startswith("sigil_"):
        return True
    return _called(head, len(args), env, local)


def _called(name: str, arity: int, env: Environment, local: Callable[[Key], bool]) -> bool:
    if (name, arity) in env.local:
        return local((name, arity))
    if inline(name, ["x"] * arity) is not None:
        return True
    module = env.imports.get((name, arity), KERNEL)
    return bool(env.modules.cost(module, name, arity) == SHORT)


def _remote(
    node: Node, dot: Node, env: Environment, local: Callable[[Key], bool], todo: list[Any]
) -> bool:
    target = dot.args or []
    if dot.head != "." or len(target) != 2:
        return False
    module: Any = target[0]
    name = target[1].name if type(target[1]) is Atom else str(target[1])
    arity = len(node.args or ())
    if type(module) is Node and module.head == "__aliases__":
        parts = module.args or []
        if all(type(part) is Atom for part in parts):
            module = env.module_named(module)
    elif type(module) is Node and module.head == "__MODULE__":
        module = env.module
    if type(module) is not Atom:
        todo.append(module)  # map.key
        return arity == 0 and bool(node.get("no_parens"))
    if module is env.module:
        return local((name, arity))
    cost: int = env.modules.cost(module, name, arity)
    # In a pipe the first argument precedes the call, so the arity is one higher.
    return cost == SHORT or env.modules.cost(module, name, arity + 1) == SHORT


class Inference:
    """Infers which functions and clauses of one module are short and never wait."""

    def __init__(self, definitions: list[FunctionDefinition], recursive: set[Key]) -> None:
        self.by_key = {each.key: each for each in definitions}
        self.recursive = recursive
        self.known: dict[Key, bool] = {}

    def function(self, key: Key) -> bool:
        """Whether all clauses of a function of the module are short and never wait."""
        found = self.known.get(key)
        if found is None:
            self.known[key] = False  # a recursive function is not short
            definition = self.by_key.get(key)
            found = (
                definition is not None
                and key not in self.recursive
                and all(self.clause(definition, clause) for clause in definition.clauses)
            )
            self.known[key] = found
        return found

    def clause(self, definition: FunctionDefinition, clause: Node) -> bool:
        """Whether one clause is short and never waits."""
        return ends_soon((clause.args or [None, None])[1], definition.env, self.function)
