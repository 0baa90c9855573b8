"""quote: expands to an expression that builds the quoted form of its block.

Parts without `unquote` become constants; for the rest, code builds tuples and lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.compile.patterns import unparse
from kvshell.elixir.compile.writing.body import NOT_CONSTANT, constant, keywords
from kvshell.elixir.macros.terms import BLOCK, CONTEXT, details, stays_block
from kvshell.elixir.macros.unquoting import dot, spliced
from kvshell.elixir.syntax import hygiene
from kvshell.elixir.syntax.nodes import Charlist, KnownTerm, Node
from kvshell.terms import A, ArgumentError, Atom, List, Term, alias, atom

if TYPE_CHECKING:
    from kvshell.elixir.compile.writing.body import FunctionBody
    from kvshell.elixir.compile.writing.environment import Environment

_KERNEL: Final = alias("Kernel")
_HELPERS: Final = alias("IEx.Helpers")
_ELIXIR: Final = Atom("Elixir")
_OPTIONS: Final = frozenset(
    {"context", "location", "line", "file", "generated", "unquote", "bind_quoted", "do"}
)
_DEFINITIONS: Final = frozenset({"def", "defp", "defmacro", "defmacrop", "@"})
_LEXICAL: Final = frozenset({"alias", "import", "require"})
_FORMS: Final = frozenset(
    {
        "%", "%{}", "{}", "<<>>", "=", "^", "&", ".", "::", "|", "->", "<-", "when", "fn", "case",
        "cond", "for", "with", "try", "receive", "super", "__block__", "__aliases__",
        "unquote", "unquote_splicing", "alias", "import", "require", "quote", "\\\\",
    }
)  # fmt: skip
_ALONE: Final = (
    "unquote_splicing only works inside arguments and block contexts, wrap it in parens if you want"
    " it to work with one-liners"
)


def quoted(body: FunctionBody, node: Node) -> Any:
    """Return the expression whose value is the quoted form of `quote ... do ... end`."""
    given = _given(body, node)
    names, block = given
    options = {key: value for key, value in names.items() if key != "do"}
    for name in options:
        if name not in _OPTIONS:
            raise body.error(node, f"unsupported option :{name} given to quote")
    bound = options.get("bind_quoted")
    pairs = None if bound is None else keywords(bound)
    if bound is not None and pairs is None:
        problem = "invalid :bind_quoted for quote, expected a keyword list of variable names, got: "
        raise body.error(node, problem + unparse(bound))
    unquotes = options.get("unquote", bound is None)
    quoter = Quoter(body.env, node, options, unquotes=unquotes is not False)
    made = quoter.single(block) if node.get("do") else quoter.code(block)
    if not pairs:
        return made
    line = known(List([(A.line, node.line)]))
    assignments = [
        quoter.triple(known(Atom("=")), known(List()), [
            quoter.triple(known(atom(name)), line, None), value
        ])
        for name, value in pairs.items()
    ]  # fmt: skip
    return quoter.triple(known(BLOCK), known(List()), [*assignments, made])


def _given(body: FunctionBody, node: Node) -> tuple[dict[str, Any], Any]:
    """Return the options of a quote and its block."""
    args = node.args or []
    names: dict[str, Any] | None = {}
    if len(args) == 2:
        names = keywords(args[0])
        if names is None:
            raise body.error(node, 'invalid options for "quote", expected a keyword list')
    last = keywords(args[-1]) if args and len(args) <= 2 else None
    if names is None or last is None:
        raise body.error(node, 'invalid arguments for "quote"')
    extra = names.get("do") if "do" in names else _second(args[-1])
    if extra is not None:  # Elixir counts it as an option, and checks options first
        body.value(extra)
        raise body.error(node, "unsupported option :do given to quote")
    names = {**names, **last}
    if "do" not in names:
        raise body.error(node, 'missing :do option in "quote"')
    return names, names["do"]


def _second(pairs: list[Any]) -> Any:
    """Return the second `do:` of a keyword list."""
    found = [value for key, value in pairs if key is A.do]
    return found[1] if len(found) > 1 else None


def known(term: Term) -> Node:
    """Return a node that stands for the term."""
    return Node("known term", [KnownTerm(term)])


class Quoter:
    """Builds the code that quotes the nodes of one block."""

    def __init__(
        self, env: Environment, node: Node, options: dict[str, Any], *, unquotes: bool
    ) -> None:
        self.env = env
        self.unquotes = unquotes
        context = options.get("context")
        own = _ELIXIR if env.module is None else env.module
        self.context = known(own) if context is None else context
        self.line = options.get("line")
        self.keeps_line = self.line is True
        self.common: list[tuple[Term, Any]] = []  # metadata of every node
        if options.get("location") is A.keep:
            self.common.append((A.keep, known((env.file, node.line))))
        elif self.line is not None and type(self.line) is not bool:
            self.common.append((A.line, self.line))
        if options.get("generated") is True:
            self.common.insert(0, (A.generated, known(True)))

    # -- nodes -----------------------------------------------------------------------------------

    def code(self, node: Any) -> Any:
        """Return the code that builds the quoted form of a node."""
        kind = type(node)
        if kind is Node:
            return self._node(node)
        if kind is list:
            return self._list(node)
        if kind is tuple:
            return self._pair(self.code(node[0]), self.code(node[1]))
        return known(List(node)) if kind is Charlist else known(node)

    def single(self, node: Any) -> Any:
        """Return the code for the only expression of a block; a negation keeps its `__block__`."""
        if stays_block(node):
            return self._call(known(BLOCK), known(List()), [node])
        return self.code(node)

    def _node(self, node: Node) -> Any:
        head, args = node.head, node.args
        if self.unquotes and args is not None and len(args) == 1:
            if head == "unquote":
                return args[0]
            if head == "unquote_splicing":
                raise ArgumentError(_ALONE)
        return self._bare(node)

    def _bare(self, node: Node) -> Any:
        head, args = node.head, node.args
        if head == "known term":
            return known((args or [None])[0].term)
        if args is None:
            return self._variable(node)
        if type(head) is Node:
            return self._remote(node, head, args)
        if head == "__aliases__":
            return self._alias(node, args)
        if head == "quote" and len(args) in {1, 2}:
            outer, self.unquotes = self.unquotes, False
            meta = self.meta(node, [(A.context, self.context)])
            made = self._call(known(A.quote), meta, args, node)
            self.unquotes = outer
            return made
        meta = self.meta(node, self._imports(node, str(head), len(args)))
        if head in _DEFINITIONS and args and type(args[0]) is Node:
            return self.triple(
                known(atom(str(head))), meta, [self._defined(args[0]), *map(self.code, args[1:])]
            )
        return self._call(known(atom(str(head))), meta, args, node)

    def _call(self, name: Any, meta: Any, args: list[Any], node: Node | None = None) -> Any:
        if node is not None and node.head == "->":
            return self.triple(name, meta, [self._list(args[0]), self.single(args[1])])
        if node is not None and node.get("do") and type(args[-1]) is list:
            sections = [
                self._pair(
                    known(key), self.code(block) if type(block) is list else self.single(block)
                )
                for key, block in args[-1]
            ]
            return self._made(name, meta, _listed([*map(self.code, args[:-1]), _listed(sections)]))
        return self._made(name, meta, self._list(args))

    def _variable(self, node: Node) -> Any:
        name, context, counter = hygiene.parts(str(node.head))
        if context is not None or node.get(CONTEXT) is not None:
            kept = [] if counter is None else [(A.counter, known(counter))]
            own = Atom(context) if context is not None else node.get(CONTEXT)
            return self._made(known(atom(name)), self.meta(node, kept), known(own))
        return self.triple(known(atom(name)), self.meta(node, self._imports(node, name, 0)), None)

    def _alias(self, node: Node, args: list[Any]) -> Any:
        first = args[0]
        if type(first) is Atom and first.name != "Elixir":
            found = self.env.aliases.get(first.name)
            whole = node.get("alias") or (
                False if found is None else self.env.expand_alias([part.name for part in args])
            )
            meta = self.meta(node, [(A.alias, known(whole))])
        else:
            meta = self.meta(node, [])
        return self._call(known(Atom("__aliases__")), meta, args)

    def _remote(self, node: Node, head: Node, args: list[Any]) -> Any:
        parts = head.args or []
        meta = self.meta(node, [])
        if self.unquotes:
            inner = head.head if type(head.head) is Node else None
            # `Foo.unquote(name)(args)`, and `Foo.unquote(name)`
            if inner is not None and _is_unquote(inner) and len(head.args or ()) == 1:
                left, right = (inner.args or [None])[0], parts[0]
                return self._dotted(meta, self.code(left), right, self._list(args))
            if _is_unquote(head) and len(args) == 1 and not node.get("no_parens"):
                return self._dotted(meta, self.code(parts[0]), args[0], known(None))
            if head.head == "unquote" and len(parts) == 1:
                return self._call(parts[0], meta, args, node)
        if head.head == ".":
            quoted_dot = self.triple(
                known(Atom(".")), self.meta(head, []), list(map(self.code, parts))
            )
            return self._call(quoted_dot, meta, args, node)
        return self._call(self.code(head), meta, args, node)

    def _dotted(self, meta: Any, left: Any, right: Any, args: Any) -> Node:
        return _called(dot, [meta, left, right, args, self.context])

    def _defined(self, head: Node) -> Any:
        """Return the code for the head of a definition; its metadata names the defining context."""
        if self.unquotes and head.head in {"unquote", "unquote_splicing"}:
            return self.code(head)
        context = (A.context, self.context)
        if self.unquotes and type(head.head) is Node and head.head.head == "unquote":
            name = (head.head.args or [None])[0]
            return self._call(name, self.meta(head, [context]), head.args or [], head)
        if type(head.head) is not str:
            return self.code(head)
        name, arity = hygiene.spelled(head.head), len(head.args or ())
        imports = [pair for pair in self._imports(head, name, arity) if pair[0] is not A.context]
        meta = self.meta(head, [context, *imports])
        if head.args is None:
            return self._made(known(atom(name)), meta, self.context)
        return self._call(known(atom(name)), meta, head.args, head)

    # -- metadata --------------------------------------------------------------------------------

    def meta(self, node: Node, more: list[tuple[Term, Any]]) -> Any:
        """Return the code that builds the metadata of a node, with `more` entries."""
        pairs: list[tuple[Term, Any]] = [(key, known(value)) for key, value in details(node)]
        if self.keeps_line and node.line:
            pairs.append((A.line, known(node.line)))
        if node.get("ambiguous_op"):
            pairs = [(k, self.context if k is A.ambiguous_op else value) for k, value in pairs]
        return _listed(
            [self._pair(known(key), value) for key, value in [*self.common, *pairs, *more]]
        )

    def _imports(self, node: Node, name: str, arity: int) -> list[tuple[Term, Any]]:
        """Return the metadata that records where a called name is imported from."""
        if name in _LEXICAL:
            return [(A.context, self.context)]
        if name == "&" and arity == 1:
            found = self._captured(node)
            imports = (A.imports, known(List([found])))
            return [] if found is None else [imports, (A.context, self.context)]
        if name in _FORMS:
            return []
        imported = imports_of(self.env, name)
        if not imported:
            return []
        return [(A.context, self.context), (A.imports, known(List(imported)))]

    def _captured(self, node: Node) -> tuple[int, Atom] | None:
        inner = (node.args or [None])[0]
        if type(inner) is not Node or inner.head != "/" or len(inner.args or ()) != 2:
            return None
        target, arity = inner.args or [None, None]
        if type(target) is not Node or target.args is not None or type(arity) is not int:
            return None
        return next((e for e in imports_of(self.env, str(target.head)) if e[0] == arity), None)

    # -- making terms ----------------------------------------------------------------------------

    def _pair(self, left: Any, right: Any) -> Any:
        one, two = constant(left), constant(right)
        if one is NOT_CONSTANT or two is NOT_CONSTANT:
            return (left, right)
        return known((one, two))

    def triple(self, name: Any, meta: Any, args: list[Any] | None) -> Any:
        """Return the code of a call's triple, or of a variable's if `args` is None."""
        return self._made(name, meta, self.context if args is None else _listed(args))

    def _made(self, name: Any, meta: Any, args: Any) -> Any:
        parts = [name, meta, args]
        terms = [constant(part) for part in parts]
        if any(term is NOT_CONSTANT for term in terms):
            return Node("{}", parts)
        return known(tuple(terms))

    def _list(self, items: list[Any]) -> Any:
        if not self.unquotes or not any(_splices(item) for item in items):
            return _listed([self.code(item) for item in items])
        made: Any = None
        pending: list[Any] = []
        for item in reversed(items):
            if not _splices(item):
                pending.insert(0, self.code(item))
                continue
            if made is None:
                tail: Any = _listed(pending)
            else:
                tail = [*pending[:-1], Node("|", [pending[-1], made])] if pending else made
            made = _called(spliced, [(item.args or [None])[0], tail])
            pending = []
        if pending:
            made = [*pending[:-1], Node("|", [pending[-1], made])]
        return made


def _listed(items: list[Any]) -> Any:
    terms = [constant(item) for item in items]
    return items if any(term is NOT_CONSTANT for term in terms) else known(List(terms))


def _splices(node: Any) -> bool:
    return type(node) is Node and node.head == "unquote_splicing" and len(node.args or ()) == 1


def _is_unquote(node: Any) -> bool:
    """Whether a node is the `Foo.unquote` of `Foo.unquote(name)`."""
    return (
        type(node) is Node
        and node.head == "."
        and len(node.args or ()) == 2
        and (node.args or [None, None])[1] is A.unquote
    )


def _called(function: Any, args: list[Any]) -> Node:
    return Node("known call", [KnownTerm(function), *args])


def imports_of(env: Environment, name: str) -> list[tuple[int, Atom]]:
    """Return the arities of the imported functions and macros called `name`, with their modules."""
    found: dict[int, Atom] = dict.fromkeys(_arities(env, _KERNEL).get(name, ()), _KERNEL)
    for (each, arity), module in env.imports.items():
        if each == name:
            found[arity] = module
    return sorted(found.items())


def _arities(env: Environment, module: Atom) -> dict[str, list[int]]:
    known_ = _KNOWN.get(module)
    if known_ is None:
        known_ = _KNOWN[module] = {}
        for name, arity in env.modules.known(module):
            known_.setdefault(name, []).append(arity)
    return known_


_KNOWN: dict[Atom, dict[str, list[int]]] = {}  # of library modules, which do not change
