"""defmodule: evaluates the body from top to bottom, then compiles its functions together."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any
from zlib import crc32

from kvshell.elixir.compile.functions import (
    NO_DEFAULT,
    FunctionDefinition,
    default_versions,
    write_functions,
)
from kvshell.elixir.compile.patterns import shown
from kvshell.elixir.compile.writing.body import (
    NOT_CONSTANT,
    constant,
    keywords,
)
from kvshell.elixir.compile.writing.environment import Environment
from kvshell.elixir.compile.writing.source import CompilationUnit
from kvshell.elixir.modules.attributes import attributes_replaced
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.modules.running_lines import run_expression
from kvshell.elixir.modules.support import HELPERS
from kvshell.elixir.syntax.nodes import Node, is_call
from kvshell.runtime.processes.crash_report import know_compiled
from kvshell.terms import Atom, ElixirError, Term, inspect

Key = tuple[str, int]
_QUIET = frozenset(
    {
        "doc",
        "moduledoc",
        "spec",
        "type",
        "typep",
        "opaque",
        "impl",
        "behaviour",
        "callback",
        "macrocallback",
        "typedoc",
        "enforce_keys",
        "derive",
        "dialyzer",
        "optional_callbacks",
        "compile",
        "external_resource",
        "before_compile",
        "after_compile",
        "on_load",
        "vsn",
        "deprecated",
        "since",
        "fallback_to_any",
        "moduletag",
        "tag",
        "describetag",
        "timeout_",
    }
)


class ModuleDefinition:
    """A module while its body is evaluated."""

    def __init__(
        self, module: Atom, env: Environment, bindings: MutableMapping[str, Term], line: int
    ) -> None:
        self.module = module
        self.outer = env
        self.line = line
        self.bindings: dict[str, Term] = dict(bindings)
        self.attributes: dict[str, Term] = {}
        self.set_at: dict[str, int] = {}
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
        self.generated: set[Key] = set()
        self.finishers: list[Callable[[ModuleDefinition, ModuleRecord], None]] = []
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
        """Set `@name`; code compiled before keeps the old value."""
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
        if type(node) is Node and type(node.head) is str and node.args is not None:
            own = self.env.macros.get(node.head)
            if own is not None:
                found = own(self, node)
                if found is not NotImplemented:
                    return found
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
            raise self.env.error(node.line, f"invalid syntax in {kind} {shown(args[0])}")
        name, params = head.head, list(head.args or [])
        defaults = [NO_DEFAULT] * len(params)
        for index, param in enumerate(params):
            if type(param) is Node and param.head == "\\\\" and param.args is not None:
                params[index], defaults[index] = param.args
        blocks = keywords(args[1]) if len(args) > 1 else {}
        if blocks is None:
            raise self.env.error(node.line, f"invalid syntax in {kind}")
        has_defaults = any(default is not NO_DEFAULT for default in defaults)
        key = (name, len(params))
        return self._clause(
            kind, node, key, params, guards, blocks, defaults if has_defaults else None
        )

    def _named(self, head: Node) -> Node:
        """Return the head of `def unquote(name)(a, b)` or `def unquote(name)`."""
        asked: Any = head if head.head == "unquote" else head.head
        name = self.run((asked.args or [None])[0])
        if type(name) is not Atom:
            raise self.env.error(head.line, f"invalid syntax in def {shown(head)}")
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
        name, arity = key
        definition = self.definitions.get(key)
        if definition is not None and key in self.generated:
            self.generated.discard(key)
            del self.definitions[key]
            definition = None
        if definition is None:
            definition = FunctionDefinition(kind, name, arity, node.line, self._function_env())
            self.definitions[key] = definition
            self._conflicts(kind, key, node, defaults)
        elif definition.clauses and (defaults is not None or key in self.data.get("bodies", ())):
            self.data.get("bodies", set()).discard(key)
            self._late_defaults(kind, key, node)
        elif definition.kind != kind:
            raise self.env.error(
                node.line,
                f"{kind} {name}/{arity} already defined as {definition.kind}",
            )
        if defaults is not None:
            definition.defaults = defaults
            if blocks:
                self.data.setdefault("bodies", set()).add(key)
        if not blocks:
            definition.header = params
        self._take_doc(kind, key)
        self._take_impl(key, node.line)
        if blocks:
            body = blocks["do"] if set(blocks) == {"do"} else _with_try(node, blocks)
            if guards:
                head: list[Any] = [Node("when", [*params, *guards], node.line)]
            else:
                head = params
            clause = Node("->", [head, body], node.line)
            clause.meta = {"attributes": dict(self.attributes)}
            definition.clauses.append(attributes_replaced(clause, self.attribute, self.run))
            self.order.append((key, node.line))
        self.on_define(key)
        return (Atom(name) if name not in {"nil", "true", "false"} else None, arity)

    def on_define(self, key: Key) -> None:
        """Called for each clause, for behaviours."""

    def _function_env(self) -> Environment:
        return self.env.child(macros={})

    def _conflicts(self, kind: str, key: Key, node: Node, defaults: list[Any] | None) -> None:
        name, arity = key
        for other in self.definitions.values():
            if other.name != name or other.key == key:
                continue
            if other.defaults is not None:
                least = other.arity - sum(each is not NO_DEFAULT for each in other.defaults)
                if least <= arity < other.arity:
                    raise self.env.error(
                        node.line,
                        f"{kind} {name}/{arity} conflicts with defaults from {name}/{other.arity}",
                    )
            if defaults is not None:
                least = arity - sum(each is not NO_DEFAULT for each in defaults)
                if least <= other.arity < arity:
                    raise self.env.error(
                        node.line,
                        f"{kind} {name}/{arity} defaults conflicts with {name}/{other.arity}",
                    )

    def _late_defaults(self, kind: str, key: Key, node: Node) -> None:
        name, arity = key
        self.env.warn(
            node.line,
            f"{kind} {name}/{arity} has multiple clauses and also declares default values. In such "
            "cases, the default values should be defined in a header. Instead of:\n\n    def foo("
            ":first_clause, b \\\\ :default) do ... end\n    def foo(:second_clause, b) do ... end"
            "\n\none should write:\n\n    def foo(a, b \\\\ :default)\n    def "
            "foo(:first_clause, b)"
            " do ... end\n    def foo(:second_clause, b) do ... end\n",
        )

    def _take_doc(self, kind: str, key: Key) -> None:
        if self.doc is None:
            return
        if kind == "defp":
            self.env.child(function=key).warn_within(
                self.doc_line,
                f"defp {key[0]}/{key[1]} is private, @doc attribute is always discarded for private"
                " functions/macros/types",
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
        """Compile the functions; return the module."""
        definitions = [each for each in self.definitions.values() if each.clauses]
        for definition in list(definitions):
            definitions.extend(default_versions(definition))
        unit = CompilationUnit(self.outer.file)
        text = inspect(self.module)
        unit.uniq = crc32(text.encode()) % 134_217_728
        write_functions(unit, definitions)
        space = unit.bind(HELPERS, self.code().remote)
        record = ModuleRecord(self.module, self.outer.file, self.line)
        record.functions = {
            each.key: space[unit.local[each.key]] for each in definitions if each.kind == "def"
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
        """Return the module's future code server."""
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
    """Return name and arity of the function that a compiled one belongs to."""
    _module, name, arity = known
    return name.partition(" in ")[2] if name.startswith("fn/") else f"{name}/{arity}"


def _with_try(node: Node, blocks: dict[str, Any]) -> Node:
    """Return the body of a function with its own rescue, catch or after."""
    pairs = [(Atom(name), block) for name, block in blocks.items()]
    return Node("try", [pairs], node.line)


STATEMENTS: dict[str, Callable[[ModuleDefinition, Node], Term]] = {}
CHECKS: list[Callable[[ModuleDefinition, CompilationUnit, list[FunctionDefinition]], None]] = []
