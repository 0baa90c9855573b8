"""Traversing a table key by key: each step is a separate operation; others may write in between.

Keys come in term order for every kind of table.
"""

from collections.abc import Callable

from kvshell.runtime.tables.access import END, MISSING, NO_KEY, readable, reading
from kvshell.runtime.tables.table import Table
from kvshell.terms import A, ArgumentError, Atom, List, Term
from kvshell.terms import term as as_term


def first(tab: Atom | Term) -> Term:
    """Return the first key, or `:"$end_of_table"`. Mirrors :ets.first/1."""
    me = reading("ets_scan", tab, A.first)
    table = readable(me, tab)
    with table.lock:
        return _key(table, table.after())


def last(tab: Atom | Term) -> Term:
    """Return the last key of an ordered_set; for other kinds, the first. Mirrors :ets.last/1."""
    me = reading("ets_scan", tab, A.last)
    table = readable(me, tab)
    with table.lock:
        return _key(table, table.before())


def next(tab: Atom | Term, key: Term) -> Term:  # noqa: A001  # OTP's name
    """Return the key after `key`, or `:"$end_of_table"`. Mirrors :ets.next/2.

    An ordered_set also accepts a key that is not in the table; other kinds raise ArgumentError.
    """
    wanted = as_term(key, "key")
    me = reading("ets_scan", tab, A.next, wanted)
    table = readable(me, tab)
    with table.lock:
        return _key(table, table.after(_cursor(table, wanted)))


def prev(tab: Atom | Term, key: Term) -> Term:
    """Return the key before `key` in an ordered_set; for other kinds, the one after it.

    Mirrors :ets.prev/2.
    """
    wanted = as_term(key, "key")
    me = reading("ets_scan", tab, A.prev, wanted)
    table = readable(me, tab)
    with table.lock:
        return _key(table, table.before(_cursor(table, wanted)))


def foldl(function: Callable[[Term, Term], Term], acc: Term, tab: Atom | Term) -> Term:
    """Fold `function(row, acc)` over all rows.

    One operation per row; the function runs in the caller, outside all locks. A row deleted before
    its turn is skipped. Mirrors :ets.foldl/3.
    """
    me = reading("ets_scan", tab, A.foldl)
    table = readable(me, tab)
    with table.lock:
        found = table.after()
    while found is not None:
        cursor, objects = found
        for row in objects.items:
            acc = function(row, acc)
        reading("ets_scan", tab, A.foldl, table.key_of(objects.items[0]))
        if readable(me, tab) is not table:
            raise ArgumentError.at(1, MISSING)
        with table.lock:
            found = table.after(cursor)
    return acc


def _cursor(table: Table, key: Term) -> object:
    """Return the position of a key; for an ordered_set, where it would be."""
    if key is END:  # a caller that did not stop at the end
        raise ArgumentError.at(2, NO_KEY)
    try:
        return table.cursor(table.form(key))
    except KeyError:
        raise ArgumentError.at(2, NO_KEY) from None


def _key(table: Table, found: tuple[object, List] | None) -> Term:
    return END if found is None else table.key_of(found[1].items[0])
