"""IEx.Helpers.b and t, which print the callbacks and types of Elixir's own modules."""

import re
from typing import Any

from kvshell.elixir.library.iex.callback_texts import CALLBACKS
from kvshell.elixir.library.iex.helpers import (
    NOTHING_TO_SHOW,
    exported,
    helpers,
    not_here,
    print_text,
)
from kvshell.elixir.library.iex.type_texts import NO_TYPES, TYPES
from kvshell.elixir.library.real_functions import is_real
from kvshell.elixir.library.registry import functions
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import Atom, Term, inspect


@helpers.function()
def b(subject: Term) -> Term:
    """Prints the callbacks of a behaviour, or one of them."""
    return _tell("b", subject, _callbacks)


@helpers.function()
def t(subject: Term) -> Term:
    """Prints the types of a module, or one of them."""
    return _tell("t", subject, _types)


def _tell(helper: str, subject: Term, of_module: Any) -> Term:
    module, name, arity = subject if type(subject) is tuple else (subject, None, None)
    if type(module) is not Atom:
        print_text(f"Invalid arguments for {helper} helper: {inspect(subject)}\n")
    elif exported(module) is None and not current().runtime.code.defines(module):
        shown = inspect(module)
        print_text(
            not_here(shown) if is_real(module) else f"Could not load module {shown}, got: nofile\n"
        )
    else:
        print_text(of_module(inspect(module), name, arity, here=bool(functions(module))))
    return NOTHING_TO_SHOW


def _callbacks(module: str, name: Atom | None, arity: Term, *, here: bool) -> str:
    known = CALLBACKS.get(module)
    if name is not None:
        found = _named(known or "", name.name, arity)
        called = f"{module}.{name.name}" + ("" if arity is None else f"/{arity}")
        return found or f"No documentation for {called} was found\n"
    if known is not None:
        return known + "\n"
    return f"No callbacks for {module} were found\n" if here else _of_a_user(module)


def _types(module: str, name: Atom | None, arity: Term, *, here: bool) -> str:
    known = TYPES.get(module)
    if name is not None and (known is not None or module in NO_TYPES):
        called = f"{module}.{name.name}"
        none = f"No type information for {called} was found or {called} is private\n"
        return _named(known or "", name.name, arity) or none
    if known is not None:
        return known + "\n"
    if module in NO_TYPES:
        return f"No type information for {module} was found\n"
    return f"The types of {module} are not listed here\n" if here else _of_a_user(module)


def _of_a_user(module: str) -> str:
    return f"Beam code not available for {module} or debug info is missing, cannot load typespecs\n"


def _named(texts: str, name: str, arity: Term) -> str:
    """Return the declarations of a name; all of them if `arity` is None."""
    pattern = re.compile(rf"@\w+ {re.escape(name)}\(")
    return "".join(
        f"{text}\n\n"
        for text in texts.rstrip().split("\n\n")
        if (begin := pattern.match(text)) and arity in {None, _arity(text[begin.end() :])}
    )


def _arity(rest: str) -> int:
    """Return the number of arguments in `rest`, which is the text after the opening parenthesis."""
    depth, count = 0, 0
    for place, char in enumerate(rest):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            if depth == 0:
                return count + 1 if rest[:place].strip() else 0
            depth -= 1
        elif char == "," and depth == 0:
            count += 1
    return count
