"""The command language: one command table, one parser, and everything built on them."""

from kvshell.commands.arguments import TypedTerm, Word
from kvshell.commands.assist.advice import next_thing
from kvshell.commands.assist.completion import complete, signature
from kvshell.commands.read.match import ArgumentSlot, Match, ParsedLine
from kvshell.commands.read.matcher import drop_prompt, match, parse, reading
from kvshell.commands.table import COMMANDS
from kvshell.commands.types.parameter import Candidate, Problem

__all__ = [
    "COMMANDS",
    "ArgumentSlot",
    "Candidate",
    "Match",
    "ParsedLine",
    "Problem",
    "TypedTerm",
    "Word",
    "complete",
    "drop_prompt",
    "match",
    "next_thing",
    "parse",
    "reading",
    "signature",
]
