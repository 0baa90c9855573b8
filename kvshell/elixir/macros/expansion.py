"""Expands calls of users' macros to the code that the macros return.

The node of a call is replaced in place, so that later passes over the source, such as the call
graph, see the expansion.
"""

from __future__ import annotations

from contextvars import ContextVar
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.compile.functions import FunctionDefinition, write_functions
from kvshell.elixir.compile.kernel_macros import pipe
from kvshell.elixir.compile.writing.source import CompilationUnit
from kvshell.elixir.macros.environments import environment_term
from kvshell.elixir.macros.expressions import IMPORTS, MOST_NODES, QuotedReader
from kvshell.elixir.macros.local_macros import local_macro
from kvshell.elixir.macros.terms import term_of
from kvshell.elixir.running.errors import system_limit
from kvshell.elixir.syntax.nodes import Node, walk
from kvshell.terms import Atom, Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from kvshell.elixir.compile.writing.body import FunctionBody
    from kvshell.elixir.compile.writing.environment import Environment
    from kvshell.elixir.modules.definition import ModuleDefinition

MOST_EXPANSIONS: Final = 5_000  # of macros in one input
MOST_ARGUMENTS: Final = 255
MOST_NESTED: Final = 100  # macros that run code that runs macros
Found = tuple[Atom, str, "Callable[..., Any]"]  # module, name and function of a macro
_COUNTERS: Final = count(1)
_nested: ContextVar[int] = ContextVar("nested", default=0)


# -- which macro ---------------------------------------------------------------------------------


def macro_of(env: Environment, node: Node) -> Found | None:
    """Return the user's macro that a node calls in this environment, or None."""
    head, arity = node.head, len(node.args or ())
    if node.args is None:
        return None
    if type(head) is str:
        if (head, arity) not in env.modules.macro_names:
            return None
        return _local(env, node, head, arity)
    target = head.args or []  # type: ignore[union-attr]  # a Node
    if head.head != "." or len(target) != 2 or type(target[1]) is not Atom:  # type: ignore[union-attr]
        return None
    name = target[1].name
    if (name, arity) not in env.modules.macro_names:
        return None
    module = module_of(env, target[0])
    if module is None or (module not in env.required and module is not env.module):
        return None
    return _of(env, module, name, arity)


def _of(env: Environment, module: Any, name: str, arity: int) -> Found | None:
    found = env.modules.macro(module, name, arity)
    return None if found is None else (module, name, found)


def _local(env: Environment, node: Node, name: str, arity: int) -> Found | None:
    quoted = node.get(IMPORTS)
    if quoted is not None:
        return _of(env, quoted, name, arity)
    if env.module is not None and env.function is not None:
        own = local_macro(env, (name, arity), node.line)
        if own is not None:
            return env.module, name, own
    if (name, arity) in env.local:
        return None
    imported = env.imports.get((name, arity))
    return None if imported is None else _of(env, imported, name, arity)


def module_of(env: Environment, node: Any) -> Atom | None:
    """Return the module that a node names, or None if it is only known at run time."""
    if type(node) is Atom:
        return node
    if type(node) is not Node:
        return None
    if node.head == "__MODULE__" and node.args is None:
        return env.module
    if node.head != "__aliases__" or node.args is None:
        return None
    known = node.get("alias")
    if known is not None:
        return known  # type: ignore[no-any-return]  # an Atom
    first, *rest = node.args
    if type(first) is Node and first.head == "__MODULE__" and env.module is not None:
        return Atom(".".join([env.module.name, *(part.name for part in rest)]))
    if not all(type(part) is Atom for part in node.args):
        return None
    return env.expand_alias([part.name for part in node.args])


# -- expanding -----------------------------------------------------------------------------------


def expansion(env: Environment, found: Found, args: list[Any], line: int, context: Term) -> Any:
    """Call a macro with these arguments and return its result as a node.

    Raises:
        ElixirError: a SystemLimitError after too many expansions in one input.
    """
    module, _name, call = found
    spent = env.spent
    spent[0] += 1
    if spent[0] > MOST_EXPANSIONS:
        raise system_limit(f"more than {MOST_EXPANSIONS:,} macro expansions in one input")
    given = [term_of(each) for each in args]
    nested = _nested.get()
    if nested >= MOST_NESTED:
        raise system_limit(f"macros nested more than {MOST_NESTED} deep")
    token = _nested.set(nested + 1)
    try:
        answer = call(environment_term(env, line, context), *given)
    finally:
        _nested.reset(token)
    reader = QuotedReader(env.file, line, module, next(_COUNTERS))
    reader.most = MOST_NODES - spent[1]
    try:
        return reader.node(answer)
    finally:
        spent[1] += reader.size


