"""The words typed: one table, one matcher, and what hangs on them."""

from kvshell.commands.advice import next_thing
from kvshell.commands.completion import complete, signature
from kvshell.commands.match import Line, Match, Slot
from kvshell.commands.matching import drop_prompt, match, parse
from kvshell.commands.params import Candidate, Problem
from kvshell.commands.table import COMMANDS
from kvshell.commands.values import Typed, Word

__all__ = [
    "COMMANDS",
    "Candidate",
    "Line",
    "Match",
    "Problem",
    "Slot",
    "Typed",
    "Word",
    "complete",
    "drop_prompt",
    "match",
    "next_thing",
    "parse",
    "signature",
]
