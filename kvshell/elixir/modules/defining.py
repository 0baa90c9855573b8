"""Defines a module: from defmodule to an installed module."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from kvshell.elixir.compile.writing.environment import Environment
from kvshell.elixir.modules.checks import warn_of_variables
from kvshell.elixir.modules.code_server import Definition, ElixirCode
from kvshell.elixir.modules.definition import ModuleDefinition
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.running.failing import MISFITS
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import A, Atom, Term, inspect

INSTALLED: list[Callable[[ElixirCode, ModuleRecord | None, ModuleRecord], None]] = []


def define_module(
    name: Any, body: Any, env: Environment, bindings: MutableMapping[str, Term], line: int
) -> Term:
    """Evaluate `defmodule name do body end` and return `{:module, name, binary, last_value}`."""
    code = env.modules
    assert isinstance(code, ElixirCode)
    module = name
    if module in code.modules and module not in code.defining:
        env.warn(line, f"redefining module {inspect(module)} (current version defined in memory)")
    definition = ModuleDefinition(module, env, bindings, line)
    answer = complete(definition, body, code)
    if not code.defining:  # the outer module's definition includes a nested one
        known = dict(bindings)

        def again(other: ElixirCode) -> None:
            define_module(name, body, env.child(modules=other, warnings=[]), known, line)

        parts: list[Any] = [Atom(part) for part in inspect(module).split(".")]
        quoted = Node("defmodule", [Node("__aliases__", parts, line), [(A.do, body)]], line)
        code.log.append(Definition(again, quoted))
    return answer


def complete(definition: ModuleDefinition, body: Any, code: ElixirCode) -> Term:
    """Evaluate the body, compile the functions and install the module."""
    outer = code.defining.get(definition.module)
    code.defining[definition.module] = definition
    try:
        warn_of_variables(definition, body)
        last = definition.evaluate(body)
        for close in definition.closers:
            close(definition)
        record = definition.finish()
    except MISFITS as error:
        if type(error).__module__ != "builtins":
            raise
        raise definition.env.error(
            definition.line, f"invalid module body in {inspect(definition.module)}"
        ) from None
    finally:
        if outer is None:
            code.defining.pop(definition.module, None)
        else:
            code.defining[definition.module] = outer
    old = code.modules.get(definition.module)
    code.install(record)
    for notify in INSTALLED:
        notify(code, old, record)
    for known in definition.installed:
        known(definition, record)
    return (Atom("module"), definition.module, byte_code(definition.module), last)


def byte_code(module: Atom) -> bytes:
    """Return bytes with the header of byte code; there is no actual byte code."""
    name = module.name.encode()
    head = b"FOR1" + (1300 + len(name)).to_bytes(4, "big") + b"BEAMAtU8" + bytes([0, 0, 0, 163])
    return head + len(name).to_bytes(4, "big") + name + b"\x08__info__\x0aattributes" + bytes(40)


def nested_name(env: Environment, name: Any, node: Any) -> Atom:
    """Return the full name of a module, prefixed with the module around it, and alias it there."""
    if type(node) is Node and node.head == "__aliases__" and env.module is not None:
        parts = node.args or []
        if type(parts[0]) is Atom and parts[0].name != "Elixir":
            full = Atom(f"{env.module.name}.{'.'.join(part.name for part in parts)}")
            env.aliases[parts[0].name] = Atom(f"{env.module.name}.{parts[0].name}")
            return full
    assert type(name) is Atom
    return name
