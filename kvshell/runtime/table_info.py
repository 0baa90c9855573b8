"""TableInfo: what is to be seen of a table from outside, without being an operation of anybody."""

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from kvshell.terms import Atom, Ref, Term

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


class TableInfo(NamedTuple):
    """What is to be seen of a table from outside; `memory` is words, about."""

    ref: Ref
    name: Term
    named: bool
    kind: Atom
    protection: Atom
    owner: "Process"
    heir: "Process | None"
    size: int
    memory: int
    keypos: int
    read_concurrency: bool
    reads: int
    hits: int
    misses: int


def seen(counter: "count[int]") -> int:
    """Return how often `next` was called; its text is the one way to look without counting."""
    return int(repr(counter).removeprefix("count(").removesuffix(")"))
