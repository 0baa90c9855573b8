"""Terms: Elixir values in Python. Pure; imports nothing from other folders of kvshell."""

from typing import Any

from kvshell.terms.atom import A, Atom, alias, atom
from kvshell.terms.coerce import term
from kvshell.terms.comparing import equal, key, unkey
from kvshell.terms.list import List
from kvshell.terms.map import Map
from kvshell.terms.order import compare, sort_key
from kvshell.terms.printing.errors import (
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
    UndefinedFunctionError,
    exception_struct,
    ok_value,
)
from kvshell.terms.printing.exceptions import exception, exception_message
from kvshell.terms.printing.exit_text import format_banner, format_exit, format_places
from kvshell.terms.printing.inspection import inspect
from kvshell.terms.reading.literals import ReadError
from kvshell.terms.reading.reader import read, read_prefix
from kvshell.terms.values import Bits, Capture, Function, Opaque, Pid, Ref

Term = Any  # the types allowed as terms: see kvshell.terms.coerce

__all__ = [
    "A",
    "ArgumentError",
    "ArithmeticError_",
    "Atom",
    "BadMapError",
    "Bits",
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
    "UndefinedFunctionError",
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
    "ok_value",
    "read",
    "read_prefix",
    "sort_key",
    "term",
    "unkey",
]
