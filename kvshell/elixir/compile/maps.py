"""Maps and structs: building and updating; the paths of put_in, update_in and similar macros."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.compile.calls import static_module
from kvshell.elixir.compile.expressions import form
from kvshell.elixir.compile.guards import ARGUMENT
from kvshell.elixir.compile.patterns import STRUCT_FIELDS, UNKNOWN_KEY, unparse
from kvshell.elixir.compile.writing.body import (
    EXPANSIONS,
    NOT_CONSTANT,
    VALUES,
    FunctionBody,
    constant,
)
from kvshell.elixir.running.errors import PlacedError
from kvshell.elixir.syntax.nodes import Node, is_call
from kvshell.terms import A, ArgumentError, Atom, ElixirError, List, Map, exception, inspect


@form("%{}")
def map_(body: FunctionBody, node: Node) -> str:
    """Compile `%{a: 1, "b" => x}` and `%{map | a: 2}`."""
    items = node.args or []
    if len(items) == 1 and is_call(items[0], "|", 2):
        base, changes = items[0].args
        return _update(body, node, base, changes)
    keys_seen: set[Any] = set()
    known: list[Any] = []
    for pair in items:
        if type(pair) is not tuple:
            raise body.error(node, f"invalid map element {unparse(pair)}")
        key = constant(pair[0])
        if key is not NOT_CONSTANT:
            form_ = inspect(key)
            if form_ in keys_seen:
                body.env.warn(node.line, f"key {form_} will be overridden in map")
            keys_seen.add(form_)
        value = constant(pair[1])
        known.append((key, value))
    if all(key is not NOT_CONSTANT and value is not NOT_CONSTANT for key, value in known):
        return body.unit.constant(Map(known))
    return f"_map({_pairs(body, items)})"


def _pairs(body: FunctionBody, items: list[Any]) -> str:
    texts = body.values([part for pair in items for part in pair])
    pairs = [f"({texts[i]}, {texts[i + 1]})" for i in range(0, len(texts), 2)]
    return f"({', '.join(pairs)}{',' if len(pairs) == 1 else ''})"


def _update(body: FunctionBody, node: Node, base: Any, changes: Any) -> str:
    items = changes if type(changes) is list else [changes]
    texts = body.values([base, *[part for pair in items for part in pair]])
    body.at(node)
    pairs = [f"({texts[i]}, {texts[i + 1]})" for i in range(1, len(texts), 2)]
    return f"_map_update({texts[0]}, ({', '.join(pairs)}{',' if len(pairs) == 1 else ''}))"


# -- structs -----------------------------------------------------------------------------------


def fields_of(body: FunctionBody, name: Any, node: Node, arity: int = 0) -> Any:
    """Return the names of a struct's fields, or None if its module is known only at run time.

    `arity` is that of the `__struct__` function named in the error: 1 for building a struct, 0 for
    a pattern. Raises a CompileError if the module defines no struct.
    """
    module = static_module(body, name)
    if module is NotImplemented:
        return None
    found = body.env.modules.struct(module) if type(module) is Atom else None
    if found is None:
        missing = body.env.modules.missing(module, "__struct__", 1)
        if missing is not None:
            raise body.env.refused(node.line, missing)
        text = inspect(module)
        error = body.error(
            node,
            f"{text}.__struct__/{arity} is undefined, cannot expand struct {text}. Make sure the "
            "struct name is correct. If the struct name exists and is correct but it still cannot "
            "be found, you likely have cyclic module usage in your code",
        )
        assert isinstance(error, ElixirError)
        raise PlacedError(error.struct, f"expanding struct: {text}.__struct__/{arity}")
    return {key for key, _default in found}


STRUCT_FIELDS.append(fields_of)


def unknown_key(body: FunctionBody, node: Node, name: Any, key: Any) -> Exception:
    """Return the error about a pattern or an update with a key that the struct does not have."""
    module = inspect(static_module(body, name))
    error = body.error(node, f"unknown key {inspect(key)} for struct {module}")
    assert isinstance(error, ElixirError)
    return PlacedError(error.struct, f"expanding struct: {module}.__struct__/0")


UNKNOWN_KEY.append(unknown_key)


@form("%")
def struct(body: FunctionBody, node: Node) -> str:
    """Compile `%Name{a: 1}` and `%Name{struct | a: 1}`."""
    assert node.args is not None
    name, inner = node.args
    module = static_module(body, name)
    if module is NotImplemented:
        raise body.error(
            node,
            f"expected struct name to be a compile time atom or alias, got: {unparse(name)}",
        )
    items = inner.args or []
    updates = len(items) == 1 and is_call(items[0], "|", 2)
    fields = fields_of(body, name, node, 0 if updates else 1)
    if updates:
        base, changes = items[0].args
        for key, _value in changes:
            if key not in fields:
                raise unknown_key(body, node, name, key)
        text = body.writer.spill(body.value(base))
        body.at(node)
        body.writer.emit(f"_check_struct({text}, {body.unit.constant(module)})")
        texts = body.values([part for pair in changes for part in pair])
        pairs = [f"({texts[i]}, {texts[i + 1]})" for i in range(0, len(texts), 2)]
        return f"_map_update({text}, ({', '.join(pairs)}{',' if len(pairs) == 1 else ''}))"
    defaults = body.env.modules.struct(module) or []
    given = []
    for key, _value in items:
        if key not in fields:
            raise PlacedError(
                exception("KeyError", key=key, term=None, message=f"key {inspect(key)} not found"),
                f"expanding struct: {inspect(module)}.__struct__/1",
            )
        given.append(key)
    missing = [key for key in body.env.modules.enforced(module) if key not in given]
    if missing:
        message = (
            "the following keys must also be given when building struct "
            f"{inspect(module)}: {inspect(List(missing))}"
        )
        raise PlacedError(
            exception("ArgumentError", message=message),
            f"expanding struct: {inspect(module)}.__struct__/1",
        )
    base = Map([(A.__struct__, module), *defaults])
    known = [(key, constant(value)) for key, value in items]
    if all(value is not NOT_CONSTANT for _key, value in known):
        for key, value in known:
            base = base.put(key, value)
        return body.unit.constant(base)
    return f"_put_all({body.unit.constant(base)}, {_pairs(body, items)})"


# -- put_in and similar macros -----------------------------------------------------------------


def _path(body: FunctionBody, node: Any, macro: str) -> tuple[Any, list[tuple[bool, Any]]]:
    """Split the path of put_in or a similar macro into its start and its steps.

    A step is (True, name) for a field, (False, key) for a key in brackets; `macro` is for errors.
    """
    steps: list[tuple[bool, Any]] = []
    whole = node
    while type(node) is Node and type(node.head) is Node and node.head.head == ".":
        dot = node.head.args or []
        if node.get("from_brackets"):
            base, key = node.args or [None, None]
            steps.append((False, key))
            node = base
        elif len(dot) == 2 and not node.args and static_module(body, dot[0]) is NotImplemented:
            steps.append((True, dot[1]))
            node = dot[0]
        else:
            break
    if not steps:
        raise ARGUMENT[0](
            f"expected expression given to {macro} to access at least one element, got: "
            f"{unparse(whole)}"
        )
    return node, steps[::-1]


def _steps(
    body: FunctionBody, node: Any, macro: str, extra: list[Any]
) -> tuple[str, str, list[str]]:
    base, steps = _path(body, node, macro)
    texts = body.values([base, *[step for _field, step in steps], *extra])
    parts = [f"({field}, {text})" for (field, _), text in zip(steps, texts[1:], strict=False)]
    return texts[0], f"({', '.join(parts)},)", texts[1 + len(steps) :]


def _nested(name: str, arity: int) -> None:
    plain = EXPANSIONS.get(name)

    def expand(body: FunctionBody, node: Node) -> Any:
        args = node.args or []
        if len(args) != arity:
            return plain(body, node) if plain else NotImplemented
        return Node(f"nested {name}", args, node.line)

    EXPANSIONS[name] = expand

    def write(body: FunctionBody, node: Node) -> str:
        args = node.args or []
        base, steps, rest = _steps(body, args[0], f"{name}/{arity}", args[1:])
        if name == "pop_in" and _path(body, args[0], "pop_in/1")[1][-1][0]:
            field = _path(body, args[0], "pop_in/1")[1][-1][1]
            raise ArgumentError(
                "cannot use pop_in when the last segment is a map/struct field. This would "
                f"effectively remove the field {inspect(field)} from the map/struct"
            )
        body.at(node)
        given = f", {rest[0]}" if rest else ""
        return f"_{name}_path({base}, {steps}{given})"

    VALUES[f"nested {name}"] = write


_nested("put_in", 2)
_nested("update_in", 2)
_nested("get_and_update_in", 2)
_nested("pop_in", 1)
