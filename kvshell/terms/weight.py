"""The number of parts of a term without sharing: what it costs to print and compare it.

A list `[x, x]` has twice as many parts as `x` but takes almost no memory; after thirty such steps
it has a billion parts, and sending it to another node, comparing it or printing it would walk them
all.
"""

from typing import Any

from kvshell.terms.list import PROPER, List
from kvshell.terms.map import Map


def weight(term: Any, known: dict[int, int] | None = None) -> int:
    """Return the number of parts of `term`; shared parts are walked once but counted each time."""
    kind = type(term)
    if kind is tuple:
        parts: Any = term
    elif kind is List:
        parts = term.items if term.last is PROPER else (*term.items, term.last)
    elif kind is Map:
        parts = [part for pair in term.items() for part in pair]
    else:
        return 1
    known = {} if known is None else known
    found = known.get(id(term))
    if found is None:
        found = known[id(term)] = 1 + sum(weight(part, known) for part in parts)
    return found
