"""Prints terms as Elixir's `inspect` does."""

import math
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

from kvshell.terms.atom import A, Atom
from kvshell.terms.coerce import MAX_NESTING
from kvshell.terms.escape import PLAIN, printable, quoted, visible
from kvshell.terms.list import List
from kvshell.terms.map import Map
from kvshell.terms.printing.algebra import Doc, LayoutGroup, flat, layout, simple
from kvshell.terms.printing.spelling import as_key, is_alias, literal
from kvshell.terms.values import (
    Bits,
    Capture,
    Elsewhere,
    Foreign,
    Function,
    Opaque,
    Pid,
    Ref,
    print_with,
)


def integer_text(value: int) -> str:
    """Return `value` in decimal at any length; Python itself refuses beyond 4300 digits."""
    try:
        return str(value)
    except ValueError:
        sign, rest = ("-", -value) if value < 0 else ("", value)
        return sign + _digits(rest, int(rest.bit_length() * 0.30103) + 1).lstrip("0")


def _digits(value: int, count: int) -> str:
    if count <= 4000:
        return str(value).rjust(count, "0")
    low = count // 2
    high, rest = divmod(value, 10**low)
    return _digits(high, count - low) + _digits(rest, low)


def float_text(value: float) -> str:
    """Return the shortest text that parses back to `value`, like float_to_binary with `short`."""
    if not math.isfinite(value):
        return repr(value)  # never a term; only an error message about it prints one
    mantissa, _, exponent = f"{value!r}".partition("e")
    sign = "-" if mantissa[0] == "-" else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0") or "0"
    if digits == "0":
        return sign + "0.0"
    return sign + _placed(digits, point, value)


def _placed(digits: str, point: int, value: float) -> str:
    """Place the decimal point after `point` digits, or use an exponent if that is shorter."""
    count = len(digits)
    exponent = str(point - 1)
    if abs(value) < 1e16:
        if 0 < point < count:
            return f"{digits[:point]}.{digits[point:]}"
        if point >= count:
            return digits + "0" * (point - count) + ".0"
        if 2 - point <= len(exponent) + (3 if count == 1 else 2):
            return "0." + "0" * -point + digits
    return f"{digits[0]}.{digits[1:] or '0'}e{exponent}"


PRINTABLE_LIMIT = 4096
# As on the BEAM, a limit of 50 applies to each container: ten lists of ten lists print a hundred
# items. Ten such levels of one shared list would not fit in memory, so the rest is `...`.
MOST_NODES = 50_000
MOST_NODES_UNLIMITED = 500_000
_PRINTABLE_ASCII = frozenset((*range(7, 14), 27, *range(32, 127)))
_HIDDEN = (A.__struct__, A.__exception__)
NO_LIMIT = 1 << 60

# The fields of a struct are in the order of its definition, not in term order.
_FIELDS: dict[str, tuple[str, ...]] = {
    "Elixir.KeyError": ("key", "term", "message"),
    "Elixir.FunctionClauseError": ("module", "function", "arity", "kind", "args", "clauses"),
    "Elixir.UndefinedFunctionError": ("module", "function", "arity", "reason", "message"),
    "Elixir.BadArityError": ("function", "args"),
}
_UNLESS_NIL: dict[str, Atom] = {"Elixir.URI": A.authority}  # a deprecated field


class Printer:
    """The options of `inspect`, and the functions that build the documents of terms.

    `doc(term, limit, depth)` returns the document of a term with `limit` items left to show.
    """

    __slots__ = ("base", "binaries", "charlists", "left", "limit", "printable_limit", "structs")

    def __init__(
        self,
        *,
        limit: int | None = 50,
        printable_limit: int | None = PRINTABLE_LIMIT,
        charlists: str = "infer",
        binaries: str = "infer",
        base: int = 10,
        structs: bool = True,
    ) -> None:
        self.limit = NO_LIMIT if limit is None else limit
        self.printable_limit = printable_limit
        self.charlists = charlists
        self.binaries = binaries
        self.base = base
        self.structs = structs
        self.left: list[int] = [0]  # number of nodes that may still be printed in the current text

    def within(self, other: "Printer") -> "Printer":
        """Count nodes against the limit of `other`, whose output includes this; return self."""
        self.left = other.left
        return self

    def text(self, term: Any, width: int | None, indent: int = 0) -> str:
        """Return the text of `term`; lines longer than `width` are broken (None: never).

        All lines but the first begin at column `indent`.
        """
        if type(term) in _CONTAINERS:
            here = copy(self)  # many threads may use the same printer
            here.left = [MOST_NODES if self.limit < NO_LIMIT else MOST_NODES_UNLIMITED]
            doc = here.doc(term, self.limit, 0)
        else:
            doc = self.doc(term, self.limit, 0)
        if type(doc) is str:
            return doc
        line = flat(doc)
        if width is None or len(line.encode("utf-8", "surrogatepass")) <= width:
            return line
        return layout(doc, width, indent)

    def doc(self, term: Any, limit: int, depth: int) -> Doc:
        """Return the algebra document that prints `term`."""
        kind = type(term)
        if kind is int and self.base != 10:
            return _in_base(term, self.base)
        text = _TEXTS.get(kind)
        if text is not None:
            return text(term)
        container = _CONTAINERS.get(kind)
        if container is None:
            return visible(repr(term))  # not a term: this can only be a bug, so show it
        if depth >= MAX_NESTING or self.left[0] <= 0:
            return "..."
        return container(self, term, limit, depth)

    def each(
        self,
        items: Iterable[Any],
        limit: int,
        depth: int,
        make: "Callable[[Printer, Any, int, int], Doc] | None" = None,
    ) -> list[Doc]:
        """Return the documents of a container's items, with `...` at the limit."""
        docs: list[Doc] = []
        for item in items:
            if limit <= 0 or self.left[0] <= 0:
                docs.append("...")
                break
            limit -= 1
            self.left[0] -= 1
            if make is None:
                docs.append(self.doc(item, limit, depth + 1))
            else:
                docs.append(make(self, item, limit, depth + 1))
        return docs


