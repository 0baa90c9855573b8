"""inspect(): a term as iex 1.14 prints it.

Differences, all on purpose: maps print in term order at any size (the BEAM gives up order above 32
keys); a few more characters are escaped (escape.py). Nesting stops at `...` as in Elixir, because
what is left of `limit` goes down with each level; without a limit it stops at MAX_NESTING.
"""

from collections.abc import Callable, Iterable
from typing import Any

from kvshell.terms.algebra import Doc, Group, flat, layout, simple
from kvshell.terms.atom import A, Atom
from kvshell.terms.edge import MAX_NESTING
from kvshell.terms.escape import PLAIN, printable, quoted, shown
from kvshell.terms.function import Capture, Function
from kvshell.terms.list import List
from kvshell.terms.map import Map
from kvshell.terms.number import float_text, integer_text
from kvshell.terms.opaque import Opaque
from kvshell.terms.pid import Pid
from kvshell.terms.ref import Ref
from kvshell.terms.shown import print_with
from kvshell.terms.spelling import as_key, is_alias, literal

PRINTABLE_LIMIT = 4096
_PRINTABLE_ASCII = frozenset((*range(7, 14), 27, *range(32, 127)))
_HIDDEN = (A.__struct__, A.__exception__)
_NO_LIMIT = 1 << 60

# The order of a struct's fields is the order of its definition, not term order.
_FIELDS: dict[str, tuple[str, ...]] = {
    "Elixir.KeyError": ("key", "term", "message"),
    "Elixir.FunctionClauseError": ("module", "function", "arity", "kind", "args", "clauses"),
    "Elixir.UndefinedFunctionError": ("module", "function", "arity", "reason", "message"),
    "Elixir.BadArityError": ("function", "args"),
}


def inspect(term: Any, *, width: int | None = 80, limit: int | None = 50) -> str:
    """Return `term` as iex prints it.

    Lines longer than `width` are broken (None: never, as in error texts); `limit` is the number of
    items shown (None: all).
    """
    text = _TEXTS.get(type(term))
    if text is not None:
        return text(term)
    doc = _doc(term, _NO_LIMIT if limit is None else limit, 0)
    if type(doc) is str:
        return doc
    line = flat(doc)
    if width is None or len(line.encode("utf-8", "surrogatepass")) <= width:
        return line
    return layout(doc, width)


def _doc(term: Any, limit: int, depth: int) -> Doc:
    text = _TEXTS.get(type(term))
    if text is not None:
        return text(term)
    container = _CONTAINERS.get(type(term))
    if container is None:
        return shown(repr(term))  # not a term: only a bug brings it here, and it must be seen
    if depth >= MAX_NESTING:
        return "..."
    return container(term, limit, depth)


def _each(
    items: Iterable[Any], limit: int, depth: int, make: Callable[[Any, int, int], Doc]
) -> list[Doc]:
    docs: list[Doc] = []
    for item in items:
        if limit <= 0:
            docs.append("...")
            break
        limit -= 1
        docs.append(make(item, limit, depth + 1))
    return docs


def _tuple(term: tuple[Any, ...], limit: int, depth: int) -> Doc:
    return Group("{", _each(term, limit, depth, _doc), "}", flex=True) if term else "{}"


def _list(term: List, limit: int, depth: int) -> Doc:
    items = term.items
    if not items:
        return "[]"
    if not term.proper:
        docs = _each(items, limit, depth, _doc)
        bar = len(items) <= limit
        if bar:
            docs.append(_doc(term.last, limit - len(items), depth + 1))
        return Group("[", docs, "]", flex=all(map(simple, docs)), bar=bar)
    shown_limit = PRINTABLE_LIMIT if limit < _NO_LIMIT // 2 else len(items)
    if _charlist(items[:shown_limit]):
        more = " ++ ..." if len(items) > shown_limit else ""
        return quoted("".join(map(chr, items[:shown_limit])), "'") + more
    if all(map(_keyword, items)):
        return Group("[", _each(items, limit, depth, _pair), "]", flex=False)
    docs = _each(items, limit, depth, _doc)
    return Group("[", docs, "]", flex=all(map(simple, docs)))


