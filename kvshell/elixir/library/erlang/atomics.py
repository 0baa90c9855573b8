""":counters, :atomics and :persistent_term: values that processes share without a table."""

from typing import Any

from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.runtime import shared
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.shared import SharedName
from kvshell.terms import A, ArgumentError, List, Map, Ref, Term, inspect, sort_key

counters = Library.of(":counters")
atomics = Library.of(":atomics")
persistent_term = Library.of(":persistent_term")

_SIZES, _VALUES, _TERMS = "sizes of atomics", "atomics", "persistent terms"
_BITS = 1 << 64
_MOST = 1 << 32  # the BEAM would run out of memory long before
_NO_ARRAY = "invalid atomics reference"


def _size(ref: Ref) -> SharedName:
    return SharedName(_SIZES, ref.number, f"the size of {inspect(ref)}")


def _new(arity: Any, signed: bool) -> Ref:
    if type(arity) is not int:
        raise ArgumentError.at(1, "not an integer")
    if not 0 < arity <= _MOST:
        raise ArgumentError.at(1, "out of range")
    ref = current().runtime.make_ref()
    # Only its creator knows the reference yet, so this is not a step that a search must order.
    current().runtime.shared.store(_SIZES)[ref.number] = (arity, signed)
    return ref


class _Place:
    """One integer of an array; creating it checks the reference, the index and the numbers."""

    def __init__(self, ref: Any, index: Any, *numbers: Any, wraps: bool = False) -> None:
        self.signed = _described(ref)[1]
        size = _described(ref)[0]
        low = -(_BITS >> 1) if self.signed or wraps else 0
        high = (_BITS if wraps or not self.signed else _BITS >> 1) - 1
        _check(2, index, 1, size)
        for at, number in enumerate(numbers, 3):
            _check(at, number, low, high)
        shown = f"the counter {index} of {inspect(ref)}"
        self.name = SharedName(_VALUES, (ref.number, index), shown)

    def add(self, number: int) -> int:
        """Add a number, modulo 2**64, and return the sum."""
        sum_: int = shared.update(self.name, lambda value: self.wrapped(value + number), 0)[1]
        return sum_

    def wrapped(self, value: int) -> int:
        """Return the value as a 64-bit integer, signed or unsigned, after wrapping around."""
        value %= _BITS
        return value - _BITS if self.signed and value >= _BITS >> 1 else value


def _described(ref: Any) -> tuple[int, bool]:
    """Return the size of an array, and whether its integers are signed."""
    found: tuple[int, bool] | None = None
    if type(ref) is Ref:
        found = current().runtime.shared.store(_SIZES).get(ref.number)
    if found is None:
        raise ArgumentError.at(1, _NO_ARRAY)
    return found


def _check(place: int, number: Any, low: int, high: int) -> None:
    if type(number) is not int:
        raise ArgumentError.at(place, "not an integer")
    if not low <= number <= high:
        raise ArgumentError.at(place, "out of range")


def _information(ref: Any) -> Map:
    size, signed = _described(ref)
    low, high = (-(_BITS >> 1), (_BITS >> 1) - 1) if signed else (0, _BITS - 1)
    return Map([(A.max, high), (A.memory, 40 + 8 * size), (A.min, low), (A.size, size)])


@atomics.function(name="new")
def new_atomics(arity: Term, opts: Term) -> Term:
    """Creates an array of 64-bit integers, all 0; `signed: false` makes them unsigned."""
    signed = True
    if type(opts) is not List:
        raise ArgumentError.at(2, "not a list")
    for option in opts.items:
        match option:
            case (A.signed, bool(signed)):
                pass
            case _:
                raise ArgumentError.at(2, "invalid option in list")
    return _new(arity, signed)


@atomics.function(name="get")
def get_atomic(ref: Term, index: Term) -> Term:
    """Returns the integer at an index, counted from 1."""
    return shared.get(_Place(ref, index).name, 0)


@atomics.function(name="put")
def put_atomic(ref: Term, index: Term, value: Term) -> Term:
    """Sets the integer at an index."""
    shared.put(_Place(ref, index, value).name, value)
    return A.ok


@atomics.function(name="add")
def add_atomic(ref: Term, index: Term, incr: Term) -> Term:
    """Adds to the integer at an index."""
    _Place(ref, index, incr, wraps=True).add(incr)
    return A.ok


