"""Warnings about a compiled module's functions and attributes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kvshell.elixir.compile.functions import (
    FunctionDefinition,
    all_calls,
    unquoted_calls,
    written_key,
)
from kvshell.elixir.compile.writing.body import NOT_CONSTANT, constant
from kvshell.elixir.compile.writing.source import CompilationUnit
from kvshell.elixir.library import registry
from kvshell.elixir.modules.definition import CHECKS, ModuleDefinition
from kvshell.elixir.running.suggestions import did_you_mean, similar
from kvshell.elixir.syntax.nodes import Node, is_call, walk
from kvshell.terms import Atom, alias, inspect
from kvshell.terms.printing.exceptions import call_text

KERNEL, HELPERS = alias("Kernel"), alias("IEx.Helpers")


def check(
    module: ModuleDefinition, unit: CompilationUnit, definitions: list[FunctionDefinition]
) -> None:
    """Warn about a compiled module, in Elixir's order: clauses, functions, attributes, calls."""
    _ungrouped(module)
    _unused_private(module, definitions)
    _conflicting(module, definitions)
    _unused_attributes(module)
    module.env.function = None
    _impls(module)
    _undefined_calls(module, unit)
    for name, line, earlier in module.env.late_warnings:
        what = "this clause" if name is None else f"this clause for {name}"
        module.env.warn(
            line,
            f"{what} cannot match because a previous clause at line {earlier} always matches",
        )
    module.env.late_warnings.clear()  # they are per module
    _failing_arithmetic(module, definitions)


def warn_of_variables(module: ModuleDefinition, body: Any) -> None:
    """Warn about unused variables in the body of a module."""
    items = list(body.args or ()) if is_call(body, "__block__") else [body]
    if not any(is_call(each, "=", 2) for each in items):
        return
    times = Counter(node.head for node in walk(body) if _is_variable(node))
    unread: list[Node] = []
    for each in items:
        if any(type(node) is Node and node.head in _READ_ALL for node in walk(each)):
            unread.clear()  # a nested module may read what was bound before it
        if is_call(each, "=", 2):
            names = [node for node in walk(each.args[0]) if _is_variable(node)]
            unread += [node for node in names if times[node.head] == 1 and node.head[0] not in "_&"]
    for node in unread:
        module.env.warn(
            node.line,
            f'variable "{node.head}" is unused (if the variable is not meant to be used, prefix it'
            " with an underscore)",
            f"{module.env.file}:{node.line}: {inspect(module.module)}",
        )


_READ_ALL = frozenset({"defmodule", "defimpl"})


def _is_variable(node: Any) -> bool:
    return type(node) is Node and type(node.head) is str and node.args is None


def _ungrouped(module: ModuleDefinition) -> None:
    seen: dict[Any, int] = {}
    last: Any = None
    for key, line in module.order:
        if key != last and key in seen:
            kind = module.definitions[key].kind if key in module.definitions else "def"
            name, arity = written_key(key)
            module.env.warn(
                line,
                "clauses with the same name and arity (number of arguments) should be grouped "
                f'together, "{kind} {name}/{arity}" was previously defined '
                f"({module.outer.file}:{seen[key]})",
            )
        seen.setdefault(key, line)
        last = key


def _unused_private(module: ModuleDefinition, definitions: list[FunctionDefinition]) -> None:
    called: set[Any] = set()
    calls = {each.key: all_calls(each) for each in definitions}
    todo = [each.key for each in definitions if each.kind in {"def", "defmacro"}]
    while todo:
        for key in calls.get(todo.pop(), ()):
            if key not in called:
                called.add(key)
                todo.append(key)
    for each in definitions:
        if each.kind == "defmacrop" and each.made_of is None:
            name, arity = written_key(each.key)
            if not any(used[0] == name for used in module.used_macros):
                module.env.warn(each.line, f"macro {name}/{arity} is unused")
        if each.kind == "defp" and each.key not in called and not each.generated:
            if each.key in module.data.get("called", ()):
                continue
            if each.key in module.data.get("guards", ()):
                continue
            versions = [d for d in definitions if d.made_of == each.key]
            if any(d.key in called for d in versions):
                continue
            module.env.warn(each.line, f"function {each.name}/{each.arity} is unused")


def _conflicting(module: ModuleDefinition, definitions: list[FunctionDefinition]) -> None:
    """Raise for a local call that may mean either the module's function or an imported one."""
    own = {each.key: each for each in definitions if each.kind in {"def", "defp"}}
    owners = {key: owner for key in own if (owner := _imported_from(module, *key)) is not None}
    if not owners:
        return
    called: set[Any] = set()
    for each in definitions:
        called |= unquoted_calls(each)
    for key in reversed(own):
        if key in owners and key in called:
            name = call_text(owners[key], Atom(key[0]), f"/{key[1]}")
            module.env.function = None
            raise module.env.error(own[key].line, f"imported {name} conflicts with local function")


def _imported_from(module: ModuleDefinition, name: str, arity: int) -> Atom | None:
    """Return the module that a name is imported from, explicitly or by default."""
    imports = module.env.imports
    if (name, arity) in imports:
        return imports[name, arity]
    usual = (KERNEL, HELPERS) if module.outer.file == "iex" else (KERNEL,)
    for owner in usual:
        # An explicit import, such as `import Kernel, except: ...`, replaces the default one.
        if registry.find_entry(owner, name, arity) is not None:
            return None if owner in module.env.required else owner
    return None


