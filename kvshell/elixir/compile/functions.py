"""The functions of a module: clauses, defaults, tail calls within groups, recursion limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.compile.branches import write_clauses
from kvshell.elixir.compile.closures import finish
from kvshell.elixir.compile.writing.body import CONTROLS, RETURN, FunctionBody, is_name, keywords
from kvshell.elixir.compile.writing.source import CompilationUnit, FunctionWriter, PythonLine
from kvshell.elixir.syntax.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kvshell.elixir.compile.writing.environment import Environment

Key = tuple[str, int]


class FunctionDefinition:
    """All clauses of one function; `kind` is the macro that defined it: def, defp, defmacro ..."""

    def __init__(
        self,
        kind: str,
        name: str,
        arity: int,
        line: int,
        env: Environment,
        clauses: list[Node] | None = None,
        made_of: Key | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.arity = arity
        self.line = line
        self.env = env
        self.clauses: list[Node] = [] if clauses is None else clauses
        # One for each argument of the header; NO_DEFAULT for an argument without a default.
        self.defaults: list[Any] | None = None
        self.header: list[Any] | None = None  # the arguments of `def f(a, b)` without a body
        self.doc: Any = None
        self.made_of = made_of  # set for a version with defaults filled in: the original function
        self.generated = False

    @property
    def key(self) -> Key:
        """Return name and arity."""
        return self.name, self.arity


NO_DEFAULT: Any = object()
_MACRO: Final = "MACRO-"


def macro_key(key: Key) -> Key:
    """Return name and arity of a macro's function, which takes the caller's environment first."""
    return f"{_MACRO}{key[0]}", key[1] + 1


def written_key(key: Key) -> Key:
    """Return name and arity as written in the source, also for the function of a macro."""
    name, arity = key
    return (name.removeprefix(_MACRO), arity - 1) if name.startswith(_MACRO) else key


def check_defaults(
    env: Environment,
    definitions: Iterable[FunctionDefinition],
    made: FunctionDefinition,
    node: Node,
    defaults: list[Any] | None,
) -> None:
    """Raise if defaults give a function the same name and arity as another function."""
    name, arity = written_key(made.key)
    for other in definitions:
        if other.name != made.name or other.key == made.key:
            continue
        count = written_key(other.key)[1]
        if other.defaults is not None:
            least = count - sum(each is not NO_DEFAULT for each in other.defaults)
            if least <= arity < count:
                text = f"{made.kind} {name}/{arity} conflicts with defaults from {name}/{count}"
                raise env.error(node.line, text)
        if defaults is not None:
            least = arity - sum(each is not NO_DEFAULT for each in defaults)
            if least <= count < arity:
                text = f"{made.kind} {name}/{arity} defaults conflicts with {name}/{count}"
                raise env.error(node.line, text)


def late_defaults(env: Environment, kind: str, key: Key, node: Node) -> None:
    """Warn about defaults that are not in the first head of a function."""
    name, arity = key
    env.warn(
        node.line,
        f"{kind} {name}/{arity} has multiple clauses and also declares default values. In such "
        "cases, the default values should be defined in a header. Instead of:\n\n    def foo("
        ":first_clause, b \\\\ :default) do ... end\n    def foo(:second_clause, b) do ... end"
        "\n\none should write:\n\n    def foo(a, b \\\\ :default)\n    def "
        "foo(:first_clause, b)"
        " do ... end\n    def foo(:second_clause, b) do ... end\n",
    )


def write_functions(unit: CompilationUnit, definitions: list[FunctionDefinition]) -> None:
    """Write all functions of a module to the unit."""
    for definition in definitions:
        unit.local[definition.key] = unit.fresh("d")
        if definition.kind in {"defp", "defmacrop"}:
            unit.private.add(definition.key)
    local = frozenset(unit.local)
    for definition in definitions:
        definition.env.local = local
    tails = {each.key: tail_calls(each) & local for each in definitions}
    calls = {each.key: all_calls(each) & local for each in definitions}
    groups = _groups(tails)
    recursive = cyclic(calls)
    for definition in definitions:
        _write(unit, definition, groups, definition.key in recursive)


def _write(
    unit: CompilationUnit,
    definition: FunctionDefinition,
    groups: dict[Key, frozenset[Key]],
    recursive: bool,
) -> None:
    key = definition.key
    writer = FunctionWriter(unit)
    writer.mark = definition.line
    writer.key = key
    name = unit.local[key]
    writer.params = [f"a{index}" for index in range(definition.arity)]
    env = definition.env
    env.function = key
    body = FunctionBody(unit, writer, env, {})
    body.group = {each: unit.local[each] for each in groups.get(key, frozenset()) if each != key}
    comma = "," if definition.arity == 1 else ""
    module = unit.constant(env.module)
    otherwise = (
        f"raise _function_clause({module}, {definition.name!r}, {definition.arity}, "
        f"({', '.join(writer.params)}{comma}), {unit.constant(definition)})"
    )
    shown_name = "/".join(map(str, written_key(key)))
    write_clauses(body, definition.clauses, writer.params, RETURN, otherwise, name=shown_name)
    if not definition.generated:
        env.warnings_of_scope(writer)
    if recursive and not writer.loops:
        mark = writer.lines[0].mark if writer.lines else definition.line
        writer.lines.insert(0, PythonLine(1, "if _due(): _tick()", mark))
    unit.names[name] = (env.module, definition.name, definition.arity)
    unit.names[f"{name}_body"] = unit.names[name]
    finish(writer, name, writer.params)


def default_versions(definition: FunctionDefinition) -> list[FunctionDefinition]:
    """Return the versions with fewer arguments that a header with defaults defines."""
    if definition.defaults is None:
        return []
    spots = [
        index for index, default in enumerate(definition.defaults) if default is not NO_DEFAULT
    ]
    made = []
    for given in range(len(spots)):
        filled = set(spots[given:])
        names = [Node(f"_arg{index}", None, definition.line) for index in range(definition.arity)]
        params = [names[index] for index in range(definition.arity) if index not in filled]
        args = [
            definition.defaults[index]
            if index in filled
            else Node(f"&d{index}", None, definition.line)
            for index in range(definition.arity)
        ]
        params = [
            Node(f"&d{index}", None, definition.line)
            for index in range(definition.arity)
            if index not in filled
        ]
        call = Node(definition.name, args, definition.line)
        clause = Node("->", [params, call], definition.line)
        made.append(
            FunctionDefinition(
                definition.kind,
                definition.name,
                len(params),
                definition.line,
                definition.env.child(),
                [clause],
                made_of=definition.key,
            )
        )
        made[-1].doc, made[-1].generated = definition.doc, True
    return made


# -- call graph --------------------------------------------------------------------------------


def tail_calls(definition: FunctionDefinition) -> set[Key]:
    """Return the local functions that a function calls in tail position."""
    found: set[Key] = set()
    for clause in definition.clauses:
        _tails((clause.args or [None, None])[1], found)
    found.discard(definition.key)
    return found


def _tails(node: Any, found: set[Key]) -> None:
    if type(node) is not Node or node.args is None or type(node.head) is not str:
        return
    head, args = node.head, node.args
    if head in {"__block__", "&&", "||", "and", "or"}:
        if args:
            _tails(args[-1], found)
    elif head == "|>" and len(args) == 2:
        right = args[1]
        if type(right) is Node and type(right.head) is str:
            found.add((right.head, len(right.args or ()) + 1))
    elif head in CONTROLS and head != "try" and args:
        blocks = keywords(args[-1]) or {}
        for name in ("do", "else", "after"):
            block = blocks.get(name)
            if type(block) is list:
                for clause in block:
                    if type(clause) is Node and clause.head == "->" and clause.args:
                        _tails(clause.args[1], found)
            else:
                _tails(block, found)
    else:
        found.add((head, len(args)))


def all_calls(definition: FunctionDefinition) -> set[Key]:
    """Return the local functions that a function calls or captures anywhere."""
    found: set[Key] = set()
    for node in _nodes(definition):
        if type(node.head) is Node:
            dot = node.head.args or []
            if len(dot) == 2 and is_name(dot[0], "__MODULE__"):
                found.add((str(getattr(dot[1], "name", dot[1])), len(node.args or ())))
        else:
            _add_named(node, found)
    return found


def unquoted_calls(definition: FunctionDefinition) -> set[Key]:
    """Return the names that a function calls or captures without a module, outside `quote`."""
    found: set[Key] = set()
    for node in _nodes(definition, past="quote"):
        _add_named(node, found)
    return found


def _nodes(definition: FunctionDefinition, past: str = "") -> Iterator[Node]:
    """Yield the nodes of a function's clauses, but those with the head `past` and their parts."""
    todo: list[Any] = list(definition.clauses)
    while todo:
        node = todo.pop()
        if type(node) is Node:
            if node.head != past:
                yield node
                todo += [node.head, *(node.args or ())]
        elif type(node) is list or type(node) is tuple:
            todo.extend(node)


