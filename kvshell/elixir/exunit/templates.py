"""ExUnit.CaseTemplate: set-ups, imports and aliases that several test modules share."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.writing.body import keywords
from kvshell.elixir.exunit.assertions import ASSERTIONS
from kvshell.elixir.exunit.cases import (
    CaseState,
    Setup,
    assertions,
    imported_setups,
    setup,
    setup_all,
    use_case,
)
from kvshell.elixir.exunit.context import CALLBACKS
from kvshell.elixir.modules.definition import ModuleDefinition
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.modules.statements import USES
from kvshell.elixir.syntax.nodes import KnownTerm, Node, is_call
from kvshell.terms import A, ElixirError, Term, alias, exception


def use_template(definition: ModuleDefinition, _options: Term, _node: Node) -> None:
    """Carry out `use ExUnit.CaseTemplate`."""
    definition.data["case"] = CaseState({})
    definition.data["template"] = True
    for name, arity in assertions.definitions:
        definition.env.imports[name, arity] = ASSERTIONS
    for name, arity in CALLBACKS.definitions:
        definition.env.imports[name, arity] = CALLBACKS.module
    definition.env.macros.update({"setup": setup, "setup_all": setup_all, "using": using})
    definition.finishers.append(_finish)


def using(definition: ModuleDefinition, node: Node) -> Term:
    """Evaluate `using do quote do ... end end`: the code that `use` of the template adds."""
    args = node.args or []
    blocks = keywords(args[-1]) if args else None
    block: Any = (blocks or {}).get("do")
    quoted = keywords(block.args[0]) if is_call(block, "quote", 1) else None
    if quoted is None or "do" not in quoted:
        raise ElixirError(
            exception(
                "CommandError",
                message="using takes one quote block in this shell's Elixir: help elixir",
            )
        )
    name = args[0].head if len(args) > 1 and type(args[0]) is Node else ""
    definition.data["using"] = (name, quoted["do"])
    return A.ok


def _finish(definition: ModuleDefinition, record: ModuleRecord) -> None:
    imported_setups(definition, record)
    template: CaseState = record.data["case"]
    name, block = record.data.get("using", ("", None))

    def use(definition: ModuleDefinition, options: Term, node: Node) -> None:
        use_case(definition, options, node)
        state: CaseState = definition.data["case"]
        state.setups += [_of(record, each) for each in template.setups]
        state.all_setups += [_of(record, each) for each in template.all_setups]
        definition.evaluate(_filled(block, str(name), options))

    record.data["use"] = use


def _of(template: ModuleRecord, given: Setup) -> Setup:
    """Return a set-up of a template for use in another module."""
    return given._replace(module=given.module or template.module)


def _filled(node: Any, name: str, options: Term) -> Any:
    """Return a quoted block with `unquote(options)` replaced by the options given to `use`."""
    if type(node) is Node:
        args = node.args
        if is_call(node, "unquote", 1) and args and _is_variable(args[0], name):
            return Node("known term", [KnownTerm(options)], node.line)
        made = None if args is None else [_filled(each, name, options) for each in args]
        return Node(node.head, made, node.line, node.column, node.meta)
    if type(node) is list or type(node) is tuple:
        return type(node)(_filled(each, name, options) for each in node)
    return node


def _is_variable(node: Any, name: str) -> bool:
    return type(node) is Node and node.args is None and node.head == name


USES[alias("ExUnit.CaseTemplate")] = use_template
