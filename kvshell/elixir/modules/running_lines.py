"""Runs an expression, compiled as a Python function of the variables that it reads.

Most lines at a prompt are just a library call `Module.function(argument, ...)`, whose arguments are
literals, variables or further such calls, possibly after `name =`. These are evaluated directly:
the compiler would give no warnings or errors for them.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import kvshell.elixir.compile.forms  # noqa: F401  # importing it registers all forms
from kvshell.elixir.compile.calls import HELPERS as IEX
from kvshell.elixir.compile.calls import KERNEL, REMOTE_EXPANSIONS, REMOTE_FORMS
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import FunctionBody, ValueSink
from kvshell.elixir.compile.writing.environment import Environment, LocalVariable, VariableScope
from kvshell.elixir.compile.writing.source import CompilationUnit, FunctionWriter
from kvshell.elixir.library import registry
from kvshell.elixir.modules.support import HELPERS
from kvshell.elixir.running.failing import MISFITS, elixir_error, is_too_deep
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import Atom, Function, List, Term


def run_expression(
    node: Any, env: Environment, bindings: MutableMapping[str, Term]
) -> tuple[Term, dict[str, Term]]:
    """Run an expression; return its value and its bindings. Simple ones are not compiled."""
    name = name_bound(node)
    try:
        planned = plan(node.args[1] if name else node, env, bindings)
        if planned is not None:
            value = evaluated(planned, bindings)
            return value, {name: value} if name else {}
        unit, names, used = compiled(node, env, bindings)
        space = unit.bind(HELPERS, env.modules.remote)
        if env.is_file:
            space[_MARKS] = unit.marks
        value, *bound = space["line"](*[bindings[name] for name in used])
    except (RecursionError, MemoryError, *MISFITS) as error:
        raise elixir_error(error) from None
    return value, dict(zip(names, bound, strict=True))


_MARKS: Final = "__marks__"  # a global of compiled files: the Elixir line of each Python line


def line_in_file(error: BaseException) -> int | None:
    """Return the line outside functions at which a file raised, exited or threw, or None."""
    found, trace = None, error.__traceback__
    while trace is not None:
        marks = trace.tb_frame.f_globals.get(_MARKS)
        if marks is not None:
            found = marks[trace.tb_lineno - 1] or found
        trace = trace.tb_next
    return found


def compiled(
    node: Any, env: Environment, bindings: MutableMapping[str, Term]
) -> tuple[CompilationUnit, list[str], list[str]]:
    """Compile a line; raise a CompileError at its position if it has an unexpected form."""
    try:
        return compile_expression(node, env, bindings)
    except (RecursionError, *MISFITS) as error:
        if isinstance(error, RecursionError) or is_too_deep(error):
            raise env.error(getattr(node, "line", 1) or 1, "the expression is too deep") from None
        text = unparse(node)
        text = text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 3]}..."
        raise env.error(getattr(node, "line", 1) or 1, f"invalid expression: {text}") from None


MOST_SHOWN = 80


def compile_expression(
    node: Any, env: Environment, bindings: MutableMapping[str, Term]
) -> tuple[CompilationUnit, list[str], list[str]]:
    """Compile a line to the Python function `line`; return the names it binds and reads."""
    unit = CompilationUnit(env.file)
    writer = FunctionWriter(unit)
    writer.mark = getattr(node, "line", 0) or 1
    scope: VariableScope = {}
    for index, name in enumerate(bindings):
        scope[name] = LocalVariable(name, f"b{index}", writer, 0)
    given = dict(scope)
    body = FunctionBody(unit, writer, env, scope)
    body.branch(node, ValueSink("value"))
    bound = [name for name, variable in body.scope.items() if given.get(name) is not variable]
    texts = [body.scope[name].python for name in bound]
    kept = set() if env.is_file and env.module is None else set(body.scope)
    for variable in writer.created:
        unread = not variable.used and variable.name[0] not in "_&"
        if unread and (variable.shadows or variable.name not in kept):
            env.warn_unused(variable)
    writer.emit(f"return ({', '.join(['value', *texts])},)")
    used = [name for name, variable in given.items() if variable.used]
    params = ", ".join(given[name].python for name in used)
    unit.names["line"] = (None, "line", 0)
    unit.add(writer.lines, f"def line({params}):")
    return unit, bound, used


# -- lines that are not compiled ----------------------------------------------------------------

_LITERALS: Final = frozenset({int, float, str, Atom, bool, type(None)})
_OWN: Final = frozenset({"self", "send", "make_ref", "flush", "v"})
MOST_DEEP: Final = 50  # depth of nested calls; deeper ones are compiled


def plan(node: Any, env: Environment, bindings: Mapping[str, Term], depth: int = 0) -> Any:
    """Return how to evaluate a line, or None if it must be compiled.

    The plan is passed to `evaluated`: a literal in a 1-tuple, the name of a variable, or a function
    to call (or a list or tuple constructor) with the plans of its arguments.
    """
    kind = type(node)
    if kind in _LITERALS:
        return (node,)
    if depth > MOST_DEEP:
        return None
    if kind is list:
        return _parts(List, node, env, bindings, depth)
    if kind is tuple:
        return _parts(_tuple_of, list(node), env, bindings, depth)
    if kind is not Node:
        return None
    if node.args is None:
        return node.head if node.head in bindings and node.head[0] != "_" else None
    if node.head == "__aliases__":
        module = _module(node, env)
        return None if module is None else (module,)
    if node.head == "{}":
        return _parts(_tuple_of, node.args, env, bindings, depth)
    if node.head == "&":
        return _small_closure(node, env)
    if type(node.head) is str and node.head in _ARITHMETIC:
        return _whole_number(node, env, bindings, depth)
    call = _function(node, env)
    return None if call is None else _parts(call, node.args, env, bindings, depth, spread=True)


# On integers these are Python's own operators, and neither warn nor raise.
_ARITHMETIC: Final[dict[Any, Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_LARGEST: Final = 1 << 64  # an operand; `MOST_DEEP` products of it are still computed at once


def _whole_number(node: Any, env: Environment, bindings: Mapping[str, Term], depth: int) -> Any:
    """Return the plan of a sum or product of integers if all are known now; otherwise None."""
    if type(node) is int:
        return (node,) if node < _LARGEST else None
    if type(node) is not Node or type(node.head) is not str or depth > MOST_DEEP:
        return None
    if node.args is None:
        value = bindings.get(node.head) if node.head[0] != "_" else None
        return node.head if type(value) is int and abs(value) < _LARGEST else None
    if node.head not in _ARITHMETIC or len(node.args) != 2 or (node.head, 2) in env.imports:
        return None
    plans = [_whole_number(each, env, bindings, depth + 1) for each in node.args]
    return None if None in plans else (_ARITHMETIC[node.head], plans, True)


def _parts(
    call: Any,
    nodes: list[Any],
    env: Environment,
    bindings: Mapping[str, Term],
    depth: int,
    *,
    spread: bool = False,
) -> Any:
    plans = [plan(each, env, bindings, depth + 1) for each in nodes]
    return None if None in plans else (call, plans, spread)


# The operators of a small closure, which otherwise has only literals and arguments.
_OPERATORS: Final = frozenset(
    [
        "+",
        "-",
        "*",
        "/",
        "<>",
        "==",
        "!=",
        "===",
        "!==",
        "<",
        ">",
        "<=",
        ">=",
        "++",
        "and",
        "or",
        "&&",
    ]
)
_MOST_CLOSURES: Final = 200


def _small_closure(node: Node, env: Environment) -> Any:
    """Return the closure of `&(&1 * 2)`, compiled once; None for a larger one.

    Compiling one takes as long as the rest of a line, and users often type the same ones again.
    """
    key = _shape(node.args[0] if node.args else None, env)
    if key is None:
        return None
    known = env.closures.get(key)
    if known is None:
        unit, _names, _used = compiled(node, env, {})
        (known,) = unit.bind(HELPERS, env.modules.remote)["line"]()
        if len(env.closures) >= _MOST_CLOSURES:
            env.closures.clear()
        env.closures[key] = known
    return (Function(known.capture),)  # each evaluation creates a distinct closure


def _shape(node: Any, env: Environment) -> Any:
    """Return a key that equal closures share, or None if one depends on anything around it."""
    kind = type(node)
    if kind in _LITERALS:
        return kind, node
    if kind is not Node or type(node.head) is not str or not node.args:
        return None
    if node.head == "&" and type(node.args[0]) is int:
        return node.args[0]
    if node.head not in _OPERATORS or (node.head, 2) in env.imports or len(node.args) != 2:
        return None
    left, right = _shape(node.args[0], env), _shape(node.args[1], env)
    return None if left is None or right is None else (node.head, left, right)


def _tuple_of(items: list[Term]) -> Term:
    return tuple(items)


def _module(node: Any, env: Environment) -> Term:
    """Return the module that a node names, or None if it is known only at run time."""
    if type(node) is Atom:
        return node
    if type(node) is Node and node.head == "__aliases__" and type((node.args or [0])[0]) is Atom:
        return env.module_named(node)
    return None


def _function(node: Node, env: Environment) -> Any:
    """Return the library function that a node calls, or None."""
    args, dot = node.args or [], node.head
    if not isinstance(dot, Node):
        reached = dot in _OWN and env.module is None and (dot, len(args)) not in env.imports
        found = registry.find_entry(KERNEL, dot, len(args)) if reached else None
        found = found or (registry.find_entry(IEX, dot, len(args)) if reached else None)
        return None if found is None or found.macro else found.call
    if dot.head != "." or len(dot.args or ()) != 2 or (node.get("no_parens") and not args):
        return None
    target, name = dot.args or [None, None]
    module = _module(target, env)
    if module is None or module is KERNEL or type(name) is not Atom or name.name == "{}":
        return None
    key = (module, name.name, len(args))
    if key in REMOTE_FORMS or key[:2] in REMOTE_EXPANSIONS or env.modules.is_macro(*key):
        return None
    if env.modules.direct(*key) is None:
        return None
    found = registry.find_entry(*key)
    return None if found is None or found.macro else found.call


def name_bound(node: Any) -> str:
    """Return the variable of `name = ...`, or an empty string for any other line."""
    left = node.args[0] if type(node) is Node and node.head == "=" and node.args else None
    if type(left) is not Node or left.args is not None:
        return ""
    name = str(left.head)
    return name if name.isidentifier() and name[0] != "_" else ""


def evaluated(planned: Any, bindings: Mapping[str, Term]) -> Term:
    """Carry out a plan and return its value. Receive point."""
    if type(planned) is str:
        return bindings[planned]
    if len(planned) == 1:
        return planned[0]
    call, plans, spread = planned
    values = [evaluated(each, bindings) for each in plans]
    return call(*values) if spread else call(values)
