"""Names and stores: the tutorials' own functions, in the shell's process."""

from kvshell.commands.context import Context
from kvshell.commands.result import Value
from kvshell.commands.values import Typed, Word
from kvshell.terms import List, sort_key


def create_store(context: Context, name: str) -> Value:
    """Ask for a store of this name."""
    return Value(context.design.create(name))


def lookup(context: Context, name: str) -> Value:
    """Ask who has this name."""
    return Value(context.design.lookup(name))


def stores(context: Context) -> Value:
    """List the names, in term order. Asks nobody while the system runs."""
    if not context.running:
        return Value(context.design.names())
    names = [entry.name for entry in context.design.entries(context.runtime)]
    if not all(type(name) is str for name in names):
        return Value(List(sorted(names, key=sort_key)))
    return Value(List(sorted(names)))  # text in term order is text in its own order


def put(context: Context, store: Word, key: Typed, value: Typed) -> Value:
    """Put a value under a key."""
    return Value(context.design.put(context.store(store), context.term(key), context.term(value)))


def get(context: Context, store: Word, key: Typed) -> Value:
    """Get the value under a key."""
    return Value(context.design.get(context.store(store), context.term(key)))


def delete(context: Context, store: Word, key: Typed) -> Value:
    """Delete a key."""
    return Value(context.design.delete(context.store(store), context.term(key)))


def keys(context: Context, store: Word) -> Value:
    """List the keys."""
    return Value(context.design.keys(context.store(store)))
