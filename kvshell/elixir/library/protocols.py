"""Elixir's protocols Enumerable, Collectable and String.Chars.

Built-in implementations are in tables by class and by struct; users' `defimpl`s are found by the
functions given to `set_finder`. Every enumerable becomes a Python iterator; a user's `reduce/3` is
suspended after each item.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kvshell.elixir.library.calls import caller, native
from kvshell.elixir.library.failures import undefined_protocol
from kvshell.elixir.library.numbers.short import short_text
from kvshell.elixir.running.step_limits import ticking
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    Bits,
    Capture,
    Function,
    List,
    Map,
    Pid,
    Ref,
    alias,
    inspect,
)
from kvshell.terms.list import PROPER
from kvshell.terms.printing.inspection import integer_text

Finder = Callable[[str, str, int, Any], Callable[..., Any] | None]
_finder: list[tuple[Finder, Callable[[str, Any], Atom | None]]] = []

# The names of types in implementations of protocols: `defimpl Size, for: BitString`.
TYPE_NAMES: dict[type, str] = {
    **dict.fromkeys((bool, Atom, type(None)), "Atom"),
    **dict.fromkeys((str, bytes, Bits), "BitString"),
    int: "Integer",
    float: "Float",
    List: "List",
    Map: "Map",
    tuple: "Tuple",
    Pid: "PID",
    Ref: "Reference",
    Function: "Function",
}

# Built-in implementations for structs, by module; registered by the files that define them.
ENUMERABLE: dict[Atom, Callable[[Map], Iterator[Any]]] = {}
COLLECTABLE: dict[Atom, Callable[[Map, Iterable[Any]], Any]] = {}
CHARS: dict[Atom, Callable[[Map], str]] = {}
SIZES: dict[Atom, Callable[[Map], int]] = {}


def set_finder(finder: Finder, module_of: Callable[[str, Any], Atom | None]) -> None:
    """Register the functions that find the function and the module of a user's `defimpl`."""
    _finder[:] = [(finder, module_of)]


def implementation(protocol: str, function: str, arity: int, value: Any) -> Any:
    """Return the function in a user's `defimpl` of `protocol` for `value`, or None."""
    return _finder[0][0](protocol, function, arity, value) if _finder else None


def own_module(protocol: str, value: Any) -> Atom | None:
    """Return the module of a user's `defimpl` of `protocol` for `value`, or None."""
    return _finder[0][1](protocol, value) if _finder else None


class StreamSource(Capture):
    """The code of a stream, a function of two arguments; `generate(*args)` yields its items."""

    __slots__ = ("generate",)

    def __init__(self, place: str, generate: Callable[..., Iterator[Any]]) -> None:
        super().__init__(place, 0, 0, 2, self.push)
        self.generate = generate

    def push(self, acc: Any, function: Any, *args: Any) -> Any:
        """Reduce the items as `Enumerable.reduce/3` does, and return its result."""
        return reduce(ticking(self.generate(*args)), acc, function)


def source(place: str, generate: Callable[..., Iterator[Any]], *args: Any) -> Function:
    """Return a stream, a function of two arguments, of the items that `generate(*args)` yields."""
    return Function(StreamSource(place, generate), args)


def iterate(term: Any) -> Iterator[Any]:
    """Return an iterator over an enumerable; raise Protocol.UndefinedError for other terms."""
    kind = type(term)
    if kind is List:
        return iter(term.items) if term.last is PROPER else _improper(term)
    if kind is Map:
        module = term.get(A.__struct__)
        if module is None:
            return iter(term.items())
        known = ENUMERABLE.get(module) if type(module) is Atom else None
        if known is not None:
            return known(term)
    elif kind is Function and term.capture.arity == 2:
        if type(term.capture) is StreamSource:
            return ticking(term.capture.generate(*term.args))
        return _pulled(lambda acc, step: term(acc, step))
    own = implementation("Enumerable", "reduce", 3, term)
    if own is not None:
        return _pulled(lambda acc, step: own(term, acc, step))
    raise undefined_protocol("Enumerable", term)


def _improper(term: List) -> Iterator[Any]:
    yield from term.items
    from kvshell.elixir.library.failures import no_clause  # noqa: PLC0415  # rare

    raise no_clause("Enum", "reduce", (term.last, None, None))


def _pulled(run: Callable[[Any, Any], Any]) -> Iterator[Any]:
    """Yield the items of `run`, a user's `reduce/3`, suspending it after each item."""
    step = native("Enum.suspended/2", 2, lambda item, _acc: (A.suspend, item))
    answer = run((A.suspend, None), step)
    try:
        while True:
            match answer:
                case (A.suspended, _, Function() as go_on):
                    answer = go_on((A.cont, None))
                case _:
                    return
            if answer[0] is not A.suspended:
                return
            yield answer[1]
    finally:
        match answer:
            case (A.suspended, _, Function() as go_on):
                go_on((A.halt, None))