StructDoc = Callable[[Printer, Map, int, int], Doc | None]
STRUCTS: dict[Atom, StructDoc] = {}  # how the structs of a module print themselves
_others: list[StructDoc] = []
_orders: list[Callable[[Atom], tuple[Atom, ...] | None]] = []


def print_structs_with(
    others: StructDoc, field_order: Callable[[Atom], tuple[Atom, ...] | None]
) -> None:
    """Register how structs are printed: by `others`, or as by default if it returns None.

    `field_order` returns the fields of a module in the order of its definition, or None.
    """
    _others[:] = [others]
    _orders[:] = [field_order]


def inspect(term: Any, *, width: int | None = 80, limit: int | None = 50) -> str:
    """Return `term` as iex prints it.

    Lines longer than `width` are broken (None: never, as in error texts); `limit` is the number of
    items shown (None: all).
    """
    text = _TEXTS.get(type(term))
    if text is not None:
        return text(term)
    return (_USUAL if limit == 50 else Printer(limit=limit)).text(term, width)


_PREFIXES = {16: "0x", 8: "0o", 2: "0b"}


def _in_base(value: int, base: int) -> str:
    digits = format(abs(value), {16: "X", 8: "o", 2: "b"}[base])
    return f"{'-' if value < 0 else ''}{_PREFIXES[base]}{digits}"


def _tuple(printer: Printer, term: tuple[Any, ...], limit: int, depth: int) -> Doc:
    return LayoutGroup("{", printer.each(term, limit, depth), "}", flex=True) if term else "{}"


def _list(printer: Printer, term: List, limit: int, depth: int) -> Doc:
    items = term.items
    if not items:
        return "[]"
    if not term.proper:
        docs = printer.each(items, limit, depth)
        bar = len(items) <= limit
        if bar:
            docs.append(printer.doc(term.last, limit - len(items), depth + 1))
        return LayoutGroup("[", docs, "]", flex=all(map(simple, docs)), bar=bar)
    if printer.charlists != "as_lists":
        most = printer.printable_limit
        shown_limit = len(items) if most is None or limit >= NO_LIMIT // 2 else most
        if _charlist(items[:shown_limit]) or printer.charlists == "as_charlists":
            more = " ++ ..." if len(items) > shown_limit else ""
            return quoted("".join(map(chr, items[:shown_limit])), "'") + more
    if all(map(_keyword, items)):
        return LayoutGroup("[", printer.each(items, limit, depth, _pair), "]", flex=False)
    docs = printer.each(items, limit, depth)
    return LayoutGroup("[", docs, "]", flex=all(map(simple, docs)))


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


def _pair(printer: Printer, item: tuple[Any, Any], limit: int, depth: int) -> Doc:
    name = as_key(_key_name(item[0]) or "") + " "
    value = printer.doc(item[1], limit, depth)
    return name + value if type(value) is str else (name, value)


def _assoc(printer: Printer, item: tuple[Any, Any], limit: int, depth: int) -> Doc:
    name, value = printer.doc(item[0], limit, depth), printer.doc(item[1], limit, depth)
    if type(name) is str and type(value) is str:
        return f"{name} => {value}"
    return (name, " => ", value)


def _map(printer: Printer, term: Map, limit: int, depth: int) -> Doc:
    module = term.get(A.__struct__)
    if type(module) is Atom and printer.structs:
        for own in (*_others, STRUCTS.get(module)):
            doc = own(printer, term, limit, depth) if own is not None else None
            if doc is not None:
                return doc
    return map_doc(printer, term, limit, depth)


