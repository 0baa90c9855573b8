"""FunctionBody: translates a function's expressions to Python, one statement at a time.

`value` writes the statements that must run first and returns Python code for the expression's
value; `branch` passes the value to a sink: it is returned, assigned or dropped. Bindings are
numbered locals, so names are assigned only once, except for loop parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.compile.writing.environment import Environment, VariableScope
from kvshell.elixir.compile.writing.source import CompilationUnit, FunctionWriter, is_atom, simple
from kvshell.elixir.syntax.hygiene import spelled
from kvshell.elixir.syntax.nodes import Charlist, Node
from kvshell.terms import Atom, List, alias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONGEST: Final = 400  # length of Python code before its value is kept in a local: parentheses nest
MOST_BLOCKS: Final = 15  # nested loops and tries; Python allows 20


class ValueSink:
    """The destination of an expression's value."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name  # name of a local; "return", or "" to drop it

    @property
    def returns(self) -> bool:
        """Whether the function ends with the value: a tail position."""
        return self.name == "return"


RETURN: Final = ValueSink("return")
DISCARD: Final = ValueSink("")


VALUES: dict[str, Callable[[FunctionBody, Node], str]] = {}  # special forms and operators
CONTROLS: dict[str, Callable[[FunctionBody, Node, ValueSink], None]] = {}  # those that branch
EXPANSIONS: dict[str, Callable[[FunctionBody, Node], Any]] = {}  # macros of Kernel: another node


class FunctionBody:
    """The body of a function during its translation to Python, and its variables in scope."""

    def __init__(
        self, unit: CompilationUnit, writer: FunctionWriter, env: Environment, scope: VariableScope
    ) -> None:
        self.unit = unit
        self.writer = writer
        self.env = env
        self.scope = scope
        self.captures: list[str] | None = None  # inside `&(...)`: the values of &1, &2 ...
        self.blocks = 0
        self.group: dict[tuple[str, int], str] = {}  # functions of a mutual tail call
        self.handling = False  # inside rescue or catch: __STACKTRACE__ is available

    # -- writing -------------------------------------------------------------------------------

    def at(self, node: Any) -> None:
        """Attribute the code that is written from now on to the line of `node`."""
        if type(node) is Node and node.line:
            self.writer.mark = node.line

    def put(self, sink: ValueSink, text: str) -> None:
        """Write the statement that passes the value of the code `text` to a sink."""
        if sink.name == "return":
            self.writer.emit(f"return {text}")
        elif sink.name:
            self.writer.emit(f"{sink.name} = {text}")
        elif not simple(text):
            self.writer.emit(text)

    def short(self, text: str) -> str:
        """Return the code `text`, or, if it is long, a local variable with its value."""
        return text if len(text) < LONGEST else self.writer.spill(text)

    def error(self, node: Any, description: str) -> Exception:
        """Return a CompileError at the line of `node`."""
        return self.env.error(self.line_of(node), description)

    def line_of(self, node: Any) -> int:
        """Return the line of a node, or the current one if the node has none."""
        return node.line if type(node) is Node and node.line else self.writer.mark

    # -- evaluating ----------------------------------------------------------------------------

    def value(self, node: Any) -> str:
        """Write what the expression needs first; return Python code for its value."""
        kind = type(node)
        if kind is not Node:
            return self._literal(node)
        if self.env.modules.macro_names and EXPAND[0](self, node):
            return self.value(node)
        head = node.head
        if node.args is None:
            return self._variable(node)
        self.at(node)
        if type(head) is str:
            special = VALUES.get(head)
            if special is not None:
                return self.short(special(self, node))
            control = CONTROLS.get(head)
            if control is not None and not self._shadowed(node):
                return self._controlled(control, node)
            expand = EXPANSIONS.get(head)
            if expand is not None and not self._shadowed(node):
                expanded = expand(self, node)
                if expanded is not NotImplemented:
                    return self.value(expanded)
        return self.short(VALUES["call"](self, node))

    def _shadowed(self, node: Node) -> bool:
        """Whether a function of the module has the name of a Kernel macro."""
        return self.overridden(node)

    def overridden(self, node: Node) -> bool:
        """Whether the module or an import defines a function that hides the one of Kernel here."""
        key = (str(node.head), len(node.args or ()))
        if key not in self.env.local and key not in self.env.imports:
            return False
        return node.get("imports") is not KERNEL and (
            key in self.env.local or self.env.imports[key] is not KERNEL
        )

    def _controlled(
        self, control: Callable[[FunctionBody, Node, ValueSink], None], node: Node
    ) -> str:
        if self.blocks >= MOST_BLOCKS and node.head not in {"fn", "&"}:
            lifted = Node("fn", [Node("->", [[], node], node.line)], node.line)
            return VALUES["call"](self, Node(Node(".", [lifted], node.line), [], node.line))
        name = self.writer.temp()
        control(self, node, ValueSink(name))
        return name

    def branch(self, node: Any, sink: ValueSink) -> None:
        """Write the expression; its value goes to `sink`."""
        if type(node) is Node and node.args is not None:
            self.at(node)
            if self.env.modules.macro_names and EXPAND[0](self, node):
                self.branch(node, sink)
                return
            head = node.head
            if type(head) is str and head not in VALUES:
                control = CONTROLS.get(head)
                if control is not None and not self._shadowed(node):
                    if self.blocks >= MOST_BLOCKS:
                        self.put(sink, self._controlled(control, node))
                    else:
                        control(self, node, sink)
                    return
                expand = EXPANSIONS.get(head)
                if expand is not None and not self._shadowed(node):
                    expanded = expand(self, node)
                    if expanded is not NotImplemented:
                        self.branch(expanded, sink)
                        return
            if sink.returns and head not in VALUES and TAIL[0](self, node):
                return
        text = self.value(node)
        self.at(node)
        self.put(sink, text)

    def values(self, nodes: Sequence[Any]) -> list[str]:
        """Return the code of several expressions, evaluated left to right.

        Variables that one of them binds are visible only to the code that follows all of them.
        """
        if len(nodes) == 1:
            return [self.value(nodes[0])]
        before = self.scope
        bound: VariableScope = {}
        texts: list[str] = []
        ends: list[int] = []
        lines = self.writer.lines
        for node in nodes:
            if node.args is not None if type(node) is Node else type(node) in {list, tuple}:
                self.scope = dict(before)
                texts.append(self.value(node))
                for name, variable in self.scope.items():
                    if before.get(name) is not variable:
                        bound[name] = variable
            else:
                self.scope = before
                texts.append(self.value(node))
            ends.append(len(lines))
        self.scope = {**before, **bound} if bound else before
        last = len(lines)
        for index in range(len(texts) - 1, -1, -1):
            if ends[index] != last and not simple(texts[index]):
                texts[index] = self.writer.insert(ends[index], texts[index])
        return texts

    def _literal(self, node: Any) -> str:
        known = constant(node)
        if known is not NOT_CONSTANT:
            return self.unit.constant(known)
        if type(node) is tuple:
            return VALUES["{}"](self, Node("{}", list(node)))
        return VALUES["[]"](self, Node("[]", list(node)))

    def _variable(self, node: Node) -> str:
        assert type(node.head) is str
        found = self.scope.get(node.head)
        if found is None:
            self.at(node)
            return VALUES["unknown variable"](self, node)
        if node.head[0] == "_" and found.name == node.head:
            self._underscored(node)
        return self.writer.read(found)

    def _underscored(self, node: Node) -> None:
        self.env.warn_within(
            node.line,
            f'the underscored variable "{spelled(str(node.head))}" is used after being set. '
            "A leading underscore indicates that the value of the variable should be ignored. "
            "If this is intended please rename the variable to remove the underscore",
        )

    # -- scopes --------------------------------------------------------------------------------

    def scoped(self, node: Any, sink: ValueSink) -> None:
        """Write the expression; variables bound in it are not visible afterwards."""
        outer = self.scope
        self.scope = dict(outer)
        try:
            self.branch(node, sink)
        finally:
            self.scope = outer