def _add_named(node: Node, found: set[Key]) -> None:
    """Add what a node calls or captures by its name alone: `f(x)`, `x |> f`, `&f/1`."""
    if type(node.head) is not str or node.args is None:
        return
    found.add((node.head, len(node.args)))
    if len(node.args) == 2:
        left, right = node.args
        if node.head == "|>" and type(right) is Node and type(right.head) is str:
            found.add((right.head, len(right.args or ()) + 1))
        if node.head == "/" and type(right) is int and type(left) is Node and left.args is None:
            found.add((str(left.head), right))


def _reach(graph: dict[Key, set[Key]], start: Key) -> set[Key]:
    seen: set[Key] = set()
    todo = list(graph.get(start, ()))
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            todo.extend(graph.get(key, ()))
    return seen


def _groups(graph: dict[Key, set[Key]]) -> dict[Key, frozenset[Key]]:
    """Return, for each function, those connected to it by mutual tail calls."""
    edges = {key: calls for key, calls in graph.items() if calls}
    if not edges:
        return {}
    reach = {key: _reach(edges, key) for key in edges}
    return {
        key: frozenset(other for other in reach[key] if key in reach.get(other, ()))
        for key in edges
        if key in reach[key]
    }


def cyclic(graph: dict[Key, set[Key]]) -> set[Key]:
    """Return the functions of a call graph that may call themselves directly or indirectly."""
    return {key for key in graph if graph[key] and key in _reach(graph, key)}
