"""Atom, Function, and the functions of Module and Code that need no compiler."""

from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.collections.list import existing_atom
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kernel.types import name_of
from kvshell.elixir.library.kinds import ATOM, E_ATOM, INTEGER
from kvshell.elixir.library.registry import MISSING, Library, find_entry, library
from kvshell.otp.gen import modules
from kvshell.otp.gen.proc_lib import initial_call_of
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, ArgumentError, Atom, Capture, Function, List, Term, atom, inspect
from kvshell.terms.printing.spelling import as_call

atom_ = Library("Atom")
function_ = Library("Function")
module_ = Library("Module")
code_ = Library("Code")

Defined = Callable[[Atom], bool]
_defined: list[Defined] = []


def know_modules_with(defined: Defined) -> None:
    """Register `defined(module)`, which tells whether a module outside the library exists."""
    _defined[:] = [defined]


def is_module(term: Term) -> bool:
    """Whether a term is the name of an existing module."""
    if type(term) is not Atom:
        return False
    return library(term) is not None or any(known(term) for known in _defined)


@atom_.function(atom=E_ATOM)
def to_string(atom: Term) -> Term:
    """Converts an atom to a string."""
    return name_of(atom)


@atom_.function(atom=E_ATOM)
def to_charlist(atom: Term) -> Term:
    """Converts an atom to a charlist."""
    return List(map(ord, name_of(atom)))


@function_.function()
def identity(value: Term) -> Term:
    """Returns its argument."""
    return value


@function_.function(module=ATOM, function_name=ATOM, arity=INTEGER)
def capture(module: Term, function_name: Term, arity: int) -> Term:
    """Captures a function of a module: `&Module.name/arity`."""
    return captured(module, function_name, arity)


def captured(module: Atom, name: Atom, arity: int) -> Function:
    """Return `&Module.name/arity`; the runtime's code server always returns the same object."""
    capture = getattr(current().runtime.code, "capture", None)
    if capture is not None:
        return capture(module, name.name, arity)  # type: ignore[no-any-return]  # a Function
    entry = find_entry(module, name.name, arity)

    def call(*args: Any) -> Any:
        return modules.apply(module, name, List(args))

    spelled = f"{inspect(module)}.{as_call(name.name)}/{arity}"
    return Function(Capture(spelled, -1, 0, arity, call if entry is None else entry.call))


@function_.function()
def info(fun: Term, item: Term = MISSING) -> Term:
    """Returns information about a function as a keyword list, or one item of it."""
    if type(fun) is not Function:
        raise no_clause("Function", "info", (fun,))
    facts = _facts(fun)
    if item is MISSING:
        return List(facts)
    for each in [*facts, (A.pid, A.undefined)]:
        if each[0] is item:
            return each
    raise ArgumentError.at(2, "invalid item")


def _facts(fun: Function) -> list[tuple[Any, Any]]:
    module, name, arity = initial_call_of(fun)
    if fun.capture.index < 0:
        return [
            (A.module, module),
            (A.name, name),
            (A.arity, arity),
            (A.env, List()),
            (A.type, A.external),
        ]
    in_module = name.name.startswith("-")
    return [
        (A.pid, A.undefined),
        (A.module, module if in_module else A.erl_eval),
        (A.new_index, fun.capture.index),
        (A.index, fun.capture.index),
        (A.uniq, fun.capture.uniq),
        (A.name, name if in_module else Atom("-expr/5-fun-3-")),
        (A.arity, arity),
        (A.env, List()),
        (A.type, A.local),
    ]


@module_.function()
def concat(list_: Term, right: Term = MISSING) -> Term:
    """Concatenates parts of a name to a module's name."""
    return _alias(list_.items if right is MISSING else (list_, right))


@module_.function()
def safe_concat(list_: Term, right: Term = MISSING) -> Term:
    """Like `concat`, but raises ArgumentError if the atom does not exist yet."""
    made = _name(list_.items if right is MISSING else (list_, right))
    return existing_atom(made)


def _alias(parts: Any) -> Term:
    return atom(_name(parts))


def _name(parts: Any) -> str:
    names = []
    for each in parts:
        part = each if type(each) is str else name_of(each) if each is not None else ""
        part = part.removeprefix("Elixir.").lstrip(".")
        if part:
            names.append(part)
    return ".".join(["Elixir", *names])


@module_.function()
def split(module: Term) -> Term:
    """Splits a module's name into its parts: `["KV", "Bucket"]`."""
    name = module if type(module) is str else name_of(module)
    if not name.startswith("Elixir."):
        raise ArgumentError(f"expected an Elixir module, got: {inspect(module)}")
    return List(name.split(".")[1:])


@code_.function()
def ensure_loaded(module: Term) -> Term:
    """Ensures that a module is loaded: `{:module, module}` or `{:error, :nofile}`."""
    return (A.module, module) if is_module(module) else (A.error, A.nofile)


@code_.function(name="ensure_loaded?")
def ensure_loaded_p(module: Term) -> Term:
    """Tells whether a module is loaded."""
    return is_module(module)


@code_.function(name="ensure_loaded!")
def ensure_loaded_or_raise(module: Term) -> Term:
    """Returns a module; raises ArgumentError if it does not exist."""
    if not is_module(module):
        raise ArgumentError(f"could not load module {inspect(module)} due to reason :nofile")
    return module


@code_.function()
def ensure_compiled(module: Term) -> Term:
    """Ensures that a module is compiled: `{:module, module}` or `{:error, :nofile}`."""
    return ensure_loaded(module)


@code_.function(name="ensure_compiled!")
def ensure_compiled_or_raise(module: Term) -> Term:
    """Returns a module; raises ArgumentError if it does not exist."""
    return ensure_loaded_or_raise(module)