class _NotConstant:
    pass


NOT_CONSTANT: Final = _NotConstant()
KERNEL: Final = alias("Kernel")
TAIL: list[Callable[[FunctionBody, Node], bool]] = []
# Replaces a call of a user's macro by its expansion, in place; returns false for any other node.
EXPAND: list[Callable[[FunctionBody, Node], bool]] = [lambda _body, _node: False]
UNDEFINED: list[Callable[[FunctionBody, Node], Exception]] = []


def constant(node: Any) -> Any:
    """Return the term of a constant expression, otherwise NOT_CONSTANT."""
    kind = type(node)
    if kind is Node:
        if node.head == "known term":
            return (node.args or [None])[0].term
        if node.head == "{}" and node.args is not None:
            items = [constant(item) for item in node.args]
            return NOT_CONSTANT if NOT_CONSTANT in items else tuple(items)
        return NOT_CONSTANT
    if kind is tuple:
        one, other = constant(node[0]), constant(node[1])
        return NOT_CONSTANT if one is NOT_CONSTANT or other is NOT_CONSTANT else (one, other)
    if kind is list:
        items = []
        for item in node:
            known = constant(item)
            if known is NOT_CONSTANT:
                return NOT_CONSTANT
            items.append(known)
        return List(items)
    if kind is Charlist:
        return List(node)
    return node


def is_name(node: Any, name: str) -> bool:
    """Whether `node` is the bare name, for example `_`."""
    return type(node) is Node and node.args is None and node.head == name


def keywords(node: Any) -> dict[str, Any] | None:
    """Return a literal keyword list as a dict, or None for anything else."""
    if type(node) is not list:
        return None
    found: dict[str, Any] = {}
    for item in node:
        if type(item) is not tuple or not is_atom(item[0]):
            return None
        name = item[0].name if type(item[0]) is Atom else repr(item[0])
        found[name] = item[1]
    return found
