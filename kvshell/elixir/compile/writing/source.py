"""Generated Python source: lines with their Elixir line, constants, lifted functions.

The source is made only of numbered names, repr'd literals, and names of helpers. Text of a document
gets into it only through `constant`.
"""

from __future__ import annotations

import re
from itertools import count
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kvshell.elixir.compile.writing.environment import LocalVariable, VariableScope
from kvshell.terms import Atom, Capture, Function
from kvshell.terms.comparing import PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from kvshell.terms import Term

SMALL = 1 << 63
_BUILTINS: Final = {each.__name__: each for each in (bool, float, int, len, set, tuple)}
# What compiled code may name besides the helpers and the numbered names: attributes of terms.
_NAMES: Final = frozenset(_BUILTINS) | {
    "__class__", "append", "binary", "call", "character", "float", "get", "head", "integer",
    "items", "jump", "kind", "last", "left", "line", "literal", "rest", "run", "size", "struct",
    "tail", "value",
}  # fmt: skip
_MADE: Final = re.compile(r"[a-z]+[0-9]+(?:_body)?")
_UNITS = count(1)


class CaptureSpec:
    """A closure's origin in the source; the Capture is created when the code is bound."""

    __slots__ = ("arity", "code", "index", "never_waits", "place", "uniq")

    def __init__(  # as a Capture
        self, place: str, index: int, uniq: int, arity: int, code: str, never_waits: bool = False
    ) -> None:
        self.place = place
        self.index = index
        self.uniq = uniq
        self.arity = arity
        self.code = code
        self.never_waits = never_waits


class RemoteCall(NamedTuple):
    """A call of another module's function: at which line, and in which function."""

    module: Term
    name: str
    arity: int
    line: int
    function: tuple[str, int] | None


class CompilationUnit:
    """The Python functions of one compilation, and the constants and functions they refer to."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.number = next(_UNITS)
        self.constants: dict[str, Any] = {}
        self.captures: dict[str, CaptureSpec] = {}
        self.closed: dict[str, str] = {}  # closures without environment: constant -> capture
        self.remotes: dict[tuple[Any, str, int], str] = {}
        self.local: dict[tuple[str, int], str] = {}  # functions of the module
        self.called: list[RemoteCall] = []
        self.private: set[tuple[str, int]] = set()
        self.uniq = 0  # number of the module as its closures print it
        self.waits = False  # contains a receive
        self._closures = count(0)
        self.text: list[str] = []
        self.marks: list[int] = []
        self.names: dict[str, tuple[Term, str, int]] = {}  # Python functions, for stacks
        self._known: dict[Any, str] = {}
        self._numbers = count(1)

    def next_closure(self) -> int:
        """Return the number of the module's next closure."""
        return next(self._closures)

    def fresh(self, prefix: str) -> str:
        """Return a unique name."""
        return f"{prefix}{next(self._numbers)}"

    def constant(self, value: Term) -> str:
        """Return Python code for a term known at compile time."""
        kind = type(value)
        if value is None or kind is bool:
            return repr(value)
        if kind is int and -SMALL < value < SMALL:
            return str(value) if value >= 0 else f"({value})"
        if kind is str and len(value) < 200 and value.isascii():
            return repr(value)
        known = self._known.get((kind, value)) if kind in PLAIN else None
        if known is None:
            known = self.fresh("k")
            self.constants[known] = value
            if kind in PLAIN:
                self._known[kind, value] = known
        return known

    def remote(self, module: Term, name: str, arity: int) -> str:
        """Return the Python name of the cell that holds a function of another module."""
        known = self.remotes.get((module, name, arity))
        if known is None:
            known = self.remotes[module, name, arity] = self.fresh("r")
        return known

    def add(self, lines: list[PythonLine], define: str) -> None:
        """Add a finished Python function: its `def` line, `define`, and its body."""
        self.text.append(define)
        self.marks.append(lines[0].mark if lines else 0)
        for line in lines:
            self.text.append(" " * line.indent + line.text)
            self.marks.append(line.mark)

    def bind(self, helpers: dict[str, Any], cell: Callable[[Any, str, int], Any]) -> dict[str, Any]:
        """Run the compiled code; return its globals, including the functions."""
        code = compile("\n".join(self.text), f"<elixir {self.number}>", "exec", dont_inherit=True)
        self._check_names(code, helpers)
        return self.bind_code(code, helpers, cell)

    def _check_names(self, code: CodeType, helpers: dict[str, Any]) -> None:
        """Raise if the code refers to anything that compiled Elixir never does.

        Otherwise text of a document that got into the source by mistake could import a module, or
        reach one through the attributes of a value.
        """
        strange = {
            name
            for name in code.co_names
            if name not in helpers and name not in _NAMES and _MADE.fullmatch(name) is None
        }
        if strange:
            raise RuntimeError(f"no line of Elixir refers to {', '.join(sorted(strange))}")
        for each in code.co_consts:
            if type(each) is CodeType:
                self._check_names(each, helpers)

    def bind_code(
        self, code: Any, helpers: dict[str, Any], cell: Callable[[Any, str, int], Any]
    ) -> dict[str, Any]:
        """Create the functions of compiled code for one code server."""
        space = dict(helpers)
        space["__name__"] = "kvshell.elixir.reader"
        space["__builtins__"] = _BUILTINS  # without `__import__` and `open`
        space.update(self.constants)
        for (module, name, arity), known in self.remotes.items():
            space[known] = cell(module, name, arity)
        made = {}
        for name, spec in self.captures.items():
            made[name] = space[name] = Capture(
                spec.place, spec.index, spec.uniq, spec.arity, _unbound, spec.never_waits
            )
        for name, capture in self.closed.items():
            space[name] = Function(made[capture])
        exec(code, space)  # noqa: S102  # we generated this text ourselves, see above
        for name, spec in self.captures.items():
            made[name].code = space[spec.code]
        return space