@atomics.function()
def add_get(ref: Term, index: Term, incr: Term) -> Term:
    """Adds to the integer at an index, and returns the sum."""
    return _Place(ref, index, incr, wraps=True).add(incr)


@atomics.function(name="sub")
def sub_atomic(ref: Term, index: Term, decr: Term) -> Term:
    """Subtracts from the integer at an index."""
    _Place(ref, index, decr, wraps=True).add(-decr)
    return A.ok


@atomics.function()
def sub_get(ref: Term, index: Term, decr: Term) -> Term:
    """Subtracts from the integer at an index, and returns the difference."""
    return _Place(ref, index, decr, wraps=True).add(-decr)


@atomics.function()
def exchange(ref: Term, index: Term, desired: Term) -> Term:
    """Sets the integer at an index, and returns its old value."""
    place = _Place(ref, index, desired)
    return shared.update(place.name, lambda _before: desired, 0)[0]


@atomics.function()
def compare_exchange(ref: Term, index: Term, expected: Term, desired: Term) -> Term:
    """Sets the integer at an index if it is `expected`: `:ok`, or the actual value."""
    place = _Place(ref, index, expected, desired)
    before, _after = shared.update(
        place.name, lambda value: desired if value == expected else value, 0
    )
    return A.ok if before == expected else before


@atomics.function(name="info")
def atomics_info(ref: Term) -> Term:
    """Returns a map with the size and the range of an array."""
    return _information(ref)


# -- :counters -----------------------------------------------------------------------------------


def _array(ref: Any) -> Any:
    if type(ref) is tuple and len(ref) == 2 and ref[0] in {A.atomics, A.write_concurrency}:
        return ref[1]
    return None


@counters.function()
def new(size: Term, opts: Term) -> Term:
    """Creates an array of counters, all 0."""
    kind = A.atomics
    if type(opts) is not List:
        raise ArgumentError.at(2, "not a list")
    for option in opts.items:
        if option is not A.atomics and option is not A.write_concurrency:
            raise ArgumentError.at(2, "invalid option in list")
        kind = option
    return kind, _new(size, signed=True)


@counters.function()
def get(ref: Term, ix: Term) -> Term:
    """Returns the counter at an index, counted from 1."""
    return shared.get(_Place(_array(ref), ix).name, 0)


@counters.function()
def put(ref: Term, ix: Term, value: Term) -> Term:
    """Sets the counter at an index."""
    shared.put(_Place(_array(ref), ix, value).name, value)
    return A.ok


@counters.function()
def add(ref: Term, ix: Term, incr: Term) -> Term:
    """Adds to the counter at an index."""
    _Place(_array(ref), ix, incr, wraps=True).add(incr)
    return A.ok


@counters.function()
def sub(ref: Term, ix: Term, decr: Term) -> Term:
    """Subtracts from the counter at an index."""
    _Place(_array(ref), ix, decr, wraps=True).add(-decr)
    return A.ok


@counters.function()
def info(ref: Term) -> Term:
    """Returns a map with the size of an array of counters."""
    return _information(_array(ref))


# -- :persistent_term ----------------------------------------------------------------------------


def _key(key: Any) -> SharedName:
    return SharedName(_TERMS, sort_key(key, exact=True), f"the persistent term {inspect(key)}")


@persistent_term.function(name="put")
def put_term(key: Term, value: Term) -> Term:
    """Stores a term under a key, for all processes."""
    shared.put(_key(key), (key, value))
    return A.ok


@persistent_term.function(name="get", cost=Cost.LOOPS)
def get_term(key: Term = MISSING, default: Term = MISSING) -> Term:
    """Returns the term of a key, or the default; without a key, all pairs."""
    if key is MISSING:
        found = shared.everything(_TERMS, "all persistent terms")
        return List([pair for _name, pair in found])
    pair = shared.get(_key(key), None)
    if pair is not None:
        return pair[1]
    if default is MISSING:
        raise ArgumentError.at(1, "no persistent term stored with this key")
    return default


@persistent_term.function()
def erase(key: Term) -> Term:
    """Deletes the term of a key; returns whether there was one."""
    return shared.delete(_key(key))


@persistent_term.function(name="info")
def terms_info() -> Term:
    """Returns a map with the number of persistent terms."""
    count = len(shared.everything(_TERMS, "all persistent terms"))
    return Map([(A.count, count), (A.memory, 56 * count)])
