"""quote and unquote, and the variables of quoted code: `var!(x)`, `alias!(Foo)`."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.expressions import form
from kvshell.elixir.compile.guards import GUARD_MACROS
from kvshell.elixir.compile.patterns import PATTERNS, PatternMatch, shown
from kvshell.elixir.compile.writing.body import EXPANSIONS, VALUES, FunctionBody
from kvshell.elixir.syntax import hygiene
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import ArgumentError, Atom


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
    """Expand `var!(x)` to the variable of the caller, `var!(x, Context)` to that of a context."""
    args = node.args or []
    if len(args) not in {1, 2}:
        return NotImplemented
    named = args[0]
    if type(named) is not Node or named.args is not None:
        raise ArgumentError(f"expected a variable to be given to var!, got: {shown(named)}")
    name = hygiene.spelled(str(named.head))
    if len(args) == 2 and args[1] is not None:
        context = args[1] if type(args[1]) is Atom else _module(body, args[1])
        name = hygiene.hygienic(name, context.name)
    return Node(name, None, named.line or node.line, named.column)


def _module(body: FunctionBody, node: Any) -> Atom:
    found = body.unit.constants.get(VALUES["module"](body, node))
    if type(found) is not Atom:
        raise body.error(node, f"expected a module as the context of var!, got: {shown(node)}")
    return found


def variable_pattern(match: PatternMatch, node: Node, path: str) -> None:
    """Compile `var!(x)` in a pattern."""
    match.add(variable(match.body, node), path)


def plain_alias(_body: FunctionBody, node: Node) -> Any:
    """Expand `alias!(Foo)` to the alias of the caller."""
    named = (node.args or [None])[0]
    if type(named) is not Node or named.head != "__aliases__" or len(node.args or ()) != 1:
        return named if type(named) is Atom and len(node.args or ()) == 1 else NotImplemented
    return Node(named.head, named.args, named.line, named.column)


EXPANSIONS["var!"] = variable
EXPANSIONS["alias!"] = plain_alias
PATTERNS["var!"] = variable_pattern
GUARD_MACROS["var!", 1] = GUARD_MACROS["var!", 2] = variable
