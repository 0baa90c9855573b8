"""Terms: what an Elixir value is in Python. Pure; imports nothing of kvshell but itself."""

from typing import Any

from kvshell.terms.atom import A, Atom, alias, atom
from kvshell.terms.edge import term
from kvshell.terms.errors import (
    ArgumentError,
    ArithmeticError_,
    BadMapError,
    CaseClauseError,
    ElixirError,
    ErlangError,
    FunctionClauseError,
    KeyError_,
    MatchError,
    RuntimeError_,
    exception_struct,
)
from kvshell.terms.exits import format_banner, format_exit, format_places
from kvshell.terms.function import Capture, Function
from kvshell.terms.inspection import inspect
from kvshell.terms.keys import equal, key, unkey
from kvshell.terms.list import List
from kvshell.terms.map import Map
from kvshell.terms.messages import exception, exception_message
from kvshell.terms.opaque import Opaque
from kvshell.terms.order import compare, sort_key
from kvshell.terms.pid import Pid
from kvshell.terms.reader import read, read_prefix
from kvshell.terms.ref import Ref
from kvshell.terms.scanner import ReadError

Term = Any  # what a term may be: see kvshell.terms.edge

__all__ = [
    "A",
    "ArgumentError",
    "ArithmeticError_",
    "Atom",
    "BadMapError",
    "Capture",
    "CaseClauseError",
    "ElixirError",
    "ErlangError",
    "Function",
    "FunctionClauseError",
    "KeyError_",
    "List",
    "Map",
    "MatchError",
    "Opaque",
    "Pid",
    "ReadError",
    "Ref",
    "RuntimeError_",
    "Term",
    "alias",
    "atom",
    "compare",
    "equal",
    "exception",
    "exception_message",
    "exception_struct",
    "format_banner",
    "format_exit",
    "format_places",
    "inspect",
    "key",
    "read",
    "read_prefix",
    "sort_key",
    "term",
    "unkey",
]
