"""Explore: every schedule of a small program, a verdict instead of a sample.

From a test of one's own: `check`.
"""

from kvshell.explore.check import Failed, Law, check
from kvshell.explore.opening import RefusedError
from kvshell.explore.search import BUDGET
from kvshell.explore.token import TokenError
from kvshell.explore.verdict import Verdict
from kvshell.explore.written import Client, Clients, Expect

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
