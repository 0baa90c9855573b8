"""The code server of a runtime: users' modules on top of library and built-in modules.

Compiled code calls a remote function through a RemoteCell shared by all callers. When a module is
redefined, its cells get the new functions: hot code loading. Library functions are looked up once;
undefined ones raise when called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kvshell.elixir.library import registry, structs
from kvshell.elixir.library.real_functions import is_real, real_functions
from kvshell.elixir.running.calling import named_capture
from kvshell.elixir.running.errors import (
    AnonymousClauseError,
    function_clause,
    refused,
    shown_call,
)
from kvshell.elixir.running.fast_paths import fast
from kvshell.elixir.running.reflection import reflective
from kvshell.elixir.running.suggestions import did_you_mean, similar
from kvshell.otp.gen import modules as product
from kvshell.runtime.defined_modules import DefinedModules
from kvshell.terms import (
    A,
    Atom,
    ElixirError,
    Function,
    List,
    Map,
    Term,
    alias,
    exception_message,
    inspect,
)
from kvshell.terms.printing.errors import UndefinedFunctionError
from kvshell.terms.printing.exceptions import missing_modules

if TYPE_CHECKING:
    from kvshell.elixir.modules.record import ModuleRecord
    from kvshell.elixir.syntax.nodes import Node

Key = tuple[Term, str, int]
KERNEL = alias("Kernel")


class UndefinedCallError(UndefinedFunctionError):
    """A call of an undefined function; the prompt shows the call below the message."""

    def __init__(self, module: Term, name: str, args: Sequence[Term], message: str) -> None:
        super().__init__(module, Atom(name), args, message)
        text = ", ".join(inspect(arg, width=None) for arg in args)
        self.call = shown_call(module, name, 0).removesuffix("/0") + f"({text})"

    def blame(self) -> str:
        """Return the call, as the first line of iex's stack trace."""
        return f"\n    {self.call}"


class RemoteCell:
    """A function as called from other modules; redefinition updates it."""

    __slots__ = ("arity", "call", "jump", "module", "name")

    def __init__(self, module: Term, name: str, arity: int) -> None:
        self.module = module
        self.name = name
        self.arity = arity
        self.call: Callable[..., Any] = _not_bound
        self.jump: Callable[..., Any] = _not_bound  # may return a Jump, for the caller's trampoline

    def bind(self, function: Callable[..., Any]) -> None:
        """Make the cell refer to `function`."""
        self.call = function
        self.jump = getattr(function, "jump", function)


def _not_bound(*_args: Any) -> Any:
    raise RuntimeError("this cell is not bound")


class Definition(NamedTuple):
    """The definition of a module; `define` repeats it on another code server."""

    define: Callable[[ElixirCode], object]
    quoted: Node


