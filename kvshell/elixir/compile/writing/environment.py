"""The lexical environment of an expression: aliases, imports, the module, variables."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kvshell.elixir.running.errors import compile_error, refused
from kvshell.elixir.syntax.hygiene import spelled
from kvshell.terms import Atom, ElixirError, inspect
from kvshell.terms.printing.exceptions import call_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kvshell.terms import Term


class Modules(Protocol):
    """The compiler's interface to the modules of a runtime: the code server."""

    defining: dict[Term, Any]  # definitions of the modules that are being defined
    macro_names: set[tuple[str, int]]  # name and arity of each macro of a user's modules

    def is_loaded(self, module: Atom) -> bool:
        """Whether the module exists, including library modules."""

    def exports(self, module: Atom, name: str, arity: int) -> bool:
        """Whether the module has this public function."""

    def exported(self, module: Atom) -> list[tuple[str, int]]:
        """Return name and arity of the module's public functions."""

    def known(self, module: Atom) -> list[tuple[str, int]]:
        """Return the functions that a call may mean, including those that this shell lacks."""

    def missing(self, module: Term, name: str, arity: int) -> str | None:
        """Return the function's full name if only Elixir has it, not this shell; otherwise None."""

    def struct(self, module: Atom) -> list[tuple[Atom, Term]] | None:
        """Return the fields of the module's struct with their defaults."""

    def enforced(self, module: Atom) -> Sequence[Atom]:
        """Return the keys that must be given to build the struct."""

    def remote(self, module: Term, name: str, arity: int) -> Any:
        """Return the cell whose `call` is the module's function, even after redefinition."""

    def direct(self, module: Term, name: str, arity: int) -> Callable[..., Any] | None:
        """Return a library function, which cannot be redefined."""

    def macros(self, module: Atom) -> list[tuple[str, int]]:
        """Return name and arity of the macros of a user's module."""

    def is_macro(self, module: Term, name: str, arity: int) -> bool:
        """Whether the function is a macro, so that its module must be required before the call."""

    def cost(self, module: Term, name: str, arity: int) -> int:
        """Return the cost of a function: 0 for a bounded number of steps."""

    def macro(self, module: Term, name: str, arity: int) -> Callable[..., Any] | None:
        """Return the macro of a user's module; its first argument is `__CALLER__`."""

    def guard(self, module: Term, name: str, arity: int) -> Any:
        """Return the definition of a `defguard`, or None."""


class CompileWarning(NamedTuple):  # Warning exists in Python
    """A warning of the compiler."""

    text: str
    line: int
    place: str = ""  # printed in place of `file:line`


class Environment:
    """The lexical environment of an expression."""

    def __init__(self, modules: Modules, file: str = "iex") -> None:
        self.modules = modules
        self.file = file
        self.module: Atom | None = None
        self.function: tuple[str, int] | None = None
        self.aliases: dict[str, Term] = {}
        self.imports: dict[tuple[str, int], Atom] = {}
        self.required: set[Term] = set()
        self.closures: dict[Any, Any] = {}  # small closures typed at a prompt, compiled once
        self.local: frozenset[tuple[str, int]] = frozenset()  # of the module being compiled
        self.attributes: dict[str, Term] | None = None  # inside a module
        self.warnings: list[CompileWarning] = []
        self.macros: dict[str, Callable[..., Any]] = {}  # of an ExUnit case
        self.late_warnings: list[tuple[str | None, int, int]] = []  # appended to all others
        self.definition: Any = None  # of the module whose body is being evaluated
        self.spent = [0, 0]  # number of macros expanded for this input, and of nodes they produced
        self.is_file = False  # in a file, unused variables outside functions are warned about

    def child(self, **changes: Any) -> Environment:
        """Return a copy with separate lexical state; warnings are shared."""
        made = copy(self)
        made.aliases = dict(self.aliases)
        made.imports = dict(self.imports)
        made.required = set(self.required)
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    def error(self, line: int, description: str) -> ElixirError:
        """Return a CompileError at `line` of the file."""
        return compile_error(self.file, line, description)

    def refused(self, line: int, name: str) -> ElixirError:
        """Return the error about a feature that this shell lacks; in a file, with the line."""
        return refused(name, "" if self.file == "iex" else f"{self.file}:{line}: ")

    def warn(self, line: int, text: str, place: str = "") -> None:
        """Record a warning."""
        self.warnings.append(CompileWarning(text, line, place))

    def warn_within(self, line: int, text: str) -> None:
        """Record a warning placed in its function or module, as in `iex:2: KV.get/2`."""
        place = ""
        if self.module is not None:
            where = f"{inspect(self.module)} (module)"
            if self.function is not None:
                name, arity = self.function
                where = call_text(self.module, Atom(name), f"/{arity}")
            place = f"{self.file}:{line}: {where}"
        self.warn(line, text, place)

    def warnings_of_scope(self, writer: Any) -> None:
        """Warn about the unused variables of a finished function."""
        for variable in writer.created:
            if not variable.used and variable.name[0] not in "_&":
                self.warn_unused(variable)

    def warn_unused(self, variable: LocalVariable) -> None:
        """Warn about an unused variable."""
        why = (
            "there is a variable with the same name in the context, use the pin operator (^) to "
            "match on it or prefix this variable with underscore if it is not meant to be used"
            if variable.shadows
            else "if the variable is not meant to be used, prefix it with an underscore"
        )
        self.warn_within(variable.line, f'variable "{spelled(variable.name)}" is unused ({why})')

    def module_named(self, node: Any) -> Atom:
        """Return the module that an alias refers to; a quoted alias means what its macro meant."""
        known = node.get("alias")
        return self.expand_alias([part.name for part in node.args]) if known is None else known

    def expand_alias(self, parts: Sequence[str]) -> Atom:
        """Return the module that `A.B` refers to here."""
        first = parts[0]
        known = self.aliases.get(first)
        if known is not None and type(known) is Atom:
            return Atom(".".join((known.name, *parts[1:])))
        if first == "Elixir":
            return Atom(".".join(parts))
        return Atom("Elixir." + ".".join(parts))


class LocalVariable:
    """A variable bound to a value; binding its name again creates another."""

    __slots__ = ("line", "name", "owner", "python", "quiet", "shadows", "used")

    def __init__(self, name: str, python: str, owner: Any, line: int, quiet: bool = False) -> None:
        self.name = name
        self.python = python
        self.owner = owner
        self.line = line
        self.used = quiet
        self.quiet = quiet
        self.shadows = False  # bound by a clause, while the name already had a value


VariableScope = dict[str, LocalVariable]
