"""Reading a table by key, which takes no lock, and reading a whole table.

A read by key is atomic: it is one dict read. The fast path - a hashed table that is not private, a
plain key, no watcher - is inlined in each function, because an extra call would cost as much as the
read itself. It does not even determine which process reads.
"""

from typing import Any

from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.tables.access import NO_KEY, Problems, announce, checked, readable, reading
from kvshell.runtime.tables.all_tables import default_tables
from kvshell.runtime.tables.table import EMPTY, Table
from kvshell.terms import A, ArgumentError, Atom, List, Term
from kvshell.terms import term as as_term
from kvshell.terms.comparing import PLAIN


def lookup(tab: Atom | Term, key: Term) -> List:
    """Return the objects under `key`, `[]` if there are none. Mirrors :ets.lookup/2."""
    try:
        table = default_tables.quick[tab]
    except (KeyError, TypeError):
        table = _mine(tab)
    if type(key) in PLAIN and table.plain and table.owner.runtime.watch is None:
        found = table.objects.get(key, EMPTY)
        if table.counting:
            next(table.missed if found is EMPTY else table.hit)
        return found
    return _objects(tab, A.lookup, key)[1]


def member(tab: Atom | Term, key: Term) -> bool:
    """Return whether there is an object under `key`. Mirrors :ets.member/2."""
    try:
        table = default_tables.quick[tab]
    except (KeyError, TypeError):
        table = _mine(tab)
    if type(key) in PLAIN and table.plain and table.owner.runtime.watch is None:
        found = key in table.objects
        if table.counting:
            next(table.hit if found else table.missed)
        return found
    return _objects(tab, A.member, key)[1] is not EMPTY


def lookup_element(tab: Atom | Term, key: Term, position: int) -> Term:
    """Return one element of the object under `key`; for a bag, a List for all its objects.

    Mirrors :ets.lookup_element/3. Raises ArgumentError if the key or element does not exist.
    """
    try:
        table = default_tables.quick[tab]
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
    """Stands in for a table that the fast path does not find."""

    plain = False


def _mine(tab: Term) -> Any:
    """Return the caller's table `tab`, or `_Nowhere`, which leads to the slow path."""
    return current().runtime.tables.find(tab) or _Nowhere


def tab2list(tab: Atom | Term) -> List:
    """Return all objects: in term order of the keys, then in order of insertion.

    One operation, regardless of size. Mirrors :ets.tab2list/1.
    """
    me = reading("ets_scan", tab, A.tab2list)
    return List(readable(me, tab).listed())


def _objects(
    tab: Term, verb: Atom, key: Term, problems: Problems | None = None
) -> tuple[Table, List]:
    """Return the table and the objects under `key`: the slow path of a read."""
    wanted = as_term(key, "key")
    me = current()
    if me.runtime.watch is not None:
        announce(me, "ets_read", tab, verb, wanted)
    table = readable(me, tab, problems)
    if problems is not None:
        checked(problems)
    return table, table.find(table.form(wanted))


def _elements(tab: Term, key: Term, position: Term) -> Term:
    """Implement `lookup_element` on the slow path."""
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