def _unused_attributes(module: ModuleDefinition) -> None:
    for name, line in module.set_at.items():
        if name not in module.read:
            module.env.warn(line, f"module attribute @{name} was set but never used")


GEN_SERVER = (
    ("code_change", 3),
    ("format_status", 2),
    ("handle_call", 3),
    ("handle_cast", 2),
    ("handle_continue", 2),
    ("handle_info", 2),
    ("init", 1),
    ("terminate", 2),
)
KNOWN_CALLBACKS: dict[str, tuple[tuple[str, int], ...]] = {
    "GenServer": GEN_SERVER,
    "Supervisor": (("init", 1),),
    "DynamicSupervisor": (("init", 1),),
    "Application": (
        ("config_change", 3),
        ("prep_stop", 1),
        ("start", 2),
        ("start_phase", 3),
        ("stop", 1),
    ),
}
REQUIRED = {"Application": (("start", 2),), "Supervisor": (("init", 1),)}


def _impls(module: ModuleDefinition) -> None:
    """Warn about `@impl` without a callback, callbacks without `@impl`, and missing callbacks."""
    known: dict[tuple[str, int], str] = {}
    for behaviour in module.behaviours:
        name = inspect(behaviour)
        own = module.code().modules.get(behaviour)
        for key in own.callbacks if own is not None else KNOWN_CALLBACKS.get(name, ()):
            known[key] = name
    for key, (_given, line) in module.impls.items():
        if key in known:
            continue
        text = f"{key[0]}/{key[1]}"
        if not known:
            module.env.warn_within(
                line, f'got "@impl true" for function {text} but no behaviour was declared'
            )
            continue
        listed = "\n".join(
            f"  * {name}.{each}/{arity} (function)" for (each, arity), name in sorted(known.items())
        )
        module.env.warn_within(
            line,
            f'got "@impl true" for function {text} but no behaviour specifies such callback. The '
            f"known callbacks are:\n\n{listed}\n",
        )
    if module.impls:
        _without_impl(module, known)
    for behaviour in module.behaviours:
        own = module.code().modules.get(behaviour)
        wanted = own.callbacks if own is not None else REQUIRED.get(inspect(behaviour), ())
        for name, arity in wanted:
            if (name, arity) not in module.definitions:
                module.env.warn_within(
                    module.line,
                    f"function {name}/{arity} required by behaviour {inspect(behaviour)} is not "
                    f"implemented (in module {inspect(module.module)})",
                )


def _without_impl(module: ModuleDefinition, known: dict[tuple[str, int], str]) -> None:
    for key, definition in module.definitions.items():
        if key in known and key not in module.impls and definition.kind == "def":
            module.env.warn_within(
                definition.line,
                f"module attribute @impl was not set for function {key[0]}/{key[1]} callback "
                f'(specified in {known[key]}). This either means you forgot to add the "@impl '
                'true" annotation before the definition or that you are accidentally overriding '
                "this callback",
            )


def _in_function(module: ModuleDefinition, line: int, function: tuple[str, int] | None) -> str:
    """Return `lib/kv.ex:21: KV.get/1`, the place of a warning about a call."""
    where = f"{module.outer.file}:{line}"
    if function is None:
        return where
    return f"{where}: {call_text(module.module, Atom(function[0]), f'/{function[1]}')}"


def _undefined_calls(module: ModuleDefinition, unit: CompilationUnit) -> None:
    code = module.env.modules
    for target, name, arity, line, function in unit.called:
        place = _in_function(module, line, function)
        if target is module.module:
            if (name, arity) in module.definitions or (name, arity) in unit.local:
                continue
            text = f"{inspect(target)}.{name}/{arity} is undefined or private"
            message = text + did_you_mean(similar(name, arity, sorted(module.definitions)))
            module.env.warn(line, message, place)
            continue
        if type(target).__name__ != "Atom" or code.exports(target, name, arity):
            continue
        missing = code.missing(target, name, arity)
        if missing is not None:
            module.env.warn(line, f"{missing} is not part of this shell's Elixir", place)
        elif not code.is_loaded(target):
            text = (
                f"{inspect(target)}.{name}/{arity} is undefined (module {inspect(target)} is not "
                "available or is yet to be defined)"
            )
            module.env.warn(line, text, place)
        elif code.exported(target):
            text = f"{inspect(target)}.{name}/{arity} is undefined or private"
            message = text + did_you_mean(similar(name, arity, code.known(target)))
            module.env.warn(line, message, place)


_ARITHMETIC = frozenset({"+", "-", "*", "/", "div", "rem"})


def _failing_arithmetic(module: ModuleDefinition, definitions: list[FunctionDefinition]) -> None:
    """Warn about arithmetic on literals that are not numbers, and division by a literal zero."""
    for definition in definitions:
        for clause in definition.clauses:
            for node in walk(clause.args[-1] if clause.args else None):
                if type(node) is Node and node.head in _ARITHMETIC and _fails(node):
                    text = f"the call to {node.head}/{len(node.args or ())} will fail with "
                    module.env.warn(node.line, f"{text}ArithmeticError")


def _fails(node: Node) -> bool:
    values = [each if type(each) is list else constant(each) for each in node.args or ()]
    if not values or any(value is NOT_CONSTANT for value in values):
        return False
    wanted = {int} if node.head in {"div", "rem"} else {int, float}
    if any(type(value) not in wanted for value in values):
        return True
    return node.head in {"/", "div", "rem"} and len(values) == 2 and values[1] == 0


CHECKS.append(check)
