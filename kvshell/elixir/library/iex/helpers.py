"""IEx.Helpers: `v`, `i`, `h`, `exports`, `c`, `r`, `pid`, `flush` and others.

`h` shows the documentation of users' modules; for a library function it shows the first
line of its Python docstring, not Elixir's documentation.
"""

import re
from collections.abc import Callable
from typing import Any, Protocol

from kvshell.elixir.library import output
from kvshell.elixir.library.iex import information
from kvshell.elixir.library.kernel.forms_help import FORMS
from kvshell.elixir.library.processes.process import pid_of
from kvshell.elixir.library.real_functions import is_real, real_functions
from kvshell.elixir.library.registry import (
    EMPTY_LIST,
    MISSING,
    Cost,
    Library,
    find_entry,
    functions,
)
from kvshell.elixir.running.errors import refused
from kvshell.runtime import process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    ElixirError,
    List,
    Pid,
    Ref,
    Term,
    alias,
    exception,
    inspect,
)

helpers = Library("IEx.Helpers", Cost.WAITS)
NOTHING_TO_SHOW = Atom("do not show this result in output")
_WIDTH = 80


class HelperPrompt(Protocol):
    """The prompt at which a line was typed, as the helpers see it."""

    def value(self, number: int) -> Term:
        """Return the value of an earlier line; a negative number counts back."""

    def compile(self, path: str) -> Term:
        """Compile a file and return the modules that it defines."""

    def source(self, module: Term) -> str | None:
        """Return the file that a module was compiled from, or None."""


_prompts: list[Callable[[Pid], HelperPrompt | None]] = []


def ask_with(prompt: Callable[[Pid], HelperPrompt | None]) -> None:
    """Register `prompt(pid)`, which returns the prompt of the line that a process runs, or None."""
    _prompts[:] = [prompt]


def _prompt() -> HelperPrompt:
    found = _prompts[0](process.self_()) if _prompts else None
    if found is None:
        raise ArgumentError("this helper works at a prompt only")
    return found


def print_text(text: str) -> None:
    """Print text to the caller's group leader."""
    output.write(A.stdio, text)


@helpers.function()
def v(number: Term = -1) -> Term:
    """Returns the value of an earlier line: `v(3)`, or `v(-2)` for the second to last."""
    return _prompt().value(number)


@helpers.function()
def i(term: Term = MISSING) -> Term:
    """Prints information about a value, by default that of the last line."""
    sections = information.sections(_prompt().value(-1) if term is MISSING else term)
    lines = [f"{title}\n  " + "\n  ".join(text.split("\n")) for title, text in sections]
    print_text("\n".join(lines) + "\n")
    return NOTHING_TO_SHOW


@helpers.function()
def h(subject: Term = None) -> Term:
    """Prints the documentation of a module or a function."""
    match subject:
        case None:
            print_text("h Module or h Module.function: what it does; help elixir: what is here\n")
        case (module, name, arity):
            print_text(_function_help(module, name, arity))
        case Atom():
            print_text(_module_help(subject))
        case _:
            print_text(f"Invalid arguments for h helper: {inspect(subject)}\n")
    return NOTHING_TO_SHOW


def _function_help(module: Any, name: Atom, arity: Term) -> str:
    documented = _documentation(module, name.name, arity)
    known = [
        entry
        for known_name, known_arity in functions(module)
        if known_name == name.name and arity in {None, known_arity}
        if (entry := find_entry(module, known_name, known_arity)) is not None
    ]
    if known and documented is None:
        widest = known[-1]
        head = ("defmacro " if widest.macro else "def ") + widest.signature
        return _titled(head, widest.summary)
    if documented:
        return "".join(_titled(*each) for each in documented)
    if module in _WITH_FORMS and name.name in FORMS:
        head, text = FORMS[name.name]
        return _titled(f"defmacro {head}", text)
    if name.name in {real for real, takes in real_functions(module) if arity in {None, takes}}:
        return not_here(f"{inspect(module)}.{name.name}")
    if documented is None and not functions(module) and is_real(module):
        return not_here(inspect(module))
    shown = f"{inspect(module)}.{name.name}" + ("" if arity is None else f"/{arity}")
    return f"No documentation for {shown} was found\n"


_WITH_FORMS = frozenset(map(alias, ("Kernel", "Kernel.SpecialForms")))


def not_here(name: str) -> str:
    """Return the sentence about a module or function that only Elixir has."""
    return f"{name} is not part of this shell's Elixir: help elixir\n"


def _documentation(module: Any, name: str | None, arity: Term) -> list[tuple[str, str]] | None:
    """Return the heads and doc texts of a user's module or function; None for other modules."""
    docs = getattr(current().runtime.code, "documentation", None)
    found: list[tuple[str, str]] | None = None if docs is None else docs(module, name, arity)
    return found


def _titled(head: str, text: str) -> str:
    title = f"\n{head.center(_WIDTH).rstrip()}\n\n"
    return title + (f"{text.rstrip()}\n\n" if text else "")