def replaced(body: FunctionBody, node: Node, context: Term = None) -> bool:
    """Replace a macro call by its expansion, in place; return whether `node` was such a call."""
    if node.head == "|>" and node.args is not None and len(node.args) == 2:
        return _piped(body, node)
    if node.head == "&" and node.args is not None and len(node.args) == 1:
        return _captured(body, node)
    found = macro_of(body.env, node)
    if found is None:
        return False
    line = body.line_of(node)
    become(node, expansion(body.env, found, node.args or [], line, context), line)
    return True


def _piped(body: FunctionBody, node: Node) -> bool:
    """Replace `x |> m()` by `m(x)` if `m` is a macro; return whether it is."""
    right = (node.args or [None, None])[1]
    if type(right) is not Node:
        return False
    head, arity = right.head, len(right.args or ()) + 1
    name: Any = head
    if type(head) is Node:
        parts = head.args or []
        name = parts[1].name if len(parts) == 2 and type(parts[1]) is Atom else None
    if (name, arity) not in body.env.modules.macro_names:
        return False
    called = pipe(body, node)
    if type(called) is not Node or macro_of(body.env, called) is None:
        return False
    become(node, called, node.line)
    return True


def _captured(body: FunctionBody, node: Node) -> bool:
    """Replace `&m/2` by `&m(&1, &2)` if `m` is a macro; return whether anything was replaced."""
    ratio = (node.args or [None])[0]
    if type(ratio) is Node and ratio.head != "/" and replaced(body, ratio):
        return True
    if type(ratio) is not Node or ratio.head != "/" or len(ratio.args or ()) != 2:
        return False
    target, arity = ratio.args or [None, None]
    if type(target) is not Node or type(arity) is not int or not 0 < arity <= MOST_ARGUMENTS:
        return False
    args: list[Any] = [Node("&", [number], node.line) for number in range(1, arity + 1)]
    called = Node(target.head, args, target.line)
    found = macro_of(body.env, called)
    if found is not None:
        line = body.line_of(node)
        become(called, expansion(body.env, found, args, line, None), line)
        node.args = [called]
    return found is not None


def become(node: Node, made: Any, line: int) -> None:
    """Overwrite `node` with the node or literal `made`."""
    if type(made) is Node:
        node.head, node.args, node.meta = made.head, made.args, made.meta
        node.line = made.line or line
    else:
        node.head, node.args, node.meta = "__block__", [made], None


# -- modules -------------------------------------------------------------------------------------


def statement(definition: ModuleDefinition, node: Node) -> Any:
    """Return the expansion of a statement of a module's body, or None if it calls no macro."""
    env = definition.env
    env.function = None
    found = macro_of(env, node)
    if found is None:
        return None
    return expansion(env, found, node.args or [], node.line or definition.line, None)


def used_in(env: Environment, module: Atom, node: Node) -> Any:
    """Return the expansion of `use Module, options`: that of `Module.__using__(options)`."""
    env.required.add(module)
    call = env.modules.macro(module, "__using__", 1)
    assert call is not None
    options = (node.args or [])[1:] or [[]]
    return expansion(env, (module, "__using__", call), options, node.line, None)


def expand_all(definitions: list[FunctionDefinition]) -> None:
    """Expand the macros in the clauses of a module's functions.

    The clauses are compiled once just for this: only that tells which imports apply where.
    """
    if not definitions:
        return
    names = {name for name, _arity in definitions[0].env.modules.macro_names}
    if not any(_mentions(clause, names) for each in definitions for clause in each.clauses):
        return
    copies = []
    for each in definitions:
        each.clauses = [copied(clause) for clause in each.clauses]
        env = each.env.child(warnings=[], late_warnings=[])
        copies.append(
            FunctionDefinition(each.kind, each.name, each.arity, each.line, env, each.clauses)
        )
    write_functions(CompilationUnit(definitions[0].env.file), copies)


def _mentions(node: Any, names: set[str]) -> bool:
    """Whether a call or capture in `node` has one of these names."""
    for each in walk(node):
        if type(each) is not Node:
            continue
        head = each.head
        if type(head) is Node:
            last = (head.args or [None])[-1]
            head = last.name if type(last) is Atom else ""
        if head in names:
            return True
    return False


def copied(node: Any) -> Any:
    """Return a deep copy of a node, for changes in place."""
    if type(node) is Node:
        head = copied(node.head) if type(node.head) is Node else node.head
        args = None if node.args is None else [copied(each) for each in node.args]
        made = Node(head, args, node.line, node.column, node.meta and dict(node.meta))
        made.end_line, made.end_column = node.end_line, node.end_column
        return made
    if type(node) is list or type(node) is tuple:
        return type(node)(copied(each) for each in node)
    return node
