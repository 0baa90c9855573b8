"""Marks: what operations read and write, in a form that tells at once which ones commute.

A footprint maps objects to modes. Two operations of different processes are independent when no
object is in both, or only with modes that agree: READ with READ, and PART with PART or READ_PART
(two rows of one table). Objects are small tuples: `("mail", pid)`, `("life", pid)`, `("doom", pid)`
(whether a fatal signal has arrived), `("slot", ref)`, `("name", atom)`, `("row", table, key)`,
`("rows", table)`, `("table", ref)`, `("tablename", atom)`, `("watch", pid, ref)`, `("link", pids)`,
`("trap", pid)`, `("timer", ref)`, `("inside", pid)`, `("lives",)`. `("all",)` is settle's and of a
look at everything: it conflicts with everything.
"""

from typing import Any, Final, NamedTuple

Object = tuple[Any, ...]
Footprint = dict[Object, str]

WRITE: Final = "w"
READ: Final = "r"
PART: Final = "p"  # writes one part of the object
READ_PART: Final = "q"  # reads one part of it

ALL: Final[Object] = ("all",)


class Marks(NamedTuple):
    """A footprint as four sets of objects, each an int with a bit for every object of the run."""

    touches: int  # all of them
    writes: int
    reads: int  # as a whole
    parts: int  # of which it writes one part

    def meets(self, other: "Marks") -> bool:
        """Whether the order of two operations can make a difference."""
        return bool(
            self.writes & other.touches
            or self.touches & other.writes
            or self.reads & other.parts
            or self.parts & other.reads
        )


EVERYTHING: Final = Marks(-1, -1, 0, 0)


def marks(found: Footprint, bits: dict[Object, int]) -> Marks:
    """Return a footprint as marks; `bits` has the bit of each object, and gets the new ones."""
    if ALL in found:
        return EVERYTHING
    touches = writes = reads = parts = 0
    for what, mode in found.items():
        bit = bits.get(what)
        if bit is None:
            bit = bits[what] = 1 << len(bits)
        touches |= bit
        if mode is READ:
            reads |= bit
        elif mode is WRITE:
            writes |= bit
        elif mode is PART:
            parts |= bit
    return Marks(touches, writes, reads, parts)
