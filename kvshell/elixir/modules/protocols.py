"""defprotocol and defimpl: dispatch on the type of the first argument.

A protocol is a module whose functions look up the implementation. The library's own protocols -
Enumerable, Collectable, String.Chars, Inspect - look up a user's implementations here.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from kvshell.elixir.compile.calls import alias_of
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import keywords
from kvshell.elixir.library import protocols as library
from kvshell.elixir.library.failures import undefined_protocol
from kvshell.elixir.modules.code_server import Definition, ElixirCode
from kvshell.elixir.modules.defining import byte_code, define_module, nested_name
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.modules.statements import AliasLookup, statement
from kvshell.elixir.syntax.nodes import Node
from kvshell.runtime.processes.thread_context import here
from kvshell.terms import A, Atom, List, Map, Term, alias, inspect

ANY = alias("Any")


def define_protocol(name: Atom, body: Any, env: Any, node: Node) -> Term:
    """Evaluate `defprotocol name do def f(x) ... end`."""
    code: ElixirCode = env.modules
    items = body.args if type(body) is Node and body.head == "__block__" else [body]
    record = ModuleRecord(name, env.file, node.line)
    record.protocol = True
    fallback = False
    for item in items or []:
        if type(item) is not Node:
            continue
        if item.head == "@":
            inner = (item.args or [None])[0]
            fallback = fallback or (
                type(inner) is Node and inner.head == "fallback_to_any" and inner.args == [True]
            )
        elif item.head == "def":
            head = (item.args or [None])[0]
            key = (str(head.head), len(head.args or ()))
            record.callbacks.append(key)
            record.functions[key] = _dispatcher(code, name, key)
    record.data["fallback"] = fallback
    record.functions["impl_for", 1] = lambda value: implementation(code, name, value)
    record.functions["impl_for!", 1] = lambda value: _required(code, name, value)
    record.functions["__protocol__", 1] = lambda _what: List(
        (Atom(each), arity) for each, arity in record.callbacks
    )
    code.install(record)
    if not code.defining:

        def again(other: ElixirCode) -> Term:
            return define_protocol(name, body, env.child(modules=other), node)

        code.log.append(Definition(again, node))
    return (Atom("module"), name, byte_code(name), (Atom("__protocol__"), 1))


def _dispatcher(code: ElixirCode, protocol: Atom, key: tuple[str, int]) -> Callable[..., Any]:
    name, arity = key

    def dispatch(*args: Term) -> Term:
        return code.remote(_required(code, protocol, args[0]), name, arity).call(*args)

    return dispatch


def _required(code: ElixirCode, protocol: Atom, value: Term) -> Atom:
    module = implementation(code, protocol, value)
    if module is None:
        raise undefined_protocol(protocol.name.removeprefix("Elixir."), value)
    return module


def implementation(code: ElixirCode, protocol: Atom, value: Term) -> Atom | None:
    """Return the module that implements a protocol for a value, or None."""
    found = code.implementations.get(protocol)
    if found is None:
        return None
    record = code.modules.get(protocol)
    fallback = record is not None and bool(record.data.get("fallback"))
    if type(value) is Map:
        module = value.get(A.__struct__)
        if type(module) is Atom:
            own: Atom | None = found.get(module)
            if own is not None:
                return own
            derived = code.modules.get(module)
            if derived is not None and protocol in derived.data.get("derive", ()):
                return found.get(ANY)
            return found.get(ANY) if fallback else None
    named = library.TYPE_NAMES.get(type(value))
    known: Atom | None = found.get(alias(named)) if named is not None else None
    return known or (found.get(ANY) if fallback else None)


def define_implementation(
    definition_env: Any, node: Node, bindings: MutableMapping[str, Term]
) -> Term:
    """Evaluate `defimpl Protocol, for: Type do ... end`."""
    env = definition_env
    args = node.args or []
    if not args:
        raise env.error(node.line, "undefined function defimpl/0 (there is no such import)")
    options: dict[str, Any] = {}
    for argument in args[1:]:
        options.update(keywords(argument) or {})
    protocol = _module(env, args[0])
    if "for" in options:
        wanted = options["for"] if type(options["for"]) is list else [options["for"]]
        types = [_module(env, each) for each in wanted]
    elif env.module is not None:
        types = [env.module]
    else:
        raise env.error(node.line, "defimpl/3 expects a :for option when declared outside a module")
    code: ElixirCode = env.modules
    if not code.is_loaded(protocol) and inspect(protocol) not in LIBRARY:
        raise env.error(
            node.line,
            f"module {inspect(protocol)} is not loaded and could not be found",
        )
    answer: Term = None
    for each in types:
        module = Atom(f"{protocol.name}.{each.name.removeprefix('Elixir.')}")
        inner = env.child(aliases=dict(env.aliases))
        inner.module = None
        answer = define_module(module, options.get("do"), inner, bindings, node.line)
        code.implementations.setdefault(protocol, {})[each] = module
    return answer


LIBRARY = frozenset(
    {"Enumerable", "Collectable", "String.Chars", "Inspect", "List.Chars", "IEx.Info"}
)


def _module(env: Any, node: Any) -> Any:
    found = _named(env, node)
    if type(found) is not Atom:
        raise env.error(getattr(node, "line", 1), f"invalid module name: {unparse(node)}")
    return found


def _named(env: Any, node: Any) -> Any:
    if type(node) is Node and node.head == "__aliases__":
        return alias_of(AliasLookup(env), node)
    if type(node) is Node and node.head == "__MODULE__":
        return env.module
    return node


def protocol_parts(env: Any, node: Node) -> tuple[Atom, Any]:
    """Return the name and the body of a `defprotocol`."""
    args = node.args or []
    blocks = keywords(args[1]) if len(args) == 2 else None
    if blocks is None or "do" not in blocks:
        raise env.error(
            node.line, f"undefined function {node.head}/{len(args)} (there is no such import)"
        )
    return nested_name(env, _module(env, args[0]), args[0]), blocks["do"]


@statement("defimpl")
def defimpl(definition: Any, node: Node) -> Term:
    """Evaluate a `defimpl` inside a module."""
    return define_implementation(definition.env, node, definition.bindings)


@statement("defprotocol")
def defprotocol(definition: Any, node: Node) -> Term:
    """Evaluate a `defprotocol` inside a module."""
    name, body = protocol_parts(definition.env, node)
    return define_protocol(name, body, definition.env, node)


def _code_here() -> ElixirCode | None:
    carrier = here.carrier
    process = None if carrier is None else carrier.process
    code = None if process is None else process.runtime.code
    return code if isinstance(code, ElixirCode) else None


def module_for_library(protocol: str, value: Term) -> Atom | None:
    """Return the user's module that implements a library protocol for `value`, or None."""
    code = _code_here()
    return None if code is None else implementation(code, alias(protocol), value)


def found_for_library(
    protocol: str, function: str, arity: int, value: Term
) -> Callable[..., Any] | None:
    """Return a function of the user's implementation of a library protocol, or None.

    Runs in a process.
    """
    code = _code_here()
    if code is None:
        return None
    if protocol == "Access":  # a behaviour: implemented by the struct's own module
        owner = value.get(A.__struct__) if type(value) is Map else None
        own = code.modules.get(owner)
        return None if own is None else own.functions.get((function, arity))
    module = implementation(code, alias(protocol), value)
    return None if module is None else code.remote(module, function, arity).call


library.set_finder(found_for_library, module_for_library)
