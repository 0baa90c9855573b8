"""The macros of a module that is being defined, for calls in the module itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kvshell.elixir.compile.functions import (
    FunctionDefinition,
    all_calls,
    default_versions,
    macro_key,
    write_functions,
)
from kvshell.elixir.compile.writing.source import CompilationUnit
from kvshell.elixir.modules.support import HELPERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kvshell.elixir.compile.writing.environment import Environment
    from kvshell.elixir.modules.definition import ModuleDefinition

Key = tuple[str, int]


def local_macro(env: Environment, key: Key, line: int) -> Callable[..., Any] | None:
    """Return the macro `key` of the module being defined, or None if there is no such macro.

    Raises:
        ElixirError: a CompileError if the macro is defined after `line`.
    """
    definition: ModuleDefinition | None = env.modules.defining.get(env.module)
    if definition is None:
        return None
    whole = _definitions(definition)
    wanted = macro_key(key)
    if wanted not in whole or env.function == wanted:
        return None
    definition.used_macros.add(key)
    first = whole[wanted]
    if first.line > line > 0 and first.env.file == env.file:
        name, arity = key
        raise env.error(line, f"cannot invoke macro {name}/{arity} before its definition")
    known: dict[Key, Callable[..., Any] | None] = definition.data.setdefault("local macros", {})
    if wanted not in known:
        known[wanted] = None
        try:
            known[wanted] = _compiled(whole, wanted, env)
        finally:
            if known[wanted] is None:
                del known[wanted]
    found = known[wanted]
    if found is None:  # it is being compiled
        name, arity = key
        raise env.error(line, f"the macro {name}/{arity} calls a function that uses the macro")
    return found


def _definitions(definition: ModuleDefinition) -> dict[Key, FunctionDefinition]:
    """Return the module's functions so far, including the versions made by default arguments."""
    found = {}
    for each in definition.definitions.values():
        if each.clauses:
            found[each.key] = each
            for version in default_versions(each):
                found[version.key] = version
    return found


def _compiled(
    whole: dict[Key, FunctionDefinition], wanted: Key, env: Environment
) -> Callable[..., Any]:
    """Compile a macro with the functions that it calls; return the macro's function."""
    needed, todo = set(), [wanted]
    while todo:
        key = todo.pop()
        if key in whole and key not in needed:
            needed.add(key)
            todo.extend(all_calls(whole[key]))
    definitions = []
    for key in needed:
        each = whole[key]
        own = each.env.child(warnings=[], late_warnings=[])
        definitions.append(
            FunctionDefinition(each.kind, each.name, each.arity, each.line, own, each.clauses)
        )
    unit = CompilationUnit(env.file)
    write_functions(unit, definitions)
    made: Callable[..., Any] = unit.bind(HELPERS, env.modules.remote)[unit.local[wanted]]
    return made
