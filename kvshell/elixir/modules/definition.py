"""defmodule: evaluates the body from top to bottom, then compiles its functions together."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any
from zlib import crc32

from kvshell.elixir.compile.calls import CALLER
from kvshell.elixir.compile.functions import (
    NO_DEFAULT,
    FunctionDefinition,
    check_defaults,
    default_versions,
    late_defaults,
    macro_key,
    write_functions,
    written_key,
)
from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import (
    NOT_CONSTANT,
    constant,
    keywords,
)
from kvshell.elixir.compile.writing.environment import Environment
from kvshell.elixir.compile.writing.source import CompilationUnit
from kvshell.elixir.modules.attributes import ClauseReader
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.modules.running_lines import run_expression
from kvshell.elixir.modules.support import HELPERS
from kvshell.elixir.syntax.nodes import Node, is_call
from kvshell.runtime.processes.crash_report import know_compiled
from kvshell.terms import Atom, ElixirError, List, Term, inspect

Key = tuple[str, int]


class ModuleDefinition:
    """A module whose body is being evaluated."""

    def __init__(
        self, module: Atom, env: Environment, bindings: MutableMapping[str, Term], line: int
    ) -> None:
        self.module = module
        self.outer = env
        self.line = line
        self.bindings: dict[str, Term] = dict(bindings)
        self.attributes: dict[str, Term] = {}
        self.set_at: dict[str, int] = {}
        self.accumulated: set[str] = set()  # attributes that keep all their values
        self.read: set[str] = set()
        self.definitions: dict[Key, FunctionDefinition] = {}
        self.order: list[tuple[Key, int]] = []  # the lines of clauses, in source order
        self.struct: list[tuple[Atom, Term]] | None = None
        self.enforced: list[Atom] = []
        self.guards: dict[Key, Any] = {}
        self.behaviours: list[Atom] = []
        self.callbacks: list[Key] = []
        self.impls: dict[Key, Any] = {}
        self.docs: dict[Any, Any] = {}
        self.doc: Any = None
        self.doc_line = 0
        self.doc_lines: dict[Any, int] = {}  # of the attributes, by the key in `docs`
        self.generated: set[Key] = set()  # overridable
        self.supers: dict[Key, Node] = {}  # what `super` calls, without arguments
        self.reading: Key = ("", 0)  # the function whose clause is being read
        self.clauses = ClauseReader(self.attribute, self.run, self._above, env.file)
        self.closers: list[Callable[[ModuleDefinition], None]] = []  # run at the end of the body
        self.finishers: list[Callable[[ModuleDefinition, ModuleRecord], None]] = []
        self.installed: list[Callable[[ModuleDefinition, ModuleRecord], None]] = []
        self.used_macros: set[Key] = set()
        self.data: dict[str, Any] = {}
        self.protocol = False
        self.env = env.child(
            module=module,
            function=None,
            attributes=self.attributes,
            definition=self,
            local=frozenset(),
        )

    # -- attributes ----------------------------------------------------------------------------

    def attribute(self, name: str, line: int) -> Term:
        """Return the current value of `@name`; nil with a warning if it was never set."""
        if name in {"doc", "moduledoc"}:
            return self.attributes.get(name)
        self.read.add(name)
        if name not in self.attributes:
            self.env.warn_within(
                line,
                f"undefined module attribute @{name}, please remove access to @{name} or explicitly"
                " set it before access",
            )
            return None
        return self.attributes[name]

    def set_attribute(self, name: str, value: Term, line: int) -> None:
        """Set `@name`, or add to it if it accumulates; clauses read before keep the old value."""
        if name in self.accumulated:
            earlier = self.attributes.get(name)
            value = List([value, *(earlier.items if type(earlier) is List else ())])
        self.attributes[name] = value
        self.set_at.setdefault(name, line)

    # -- the body ------------------------------------------------------------------------------

    def evaluate(self, node: Any) -> Term:
        """Evaluate the statements of the body; return the value of the last."""
        value: Term = None
        items = node.args if type(node) is Node and node.head == "__block__" else [node]
        for item in items or []:
            try:
                value = self.statement(item)
            except ElixirError as error:
                error.__dict__["module_line"] = getattr(item, "line", self.line)
                raise
        return value

    def statement(self, node: Any) -> Term:
        """Evaluate one statement of the body."""
        if type(node) is Node and node.head in self.env.macros and node.args is not None:
            found = self.env.macros[node.head](self, node)
            if found is not NotImplemented:
                return found
        if self.code().macro_names and type(node) is Node:
            expanded = EXPANDED[0](self, node)
            if expanded is not None:
                return self.evaluate(expanded)
        if type(node) is Node and type(node.head) is str and node.args is not None:
            form = STATEMENTS.get(node.head)
            if form is not None:
                return form(self, node)
            if node.head == "__block__":
                return self.evaluate(node)
        return self.run(node)

    def run(self, node: Any) -> Term:
        """Evaluate an expression of the body."""
        known = constant(node)
        if known is not NOT_CONSTANT:
            return known
        self.env.function = None
        value, bound = run_expression(node, self.env, self.bindings)
        self.bindings.update(bound)
        return value

    # -- functions -----------------------------------------------------------------------------

    def define(self, kind: str, node: Node) -> Term:
        """Add a clause of a function: `def name(patterns) when guard do ... end`."""
        args = node.args or []
        head = args[0]
        guards: list[Any] = []
        if type(head) is Node and head.head == "when":
            assert head.args is not None
            head, guard = head.args[0], head.args[1]
            guards = [guard]
        if is_call(head, "unquote", 1) or (type(head) is Node and is_call(head.head, "unquote", 1)):
            head = self._named(head)
        if type(head) is not Node or type(head.head) is not str:
            raise self.env.error(node.line, f"invalid syntax in {kind} {unparse(args[0])}")
        if head.head == "__aliases__":
            text = "function names should start with lowercase characters or underscore, invalid "
            raise self.env.error(node.line, f"{text}name {unparse(head)}")
        name, params = head.head, list(head.args or [])
        if any(is_call(each, "unquote_splicing", 1) for each in params):
            params = self.clauses.items(params)
        defaults = [NO_DEFAULT] * len(params)
        for index, param in enumerate(params):
            if type(param) is Node and param.head == "\\\\" and param.args is not None:
                params[index], defaults[index] = param.args
        blocks = keywords(args[1]) if len(args) > 1 else {}
        if blocks is None:
            raise self.env.error(node.line, f"invalid syntax in {kind}")
        has_defaults = any(default is not NO_DEFAULT for default in defaults)
        key = (name, len(params))
        if kind in {"defmacro", "defmacrop"}:
            optional = sum(default is not NO_DEFAULT for default in defaults)
            arities = range(len(params) - optional, len(params) + 1)
            self.code().macro_names.update((name, arity) for arity in arities)
            key, params = macro_key(key), [Node(CALLER, None, node.line), *params]
            defaults = [NO_DEFAULT, *defaults]
        return self._clause(
            kind, node, key, params, guards, blocks, defaults if has_defaults else None
        )

    def _named(self, head: Node) -> Node:
        """Evaluate `name` in `def unquote(name)(a, b)` or `def unquote(name)`; return the head."""
        asked: Any = head if head.head == "unquote" else head.head
        name = self.run((asked.args or [None])[0])
        if type(name) is tuple and asked is head:
            return self.clauses.fragment(name, head.line)  # type: ignore[no-any-return]  # a call
        if type(name) is not Atom:
            raise self.env.error(head.line, f"invalid syntax in def {unparse(head)}")
        args = [] if asked is head else head.args
        return Node(name.name, args, head.line, head.column)

    def _clause(
        self,
        kind: str,
        node: Node,
        key: Key,
        params: list[Any],
        guards: list[Any],
        blocks: dict[str, Any],
        defaults: list[Any] | None,
    ) -> Term:
        name, arity = written_key(key)
        definition = self.definitions.get(key)
        if definition is not None and key in self.generated:
            self._override(key)
            definition = None
        other = self.definitions.get(macro_key(key) if key == (name, arity) else (name, arity))
        if other is None and definition is not None and definition.kind != kind:
            other = definition
        if other is not None:
            raise self.env.error(
                node.line,
                f"{kind} {name}/{arity} already defined as {other.kind} in {other.env.file}:"
                f"{other.line}",
            )
        if definition is None:
            definition = FunctionDefinition(kind, key[0], key[1], node.line, self._function_env())
            self.definitions[key] = definition
            check_defaults(self.env, self.definitions.values(), definition, node, defaults)
        elif definition.clauses and (defaults is not None or key in self.data.get("bodies", ())):
            self.data.get("bodies", set()).discard(key)
            late_defaults(self.env, kind, (name, arity), node)
        if defaults is not None:
            definition.defaults = defaults
            if blocks:
                self.data.setdefault("bodies", set()).add(key)
        if not blocks:
            definition.header = params
        self._take_doc(kind, (name, arity))
        self._take_impl((name, arity), node.line)
        if blocks:
            body = blocks["do"] if set(blocks) == {"do"} else _with_try(node, blocks)
            if guards:
                head: list[Any] = [Node("when", [*params, *guards], node.line)]
            else:
                head = params
            clause = Node("->", [head, body], node.line)
            clause.meta = {"attributes": dict(self.attributes)}
            self.reading = key
            definition.clauses.append(self.clauses.node(clause))
            self.order.append((key, node.line))
        return (Atom(name) if name not in {"nil", "true", "false"} else None, arity)

    def _override(self, key: Key) -> None:
        """Keep an overridden function under a unique name, so that `super` can call it."""
        self.generated.discard(key)
        earlier = self.definitions.pop(key)
        name = f"{key[0]} (overridable {len(self.supers) + 1})"
        earlier.name, earlier.kind, earlier.generated = name, "defp", True
        self.definitions[earlier.key] = earlier
        self.supers[key] = Node(name, [])

    def _above(self, node: Node) -> Node:
        """Return the call that `super(...)` stands for in the clause being read."""
        key = self.reading
        found = self.supers.get(key)
        if found is None or len(node.args or ()) != key[1]:
            name, arity = written_key(key)
            known = "".join(f"\n  * {each}/{count}" for each, count in sorted(self.supers))
            raise self.env.error(
                node.line,
                f"no super defined for {name}/{arity} in module {inspect(self.module)}. "
                f"Overridable functions available are: {known}",
            )
        return Node(found.head, [*(found.args or ()), *(node.args or ())], node.line)

    def _function_env(self) -> Environment:
        return self.env.child(macros={})

    def _take_doc(self, kind: str, key: Key) -> None:
        if self.doc is None:
            return
        if kind in {"defp", "defmacrop"}:
            self.env.child(function=key).warn_within(
                self.doc_line,
                f"{kind} {key[0]}/{key[1]} is private, @doc attribute is always discarded for "
                "private functions/macros/types",
            )
        else:
            self.docs[key], self.doc_lines[key] = self.doc, self.doc_line
        self.doc = None

    def _take_impl(self, key: Key, line: int) -> None:
        found = self.attributes.pop("impl", None)
        if found is not None and found is not False:
            self.impls[key] = (found, line)

    # -- completion ----------------------------------------------------------------------------

    def finish(self) -> ModuleRecord:
        """Compile the functions and return the finished module."""
        definitions = [each for each in self.definitions.values() if each.clauses]
        for definition in list(definitions):
            definitions.extend(default_versions(definition))
        if self.code().macro_names:
            EXPAND_FUNCTIONS[0](definitions)
        unit = CompilationUnit(self.outer.file)
        text = inspect(self.module)
        unit.uniq = crc32(text.encode()) % 134_217_728
        write_functions(unit, definitions)
        space = unit.bind(HELPERS, self.code().remote)
        record = ModuleRecord(self.module, self.outer.file, self.line)
        record.functions = {
            each.key: space[unit.local[each.key]] for each in definitions if each.kind == "def"
        }
        record.macros = {
            written_key(each.key): space[unit.local[each.key]]
            for each in definitions
            if each.kind == "defmacro"
        }
        record.private = frozenset(each.key for each in definitions if each.kind == "defp")
        record.lines = {each.key: each.line for each in definitions}
        record.struct, record.enforced = self.struct, tuple(self.enforced)
        record.guards, record.docs, record.doc_lines = self.guards, self.docs, self.doc_lines
        record.attributes, record.behaviours = self.attributes, self.behaviours
        record.callbacks, record.protocol = self.callbacks, self.protocol
        record.data = {**self.data, "definitions": definitions, "unit": unit, "space": space}
        self._know_places(unit)
        for finish in self.finishers:
            finish(self, record)
        CHECKS[0](self, unit, definitions)
        return record

    def code(self) -> ElixirCode:
        """Return the code server on which the module will be installed."""
        code = self.outer.modules
        assert isinstance(code, ElixirCode)
        return code

    def _know_places(self, unit: CompilationUnit) -> None:
        names, marks, own = unit.names, unit.marks, self.outer.file
        files = {
            f"{name}/{arity}": each.env.file
            for (name, arity), each in self.definitions.items()
            if each.env.file != own
        }

        def place(function: str, line: int) -> Any:
            known = names.get(function)
            file = own if known is None else files.get(_definer(known), own)
            if known is None or known[1].startswith("fn/"):
                return (
                    None
                    if known is None
                    else (
                        known[0],
                        Atom(f"-{known[1].partition(' in ')[2]}-fun-0-"),
                        known[2],
                        file,
                        marks[line - 1],
                    )
                )
            return known[0], Atom(known[1]), known[2], file, marks[line - 1]

        know_compiled(f"<elixir {unit.number}>", place)


def _definer(known: tuple[Term, str, int]) -> str:
    """Return `name/arity` of the function that a compiled Python function belongs to."""
    _module, name, arity = known
    return name.partition(" in ")[2] if name.startswith("fn/") else f"{name}/{arity}"


def _with_try(node: Node, blocks: dict[str, Any]) -> Node:
    """Return the body of a `def` with `rescue`, `catch` or `after` as a `try`."""
    pairs = [(Atom(name), block) for name, block in blocks.items()]
    return Node("try", [pairs], node.line)


STATEMENTS: dict[str, Callable[[ModuleDefinition, Node], Term]] = {}
# Hooks that `macros` fills in, which this package cannot import: the expansion of a statement, or
# None; and the expansion of all macros in functions.
EXPANDED: list[Callable[[ModuleDefinition, Node], Any]] = []
EXPAND_FUNCTIONS: list[Callable[[list[FunctionDefinition]], None]] = []
CHECKS: list[Callable[[ModuleDefinition, CompilationUnit, list[FunctionDefinition]], None]] = []
