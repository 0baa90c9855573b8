"""A user's module: its functions, struct, docs, behaviours and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from kvshell.elixir.compile.functions import NO_DEFAULT, FunctionDefinition, written_key
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.library.text.encodings import underscore
from kvshell.elixir.syntax.nodes import Node
from kvshell.terms import Atom, Term, inspect


class ModuleRecord:
    """One version of a user's module."""

    def __init__(self, module: Atom, file: str, line: int) -> None:
        self.module = module
        self.file = file
        self.line = line
        self.functions: dict[tuple[str, int], Callable[..., Any]] = {}
        self.private: frozenset[tuple[str, int]] = frozenset()
        self.struct: list[tuple[Atom, Term]] | None = None
        self.enforced: Sequence[Atom] = ()
        self.guards: dict[tuple[str, int], Any] = {}
        self.docs: dict[Any, Any] = {}
        self.doc_lines: dict[Any, int] = {}
        self.specs: list[str] = []
        self.attributes: dict[str, Term] = {}
        self.behaviours: list[Atom] = []
        self.callbacks: list[tuple[str, int]] = []
        self.protocol = False
        self.ends_soon: Callable[[tuple[str, int]], bool] | None = None  # inferred: takes few steps
        self.never_waits: frozenset[tuple[str, int]] = frozenset()
        self.lines: dict[tuple[str, int], int] = {}
        self.macros: dict[tuple[str, int], Callable[..., Any]] = {}
        self.data: dict[str, Any] = {}  # for behaviours: server classes and similar

    def documentation(self, name: str | None, arity: Term) -> list[tuple[str, str]]:
        """Return the heads of the public functions called `name`, each with its `@doc` or "".

        Without a name: the module's `@moduledoc`. `@doc false` hides a function.
        """
        if name is None:
            text = self.docs.get(None)
            return [(inspect(self.module), text)] if type(text) is str else []
        found = []
        for each in sorted(self.data["definitions"], key=lambda each: each.arity):
            written, most = written_key(each.key)
            text = self.docs.get((written, most), "")
            public = each.kind in {"def", "defmacro"} and each.made_of is None
            if written == name and public and text is not False and (text or not each.generated):
                fewest = most - sum(default is not NO_DEFAULT for default in each.defaults or ())
                if arity is None or fewest <= arity <= most:
                    found.append((f"{each.kind} {_head(each)}", text))
        return found


def _head(definition: FunctionDefinition) -> str:
    r"""Return a head such as `f(x, opts \\ [])`; arguments are named as in Elixir's docs."""
    arguments: list[tuple[str, bool]] = []
    clauses = [each.args[0] for each in definition.clauses if each.args]
    name, arity = written_key(definition.key)
    hidden = definition.arity - arity  # a macro's first argument is its caller's environment
    for params in [definition.header or (), *clauses]:
        guarded = len(params) == 1 and type(params[0]) is Node and params[0].head == "when"
        patterns = params[0].args[:-1] if guarded else params
        named = _numbered([_named(each) for each in patterns[hidden:]])
        if named:
            arguments = list(map(_better, arguments, named, range(1, 256))) if arguments else named
    defaults = (definition.defaults or [NO_DEFAULT] * definition.arity)[hidden:]
    texts = [
        argument if default is NO_DEFAULT else f"{argument} \\\\ {unparse(default)}"
        for (argument, _), default in zip(arguments, defaults, strict=True)
    ]
    return f"{name}({', '.join(texts)})"


def _numbered(arguments: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Append numbers to the names that several arguments share."""
    times = Counter(name for name, _ in arguments)
    seen: Counter[str] = Counter()
    numbered = []
    for name, chosen in arguments:
        seen[name] += 1
        several = times[name] > 1 and name != "_"
        numbered.append((f"{name}{seen[name]}" if several else name, chosen))
    return numbered


def _better(known: tuple[str, bool], following: tuple[str, bool], place: int) -> tuple[str, bool]:
    """Return the better of two names of an argument: the user's, and that of the first clause."""
    if known[1] or known[0] == following[0]:
        return known
    return following if following[1] else (f"arg{place}", False)


def _named(pattern: Any) -> tuple[str, bool]:
    """Return the name of an argument, and whether it comes from the source."""
    if type(pattern) is Node:
        sides = pattern.args if pattern.head == "=" and pattern.args else ()
        for side in sides:
            if type(side) is Node and side.args is None:
                return str(side.head).removeprefix("_") or "_", True
        if pattern.args is None:
            name = str(pattern.head)
            return name.removeprefix("_") or "_", not name.startswith("_")
        if pattern.head == "%" and type(pattern.args[0]) is Node and pattern.args[0].args:
            return str(underscore(unparse(pattern.args[0].args[-1]).removeprefix(":"))), False
        return ("map" if pattern.head == "%{}" else "arg"), False
    if pattern is None or type(pattern) is Atom:
        return "atom", False
    return _KINDS.get(type(pattern), "arg"), False


_KINDS = {list: "list", int: "int", float: "float", str: "binary", bool: "bool"}
