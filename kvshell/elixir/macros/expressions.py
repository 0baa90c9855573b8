"""Converts quoted expressions, which are terms, to nodes: to compile them or write them as text."""

from __future__ import annotations

from typing import Any, Final

from kvshell.elixir.macros.terms import CONTEXT, KEPT
from kvshell.elixir.running.errors import compile_error, system_limit
from kvshell.elixir.syntax import hygiene
from kvshell.elixir.syntax.nodes import KnownTerm, Node
from kvshell.terms import A, Atom, Function, List, Pid, Ref, Term, alias, inspect
from kvshell.terms.list import PROPER

MOST_NODES: Final = 100_000  # in the quoted code of one input
IMPORTS: Final = "imports"  # entry of a node's meta: the modules that its name is imported from
_NAMING: Final = frozenset({"def", "defp", "defmacro", "defmacrop", "@", "&"})
_KERNEL: Final = alias("Kernel")
_LITERALS: Final = frozenset({Atom, int, float, str, bytes, bool, type(None)})
_VALUES: Final = frozenset({Pid, Ref, Function})
_OWN: Final = ("known ", "unknown ", "module ", "name ")  # names of the compiler's own forms
_INVALID: Final = (
    "invalid quoted expression: {}\n\nPlease make sure your quoted expressions are made of valid "
    "AST nodes. If you would like to introduce a value into the AST, such as a four-element tuple "
    "or a map, make sure to call Macro.escape/1 before"
)


class QuotedReader:
    """Converts quoted expressions to nodes.

    `line` is the line of nodes whose metadata has none. With `receiver`, a module, and `counter`,
    variables of that context are those of one expansion of one of the module's macros.
    """

    def __init__(
        self,
        file: str = "nofile",
        line: int = 0,
        receiver: Atom | None = None,
        counter: int | None = None,
    ) -> None:
        self.file = file
        self.line = line
        self.receiver = receiver
        self.counter = counter
        self.size = 0  # nodes read so far
        self.most = MOST_NODES

    def node(self, term: Term) -> Any:
        """Return the node of a quoted expression.

        Raises:
            ElixirError: a CompileError if `term` is not a quoted expression.
        """
        self.size += 1
        if self.size > self.most:
            raise system_limit(f"more than {MOST_NODES:,} parts of quoted code in one input")
        kind = type(term)
        if kind in _LITERALS:
            return term
        if kind is tuple:
            if len(term) == 2:
                return (self.node(term[0]), self.node(term[1]))
            if len(term) == 3:
                return self._triple(term)
        elif kind is List and term.last is PROPER:
            return [self.node(item) for item in term.items]
        elif kind in _VALUES:
            return Node("known term", [KnownTerm(term)], self.line)
        return self.invalid(term)

    def invalid(self, term: Term) -> Any:
        """Raise for a term that is not a quoted expression; subclasses may return a node."""
        text = _INVALID.format(inspect(term))
        raise compile_error(self.file, None, text)  # type: ignore[arg-type]  # without a line

    def _triple(self, term: Any) -> Any:
        head, meta, args = term
        name = _name(head)
        if type(meta) is not List or (name is None and type(head) is not tuple):
            return self.invalid(term)
        if name is not None and (hygiene.SEPARATOR in name or name.startswith(_OWN)):
            return self.invalid(term)
        if type(args) is not List:
            if name is None or type(args) not in {Atom, type(None), bool}:
                return self.invalid(term)
            if type(args) is Atom and hygiene.SEPARATOR in args.name:
                return self.invalid(term)
            return self._variable(name, meta, args)
        if args.last is not PROPER:
            return self.invalid(term)
        line = _entry(meta, A.line)
        made = Node(
            self.node(head) if name is None else name,
            [self.node(item) for item in args.items],
            line if type(line) is int else self.line,
        )
        if meta.size:
            self._details(made, meta, len(args.items))
        if name in _NAMING:
            _named(made)
        if name == "<<>>" and is_interpolated(made):
            made.put("delimiter", '"')
        elif name is None and _is_charlist(made):
            made.put("delimiter", "'")
        return made

    def _variable(self, name: str, meta: List, context: Any) -> Node:
        line = _entry(meta, A.line)
        spelled = name
        if type(context) is Atom:
            counter = _entry(meta, A.counter)
            if type(counter) is not int:
                counter = self.counter if context is self.receiver else None
            spelled = hygiene.hygienic(name, context.name, counter)
        made = Node(spelled, None, line if type(line) is int else self.line)
        if meta.size:
            made.put(KEPT, _countered(meta, self.counter, wanted=context is self.receiver))
        if spelled == name and context is not None:
            made.put(CONTEXT, context)
        return made

    def _details(self, node: Node, meta: List, arity: int) -> None:
        """Keep the metadata of a call, so that a macro that receives the node sees it unchanged."""
        lexical = node.head in {"__aliases__", "alias", "import", "require"}
        node.put(KEPT, _countered(meta, self.counter, wanted=lexical))
        imports = _entry(meta, A.imports)
        if type(imports) is List and _entry(meta, A.context) is not None:
            for each in imports.items:
                if type(each) is tuple and len(each) == 2 and each[0] == arity:
                    node.put(IMPORTS, each[1])
        if _entry(meta, A.no_parens) is True:
            node.put("no_parens", value=True)
        delimiter = _entry(meta, A.delimiter)
        if type(delimiter) is str:
            node.put("delimiter", delimiter)
        known = _entry(meta, A.alias)
        if node.head == "__aliases__" and type(known) is Atom:
            node.put("alias", known)


