"""Imports the handlers of everything a module's body may contain, which register themselves."""

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
