"""Commands on stores: the functions of the tutorials, called in the shell's process."""

from kvshell.commands.arguments import TypedTerm, Word
from kvshell.commands.context import Context
from kvshell.commands.result import CommandError, Value
from kvshell.commands.table.nodes import ONE_NODE
from kvshell.terms import List, inspect, sort_key


def create_store(
    context: Context,
    name: str,
    on: str | None = None,  # noqa: ARG001  # the literal word `on` between name and node
    node: str | None = None,
) -> Value:
    """Create a store with this name; naming a node is an error outside a cluster."""
    if node is not None:
        raise CommandError(ONE_NODE)
    return Value(context.design.create(name))


def lookup(context: Context, name: str) -> Value:
    """Look up the store with this name in the registry."""
    return Value(context.design.lookup(name))


def stores(context: Context) -> Value:
    """List the names of the stores in term order.

    Sends no message. CommandError if the design's names cannot be read from outside.
    """
    if not context.running:
        return Value(context.design.names())
    if not context.design.readable(context.runtime):
        who = inspect(context.design.manager)
        raise CommandError(
            f"? {who} stores its names in a way that cannot be read from outside: state manager"
        )
    names = [entry.name for entry in context.design.entries(context.runtime)]
    if not all(type(name) is str for name in names):
        return Value(List(sorted(names, key=sort_key)))
    return Value(List(sorted(names)))  # for text, term order is string order


def put(context: Context, store: Word, key: TypedTerm, value: TypedTerm) -> Value:
    """Store a value under a key; in most designs this is a call to the store."""
    return Value(context.design.put(context.store(store), context.term(key), context.term(value)))


def get(context: Context, store: Word, key: TypedTerm) -> Value:
    """Return the value under a key of a store, or nil."""
    return Value(context.design.get(context.store(store), context.term(key)))


def delete(context: Context, store: Word, key: TypedTerm) -> Value:
    """Delete a key of a store."""
    return Value(context.design.delete(context.store(store), context.term(key)))


def keys(context: Context, store: Word) -> Value:
    """List the keys of a store."""
    return Value(context.design.keys(context.store(store)))


def count(context: Context, store: Word) -> Value:
    """Count the keys of a store."""
    return Value(len(context.design.keys(context.store(store)).items))