class ElixirCode(DefinedModules):
    """A runtime's code server; assign one to `runtime.code`."""

    def __init__(self) -> None:
        super().__init__()
        self.modules: dict[Term, ModuleRecord] = {}
        self.defining: dict[Term, Any] = {}  # modules being defined
        self.log: list[Definition] = []
        self.implementations: dict[Atom, dict[Any, Atom]] = {}  # protocol implementations by type
        self.macro_names: set[tuple[str, int]] = set()
        self._cells: dict[Key, RemoteCell] = {}
        self._captures: dict[Key, Function] = {}

    # -- calls ---------------------------------------------------------------------------------

    def remote(self, module: Term, name: str, arity: int) -> RemoteCell:
        """Return the cell of a function, even if the function does not exist yet."""
        key = (module, name, arity)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = RemoteCell(module, name, arity)
            self._bind(cell)
        return cell

    def _bind(self, cell: RemoteCell) -> None:
        module, name, arity = cell.module, cell.name, cell.arity
        found = self.function(module, name, arity)
        if found is not None:
            cell.bind(found)
            return

        def missing(*args: Term) -> Term:
            later = self.function(module, name, arity)
            if later is not None:  # defined in the meantime by Python code
                return later(*args)
            raise self.undefined(module, name, args)

        cell.bind(missing)

    def function(self, module: Term, name: str, arity: int) -> Callable[..., Any] | None:
        """Return the public function of a user's, a library or a built-in module, or None."""
        found = self._declared(module, name, arity)
        if found is not None:
            return found
        own = self.modules.get(module)
        behaviours = () if own is None else own.behaviours
        return reflective(module, name, arity, self.exported, self.macros, behaviours)

    def _declared(self, module: Term, name: str, arity: int) -> Callable[..., Any] | None:
        own = self.modules.get(module)
        if own is not None:
            return own.functions.get((name, arity))
        if super().defines(module):
            if super().exports(module, name, arity):
                return self._modules[module][name]
            return None
        entry = registry.find_entry(module, name, arity)
        if entry is not None:
            return fast(module, name, arity, entry.call)
        if type(module) is Atom and structs.is_exception_module(module):
            return exception_function(module, name, arity)
        if type(module) is Atom:
            return product.product_function(module, name, arity)
        return None

    def call(self, module: Term, function: str, args: Sequence[Term]) -> Term:
        """Call `module.function` with `args` and return its value."""
        return self.remote(module, function, len(args)).call(*args)

    def capture(self, module: Term, name: str, arity: int) -> Function:
        """Return `&module.name/arity`, always the same object."""
        if (module is KERNEL and not name.isidentifier()) or (
            name.startswith("is_") and module is KERNEL
        ):
            shown = Atom("erlang")
        else:
            shown = module
        key = (shown, name, arity)
        found = self._captures.get(key)
        if found is None:
            cell = self.remote(module, name, arity)
            found = named_capture(shown, name, arity, lambda *args: cell.call(*args))
            self._captures[key] = found
        return found

    # -- queries -------------------------------------------------------------------------------

    def defines(self, module: Atom) -> bool:
        """Whether the runtime has the module, including library modules."""
        return module in self.modules or super().defines(module) or _in_library(module)

    def exports(self, module: Atom, function: str, arity: int) -> bool:
        """Whether the module has the public function."""
        own = self.modules.get(module)
        if own is not None:
            return (function, arity) in own.functions
        return super().exports(module, function, arity) or (
            registry.find_entry(module, function, arity) is not None
        )

    def is_loaded(self, module: Term) -> bool:
        """Whether the module exists."""
        if type(module) is not Atom:
            return False
        if structs.fields(module) is not None:
            return True
        return self.defines(module) or module in self.defining or product.is_product(module)

    def exported(self, module: Atom) -> list[tuple[str, int]]:
        """Return name and arity of the public functions of a module."""
        own = self.modules.get(module)
        if own is not None:
            return sorted(own.functions)
        return registry.functions(module)

    def documentation(
        self, module: Atom, name: str | None, arity: Term
    ) -> list[tuple[str, str]] | None:
        """Return the heads and doc texts of a user's module or function; None for other modules."""
        own = self.modules.get(module)
        return None if own is None else own.documentation(name, arity)

    def direct(self, module: Term, name: str, arity: int) -> Callable[..., Any] | None:
        """Return a library function, or None for a function of a user's module."""
        if module in self.modules or module in self.defining:
            return None
        entry = registry.find_entry(module, name, arity)
        return None if entry is None else entry.call

    def cost(self, module: Term, name: str, arity: int) -> int:
        """Return the `Cost` of a function as an integer; 2, it may wait, if it is unknown."""
        own = self.modules.get(module)
        if own is not None:
            return 0 if own.ends_soon is not None and own.ends_soon((name, arity)) else 2
        entry = registry.find_entry(module, name, arity)
        return 2 if entry is None else int(entry.cost)

    def struct(self, module: Atom) -> list[tuple[Atom, Term]] | None:
        """Return the fields of a module's struct with their defaults, or None."""
        being = self.defining.get(module)
        if being is not None and being.struct is not None:
            return being.struct  # type: ignore[no-any-return]  # of a module's definition
        own = self.modules.get(module)
        if own is not None:
            return own.struct
        found = structs.fields(module)
        return None if found is None else list(found)

    def enforced(self, module: Atom) -> Sequence[Atom]:
        """Return the `@enforce_keys` of a module's struct."""
        being = self.defining.get(module) or self.modules.get(module)
        return () if being is None else being.enforced

    def guard(self, module: Term, name: str, arity: int) -> Any:
        """Return the definition of a `defguard`, or None."""
        being = self.defining.get(module) or self.modules.get(module)
        return None if being is None else being.guards.get((name, arity))

    def macro(self, module: Term, name: str, arity: int) -> Callable[..., Any] | None:
        """Return the macro of a user's module, or None; its first argument is `__CALLER__`."""
        own = self.modules.get(module)
        return None if own is None else own.macros.get((name, arity))

    def macros(self, module: Atom) -> list[tuple[str, int]]:
        """Return name and arity of the macros of a user's module."""
        own = self.modules.get(module)
        return [] if own is None else sorted(own.macros)

    def is_macro(self, module: Term, name: str, arity: int) -> bool:
        """Whether this is a macro, so that its module must be required before the call."""
        return (name, arity) in MACROS.get(module, ()) or (
            self.macro(module, name, arity) is not None
        )

    def copy_to(self, other: ElixirCode) -> None:
        """Repeat all definitions on `other`, in the same order.

        Runs in a process of that code server's runtime.
        """
        for definition in self.log:
            definition.define(other)
        for protocol, found in self.implementations.items():
            other.implementations.setdefault(protocol, {}).update(found)

    # -- changes -------------------------------------------------------------------------------

    def install(self, record: ModuleRecord) -> None:
        """Install a module, replacing the one with its name."""
        self.modules.pop(record.module, None)  # latest definition last
        missing_modules.discard(record.module)
        self.macro_names.update(record.macros)
        self.modules[record.module] = record
        for cell in list(self._cells.values()):
            if cell.module is record.module:
                self._bind(cell)

    def remove(self, module: Term) -> None:
        """Remove a user's module, as `:code.delete` does."""
        self.modules.pop(module, None)
        for cell in list(self._cells.values()):
            if cell.module is module:
                self._bind(cell)

    def known(self, module: Atom) -> list[tuple[str, int]]:
        """Return the functions that a call may mean; for a library module, all that Elixir has."""
        if module in self.modules or super().defines(module):
            return self.exported(module)
        return sorted({*self.exported(module), *real_functions(module)})

    def missing(self, module: Term, name: str, arity: int) -> str | None:
        """Return the name if this shell lacks it, such as `:ets.tab2file/2` or `:gen_tcp`, or None.

        A user's module takes precedence over Elixir's.
        """
        if type(module) is not Atom or module in self.modules or super().defines(module):
            return None
        if not self.is_loaded(module):
            return inspect(module) if is_real(module) else None
        return shown_call(module, name, arity) if (name, arity) in self.known(module) else None

    def undefined(self, module: Term, name: str, args: Sequence[Term]) -> ElixirError:
        """Return the error for a call of a function that does not exist, or only in Elixir."""
        arity = len(args)
        missing = self.missing(module, name, arity)
        if missing is not None and not self.is_macro(module, name, arity):
            return refused(missing)
        text = f"function {shown_call(module, name, arity)} is undefined"
        if module is None or type(module) is bool:
            text += (
                ". If you are using the dot syntax, such as module.function(), make sure the "
                "left-hand side of the dot is a module atom"
            )
        elif not self.is_loaded(module):
            missing_modules.add(module)
            text += f" (module {inspect(module)} is not available)"
        elif self.is_macro(module, name, arity):
            text += (
                " or private. However there is a macro with the same name and arity. Be sure to "
                f"require {inspect(module)} if you intend to invoke this macro"
            )
        elif name in {"fetch", "get_and_update", "pop"} and self.struct(module) is not None:
            text += (
                f" ({inspect(module)} does not implement the Access behaviour. If you are using "
                "get_in/put_in/update_in, you can specify the field to be accessed using "
                "Access.key!/1)"
            )
        else:
            found = similar(name, arity, self.known(module))
            text += f" or private{did_you_mean(found)}"
        return UndefinedCallError(module, name, args, text)


