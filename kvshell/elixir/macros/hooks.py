"""@before_compile and @after_compile: hooks at the end of a module's definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kvshell.elixir.macros.environments import environment_term
from kvshell.elixir.macros.expansion import expansion
from kvshell.elixir.macros.expressions import QuotedReader
from kvshell.elixir.modules.defining import byte_code
from kvshell.terms import Atom, Term

if TYPE_CHECKING:
    from kvshell.elixir.modules.definition import ModuleDefinition
    from kvshell.elixir.modules.record import ModuleRecord


def _hook(value: Term, usual: str) -> tuple[Any, str]:
    """Return the module and the function of a hook, `Module` or `{Module, :function}`."""
    if type(value) is tuple and len(value) == 2 and type(value[1]) is Atom:
        return value[0], value[1].name
    return value, usual


def add_before(definition: ModuleDefinition, value: Term) -> None:
    """Add the code that a macro or function returns to the end of a module's body."""
    module, name = _hook(value, "__before_compile__")

    def close(definition: ModuleDefinition) -> None:
        env, line = definition.env, definition.line
        macro = env.modules.macro(module, name, 1)
        if macro is not None:
            own = environment_term(env, line)
            definition.evaluate(
                expansion(env, (module, name, _with(macro, own)), [None], line, None)
            )
            return
        answer = env.modules.remote(module, name, 1).call(environment_term(env, line))
        definition.evaluate(QuotedReader(env.file, line).node(answer))

    definition.closers.append(close)


def _with(macro: Any, env: Term) -> Any:
    return lambda caller, _none: macro(caller, env)


def add_after(definition: ModuleDefinition, value: Term) -> None:
    """Call a function or macro with the environment and the byte code of the compiled module."""
    module, name = _hook(value, "__after_compile__")
    code = definition.code()

    def call_hook(definition: ModuleDefinition, _record: ModuleRecord) -> None:
        env = environment_term(definition.env, definition.line)
        given = (env, byte_code(definition.module))
        macro = code.macro(module, name, 2)
        if macro is not None:
            macro(env, *given)
        else:
            code.remote(module, name, 2).call(*given)

    definition.installed.append(call_hook)