class LenientReader(QuotedReader):
    """Converts any term, to write it as source; a term that is not quoted code stays a value."""

    def __init__(self) -> None:
        super().__init__()

    def invalid(self, term: Term) -> Any:
        """Return a node whose source is the inspected value."""
        return Node(inspect(term, width=None, limit=None), None)

    def _variable(self, name: str, meta: List, context: Any) -> Node:
        del meta, context
        return Node(name, None)


def _named(node: Node) -> None:
    """Undo the renaming of a name that is defined, read or captured: it is not a variable."""
    inner = (node.args or [None])[0]
    while type(inner) is Node and inner.head in {"when", "/"} and inner.args:
        inner = inner.args[0]
    if type(inner) is Node and inner.args is None:
        inner.head = hygiene.spelled(str(inner.head))


def _name(head: Term) -> str | None:
    if type(head) is Atom:
        return head.name
    if head is None or type(head) is bool:
        return {None: "nil", True: "true", False: "false"}[head]
    return None


def _entry(meta: List, key: Atom) -> Term:
    for item in meta.items:
        if type(item) is tuple and len(item) == 2 and item[0] is key:
            return item[1]
    return None


def _countered(meta: List, counter: int | None, *, wanted: bool) -> List:
    """Return the metadata with the expansion's counter if it is `wanted` and not there yet."""
    if counter is None or not wanted or _entry(meta, A.counter) is not None:
        return meta
    return List([(A.counter, counter), *meta.items])


def is_interpolated(node: Node) -> bool:
    """Whether the parts of a binary are those of a string with interpolation."""
    parts = node.args or []
    return any(type(part) is Node for part in parts) and all(
        type(part) is str or is_interpolation(part) for part in parts
    )


def is_interpolation(part: Any) -> bool:
    """Whether a segment is `#{value}`: `Kernel.to_string(value) :: binary`."""
    if type(part) is not Node or part.head != "::" or len(part.args or ()) != 2:
        return False
    value, kind = part.args or [None, None]
    named = type(kind) is Node and kind.args is None
    return named and hygiene.spelled(str(kind.head)) == "binary" and _is_text(value)


def _is_text(node: Any) -> bool:
    if type(node) is not Node or type(node.head) is not Node or len(node.args or ()) != 1:
        return False
    dot = node.head
    return dot.head == "." and dot.args is not None and dot.args == [_KERNEL, A.to_string]


def _is_charlist(node: Node) -> bool:
    dot = node.head
    if type(dot) is not Node or dot.args != [_LIST, A.to_charlist] or len(node.args or ()) != 1:
        return False
    parts = (node.args or [None])[0]
    return (
        type(parts) is list
        and bool(parts)
        and all(type(part) is str or _is_text(part) for part in parts)
    )


_LIST: Final = alias("List")