def _module_help(module: Atom) -> str:
    documented = _documentation(module, None, None)
    if documented:
        return "".join(_titled(*each) for each in documented)
    names = sorted({name for name, _ in functions(module)})
    if module in _WITH_FORMS:
        names = sorted({*names, *FORMS})
    if names and documented is None:
        example = f"h {inspect(module)}.{names[0]}: one of them"
        return _titled(inspect(module), f"{_columns(names)}\n\n{example}")
    if documented is not None:
        return f"No documentation for {inspect(module)} was found\n"
    if current().runtime.code.defines(module):
        return f"{inspect(module)} was not compiled with docs\n"
    if is_real(module):
        return not_here(inspect(module))
    return f"Could not load module {inspect(module)}, got: nofile\n"


@helpers.function()
def exports(module: Term = MISSING) -> Term:
    """Prints the functions that a module exports, by default Kernel."""
    if module is MISSING:
        module = alias("Kernel")
    found = exported(module)
    if found is None and is_real(module):
        raise refused(inspect(module))
    if found is None:
        raise ElixirError(
            exception(
                "UndefinedFunctionError",
                module=module,
                function=A.module_info,
                arity=1,
                reason=None,
                message=f"function {inspect(module)}.module_info/1 is undefined"
                f" (module {inspect(module)} is not available)",
            )
        )
    shown = [("__using__", 1), *found] if module in _USED else found
    print_text(_columns([f"{name}/{arity}" for name, arity in shown]) + "\n")
    return NOTHING_TO_SHOW


_USED = frozenset(  # what `use` adds to a user's module
    map(alias, ("Agent", "GenServer", "Supervisor", "DynamicSupervisor", "Task", "Application"))
)


def exported(module: Any) -> list[tuple[str, int]] | None:
    """Return name and arity of a module's functions, or None if it does not exist."""
    listed = getattr(current().runtime.code, "exported", None)
    own = listed(module) if listed is not None and type(module) is Atom else []
    macros = getattr(current().runtime.code, "macros", None)
    own = [*own, *(macros(module) if macros is not None else [])]
    return sorted(own) or functions(module) or None


def _columns(texts: list[str]) -> str:
    width = max(map(len, texts), default=0) + 5
    per_line = max(_WIDTH // width, 1)
    rows = [texts[at : at + per_line] for at in range(0, len(texts), per_line)]
    return "\n".join("".join(text.ljust(width) for text in row) for row in rows)


@helpers.function()
def c(files: Term, path: Term = A.in_memory) -> Term:
    """Compiles files and returns the modules they define."""
    del path  # byte code is not written
    paths = [files] if type(files) is str else files
    if not isinstance(paths, list | List) or not all(type(path) is str for path in paths):
        raise ArgumentError("expected a binary or a list of binaries as argument")
    made: list[Term] = []
    for path in paths:
        made += _prompt().compile(path)
    return List(made)


@helpers.function()
def r(module: Term) -> Term:
    """Recompiles and reloads the file in which a module was defined."""
    path = _prompt().source(module)
    if path is None:
        if exported(module) is None:
            raise ArgumentError(f"could not load nor find module: {inspect(module)}")
        raise ArgumentError(f"could not find source for module: {inspect(module)}")
    return A.reloaded, List(_prompt().compile(path))


@helpers.function(name="pid")
def pid_(first: Term, middle: Term = None, last: Term = None) -> Term:
    """Creates a pid from its numbers: `pid(0, 104, 0)` or `pid("0.104.0")`."""
    text = first if middle is None else f"{first}.{middle}.{last}"
    return pid_of(text if type(text) is str else "")


@helpers.function(name="ref", arities=(1, 4))
def ref_(text: Term, two: Term = 0, three: Term = 0, four: Term = MISSING) -> Term:
    """Creates a reference from its numbers."""
    if four is not MISSING:
        text = ".".join(inspect(each) for each in (text, two, three, four))
    if type(text) is not str or not re.fullmatch(r"\d+(\.\d+){3}", text):
        raise ArgumentError.at(1, "not a textual representation of a reference")
    return Ref(int(text.rpartition(".")[2]))


@helpers.function()
def flush() -> Term:
    """Takes all messages out of the shell's mailbox and prints them."""
    for message in process.flush():
        print_text(inspect(message) + "\n")
    return A.ok


@helpers.function()
def respawn() -> Term:
    """Restarts the shell process, without its bindings and values."""
    process.exit(process.self_(), A.respawn)
    return NOTHING_TO_SHOW


@helpers.function()
def l(module: Term) -> Term:  # noqa: E743  # IEx's name
    """Answers as reloading a module's byte code would; a module that was typed in has none."""
    if type(module) is not Atom or not functions(module):
        return A.error, A.nofile
    if not module.name.startswith("Elixir."):
        return A.error, A.sticky_directory
    return A.module, module


@helpers.function()
def recompile(options: Term = EMPTY_LIST) -> Term:
    """Prints that there is no project to compile; returns `:error`."""
    del options
    print_text("There is no project here: load lib/ compiles a folder again\n")
    return A.error
