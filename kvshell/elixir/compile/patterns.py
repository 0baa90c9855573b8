"""Patterns: conditions on a path, and the names they bind.

`{:ok, [h | _]}` matched against `s` becomes

    s.__class__ is tuple and len(s) == 2 and s[0] is k1 and (t1 := s[1]).__class__ is List ...

and the name `h` refers to `t1.head`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kvshell.elixir.compile.writing.body import (
    EXPAND,
    NOT_CONSTANT,
    VALUES,
    FunctionBody,
    constant,
    is_name,
)
from kvshell.elixir.compile.writing.source import is_atom
from kvshell.elixir.syntax.hygiene import spelled
from kvshell.elixir.syntax.nodes import Charlist, Node
from kvshell.elixir.syntax.text import text_of
from kvshell.terms import ArgumentError, Atom, alias, inspect
from kvshell.terms.list import List

if TYPE_CHECKING:
    from collections.abc import Callable

RANGE = alias("Range")
STRUCT = Atom("__struct__")


class PatternMatch:
    """The conditions and the variables of a pattern, written as Python code."""

    def __init__(self, body: FunctionBody) -> None:
        self.body = body
        self.tests: list[str] = []
        self.binds: dict[str, tuple[str, int]] = {}  # name: path and line
        self.used: set[str] = set()  # used by the pattern itself, as the size of another segment

    @property
    def condition(self) -> str:
        """Return the Python condition; empty if the pattern always matches."""
        return " and ".join(self.tests)

    def add(self, pattern: Any, path: str) -> None:  # one case for each kind
        """Add the conditions and variables of `pattern` at `path`, which may be evaluated twice."""
        kind = type(pattern)
        if kind is Node:
            self._node(pattern, path)
            return
        if kind is tuple:
            self._items(pattern, path, self._opened(path, "tuple"))
            return
        if kind is list and not isinstance(pattern, Charlist):
            self._list(pattern, path)
            return
        self._literal(constant(pattern), path)

    def _literal(self, value: Any, path: str) -> None:
        text = self.body.unit.constant(value)
        kind = type(value)
        if is_atom(value):
            self.tests.append(f"{path} is {text}")
        elif kind is str:
            self.tests.append(f"{path} == {text}")
        elif kind is int:
            self.tests.append(f"{path} == {text} and {path}.__class__ is int")
        elif kind is List and not value.items:
            self.tests.append(f"{path}.__class__ is _List and not {path}.size")
        else:
            self.tests.append(f"_same({path}, {text})")

    def _opened(self, path: str, kind: str) -> str:
        """Add a test of the class of the value at `path`; return a name for the value."""
        if path.isidentifier():
            self.tests.append(f"{path}.__class__ is {kind}")
            return path
        name = self.body.writer.temp()
        self.tests.append(f"({name} := {path}).__class__ is {kind}")
        return name

    def _named(self, path: str) -> str:
        if path.isidentifier():
            return path
        name = self.body.writer.temp()
        self.tests.append(f"(({name} := {path}) is {name})")
        return name

    def _items(self, items: Any, path: str, name: str) -> None:
        del path
        self.tests.append(f"len({name}) == {len(items)}")
        for index, item in enumerate(items):
            self.add(item, f"{name}[{index}]")

    def _list(self, pattern: list[Any], path: str) -> None:
        known = constant(pattern)
        if known is not NOT_CONSTANT and not pattern:
            self._literal(known, path)
            return
        name = self._opened(path, "_List")
        last = pattern[-1]
        if type(last) is Node and last.head == "|" and last.args is not None:
            heads = [*pattern[:-1], last.args[0]]
            for item in heads[:-1]:
                self.tests.append(f"{name}.size")
                self.add(item, f"{name}.head")
                name = self._opened(f"{name}.tail", "_List")
            self.tests.append(f"{name}.size")
            self.add(heads[-1], f"{name}.head")
            tail = last.args[1]
            if not is_name(tail, "_"):
                self.add(tail, self._named(f"{name}.tail"))
            return
        self.tests.append(f"{name}.size == {len(pattern)} and {name}.last is _PROPER")
        if all(is_name(item, "_") for item in pattern):
            return
        if len(pattern) == 1:
            self.add(pattern[0], f"{name}.items[0]")
            return
        items = self._named(f"{name}.items")
        for index, item in enumerate(pattern):
            self.add(item, f"{items}[{index}]")

    def _node(self, node: Node, path: str) -> None:
        head = node.head
        if self.body.env.modules.macro_names and EXPAND[0](self.body, node):
            return self._node(node, path)
        if node.args is None:
            assert type(head) is str
            self._variable(node, head, path)
            return None
        form = (_FORMS.get(head) or PATTERNS.get(head)) if type(head) is str else None
        if form is None and type(head) is str and head.startswith("sigil_"):
            form = PatternMatch.sigil
        if form is not None:
            form(self, node, path)
            return None
        self.body.at(node)
        raise misplaced(self.body, node)

    def _variable(self, node: Node, name: str, path: str) -> None:
        if name == "_":
            return
        if name in {"__MODULE__", "__DIR__", "__ENV__", "__CALLER__"}:
            self._literal(self.body.env.module if name == "__MODULE__" else None, path)
            return
        known = self.binds.get(name)
        if known is not None:
            self.tests.append(f"_same({known[0]}, {path})")
            self.used.add(name)
            return
        self.binds[name] = (path, node.line)

    # -- by head -------------------------------------------------------------------------------

    def equal(self, node: Node, path: str) -> None:
        """Add `pattern = pattern`: both must match."""
        assert node.args is not None
        name = self._named(path)
        for side in node.args:
            self.add(side, name)

    def pin(self, node: Node, path: str) -> None:
        """Add `^x`, which matches only the current value of `x`."""
        assert node.args is not None
        inner = node.args[0]
        if type(inner) is not Node or inner.args is not None:
            raise self.body.error(
                node,
                "invalid argument for unary operator ^, expected an existing variable, got: "
                f"^{unparse(inner)}",
            )
        assert type(inner.head) is str
        found = self.body.scope.get(inner.head)
        if found is None:
            raise self.body.error(node, unpinned(inner.head))
        text = self.body.writer.read(found)
        self.tests.append(f"({path} is {text} or _same({path}, {text}))")

    def tuple_(self, node: Node, path: str) -> None:
        """Add a tuple that is not a pair."""
        self._items(node.args, path, self._opened(path, "tuple"))

    def map_(self, node: Node, path: str) -> None:
        """Add `%{key => pattern}`: part of a map."""
        name = self._opened(path, "_Map")
        self._pairs(node, name)

    def _pairs(self, node: Node, name: str) -> None:
        for pair in node.args or ():
            if type(pair) is not tuple:
                raise self.body.error(node, f"cannot pattern match on map update: {unparse(pair)}")
            key, value = pair
            text = self._map_key(node, key)
            if is_name(value, "_"):
                self.tests.append(f"{text} in {name}")
                continue
            item = self.body.writer.temp()
            self.tests.append(f"({item} := {name}.get({text}, _MISSING)) is not _MISSING")
            self.add(value, item)

    def _map_key(self, node: Node, key: Any) -> str:
        known = constant(key)
        if known is not NOT_CONSTANT:
            return self.body.unit.constant(known)
        if type(key) is Node:
            if key.args is None and key.head != "__MODULE__":
                raise self.body.error(
                    node,
                    f"cannot use variable {spelled(str(key.head))} as map key inside a pattern. "
                    "Map keys in patterns can only be literals (such as atoms, strings, tuples, and"
                    " the like) or an existing variable matched with the pin operator (such as "
                    "^some_var)",
                )
            if key.head == "^" and key.args and type(key.args[0]) is Node:
                found = self.body.scope.get(str(key.args[0].head))
                if found is None:
                    raise self.body.error(node, unpinned(key.args[0].head))
                return self.body.writer.read(found)
            return self.body.value(key)
        return self.body.value(key)

    def struct(self, node: Node, path: str) -> None:
        """Add `%Name{...}`, `%name{}` and `%_{}`."""
        assert node.args is not None
        name_node, map_node = node.args
        name = self._opened(path, "_Map")
        if type(name_node) is Node and name_node.args is None and name_node.head != "__MODULE__":
            item = self.body.writer.temp()
            self.tests.append(f"_is_atom({item} := {name}.get(k__struct, _MISSING))")
            self.add(name_node, item)
        elif type(name_node) is Node and name_node.head == "^":
            item = self.body.writer.temp()
            self.tests.append(f"({item} := {name}.get(k__struct, _MISSING)) is not _MISSING")
            self.add(name_node, item)
        else:
            module = VALUES["module name"](self.body, name_node)
            fields = STRUCT_FIELDS[0](self.body, name_node, node)
            for pair in map_node.args or ():
                if type(pair) is tuple and fields is not None and pair[0] not in fields:
                    raise UNKNOWN_KEY[0](self.body, node, name_node, pair[0])
            self.tests.append(f"{name}.get(k__struct) is {module}")
        self._pairs(map_node, name)

    def range_(self, node: Node, path: str) -> None:
        """Add `first..last` and `first..last//step`."""
        assert node.args is not None
        name = self._opened(path, "_Map")
        self.tests.append(f"{name}.get(k__struct) is k__range")
        for key, part in zip(("first", "last", "step"), node.args, strict=False):
            item = self.body.writer.temp()
            text = self.body.unit.constant(Atom(key))
            self.tests.append(f"(({item} := {name}.get({text})) is {item})")
            self.add(part, item)

    def concat(self, node: Node, path: str) -> None:
        """Add `"literal" <> rest`."""
        assert node.args is not None
        left, right = node.args
        if type(left) is Node and left.head == "<>":
            left_parts = _flat_concat(left)
            left = "".join(part for part in left_parts if type(part) is str)
        if type(left) is not str:
            raise ArgumentError(
                "the left argument of <> operator inside a match should always be a literal binary "
                f"because its size can't be verified. Got: {unparse(left)}"
            )
        name = self._named(path)
        item = self.body.writer.temp()
        text = self.body.unit.constant(left)
        self.tests.append(f"({item} := _after_prefix({name}, {text})) is not _MISSING")
        self.add(right, item)

    def list_append(self, node: Node, path: str) -> None:
        """Add `[1, 2] ++ rest`."""
        assert node.args is not None
        left, right = node.args
        if type(left) is not list:
            raise misplaced(self.body, node)
        self.add([*left[:-1], Node("|", [left[-1], right], node.line)] if left else right, path)

    def aliases(self, node: Node, path: str) -> None:
        """Add a module's name."""
        self.tests.append(f"{path} is {VALUES['module name'](self.body, node)}")

    def attribute(self, node: Node, path: str) -> None:
        """Add `@name`, and anything whose value is known at compile time."""
        name = self._named(path)
        self.tests.append(f"_same({name}, {self.body.value(node)})")

    def negative(self, node: Node, path: str) -> None:
        """Add `-1`."""
        assert node.args is not None
        number = node.args[0]
        if type(number) in {int, float}:
            self._literal(-number if node.head == "-" else number, path)
        else:
            raise misplaced(self.body, node)

    def sigil(self, node: Node, path: str) -> None:
        """Add a sigil without interpolation: `~w(a b)`, `~D[2024-01-31]`."""
        text = (node.args or [None])[0]
        if type(text) is not Node or [type(part) for part in text.args or [""]] != [str]:
            raise misplaced(self.body, node)
        self.attribute(node, path)

    def block(self, node: Node, path: str) -> None:
        """Add a pattern in parentheses."""
        assert node.args is not None
        if len(node.args) != 1:
            raise misplaced(self.body, node)
        self.add(node.args[0], path)


