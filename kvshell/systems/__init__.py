"""The tutorials' own modules, and the designs that put them together."""

from kvshell.systems.design import Design, Entry
from kvshell.systems.designs import DEFAULT, DESIGNS, crash

__all__ = ["DEFAULT", "DESIGNS", "Design", "Entry", "crash"]