def _unbound(*_args: Any) -> Any:
    raise RuntimeError("this closure's code is not bound yet")


class PythonLine:
    """A line of generated Python; `mark` is the line of the Elixir source."""

    __slots__ = ("indent", "mark", "text")

    def __init__(self, indent: int, text: str, mark: int) -> None:
        self.indent = indent
        self.text = text
        self.mark = mark


class FunctionWriter:
    """Collects the lines of one Python function and the variables it declares."""

    def __init__(self, unit: CompilationUnit, parent: FunctionWriter | None = None) -> None:
        self.unit = unit
        self.parent = parent
        self.lines: list[PythonLine] = []
        self.indent = 1
        self.mark = 0
        self.captured: dict[str, LocalVariable] = {}  # outer variables, by their Python name here
        self.params: list[str] = []
        self.key: tuple[str, int] | None = None  # name and arity; a tail call to it becomes a loop
        self.loops = False
        self.jumps = False  # contains tail calls to other functions: needs a trampoline
        self.created: list[LocalVariable] = []

    def emit(self, text: str) -> None:
        """Append a line of Python at the current indentation."""
        self.lines.append(PythonLine(self.indent, text, self.mark))

    def temp(self) -> str:
        """Return a new local name."""
        return self.unit.fresh("t")

    def spill(self, text: str) -> str:
        """Assign the value of the code `text` to a new local, and return the local's name."""
        if simple(text):
            return text
        name = self.temp()
        self.emit(f"{name} = {text}")
        return name

    def insert(self, at: int, text: str) -> str:
        """Insert an assignment before the line at index `at`; return the name assigned to."""
        name = self.temp()
        self.lines.insert(at, PythonLine(self.indent, f"{name} = {text}", self.mark))
        return name

    def declare(
        self, scope: VariableScope, name: str, line: int, python: str | None = None
    ) -> LocalVariable:
        """Create a new binding of `name` in `scope`."""
        made = LocalVariable(
            name, python or self.unit.fresh("v"), self, line, quiet=name.startswith("_")
        )
        scope[name] = made
        self.created.append(made)
        return made

    def read(self, variable: LocalVariable) -> str:
        """Return the Python name of a variable here, capturing it if an outer function has it."""
        variable.used = True
        if variable.owner is self:
            return variable.python
        assert self.parent is not None
        self.parent.read(variable)
        self.captured[variable.python] = variable
        return variable.python


def simple(text: str) -> bool:
    """Whether the code may be evaluated twice or later: a name, a number or a plain string."""
    return (
        text.isidentifier()
        or text.isdigit()
        or (text[0] in "'\"" and text.find(text[0], 1) == len(text) - 1)
    )


def is_atom(value: Term) -> bool:
    """Whether a literal is an atom, including nil, true and false."""
    return value is None or type(value) is Atom or type(value) is bool
