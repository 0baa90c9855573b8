"""The statements of a module's body: def, @attributes, defstruct, defexception, use and others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kvshell.elixir.compile.calls import alias_of
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import NOT_CONSTANT, constant, keywords
from kvshell.elixir.library.registry import library
from kvshell.elixir.modules.defining import define_module, nested_name
from kvshell.elixir.modules.definition import (
    STATEMENTS,
    ModuleDefinition,
)
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    List,
    Term,
    inspect,
)

Statement = Callable[[ModuleDefinition, Node], Term]
IGNORED = frozenset({"spec", "type", "typep", "opaque", "macrocallback", "typedoc", "dialyzer"})


def statement(*heads: str) -> Callable[[Statement], Statement]:
    """Register the handler of statements with one of these heads."""

    def declare(run: Statement) -> Statement:
        for head in heads:
            STATEMENTS[head] = run
        return run

    return declare


@statement("def", "defp", "defmacro", "defmacrop")
def define(definition: ModuleDefinition, node: Node) -> Term:
    """Define a clause of a function or macro."""
    return definition.define(str(node.head), node)


# -- attributes --------------------------------------------------------------------------------


@statement("@")
def attribute(definition: ModuleDefinition, node: Node) -> Term:
    """Set an attribute, `@name value`, or read it, `@name`."""
    inner = (node.args or [None])[0]
    if type(inner) is not Node or type(inner.head) is not str:
        raise ArgumentError(f"expected 0 or 1 argument for @{unparse(inner)}")
    name = inner.head
    if inner.args is None:
        return definition.attribute(name, node.line)
    if len(inner.args) != 1:
        raise ArgumentError(f"expected 0 or 1 argument for @{name}, got: {len(inner.args)}")
    argument = inner.args[0]
    if name in IGNORED:
        definition.data.setdefault("specs", []).append((name, argument))
        return A.ok
    if name == "callback":
        _callback(definition, argument)
        return A.ok
    value = attribute_value(definition, argument)
    special = ATTRIBUTES.get(name)
    if special is not None:
        special(definition, value, node.line)
        if name in {"doc", "moduledoc"}:
            definition.attributes[name] = value
        return A.ok
    definition.set_attribute(name, value, node.line)
    return A.ok


def attribute_value(definition: ModuleDefinition, node: Any) -> Term:
    """Return the value of an expression in a module's body."""
    known = constant(node)
    if known is not NOT_CONSTANT:
        return known
    if type(node) is Node and node.head == "__aliases__":
        return definition.env.module_named(node)
    if type(node) is Node and node.head == "__MODULE__":
        return definition.module
    return definition.run(node)


def _callback(definition: ModuleDefinition, spec: Any) -> None:
    if type(spec) is Node and spec.head == "when" and spec.args:
        spec = spec.args[0]
    if type(spec) is Node and spec.head == "::" and spec.args and type(spec.args[0]) is Node:
        head = spec.args[0]
        definition.callbacks.append((str(head.head), len(head.args or ())))


def _doc(definition: ModuleDefinition, value: Term, line: int) -> None:
    if definition.doc is not None and type(value) is str:
        definition.env.warn_within(
            line, f"redefining @doc attribute previously set at line {definition.doc_line}"
        )
    if type(value) is str or value is False:
        definition.doc, definition.doc_line = value, line


def _moduledoc(definition: ModuleDefinition, value: Term, line: int) -> None:
    definition.docs[None], definition.doc_lines[None] = value, line


def _behaviour(definition: ModuleDefinition, value: Term, _line: int) -> None:
    if type(value) is Atom:
        definition.behaviours.append(value)


def _enforce(definition: ModuleDefinition, value: Term, _line: int) -> None:
    items = value.items if type(value) is List else (value,)
    definition.enforced = list(items)


def _impl(definition: ModuleDefinition, value: Term, _line: int) -> None:
    definition.attributes["impl"] = value


def _derive(definition: ModuleDefinition, value: Term, _line: int) -> None:
    items = value.items if type(value) is List else (value,)
    definition.data.setdefault("derive", []).extend(items)


def _nothing(_definition: ModuleDefinition, _value: Term, _line: int) -> None:
    pass


ATTRIBUTES: dict[str, Callable[[ModuleDefinition, Term, int], None]] = {
    "doc": _doc,
    "moduledoc": _moduledoc,
    "behaviour": _behaviour,
    "enforce_keys": _enforce,
    "impl": _impl,
    "derive": _derive,
    "compile": _nothing,
    "optional_callbacks": _nothing,
    "external_resource": _nothing,
    "deprecated": _nothing,
    "since": _nothing,
    "fallback_to_any": lambda d, v, _l: d.data.__setitem__("fallback_to_any", v),
}


# -- delegation and guards ---------------------------------------------------------------------


@statement("defdelegate")
def defdelegate(definition: ModuleDefinition, node: Node) -> Term:
    """Evaluate `defdelegate size(map), to: Map, as: :count`."""
    args = node.args or []
    options = keywords(args[1]) if len(args) > 1 else None
    if not options or "to" not in options:
        raise ArgumentError("expected to: to be given as argument")
    heads: list[Any] = args[0] if isinstance(args[0], list) else [args[0]]
    value: Term = None
    for head in heads:
        name = str(head.head)
        as_name = options.get("as", Atom(name))
        params = head.args or []
        given = [
            (param.args or [None])[0] if type(param) is Node and param.head == "\\\\" else param
            for param in params
        ]
        target = Node(".", [options["to"], as_name], node.line)
        call = Node(target, given, node.line)
        value = definition.define("def", Node("def", [head, [(Atom("do"), call)]], node.line))
    return value


