"""Macro.Env: the `%Macro.Env{}` of `__ENV__` and `__CALLER__`, and the reverse conversion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.compile.writing.environment import Environment
from kvshell.elixir.library.registry import Cost, Library
from kvshell.terms import A, Atom, List, Map, Term, alias
from kvshell.terms.order import sort_key

if TYPE_CHECKING:
    from kvshell.elixir.compile.writing.environment import Modules

ENV: Final = alias("Macro.Env")
env_ = Library.of("Macro.Env", Cost.SHORT)


def environment_term(env: Environment, line: int, context: Term = None) -> Map:
    """Return `env` at a line as `%Macro.Env{}`; `context` is nil, `:guard` or `:match`."""
    function = env.function
    shown = None
    if function is not None:
        name = function[0].removeprefix("MACRO-")
        shown = (Atom(name), function[1] - (name != function[0]))
    functions: dict[Atom, list[Term]] = {}
    macros: dict[Atom, list[Term]] = {}
    for (name, arity), module in sorted(env.imports.items()):
        kind = macros if env.modules.macro(module, name, arity) is not None else functions
        kind.setdefault(module, []).append((Atom(name), arity))
    fields: dict[Term, Term] = {
        A.__struct__: ENV,
        A.aliases: List(
            [
                (Atom(f"Elixir.{name}"), module)
                for name, module in env.aliases.items()
                if name.isidentifier()
            ]
        ),
        A.context: context,
        A.context_modules: List([] if env.module is None else [env.module]),
        A.file: env.file,
        A.function: shown,
        A.functions: List([(module, List(names)) for module, names in functions.items()]),
        A.lexical_tracker: None,
        A.line: line,
        A.macro_aliases: List(),
        A.macros: List([(module, List(names)) for module, names in macros.items()]),
        A.module: env.module,
        A.requires: List(sorted([alias("Kernel"), *env.required], key=sort_key)),
        A.tracers: List(),
        A.versioned_vars: Map(),
    }
    return Map(fields)


def is_environment(term: Term) -> bool:
    """Whether a term is a `%Macro.Env{}`."""
    return type(term) is Map and term.get(A.__struct__) is ENV


def environment_of(term: Map, modules: Modules, defining: Any) -> Environment:
    """Return the compiler's environment for a `%Macro.Env{}`.

    `defining` has the modules that are being defined, by name.
    """
    file, module, function = term.get(A.file), term.get(A.module), term.get(A.function)
    env = Environment(modules, file if type(file) is str else "nofile")
    env.module = module if type(module) is Atom else None
    if type(function) is tuple and len(function) == 2 and type(function[0]) is Atom:
        env.function = (function[0].name, function[1])
    for left, right in _pairs(term.get(A.aliases)):
        if type(left) is Atom:
            env.aliases[left.name.removeprefix("Elixir.")] = right
    for key in (A.functions, A.macros):
        for imported, names in _pairs(term.get(key)):
            for name, arity in _pairs(names):
                if type(name) is Atom and type(imported) is Atom and type(arity) is int:
                    env.imports[name.name, arity] = imported
    requires = term.get(A.requires)
    env.required = set(requires.items) if type(requires) is List else set()
    env.definition = defining.get(env.module) if env.module is not None else None
    if env.definition is not None:
        env.attributes = env.definition.attributes
    return env


def _pairs(term: Term) -> list[Any]:
    items = term.items if type(term) is List else ()
    return [item for item in items if type(item) is tuple and len(item) == 2]


@env_.function()
def location(env: Any) -> Term:
    """Returns a keyword list with the `:file` and the `:line` of an environment."""
    return List([(A.file, env.get(A.file)), (A.line, env.get(A.line))])


@env_.function(name="in_guard?")
def in_guard_p(env: Any) -> Term:
    """Tells whether an environment is inside a guard."""
    return env.get(A.context) is A.guard


@env_.function(name="in_match?")
def in_match_p(env: Any) -> Term:
    """Tells whether an environment is inside a pattern."""
    return env.get(A.context) is A.match


@env_.function(name="required?")
def required_p(env: Any, mod: Term) -> Term:
    """Tells whether a module has been required in an environment."""
    return mod in env.get(A.requires).items


@env_.function()
def fetch_alias(env: Any, atom: Any) -> Term:
    """Fetches the module of an alias: `{:ok, module}`, or `:error` if there is no such alias."""
    wanted = Atom(f"Elixir.{atom.name.removeprefix('Elixir.')}")
    found = dict(_pairs(env.get(A.aliases))).get(wanted)
    return A.error if found is None else (A.ok, found)


@env_.function()
def lookup_import(env: Any, name_arity: Term) -> Term:
    """Returns the modules that `{name, arity}` is imported from, as `[function: module]`."""
    found = []
    for key, kind in ((A.functions, A.function), (A.macros, A.macro)):
        for module, names in _pairs(env.get(key)):
            if name_arity in names.items:
                found.append((kind, module))
    return List(found)


@env_.function()
def stacktrace(env: Any) -> Term:
    """Returns an environment as a stacktrace with a single entry."""
    place = List([(A.file, List(map(ord, env.get(A.file)))), (A.line, env.get(A.line))])
    module, function = env.get(A.module), env.get(A.function)
    if module is None:
        return List([(A.elixir_compiler, Atom("__FILE__"), 1, place)])
    if function is None:
        return List([(module, Atom("__MODULE__"), 0, place)])
    return List([(module, *function, place)])
