"""Explore: runs every schedule of a small program and gives a verdict instead of a sample.

For use in your own tests: `check`.
"""

from kvshell.explore.check import Failed, Law, check
from kvshell.explore.program.function_program import Client, Clients, Expect
from kvshell.explore.program_loading import RefusedError
from kvshell.explore.search.search import BUDGET
from kvshell.explore.search.token import TokenError
from kvshell.explore.verdict.verdict import Verdict

__all__ = [
    "BUDGET",
    "Client",
    "Clients",
    "Expect",
    "Failed",
    "Law",
    "RefusedError",
    "TokenError",
    "Verdict",
    "check",
]