def _charlist(items: tuple[Any, ...]) -> bool:
    return all(type(item) is int and item in _PRINTABLE_ASCII for item in items)


def _keyword(item: Any) -> bool:
    return type(item) is tuple and len(item) == 2 and _key_name(item[0]) is not None


def _key_name(key: Any) -> str | None:
    if type(key) is Atom:
        return None if key.name.startswith("Elixir.") else key.name
    if key is None:
        return "nil"
    if type(key) is bool:
        return "true" if key else "false"
    return None


def _pair(item: tuple[Any, Any], limit: int, depth: int) -> Doc:
    name = as_key(_key_name(item[0]) or "") + " "
    value = _doc(item[1], limit, depth)
    return name + value if type(value) is str else (name, value)


def _assoc(item: tuple[Any, Any], limit: int, depth: int) -> Doc:
    name, value = _doc(item[0], limit, depth), _doc(item[1], limit, depth)
    if type(name) is str and type(value) is str:
        return f"{name} => {value}"
    return (name, " => ", value)


def _map(term: Map, limit: int, depth: int) -> Doc:
    pairs = term.items()
    left = "%{"
    module = term.get(A.__struct__)
    keyword = all(map(_keyword, pairs))
    if keyword and type(module) is Atom and is_alias(module.name):
        left = f"%{literal(module)}{{"
        pairs = [pair for pair in pairs if pair[0] not in _HIDDEN]
        fields = _FIELDS.get(module.name)
        if fields and {name.name for name, _ in pairs} == set(fields):
            pairs = [(Atom(name), term.get(Atom(name))) for name in fields]
    if not pairs:
        return left + "}"
    make = _pair if keyword else _assoc
    return Group(left, _each(pairs, limit, depth, make), "}", flex=False)


def _binary(term: str | bytes, limit: int, depth: int) -> Doc:  # noqa: ARG001  # a container
    if isinstance(term, str) and len(term) <= PRINTABLE_LIMIT and PLAIN.fullmatch(term):
        return f'"{term}"'
    text = term if isinstance(term, str) else term.decode("utf-8", "surrogateescape")
    more = ""
    if limit < _NO_LIMIT // 2 and len(text) > PRINTABLE_LIMIT:
        text, more = text[:PRINTABLE_LIMIT], " <> ..."
    if printable(text):
        return quoted(text) + more
    raw = term.encode("utf-8", "surrogatepass") if isinstance(term, str) else term
    octets: list[Doc] = [str(octet) for octet in raw[:limit]]
    if len(raw) > limit:
        octets.append("...")
    return Group("<<", octets, ">>", flex=True, indent=2)


def function_text(term: Function) -> str:
    """Return `#Function<1.16313657/1 in KV.Bucket.get/2>`, or `&KV.Bucket.get/2` of a named one."""
    return _capture(term.capture)


def _capture(capture: Capture) -> str:
    if capture.index < 0:
        return "&" + capture.module_function
    return f"#Function<{capture.index}.{capture.uniq}/{capture.arity} in {capture.module_function}>"


_TEXTS: dict[type, Callable[[Any], str]] = {
    Atom: literal,
    Pid: lambda term: f"#PID<0.{term.number}.0>",
    Ref: lambda term: term.text,
    int: integer_text,
    float: float_text,
    type(None): lambda _: "nil",
    bool: lambda term: "true" if term else "false",
    Function: function_text,
    Capture: _capture,
    Opaque: lambda term: shown(f"#Opaque<{type(term.value).__name__}>"),
}
_CONTAINERS: dict[type, Callable[[Any, int, int], Doc]] = {
    str: _binary,
    bytes: _binary,
    tuple: _tuple,
    List: _list,
    Map: _map,
}

print_with(inspect)
