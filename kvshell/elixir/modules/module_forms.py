"""defmodule, defprotocol, defimpl and @ as expressions: at the prompt, or in a function."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.expressions import form
from kvshell.elixir.compile.patterns import PATTERNS, PatternMatch
from kvshell.elixir.compile.writing.body import VALUES, FunctionBody, constant
from kvshell.elixir.modules.defining import define_module
from kvshell.elixir.modules.protocols import (
    define_implementation,
    define_protocol,
    protocol_parts,
)
from kvshell.elixir.modules.statements import module_name, module_parts
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import ArgumentError, Term


def _bindings(body: FunctionBody) -> str:
    pairs = [
        f"{name!r}: {body.writer.read(variable)}"
        for name, variable in body.scope.items()
        if name[0] != "&"
    ]
    return f"{{{', '.join(pairs)}}}"


def _with_env(body: FunctionBody, run: Any, *more: str) -> str:
    """Return code that calls `run` with the current bindings and the values of `more`."""
    name = body.unit.fresh("k")
    body.unit.constants[name] = run
    return body.writer.spill(f"{name}({', '.join([_bindings(body), *more])})")


def _statement(definition: Any, node: Node) -> Any:
    """Return a function that runs a statement of a module's body with more bindings."""

    def run(bindings: dict[str, Term]) -> Term:
        kept = definition.bindings
        definition.bindings = {**kept, **bindings}
        try:
            return definition.statement(node)
        finally:
            definition.bindings = kept

    return run


@form("defmodule")
def defmodule(body: FunctionBody, node: Node) -> str:
    """Compile `defmodule Name do ... end` as an expression."""
    env = body.env
    name, inner = module_parts(env, node)

    def run(bindings: dict[str, Term], *computed: Term) -> Term:
        known = module_name(env, computed[0], node.line) if computed else name
        return define_module(known, inner, env, bindings, node.line)

    return _with_env(body, run, *([body.value(name)] if type(name) is Node else []))


@form("defprotocol")
def defprotocol(body: FunctionBody, node: Node) -> str:
    """Compile `defprotocol Name do ... end` as an expression."""
    env = body.env
    name, inner = protocol_parts(env, node)
    return _with_env(body, lambda _bindings: define_protocol(name, inner, env, node))


@form("defimpl")
def defimpl(body: FunctionBody, node: Node) -> str:
    """Compile `defimpl Protocol, for: Type do ... end` as an expression."""
    env = body.env
    return _with_env(body, lambda bindings: define_implementation(env, node, bindings))


def _in_body(head: str) -> None:
    outside = VALUES.get(head)

    def write(body: FunctionBody, node: Node) -> str:
        definition = body.env.definition
        if definition is None or body.env.function is not None:
            assert outside is not None
            return outside(body, node)

        return _with_env(body, _statement(definition, node))

    VALUES[head] = write


@form("module macro")
def module_macro(body: FunctionBody, node: Node) -> str:
    """Compile a macro call such as `test "made #{n}" do ... end` in a loop of a module's body."""
    return _with_env(body, _statement(body.env.definition, node))


@form("@")
def attribute(body: FunctionBody, node: Node) -> str:
    """Compile `@name` outside a module's body."""
    inner = (node.args or [None])[0]
    definition = body.env.definition
    if definition is None:
        raise ArgumentError("cannot invoke @/1 outside module")
    if type(inner) is Node and inner.args is None and type(inner.head) is str:
        return body.unit.constant(definition.attribute(inner.head, node.line))
    raise ArgumentError("cannot set attribute inside function/macro")


_DEFINED = ("def", "defp", "defmacro", "defmacrop", "defdelegate", "defguard", "defoverridable")
for _head in (*_DEFINED, "defstruct", "defexception", "use", "@"):
    _in_body(_head)


@form("known term")
def known_term(body: FunctionBody, node: Node) -> str:
    """Compile a term that is already known, such as the value that replaced `@name`."""
    return body.unit.constant(constant(node))


def known_pattern(match: PatternMatch, node: Node, path: str) -> None:
    """Compile a pattern that matches exactly a term that is already known."""
    match._literal(constant(node), path)  # noqa: SLF001  # the same package


PATTERNS["known term"] = known_pattern