def exception_function(module: Atom, name: str, arity: int) -> Callable[..., Any] | None:
    """Return `exception/1` or `message/1` of a library exception."""
    if (name, arity) == ("message", 1):
        return exception_message
    if (name, arity) != ("exception", 1):
        return None
    base = Map([(A.__struct__, module), *(structs.fields(module) or ())])

    def made(given: Term) -> Term:
        if type(given) is str and A.message in base:
            return base.put(A.message, given)
        if type(given) is not List and type(given) is not Map:
            raise function_clause(module, "exception", 1, (given,))
        built = base
        pairs: Any = given.items if type(given) is List else list(given)
        for pair in pairs:
            if type(pair) is not tuple or len(pair) != 2:
                place = f"{inspect(module)}.exception/1"
                raise AnonymousClauseError(place, 1, (pair,))
            if pair[0] in base:
                built = built.put(*pair)
        return built

    return made


def _in_library(module: Atom) -> bool:
    return type(module) is Atom and bool(registry.functions(module))


MACROS: dict[Term, frozenset[tuple[str, int]]] = {
    alias("Integer"): frozenset({("is_odd", 1), ("is_even", 1)}),
    alias("Logger"): frozenset({("debug", 1), ("info", 1), ("warn", 1), ("error", 1)}),
}
