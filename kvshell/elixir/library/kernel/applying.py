"""Kernel: apply, exported functions, `=~` and binary_slice."""

from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.range import is_range
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kernel.operators import kernel
from kvshell.elixir.library.kinds import BINARY, INTEGER, NON_NEGATIVE
from kvshell.elixir.library.protocols import octets, text
from kvshell.elixir.library.registry import Cost, find_entry
from kvshell.otp.gen import modules
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, ArgumentError, Atom, List, Term, inspect
from kvshell.terms.list import PROPER


def _one_line(term: Any) -> str:
    return inspect(term, width=None)


@kernel.function(name="apply", cost=Cost.WAITS)
def apply_fun(fun: Term, args: Term) -> Term:
    """Calls an anonymous function with a list of arguments."""
    if type(args) is not List or args.last is not PROPER:
        raise ArgumentError.at(1, "not a list")
    return caller(fun, len(args.items))(*args.items)


@kernel.function(name="apply", cost=Cost.WAITS)
def apply_mfa(module: Term, function_name: Term, args: Term) -> Term:
    """Calls a function of a module with a list of arguments."""
    if type(args) is not List or args.last is not PROPER:
        raise ArgumentError.of_erlang(
            f"you attempted to apply a function named {_one_line(function_name)} on module"
            f" {_one_line(module)} with arguments {_one_line(args)}. Arguments (the third argument"
            " of apply) must always be a proper list"
        )
    if type(module) is not Atom or type(function_name) is not Atom:
        raise modules.not_applicable(module, function_name)
    entry = find_entry(module, function_name.name, len(args.items))
    if entry is not None and not entry.macro:
        return entry.call(*args.items)
    return modules.apply(module, function_name, args)


@kernel.function(name="function_exported?")
def function_exported(module: Term, function: Term, arity: Term) -> Term:
    """Tells whether a loaded module has a public function of this name and arity."""
    for place, each in ((1, module), (2, function)):
        if type(each) is not Atom:
            raise ArgumentError.at(place, "not an atom")
    entry = find_entry(module, function.name, arity)
    if entry is not None:
        return not entry.macro
    return modules.exports(module, function, arity)


_MACROS = frozenset(
    [
        "use/2",
        "if/2",
        "unless/2",
        "def/2",
        "defmodule/2",
        "defstruct/1",
        "and/2",
        "or/2",
        "in/2",
        "|>/2",
        "is_nil/1",
    ]
)


@kernel.function(name="macro_exported?")
def macro_exported(module: Term, macro: Term, arity: Term) -> Term:
    """Tells whether a loaded module has a public macro of this name and arity."""
    if module is Atom("Elixir.Kernel") and f"{macro.name}/{arity}" in _MACROS:
        return True
    own = getattr(current().runtime.code, "macro", None)
    if own is not None and own(module, macro.name, arity) is not None:
        return True
    entry = find_entry(module, macro.name, arity)
    return entry is not None and entry.macro


@kernel.function(name="=~", cost=Cost.LOOPS)
def matches(left: Term, right: Term) -> Term:
    """Tells whether a string contains another one, or matches a regular expression."""
    if type(left) not in {str, bytes}:
        binary = "is_binary(right)" if type(right) in {str, bytes} else "-is_binary(right)-"
        raise no_clause(
            "Kernel",
            "=~",
            (left, right),
            'def =~(left, -""-) when -is_binary(left)-',
            f"def =~(left, right) when -is_binary(left)- and {binary}",
            "def =~(left, right) when -is_binary(left)-",
        )
    if type(right) in {str, bytes}:
        return octets(right) in octets(left)
    from kvshell.elixir.library.text.regexes import regex_  # noqa: PLC0415  # rare

    entry = regex_.find("match?", 2)
    assert entry is not None
    return entry.call(right, left)


@kernel.function(name="binary_slice", binary=BINARY, start=INTEGER, size=NON_NEGATIVE)
def binary_slice(binary: Term, start: int, size: int) -> Term:
    """Returns up to `size` bytes of a binary from a byte offset on."""
    raw = octets(binary)
    begin = max(start + len(raw), 0) if start < 0 else start
    return text(raw[begin : begin + size])


@kernel.function(name="binary_slice", binary=BINARY)
def binary_slice_range(binary: Term, range_: Term) -> Term:
    """Returns the bytes of a binary in a range of byte offsets."""
    if not is_range(range_):
        raise no_clause(
            "Kernel",
            "binary_slice",
            (binary, range_),
            "def binary_slice(binary, -first..last//step-) when is_binary(binary) and -step > 0-",
            "def binary_slice(binary, -_.._//_ = range-) when is_binary(binary)",
        )
    raw = octets(binary)
    first, last, step = range_[A.first], range_[A.last], range_[A.step]
    if step < 0:
        raise ArgumentError(
            f"negative steps are not supported in binary_slice/2, got: {_one_line(range_)}"
        )
    first = max(first + len(raw), 0) if first < 0 else first
    last = last + len(raw) if last < 0 else last
    return text(raw[first : last + 1 : step]) if last >= first else ""