def _flat_concat(node: Any) -> list[Any]:
    if type(node) is Node and node.head == "<>" and node.args:
        return [*_flat_concat(node.args[0]), *_flat_concat(node.args[1])]
    return [node]


def bind(match: PatternMatch, *, clause: bool = False) -> None:
    """Declare the variables of a pattern in scope, writing assignments where needed."""
    body = match.body
    for name, (path, line) in match.binds.items():
        known = clause and name in body.scope
        if path.isidentifier():
            made = body.writer.declare(body.scope, name, line, path)
        else:
            made = body.writer.declare(body.scope, name, line)
            body.writer.emit(f"{made.python} = {path}")
        made.used = made.used or name in match.used
        made.shadows = known


def unpinned(name: Any) -> str:
    """Return the message about a pinned variable that has no value."""
    return (
        f'undefined variable ^{spelled(name)}. No variable "{spelled(name)}" has been defined '
        "before the current pattern"
    )


def misplaced(body: FunctionBody, node: Node) -> Exception:
    """Return the error about an expression that is not a pattern."""
    return NO_PATTERN[0](body, node)


def unparse(node: Any) -> str:
    """Return a node as Elixir source."""
    if type(node) is Atom or node is None:
        return inspect(node)
    return text_of(_with_attributes(node))


