"""Module: attributes and functions of a module that is being defined; Module.create."""

from __future__ import annotations

from typing import Any, Final

from kvshell.elixir.compile.functions import written_key
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import ATOM, LIST
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.elixir.macros.environments import environment_of, is_environment
from kvshell.elixir.macros.expressions import QuotedReader
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.defining import define_module
from kvshell.elixir.modules.definition import ModuleDefinition
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, ArgumentError, Atom, List, Map, Term, inspect

module_ = Library.of("Module", Cost.LOOPS)
_PUBLIC: Final = frozenset({"def", "defmacro"})


def _code() -> ElixirCode:
    code = current().runtime.code
    assert isinstance(code, ElixirCode)
    return code


def _defining() -> dict[Term, Any]:
    code = current().runtime.code
    return code.defining if isinstance(code, ElixirCode) else {}


def _open(module: Term, function: str, arity: int, advice: str = "") -> ModuleDefinition:
    """Return the definition of a module that is being defined.

    Raises:
        ArgumentError: the module is already compiled, or does not exist.
    """
    found: ModuleDefinition | None = _defining().get(module)
    if found is None:
        raise ArgumentError(
            f"could not call Module.{function}/{arity} because the module {inspect(module)} is "
            f"already compiled{advice}"
        )
    return found


_ADVICE: Final = ". Use the Module.__info__/1 callback or Code.fetch_docs/1 instead"


@module_.function(module=ATOM, attribute=ATOM, options=LIST)
def register_attribute(module: Term, attribute: Any, options: Term) -> Term:
    """Registers an attribute; with `accumulate: true` it keeps a list of all its values."""
    definition = _open(module, "register_attribute", 3)
    if option(options, A.accumulate, default=False) is True:
        definition.accumulated.add(attribute.name)
        definition.attributes.setdefault(attribute.name, List())
    return A.ok


@module_.function(module=ATOM, key=ATOM)
def put_attribute(module: Term, key: Any, value: Term) -> Term:
    """Sets an attribute of a module that is being defined."""
    definition = _open(module, "put_attribute", 3)
    definition.set_attribute(key.name, value, definition.line)
    definition.read.add(key.name)
    return A.ok


@module_.function(module=ATOM, key=ATOM)
def get_attribute(module: Term, key: Any, default: Term = None) -> Term:
    """Returns an attribute of a module that is being defined."""
    definition = _open(module, "get_attribute", 2, _ADVICE)
    definition.read.add(key.name)
    return definition.attributes.get(key.name, default)


@module_.function(module=ATOM, key=ATOM)
def delete_attribute(module: Term, key: Any) -> Term:
    """Deletes an attribute of a module that is being defined; returns its value."""
    definition = _open(module, "delete_attribute", 2)
    definition.read.add(key.name)
    found = definition.attributes.pop(key.name, None)
    if key.name in definition.accumulated:
        definition.attributes[key.name] = List()
    return found


@module_.function(name="has_attribute?", module=ATOM, key=ATOM)
def has_attribute_p(module: Term, key: Any) -> Term:
    """Tells whether a module that is being defined has an attribute."""
    return key.name in _open(module, "has_attribute?", 2).attributes


@module_.function(name="open?", module=ATOM)
def open_p(module: Term) -> Term:
    """Tells whether a module is being defined."""
    return module in _defining()


def _kinds(definition: ModuleDefinition) -> list[tuple[tuple[str, int], str]]:
    found = [(written_key(key), each.kind) for key, each in definition.definitions.items()]
    return [(key, kind) for key, kind in sorted(found) if "(overridable" not in key[0]]


@module_.function(name="defines?", module=ATOM)
def defines_p(module: Term, tuple_: Any, def_kind: Any = MISSING) -> Term:
    """Tells whether a module that is being defined has already defined a function or macro."""
    kinds = dict(_kinds(_open(module, "defines?", 2)))
    if type(tuple_) is not tuple or len(tuple_) != 2 or type(tuple_[0]) is not Atom:
        raise no_clause("Module", "defines?", (module, tuple_, def_kind))
    kind = kinds.get((tuple_[0].name, tuple_[1]))
    return kind is not None and (def_kind is MISSING or def_kind is Atom(kind))


@module_.function(module=ATOM)
def definitions_in(module: Term, kind: Term = MISSING) -> Term:
    """Returns the functions and macros that a module has defined so far, or those of one kind."""
    return List(
        [
            (Atom(name), arity)
            for (name, arity), each in _kinds(_open(module, "definitions_in", 1))
            if kind is MISSING or kind is Atom(each)
        ]
    )


@module_.function(name="overridable?", module=ATOM)
def overridable_p(module: Term, tuple_: Any) -> Term:
    """Tells whether a function of a module that is being defined may be overridden."""
    key = (tuple_[0].name, tuple_[1])
    definition = _open(module, "overridable?", 2)
    return key in definition.generated or key in definition.supers


@module_.function(module=ATOM)
def make_overridable(module: Term, tuples: Any) -> Term:
    """Makes functions of a module that is being defined overridable."""
    definition = _open(module, "make_overridable", 2)
    for name, arity in tuples.items:
        if (name.name, arity) not in definition.definitions:
            raise ArgumentError(
                f"cannot make function {name.name}/{arity} overridable because it was not defined"
            )
        definition.generated.add((name.name, arity))
    return A.ok


@module_.function(cost=Cost.WAITS, module=ATOM)
def create(module: Any, quoted: Term, env_or_opts: Any) -> Term:
    """Creates a module whose body is a quoted expression."""
    code = _code()
    if is_environment(env_or_opts):
        env = environment_of(env_or_opts, code, code.defining)
        line = env_or_opts.get(A.line)
    else:
        env = environment_of(_nowhere(env_or_opts), code, code.defining)
        line = option(env_or_opts, A.line, 0)
    env.module = env.function = env.definition = None
    body = QuotedReader(env.file, line).node(quoted)
    return define_module(module, body, env, {}, line)


def _nowhere(options: Any) -> Any:
    return Map([(A.file, option(options, A.file, "nofile"))])


@module_.function(cost=Cost.WAITS)
def eval_quoted(module_or_env: Term, quoted: Term, binding: Term = EMPTY_LIST) -> Term:
    """Evaluates quoted expressions in the body of a module that is being defined."""
    module: Any = module_or_env.get(A.module) if is_environment(module_or_env) else module_or_env
    definition = _open(module, "eval_quoted", 4)
    definition.bindings.update({name.name: value for name, value in binding.items})
    node = QuotedReader(definition.env.file, definition.line).node(quoted)
    return definition.evaluate(node), binding