@statement("defguard", "defguardp")
def defguard(definition: ModuleDefinition, node: Node) -> Term:
    """Evaluate `defguard is_even(n) when rem(n, 2) == 0`."""
    head = (node.args or [None])[0]
    if type(head) is not Node or head.head != "when" or not head.args:
        raise definition.env.error(node.line, f"invalid syntax in {node.head} {unparse(head)}")
    call, guard = head.args
    names = [param.head for param in call.args or ()]

    def expand(args: list[Any]) -> Any:
        return _substituted(guard, dict(zip(names, args, strict=True)))

    definition.guards[str(call.head), len(names)] = expand
    key = (str(call.head), len(names))
    do = [(Atom("do"), guard)]
    definition.define(
        "def" if node.head == "defguard" else "defp", Node("def", [call, do], node.line)
    )
    definition.data.setdefault("guards", set()).add(key)
    return (Atom(key[0]), key[1])


def _substituted(node: Any, values: dict[Any, Any]) -> Any:
    if type(node) is Node:
        if node.args is None:
            return values.get(node.head, node)
        head = _substituted(node.head, values) if type(node.head) is Node else node.head
        return Node(
            head,
            [_substituted(each, values) for each in node.args],
            node.line,
            node.column,
            node.meta,
        )
    if type(node) is list or type(node) is tuple:
        return type(node)(_substituted(each, values) for each in node)
    return node


@statement("defoverridable")
def defoverridable(definition: ModuleDefinition, node: Node) -> Term:
    """Evaluate `defoverridable name: 1`."""
    value = attribute_value(definition, (node.args or [List()])[0])
    if type(value) is List:
        for item in value.items:
            if type(item) is tuple:
                definition.generated.add((item[0].name, item[1]))
    return A.ok


# -- modules in modules ------------------------------------------------------------------------


@statement("defmodule")
def defmodule(definition: ModuleDefinition, node: Node) -> Term:
    """Define a nested module."""
    name, body = module_parts(definition.env, node)
    if type(name) is Node:
        name = module_name(definition.env, definition.run(name), node.line)
    return define_module(name, body, definition.env, definition.bindings, node.line)


def module_parts(env: Any, node: Node) -> tuple[Any, Any]:
    """Return the name and the body of a defmodule; a name only known at run time is a node."""
    args = node.args or []
    blocks = keywords(args[1]) if len(args) == 2 else None
    if blocks is None or "do" not in blocks:
        raise env.error(
            node.line, f"undefined function {node.head}/{len(args)} (there is no such import)"
        )
    name = args[0]
    if type(name) is Node and name.head == "__aliases__":
        full = alias_of(AliasLookup(env), name)
        return nested_name(env, full, name), blocks["do"]
    if type(name) is Node and name.head == "__MODULE__" and env.module is not None:
        return env.module, blocks["do"]
    if type(name) is Atom:
        return name, blocks["do"]
    if type(name) is Node and name.head == "known term":
        return (name.args or [None])[0].term, blocks["do"]
    if type(name) is Node:
        return name, blocks["do"]
    raise env.error(node.line, f"invalid module name: {unparse(name)}")


def module_name(env: Any, name: Term, line: int) -> Atom:
    """Return the module name that an expression evaluated to.

    Raises:
        ElixirError: a CompileError if `name` is not an atom.
    """
    if type(name) is not Atom:
        raise env.error(line, f"invalid module name: {inspect(name)}")
    return name


class AliasLookup:
    """Adapts an environment to `alias_of`, which expects a function body."""

    def __init__(self, env: Any) -> None:
        self.env = env

    def error(self, node: Any, description: str) -> Exception:
        """Return a CompileError."""
        found: Exception = self.env.error(getattr(node, "line", 1), description)
        return found


# -- use ---------------------------------------------------------------------------------------


@statement("use")
def use(definition: ModuleDefinition, node: Node) -> Term:
    """Evaluate a `use`, such as `use GenServer, restart: :temporary`."""
    args = node.args or []
    target = args[0]
    module = (
        alias_of(AliasLookup(definition.env), target)
        if type(target) is Node and target.head == "__aliases__"
        else target
    )
    if type(module) is Atom:
        library(module)  # its declarations are imported on first use
    found = USES.get(module)
    code = definition.code()
    if found is None and code.macro(module, "__using__", 1) is not None:
        return definition.evaluate(USING[0](definition, module, node))
    options = attribute_value(definition, args[1]) if len(args) > 1 else List()
    if found is not None:
        found(definition, options, node)
        return A.ok
    record = code.modules.get(module)
    if record is not None and "use" in record.data:
        record.data["use"](definition, options, node)
        return A.ok
    if not code.is_loaded(module):
        missing = code.missing(module, "__using__", 1)
        if missing is not None:
            raise definition.env.refused(node.line, missing)
        raise definition.env.error(
            node.line, f"module {inspect(module)} is not loaded and could not be found"
        )
    raise code.undefined(module, "__using__", (options,))


# Expands `__using__` of a user's module; set by `macros`, which this package cannot import.
USING: list[Callable[[ModuleDefinition, Atom, Node], Any]] = []
USES: dict[Any, Callable[[ModuleDefinition, Term, Node], None]] = {}