def _with_attributes(node: Any) -> Any:
    """Return a node with `@name` restored where an attribute's value was inserted."""
    if type(node) is Node:
        if node.head == "known term":
            name = node.get("name")
            if name is None:  # an unquote
                return Node("__aliases__", [Atom(inspect(constant(node), width=None))], node.line)
            return Node("@", [Node(name, None, node.line)], node.line)
        head = _with_attributes(node.head) if type(node.head) is Node else node.head
        args = None if node.args is None else [_with_attributes(each) for each in node.args]
        if args is None:
            head = spelled(str(head))
        return Node(head, args, node.line, node.column, node.meta)
    if type(node) is list or type(node) is tuple:
        return type(node)(_with_attributes(each) for each in node)
    return node


# The patterns of forms that other files register, such as binaries.
PATTERNS: dict[str, Callable[[PatternMatch, Node, str], None]] = {}
STRUCT_FIELDS: list[Callable[[FunctionBody, Any, Node], Any]] = []
UNKNOWN_KEY: list[Callable[[FunctionBody, Node, Any, Any], Exception]] = []
NO_PATTERN: list[Callable[[FunctionBody, Node], Exception]] = []

_FORMS: dict[str, Callable[[PatternMatch, Node, str], None]] = {
    "=": PatternMatch.equal,
    "^": PatternMatch.pin,
    "{}": PatternMatch.tuple_,
    "%{}": PatternMatch.map_,
    "%": PatternMatch.struct,
    "..": PatternMatch.range_,
    "..//": PatternMatch.range_,
    "<>": PatternMatch.concat,
    "++": PatternMatch.list_append,
    "__aliases__": PatternMatch.aliases,
    "@": PatternMatch.attribute,
    "-": PatternMatch.negative,
    "+": PatternMatch.negative,
    "__block__": PatternMatch.block,
}