def reduce(items: Iterator[Any], acc: Any, function: Any) -> Any:
    """Reduce an iterator as `Enumerable.reduce/3` does: to :done, :halted, or :suspended."""
    call = caller(function, 2)
    while True:
        match acc:
            case (A.cont, value):
                try:
                    item = next(items)
                except StopIteration:
                    return (A.done, value)
                acc = call(item, value)
            case (A.halt, value):
                close(items)
                return (A.halted, value)
            case (A.suspend, value):
                rest = native(
                    "Enumerable.reduce/3", 1, lambda again: reduce(items, again, function)
                )
                return (A.suspended, value, rest)
            case _:
                from kvshell.elixir.library.failures import no_clause  # noqa: PLC0415  # rare

                raise no_clause("Enumerable.List", "reduce", (List(items), acc, function))


def close(items: Iterator[Any]) -> None:
    """Close an iterator before its end, so that its source can clean up."""
    end = getattr(items, "close", None)
    if end is not None:
        end()


def collect(into: Any, items: Iterable[Any]) -> Any:
    """Return the collectable `into` with the items added, as `Enum.into` does."""
    kind = type(into)
    if kind is List:
        return List((*into.items, *items)) if into.items else List(items)
    if kind is Map:
        module = into.get(A.__struct__)
        if module is None:
            return _into_map(into, items)
        known = COLLECTABLE.get(module) if type(module) is Atom else None
        if known is not None:
            return known(into, items)
    if kind in {str, bytes}:
        return _into_binary(into, items)
    own = implementation("Collectable", "into", 1, into)
    if own is None:
        raise undefined_protocol("Collectable", into)
    acc, step = own(into)
    call = caller(step, 2)
    for item in items:
        acc = call(acc, (A.cont, item))
    return call(acc, A.done)


def _into_map(into: Map, items: Iterable[Any]) -> Map:
    pairs = []
    for item in items:
        if type(item) is not tuple or len(item) != 2:
            raise ArgumentError(
                "collecting into a map requires {key, value} tuples, got: "
                + inspect(item, width=None)
            )
        pairs.append(item)
    if not len(into):
        return Map(pairs)
    for name, value in pairs:
        into = into.put(name, value)
    return into


def _into_binary(into: str | bytes, items: Iterable[Any]) -> str | bytes:
    parts = [into]
    for item in items:
        if type(item) not in {str, bytes}:
            raise ArgumentError(
                "collecting into a binary requires a bitstring, got: " + inspect(item, width=None)
            )
        parts.append(item)
    return binary(parts)


def binary(parts: Iterable[str | bytes]) -> str | bytes:
    """Return the concatenation of binaries."""
    pieces = list(parts)
    try:
        return "".join(pieces)  # type: ignore[arg-type]  # TypeError if one is not a str
    except TypeError:
        joined = b"".join(each.encode() if type(each) is str else each for each in pieces)  # type: ignore[misc]  # the others are bytes
    return text(joined)


def text(raw: bytes) -> str | bytes:
    """Return the bytes as a binary term: a str if they are valid UTF-8, otherwise bytes."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def octets(term: str | bytes) -> bytes:
    """Return the bytes of a binary."""
    return term.encode() if type(term) is str else term  # type: ignore[return-value]  # else bytes


def to_string(term: Any) -> str | bytes:
    """Return a term as text, like Kernel.to_string/1; raise if String.Chars is not implemented."""
    kind = type(term)
    if kind is str or kind is bytes:
        return term  # type: ignore[no-any-return]  # only these two remain
    if kind is int:
        return integer_text(term)
    if kind is Atom:
        return term.name  # type: ignore[no-any-return]  # an Atom's name is a str
    if kind is float:
        return short_text(term)
    if term is None:
        return ""
    if kind is bool:
        return "true" if term else "false"
    if kind is List:
        return list_to_string(term)
    if kind is Map:
        known = CHARS.get(term.get(A.__struct__))
        if known is not None:
            return known(term)
    own = implementation("String.Chars", "to_string", 1, term)
    if own is None:
        raise undefined_protocol("String.Chars", term)
    return own(term)  # type: ignore[no-any-return]  # the user's own answer


def list_to_string(term: List) -> str | bytes:
    """Return the text of a charlist or nested chardata, like List.to_string/1."""
    parts: list[str | bytes] = []
    try:
        _gather(term, parts)
    except (TypeError, ValueError, OverflowError):
        raise ArgumentError(_NO_CHARDATA.format(inspect(term, width=None))) from None
    return binary(parts)


def _gather(term: List, parts: list[str | bytes]) -> None:
    todo: list[Any] = [iter(term.items if term.last is PROPER else (*term.items, term.last))]
    while todo:
        for item in todo[-1]:
            if type(item) is int:
                parts.append(_character(item))
            elif type(item) is str or type(item) is bytes:
                parts.append(item)
            elif type(item) is List:
                last = () if item.last is PROPER else (item.last,)
                todo.append(iter((*item.items, *last)))
                break
            else:
                raise TypeError
        else:
            todo.pop()


def _character(code: int) -> str:
    made = chr(code)
    made.encode()
    return made


_NO_CHARDATA = (
    "cannot convert the given list to a string.\n\nTo be converted to a string, a list must either"
    " be empty or only\ncontain the following elements:\n\n  * strings\n  * integers representing"
    " Unicode code points\n  * a list containing one of these three elements\n\nPlease check the"
    " given list or call inspect/1 to get the list representation, got:\n\n{}\n"
)

STREAM = alias("Stream")
RANGE = alias("Range")
MAP_SET = alias("MapSet")
