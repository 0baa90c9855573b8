"""The tutorials' own modules, and the designs that combine them."""

from kvshell.systems.designs.all_designs import DEFAULT, DESIGNS, crash
from kvshell.systems.designs.design import Design, RegistryEntry

__all__ = ["DEFAULT", "DESIGNS", "Design", "RegistryEntry", "crash"]
