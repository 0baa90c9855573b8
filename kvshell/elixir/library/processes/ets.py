""":ets: tables of tuples that processes share."""

from typing import Any

from kvshell.elixir.library import output
from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.runtime import ets as runtime_ets
from kvshell.runtime import process
from kvshell.terms import A, Atom, List, Term, sort_key

ets = Library(":ets")
_VARIABLES, _ROW = Atom("$$"), Atom("$_")


@ets.function(name="all", cost=Cost.LOOPS)
def all_() -> Term:
    """Returns the names or references of all tables."""
    return runtime_ets.all_()


for _name, _arities, _cost, _summary in (
    ("delete_all_objects", 1, Cost.LOOPS, "Deletes all objects in a table."),
    ("delete_object", 2, Cost.SHORT, "Deletes an object from a table."),
    ("first", 1, Cost.SHORT, "Returns the first key of a table."),
    ("give_away", 3, Cost.SHORT, "Makes another process the owner of a table."),
    ("insert", 2, Cost.SHORT, "Inserts an object, or a list of objects, into a table."),
    ("insert_new", 2, Cost.SHORT, "Inserts objects into a table unless it has one of their keys."),
    ("last", 1, Cost.SHORT, "Returns the last key of a table."),
    ("lookup", 2, Cost.SHORT, "Returns the objects with a key."),
    ("lookup_element", 3, Cost.SHORT, "Returns one element of the objects with a key."),
    ("match_delete", 2, Cost.LOOPS, "Deletes the objects that match a pattern."),
    ("member", 2, Cost.SHORT, "Tells whether a table has an object with a key."),
    ("next", 2, Cost.SHORT, "Returns the key after another."),
    ("prev", 2, Cost.SHORT, "Returns the key before another."),
    ("rename", 2, Cost.SHORT, "Renames a table."),
    ("select_count", 2, Cost.LOOPS, "Counts the objects for which a match spec is true."),
    ("select_delete", 2, Cost.LOOPS, "Deletes the objects for which a match spec is true."),
    ("select_replace", 2, Cost.LOOPS, "Replaces objects by the results of a match spec."),
    ("setopts", 2, Cost.SHORT, "Changes the heir of a table."),
    ("tab2list", 1, Cost.LOOPS, "Returns all objects in a table."),
    ("take", 2, Cost.SHORT, "Deletes the objects with a key, and returns them."),
    ("update_element", 3, Cost.SHORT, "Replaces elements of the object with a key."),
    ("whereis", 1, Cost.SHORT, "Returns the reference of a named table, or `:undefined`."),
):

    def _declare(name: str, count: int, cost: Cost, summary: str) -> None:
        code: Any = getattr(runtime_ets, name)
        wrappers: tuple[Any, ...] = (
            lambda tab: code(tab),
            lambda tab, key: code(tab, key),
            lambda tab, key, value: code(tab, key, value),
        )
        wrapper = wrappers[count - 1]
        wrapper.__doc__ = summary
        ets.function(name=name, cost=cost)(wrapper)

    _declare(_name, _arities, _cost, _summary)


@ets.function()
def new(name: Term, options: Term) -> Term:
    """Creates a table owned by the calling process."""
    return runtime_ets.new(name, options)


@ets.function()
def delete(tab: Term, key: Term = MISSING) -> Term:
    """Deletes a table, or the objects with a key."""
    return runtime_ets.delete(tab) if key is MISSING else runtime_ets.delete(tab, key)


@ets.function()
def info(tab: Term, item: Term = MISSING) -> Term:
    """Returns information about a table as a keyword list, or one item of it."""
    return runtime_ets.info(tab) if item is MISSING else runtime_ets.info(tab, item)


@ets.function(cost=Cost.LOOPS)
def select(tab: Term, spec: Term = MISSING, limit: Term = MISSING) -> Term:
    """Returns the results of a match specification; with a limit, some and a continuation."""
    if spec is MISSING:
        return runtime_ets.select(tab)
    return (
        runtime_ets.select(tab, spec) if limit is MISSING else runtime_ets.select(tab, spec, limit)
    )


@ets.function(cost=Cost.LOOPS)
def match(tab: Term, pattern: Term = MISSING, limit: Term = MISSING) -> Term:
    """Returns the values of a pattern's variables for each matching object; with a limit, some."""
    if pattern is MISSING:
        return runtime_ets.select(tab)
    if limit is MISSING:
        return runtime_ets.match(tab, pattern)
    return runtime_ets.select(tab, List(((pattern, List(), List((_VARIABLES,))),)), limit)


@ets.function(cost=Cost.LOOPS)
def match_object(tab: Term, pattern: Term = MISSING, limit: Term = MISSING) -> Term:
    """Returns the objects that match a pattern; with a limit, some and a continuation."""
    if pattern is MISSING:
        return runtime_ets.select(tab)
    if limit is MISSING:
        return runtime_ets.match_object(tab, pattern)
    return runtime_ets.select(tab, List(((pattern, List(), List((_ROW,))),)), limit)


@ets.function(cost=Cost.LOOPS)
def select_reverse(tab: Term, spec: Term) -> Term:
    """Like `select`, but an ordered_set is traversed from its last key to its first."""
    found = runtime_ets.select(tab, spec)
    ordered = runtime_ets.info(tab, A.type) is A.ordered_set
    return List(reversed(found.items)) if ordered else found


@ets.function(cost=Cost.LOOPS)
def i() -> Term:
    """Prints a line for each table with its name, type, size and owner."""
    from kvshell.elixir.library.erlang.formats import erlang_text  # noqa: PLC0415  # rarely used

    lines = [_HEAD, f" {'-' * 76}"]
    for tab in sorted(runtime_ets.all_().items, key=sort_key):
        info = runtime_ets.info(tab)
        if type(info) is List:  # unless it was deleted meanwhile
            facts = dict(info.items)
            owner = facts[A.owner]
            name = process.info(owner, A.registered_name)
            known = name[1] if type(name) is tuple and type(name[1]) is Atom else owner
            cells = (tab, facts[A.name], facts[A.type], facts[A.size], facts[A.memory], known)
            shown = [erlang_text(each) for each in cells]
            widths = (15, 17, 5, 6, 8, 0)
            lines.append(" " + " ".join(map(str.ljust, shown, widths)).rstrip())
    output.write(A.stdio, "\n".join(lines) + "\n")
    return A.ok


_HEAD = " id              name              type  size   mem      owner"


@ets.function(cost=Cost.SHORT)
def update_counter(tab: Term, key: Term, update: Term, default: Term = MISSING) -> Term:
    """Adds to an element of the object with a key, and returns the result."""
    if default is MISSING:
        return runtime_ets.update_counter(tab, key, update)
    return runtime_ets.update_counter(tab, key, update, default)


@ets.function(cost=Cost.LOOPS)
def foldl(fun: Term, acc: Term, tab: Term) -> Term:
    """Folds the objects of a table with `fun`, which gets an object and the accumulator."""
    return runtime_ets.foldl(caller(fun, 2), acc, tab)


@ets.function(cost=Cost.LOOPS)
def foldr(fun: Term, acc: Term, tab: Term) -> Term:
    """Like `foldl`, but from the last object to the first."""
    call = caller(fun, 2)
    for row in reversed(runtime_ets.tab2list(tab).items):
        acc = call(row, acc)
    return acc