def map_doc(printer: Printer, term: Map, limit: int, depth: int) -> Doc:
    """Return the document of a map, or of a struct without its own inspect implementation."""
    pairs = term.items()
    left = "%{"
    module = term.get(A.__struct__)
    keyword = all(map(_keyword, pairs))
    if keyword and type(module) is Atom and is_alias(module.name) and printer.structs:
        fields = _fields(module)
        hidden = {name for name, _ in pairs}
        if fields is None or hidden - {*_HIDDEN} == {*fields}:
            left = f"%{literal(module)}{{"
            pairs = [pair for pair in pairs if pair[0] not in _HIDDEN]
            if fields is not None:
                pairs = [(name, term.get(name)) for name in fields]
            left_out = _UNLESS_NIL.get(module.name)
            pairs = [each for each in pairs if each[1] is not None or each[0] is not left_out]
    if not pairs:
        return left + "}"
    make = _pair if keyword else _assoc
    return LayoutGroup(left, printer.each(pairs, limit, depth, make), "}", flex=False)


def plain_map_doc(printer: Printer, term: Map, limit: int, depth: int) -> Doc:
    """Return the document of a map whose `__struct__` names no struct: `%{__struct__: Nope}`."""
    pairs = term.items()
    make = _pair if all(map(_keyword, pairs)) else _assoc
    return LayoutGroup("%{", printer.each(pairs, limit, depth, make), "}", flex=False)


def _fields(module: Atom) -> tuple[Atom, ...] | None:
    for order in _orders:
        known = order(module)
        if known is not None:
            return known
    names = _FIELDS.get(module.name)
    return None if names is None else tuple(map(Atom, names))


def _binary(printer: Printer, term: str | bytes, limit: int, depth: int) -> Doc:  # noqa: ARG001  # a container
    as_text = printer.binaries != "as_binaries" and printer.base == 10
    if as_text and isinstance(term, str) and len(term) <= PRINTABLE_LIMIT and PLAIN.fullmatch(term):
        return f'"{term}"'
    text = term if isinstance(term, str) else term.decode("utf-8", "surrogateescape")
    more = ""
    most = printer.printable_limit
    if most is not None and limit < NO_LIMIT // 2 and len(text) > most:
        text, more = text[:most], " <> ..."
    if as_text and (printable(text) or printer.binaries == "as_strings"):
        return _quoted(text) + more
    raw = term.encode("utf-8", "surrogatepass") if isinstance(term, str) else term
    octets: list[Doc] = [
        str(octet) if printer.base == 10 else _in_base(octet, printer.base) for octet in raw[:limit]
    ]
    if len(raw) > limit:
        octets.append("...")
    return LayoutGroup("<<", octets, ">>", flex=True, indent=2)


def _quoted(text: str) -> str:
    if text.isascii() or printable(text):
        return quoted(text)
    return "".join(
        f"\\x{ord(char) - 0xDC00:02X}" if "\udc80" <= char <= "\udcff" else char
        for char in quoted(text)
    )


def bits_text(term: Bits) -> str:
    """Return the text of a bitstring, such as `<<1, 2::size(4)>>`."""
    whole, left = divmod(term.size, 8)
    last = f"{term.octets[whole] >> (8 - left)}::size({left})"
    return f"<<{', '.join([*map(str, term.octets[:whole]), last])}>>"


def function_text(term: Function) -> str:
    """Return the text of a function: `&KV.Bucket.get/2` if named, otherwise `#Function<...>`."""
    return _capture(term.capture)


def _capture(capture: Capture) -> str:
    if capture.index < 0:
        return "&" + capture.module_function
    return f"#Function<{capture.index}.{capture.uniq}/{capture.arity} in {capture.module_function}>"


def _pid(term: Pid) -> str:
    number = term.number
    return number.text if type(number) is Elsewhere else f"#PID<0.{number}.0>"


def _opaque(term: Opaque) -> str:
    value = term.value
    return value.text if isinstance(value, Foreign) else visible(f"#Opaque<{type(value).__name__}>")


_TEXTS: dict[type, Callable[[Any], str]] = {
    Atom: literal,
    Pid: _pid,
    Ref: lambda term: term.text,
    int: integer_text,
    float: float_text,
    type(None): lambda _: "nil",
    bool: lambda term: "true" if term else "false",
    Function: function_text,
    Bits: bits_text,
    Capture: _capture,
    Opaque: _opaque,
}
_CONTAINERS: dict[type, Callable[[Printer, Any, int, int], Doc]] = {
    str: _binary,
    bytes: _binary,
    tuple: _tuple,
    List: _list,
    Map: _map,
}

_USUAL = Printer()
print_with(inspect)
