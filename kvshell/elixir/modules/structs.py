"""defstruct and defexception: fields with defaults, and the functions they define."""

from __future__ import annotations

from typing import Any

from kvshell.elixir.modules.definition import ModuleDefinition
from kvshell.elixir.modules.statements import attribute_value, statement
from kvshell.elixir.running.errors import function_clause
from kvshell.elixir.syntax.nodes import Node
from kvshell.runtime.processes.thread_context import here
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    ElixirError,
    List,
    Map,
    Term,
    alias,
    exception,
    inspect,
)
from kvshell.terms.printing.exceptions import say_with


@statement("defstruct")
def defstruct(definition: ModuleDefinition, node: Node) -> Term:
    """Evaluate `defstruct [:a, b: 1]`; return the struct with its defaults."""
    given = (node.args or [None])[0]
    value = attribute_value(definition, given)
    definition.struct = _fields(value)
    return _declare_struct(definition)


def _fields(value: Term) -> list[tuple[Atom, Term]]:
    if type(value) is not List:
        raise ArgumentError(
            f"struct fields definition must be list, got: {inspect(value, width=None)}"
        )
    fields: dict[Any, Term] = {}
    for item in value.items:
        if type(item) is tuple and len(item) == 2 and type(item[0]) is Atom:
            fields[item[0]] = item[1]
        elif type(item) is Atom:
            fields[item] = None
        else:
            raise ArgumentError(
                "struct field names must be atoms, got: "
                + inspect(item[0] if type(item) is tuple else item, width=None)
            )
    return list(fields.items())


def _declare_struct(definition: ModuleDefinition) -> Term:
    fields = definition.struct or []
    base = Map([(A.__struct__, definition.module), *fields])
    module = definition.module
    enforced = list(definition.enforced)

    def finish(_definition: ModuleDefinition, record: Any) -> None:
        record.functions["__struct__", 0] = lambda: base
        record.functions["__struct__", 1] = lambda pairs: _built(module, base, enforced, pairs)

    definition.finishers.append(finish)
    return base


def _built(module: Atom, base: Map, enforced: list[Atom], pairs: Term) -> Map:
    given = list(pairs.items if type(pairs) is List else pairs.items())
    missing = [key for key in enforced if key not in [name for name, _ in given]]
    if missing:
        raise ArgumentError(
            "the following keys must also be given when building struct "
            f"{inspect(module)}: {inspect(List(missing))}"
        )
    for key, value in given:
        if key not in base:
            raise ElixirError(exception("KeyError", key=key, term=base, message=None))
        base = base.put(key, value)
    return base


@statement("defexception")
def defexception(definition: ModuleDefinition, node: Node) -> Term:
    """Evaluate `defexception [:code, message: "default"]`."""
    value = attribute_value(definition, (node.args or [List()])[0])
    fields = _fields(value)
    definition.struct = [(A.__exception__, True), *fields]
    _declare_struct(definition)
    definition.behaviours.append(alias("Exception"))
    module = definition.module
    base = Map([(A.__struct__, module), *definition.struct])
    has_message = any(key is A.message for key, _ in fields)

    def finish(_definition: ModuleDefinition, record: Any) -> None:
        def made(given: Term) -> Term:
            if type(given) is str and has_message:
                return base.put(A.message, given)
            if type(given) is str or type(given) not in {List, Map}:
                raise function_clause(module, "exception", 1, (given,))
            built = base
            for key, value in given.items if type(given) is List else given.items():
                if key in base:
                    built = built.put(key, value)
            return built

        record.functions.setdefault(("exception", 1), made)
        if has_message:
            record.functions.setdefault(("message", 1), lambda error: error.get(A.message))

    definition.finishers.append(finish)
    say_with(module, own_message)
    return A.ok


def own_message(error: Map) -> str:
    """Return the message of a user's exception from its `message/1`. Runs in a process."""
    module = error.get(A.__struct__)
    process = None if here.carrier is None else here.carrier.process
    code = None if process is None else process.runtime.code
    if code is None or not code.exports(module, "message", 1):
        return f"got {inspect(error, width=None)} while retrieving Exception.message/1"
    try:
        message = code.call(module, "message", (error,))
    except ElixirError as failed:
        name = inspect(failed.struct.get(A.__struct__))
        return (
            f"got {name} with message {inspect(str(failed))} while retrieving "
            f"Exception.message/1 for {inspect(error, width=None)}"
        )
    if type(message) is str:
        return message
    return (
        f"got {inspect(message, width=None)} while retrieving Exception.message/1 for "
        f"{inspect(error, width=None)} (expected a string)"
    )
