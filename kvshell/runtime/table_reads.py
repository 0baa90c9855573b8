"""Reading a table by key, which takes no lock, and reading all of it.

What a read by key finds was all there at one moment: one dict read is atomic. The short way - a
hashed table that is not private, a plain key, nobody watching - is written out in each function,
because a call in between would cost as much as the read itself. It does not even ask which process
reads.
"""

from typing import Any

from kvshell.runtime.access import NO_KEY, Problems, announce, checked, readable, reading
from kvshell.runtime.carrier import current
from kvshell.runtime.only import only
from kvshell.runtime.table import EMPTY, Table
from kvshell.terms import A, ArgumentError, Atom, List, Term
from kvshell.terms import term as as_term
from kvshell.terms.keys import PLAIN


def lookup(tab: Atom | Term, key: Term) -> List:
    """Return the objects under `key`, `[]` when there are none. Mirrors :ets.lookup/2."""
    try:
        table = only.quick[tab]
    except (KeyError, TypeError):
        table = _mine(tab)
    if type(key) in PLAIN and table.plain and table.owner.runtime.watch is None:
        found = table.objects.get(key, EMPTY)
        if table.counting:
            next(table.missed if found is EMPTY else table.hit)
        return found
    return _objects(tab, A.lookup, key)[1]


def member(tab: Atom | Term, key: Term) -> bool:
    """Say whether there is an object under `key`. Mirrors :ets.member/2."""
    try:
        table = only.quick[tab]
    except (KeyError, TypeError):
        table = _mine(tab)
    if type(key) in PLAIN and table.plain and table.owner.runtime.watch is None:
        found = key in table.objects
        if table.counting:
            next(table.hit if found else table.missed)
        return found
    return _objects(tab, A.member, key)[1] is not EMPTY


def lookup_element(tab: Atom | Term, key: Term, position: int) -> Term:
    """Return one element of the object under `key`; of a bag the List of those of all objects.

    Mirrors :ets.lookup_element/3. Raises ArgumentError when there is no such key or element.
    """
    try:
        table = only.quick[tab]
    except (KeyError, TypeError):
        table = _mine(tab)
    if type(key) in PLAIN and table.plain and table.owner.runtime.watch is None:
        rows = table.objects.get(key, EMPTY).items
        if rows and not table.many and type(position) is int and 0 < position <= len(rows[0]):
            if table.counting:
                next(table.hit)
            return rows[0][position - 1]
    return _elements(tab, key, position)


class _Nowhere:
    """In the place of a table that the caller does not find the short way."""

    plain = False


def _mine(tab: Term) -> Any:
    """Return the table that the calling process finds."""
    return current().runtime.tables.find(tab) or _Nowhere


def tab2list(tab: Atom | Term) -> List:
    """Return all objects: in the order of insertion, of an ordered_set in term order.

    One operation, whatever the size. Mirrors :ets.tab2list/1.
    """
    me = reading("ets_scan", tab, A.tab2list)
    return List(readable(me, tab).rows())


def _objects(
    tab: Term, verb: Atom, key: Term, problems: Problems | None = None
) -> tuple[Table, List]:
    """Return the table and what is under `key`: the long way of a read."""
    wanted = as_term(key, "key")
    me = current()
    if me.runtime.watch is not None:
        announce(me, "ets_read", tab, verb, wanted)
    table = readable(me, tab, problems)
    if problems is not None:
        checked(problems)
    return table, table.find(table.form(wanted))


def _elements(tab: Term, key: Term, position: Term) -> Term:
    """Do what `lookup_element` does, the long way."""
    problem = None
    if type(position) is not int:
        problem = "not an integer"
    elif position < 1:
        problem = "out of range"
    table, found = _objects(tab, A.lookup_element, key, {3: problem})
    if found is EMPTY:
        raise ArgumentError.at(2, NO_KEY)
    if any(position > len(row) for row in found.items):
        raise ArgumentError.at(3, "position is greater than the size of the object")
    if table.many:
        return List([row[position - 1] for row in found.items])
    return found.items[0][position - 1]
