"""Registers quote, `var!`, `alias!` and the expansion of users' macros with the compiler.

The modules behind them are imported on first use: most source text needs none of them.
"""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.expressions import form
from kvshell.elixir.compile.functions import FunctionDefinition
from kvshell.elixir.compile.guards import GUARD_MACROS
from kvshell.elixir.compile.patterns import PATTERNS, PatternMatch, unparse
from kvshell.elixir.compile.writing.body import EXPAND, EXPANSIONS, VALUES, FunctionBody
from kvshell.elixir.modules import attributes, definition, statements
from kvshell.elixir.syntax import hygiene
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import ArgumentError, Atom, Term


@form("quote")
def quote(body: FunctionBody, node: Node) -> str:
    """Compile `quote do ... end`."""
    if not node.args:
        return VALUES["call"](body, node)
    from kvshell.elixir.macros.quoting import quoted  # noqa: PLC0415  # most texts have none

    return body.value(quoted(body, node))


@form("name __ENV__")
def environment(body: FunctionBody, node: Node) -> str:
    """Compile `__ENV__`."""
    from kvshell.elixir.macros.environments import environment_term  # noqa: PLC0415  # rare

    return body.unit.constant(environment_term(body.env, node.line))


@form("unquote", "unquote_splicing")
def unquote(body: FunctionBody, node: Node) -> str:
    """Reject unquote outside of quote."""
    raise body.error(node, f"{node.head} called outside quote")


def variable(body: FunctionBody, node: Node) -> Any:
    """Expand `var!(x)` to the caller's variable, and `var!(x, Context)` to that of a context."""
    args = node.args or []
    if len(args) not in {1, 2}:
        return NotImplemented
    named = args[0]
    if type(named) is not Node or named.args is not None:
        raise ArgumentError(f"expected a variable to be given to var!, got: {unparse(named)}")
    name = hygiene.spelled(str(named.head))
    if len(args) == 2 and args[1] is not None:
        context = args[1] if type(args[1]) is Atom else _module(body, args[1])
        name = hygiene.hygienic(name, context.name)
    return Node(name, None, named.line or node.line, named.column)


def _module(body: FunctionBody, node: Any) -> Atom:
    found = body.unit.constants.get(VALUES["module name"](body, node))
    if type(found) is not Atom:
        raise body.error(node, f"expected a module as the context of var!, got: {unparse(node)}")
    return found


def variable_pattern(match: PatternMatch, node: Node, path: str) -> None:
    """Compile `var!(x)` in a pattern."""
    match.add(variable(match.body, node), path)


def plain_alias(_body: FunctionBody, node: Node) -> Any:
    """Expand `alias!(Foo)` to `Foo` as an alias of the caller."""
    named = (node.args or [None])[0]
    if type(named) is not Node or named.head != "__aliases__" or len(node.args or ()) != 1:
        return named if type(named) is Atom and len(node.args or ()) == 1 else NotImplemented
    return Node(named.head, named.args, named.line, named.column)


# -- macros --------------------------------------------------------------------------------------


def expand(body: FunctionBody, node: Node) -> bool:
    """Replace a call of a user's macro by its expansion, in place."""
    from kvshell.elixir.macros.expansion import replaced  # noqa: PLC0415  # see above

    return replaced(body, node)


def expand_statement(module: definition.ModuleDefinition, node: Node) -> Any:
    """Return the expansion of a statement of a module's body, or None if it calls no macro."""
    from kvshell.elixir.macros.expansion import statement  # noqa: PLC0415  # see above

    return statement(module, node)


def expand_functions(definitions: list[FunctionDefinition]) -> None:
    """Expand the macros in the functions of a module."""
    from kvshell.elixir.macros.expansion import expand_all  # noqa: PLC0415  # see above

    expand_all(definitions)


def using(module: definition.ModuleDefinition, used: Atom, node: Node) -> Any:
    """Return the expansion of `use Module, options`."""
    from kvshell.elixir.macros.expansion import used_in  # noqa: PLC0415  # see above

    return used_in(module.env, used, node)


def fragment(value: Term, line: int, file: str) -> Any:
    """Return the node of an unquoted value in a function's head or body."""
    from kvshell.elixir.macros.expressions import QuotedReader  # noqa: PLC0415  # see above

    return QuotedReader(file, line).node(value)


def before_compile(module: definition.ModuleDefinition, value: Term, _line: int) -> None:
    """Handle `@before_compile Module`: its `__before_compile__/1` adds to the module's body."""
    from kvshell.elixir.macros.hooks import add_before  # noqa: PLC0415  # see above

    add_before(module, value)


def after_compile(module: definition.ModuleDefinition, value: Term, _line: int) -> None:
    """Handle `@after_compile Module`: its `__after_compile__/2` is called with the new module."""
    from kvshell.elixir.macros.hooks import add_after  # noqa: PLC0415  # see above

    add_after(module, value)


def on_definition(module: definition.ModuleDefinition, _value: Term, line: int) -> None:
    """Reject `@on_definition`, which is not supported."""
    raise module.env.refused(line, "@on_definition")


EXPAND[:] = [expand]
statements.ATTRIBUTES["on_definition"] = on_definition
definition.EXPANDED[:] = [expand_statement]
definition.EXPAND_FUNCTIONS[:] = [expand_functions]
statements.USING[:] = [using]
statements.ATTRIBUTES["before_compile"] = before_compile
statements.ATTRIBUTES["after_compile"] = after_compile
attributes.FRAGMENTS[:] = [fragment]
EXPANSIONS["var!"] = variable
EXPANSIONS["alias!"] = plain_alias
PATTERNS["var!"] = variable_pattern
GUARD_MACROS["var!", 1] = GUARD_MACROS["var!", 2] = variable
