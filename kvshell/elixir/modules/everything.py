"""Imports everything that a module's body may contain, which registers it."""

from kvshell.elixir.modules import (
    behaviours,
    checks,
    module_forms,
    printing,
    protocols,
    statements,
    structs,
)

__all__ = ["behaviours", "checks", "module_forms", "printing", "protocols", "statements", "structs"]
