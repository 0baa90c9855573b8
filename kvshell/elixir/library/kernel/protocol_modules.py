"""Elixir's own protocols as modules: `Enumerable.count([1])`, `Enumerable.impl_for(x)`.

A user's implementation often hands over to one of the library's: `Enumerable.List.reduce/3`.
"""

from collections.abc import Callable
from typing import Any

from kvshell.elixir.library import protocols
from kvshell.elixir.library.calls import native
from kvshell.elixir.library.enumerables.enum_finding import member as is_member
from kvshell.elixir.library.enumerables.enum_walks import size_of
from kvshell.elixir.library.failures import undefined_protocol
from kvshell.elixir.library.kernel import algebra
from kvshell.elixir.library.kernel.paths import to_charlist
from kvshell.elixir.library.registry import Cost, Library
from kvshell.terms import A, Atom, List, Map, Term, alias

_CHARS = frozenset({"Atom", "BitString", "Float", "Integer", "List"})
_BUILT_IN: dict[str, frozenset[str]] = {
    "Enumerable": frozenset({"Function", "List", "Map"}),
    "Collectable": frozenset({"BitString", "List", "Map"}),
    "String.Chars": _CHARS,
    "List.Chars": _CHARS,
    "Inspect": frozenset(protocols.TYPE_NAMES.values()),
}
_CLOCKS = ("Date", "DateTime", "NaiveDateTime", "Time")
_STRUCTS: dict[str, frozenset[str]] = {
    "Enumerable": frozenset({"Date.Range", "MapSet", "Range", "Stream"}),
    "Collectable": frozenset({"MapSet"}),
    "String.Chars": frozenset({*_CLOCKS, "URI", "Version"}),
    "List.Chars": frozenset(),
    "Inspect": frozenset({*_CLOCKS, "Date.Range", "MapSet", "Range", "Regex", "Stream", "Version"}),
}


def implementation_of(protocol: str, value: Any) -> Atom | None:
    """Return the module that implements a library protocol for a value, or None."""
    own = protocols.own_module(protocol, value)
    if own is not None:
        return own
    named = protocols.TYPE_NAMES.get(type(value), "")
    if type(value) is Map and type(module := value.get(A.__struct__)) is Atom:
        named = module.name.removeprefix("Elixir.")
        if named in _STRUCTS[protocol]:
            return alias(f"{protocol}.{named}")
        return alias("Inspect.Any") if protocol == "Inspect" else None
    return alias(f"{protocol}.{named}") if named in _BUILT_IN[protocol] else None


def _declare(protocol: str, functions: dict[str, Callable[..., Any]]) -> None:
    library = Library(protocol, Cost.LOOPS)
    for name, code in functions.items():
        library.function(name=name)(code)
    spec = List((Atom(name), code.__code__.co_argcount) for name, code in sorted(functions.items()))

    def impl_for(data: Term) -> Term:
        """Returns the module that implements the protocol for a term, or nil."""
        return implementation_of(protocol, data)

    def impl_for_or_raise(data: Term) -> Term:
        """Returns the module that implements the protocol for a term, or raises."""
        found = implementation_of(protocol, data)
        if found is None:
            raise undefined_protocol(protocol, data)
        return found

    def about(item: Term) -> Term:
        """Returns the `:functions` or the `:module` of the protocol."""
        return spec if item is A.functions else alias(protocol)

    library.function(name="impl_for")(impl_for)
    library.function(name="impl_for!")(impl_for_or_raise)
    library.function(name="__protocol__")(about)


# -- Enumerable ----------------------------------------------------------------------------------


def _enumerable(name: str, arity: int, term: Any) -> tuple[Any, Atom]:
    """Return the user's function for `term`, or None, and the module that implements Enumerable."""
    module = implementation_of("Enumerable", term)
    if module is None:
        raise undefined_protocol("Enumerable", term)
    return protocols.implementation("Enumerable", name, arity, term), module


def _walks(module: Atom) -> bool:
    """Whether only iterating tells the size and the members of an enumerable of this module."""
    return module in {alias("Enumerable.Function"), alias("Enumerable.Stream")}


def count(enumerable: Term) -> Term:
    """Returns `{:ok, count}` if the size is known, otherwise `{:error, module}`."""
    own, module = _enumerable("count", 1, enumerable)
    if own is not None:
        return own(enumerable)
    return (A.error, module) if _walks(module) else (A.ok, size_of(enumerable))


def member(enumerable: Term, element: Term) -> Term:
    """Returns `{:ok, boolean}` if it is known without iterating, otherwise `{:error, module}`."""
    own, module = _enumerable("member?", 2, enumerable)
    if own is not None:
        return own(enumerable, element)
    if _walks(module) or (type(enumerable) is List and enumerable.items):
        return A.error, module
    return A.ok, is_member(enumerable, element)


def slice_(enumerable: Term) -> Term:
    """Returns `{:ok, size, slicing_fun}` for access by index, otherwise `{:error, module}`."""
    own, module = _enumerable("slice", 1, enumerable)
    if own is not None:
        return own(enumerable)
    if _walks(module) or (type(enumerable) is List and enumerable.items):
        return A.error, module
    items = list(protocols.iterate(enumerable))

    def part(start: Term, length: Term) -> Term:
        return List(items[start : start + length])

    return A.ok, len(items), native("Enumerable.slice/1", 2, part)


def reduce_(enumerable: Term, acc: Term, fun: Term) -> Term:
    """Reduces the enumerable with `fun`, which may continue, halt or suspend."""
    own, _module = _enumerable("reduce", 3, enumerable)
    if own is not None:
        return own(enumerable, acc, fun)
    return protocols.reduce(protocols.iterate(enumerable), acc, fun)


_ENUMERABLE: dict[str, Callable[..., Any]] = {
    "count": count,
    "member?": member,
    "slice": slice_,
    "reduce": reduce_,
}
_declare("Enumerable", _ENUMERABLE)
for _name in ("Function", "List", "Map", "MapSet", "Range", "Stream"):
    _library = Library(f"Enumerable.{_name}", Cost.LOOPS)
    for _function, _code in _ENUMERABLE.items():
        _library.function(name=_function)(_code)


# -- Collectable, String.Chars, List.Chars, Inspect ----------------------------------------------


def into(collectable: Term) -> Term:
    """Returns `{initial_acc, collector_fun}` for inserting elements into the collectable."""
    own = protocols.implementation("Collectable", "into", 1, collectable)
    if own is not None:
        return own(collectable)
    if implementation_of("Collectable", collectable) is None:
        raise undefined_protocol("Collectable", collectable)

    def add(acc: Term, command: Term) -> Term:
        match command:
            case (A.cont, item):
                return List((item, *acc.items))
        if command is not A.done:
            return A.ok
        return protocols.collect(collectable, reversed(acc.items))

    return List(), native("Collectable.into/1", 2, add)


def to_string(term: Term) -> Term:
    """Converts a term to a string."""
    return protocols.to_string(term)


def charlist_of(term: Term) -> Term:
    """Converts a term to a charlist."""
    return to_charlist(term)


def inspect_(term: Term, opts: Term) -> Term:
    """Converts a term to an algebra document."""
    return algebra.to_doc(term, opts)


_declare("Collectable", {"into": into})
_declare("String.Chars", {"to_string": to_string})
_declare("List.Chars", {"to_charlist": charlist_of})
_declare("Inspect", {"inspect": inspect_})
