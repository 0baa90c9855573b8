"""Range: the struct behind `1..10` and `1..10//2`."""

import math
from collections.abc import Iterator

from kvshell.elixir.library import protocols
from kvshell.elixir.library.failures import is_struct, no_clause
from kvshell.elixir.library.registry import EMPTY_MAP, Library
from kvshell.elixir.running.step_limits import slices
from kvshell.terms import A, ArgumentError, Map, Term, inspect
from kvshell.terms.printing.algebra import Doc
from kvshell.terms.printing.inspection import STRUCTS, Printer

range_ = Library("Range")
RANGE = protocols.RANGE


def make(first: int, last: int, step: int | None = None) -> Map:
    """Return a range struct; without `step`, it counts down if `first` is greater than `last`."""
    if step is None:
        step = 1 if first <= last else -1
    return (
        EMPTY_MAP.put(A.__struct__, RANGE).put(A.first, first).put(A.last, last).put(A.step, step)
    )


def as_range(term: Map) -> range:
    """Return a Range struct as a Python range."""
    first, last = term[A.first], term[A.last]
    step = term.get(A.step) or (1 if first <= last else -1)
    return range(first, last + (1 if step > 0 else -1), step)


def is_range(term: Term) -> bool:
    """Whether a term is a Range struct."""
    return is_struct(term, RANGE)


def _items(term: Map) -> Iterator[int]:
    return slices(as_range(term))


def _size(term: Map) -> int:
    whole = as_range(term)
    return max(
        0, (whole.stop - whole.start + whole.step - (1 if whole.step > 0 else -1)) // whole.step
    )


def _doc(printer: Printer, term: Map, limit: int, depth: int) -> Doc:
    ends = [printer.doc(term.get(name), limit, depth + 1) for name in (A.first, A.last)]
    step = term.get(A.step)
    by = "" if step == 1 or (step == -1 and term[A.first] > term[A.last]) else f"//{inspect(step)}"
    if step == -1:
        by = "//-1"
    return (ends[0], "..", ends[1], by)


STRUCTS[RANGE] = _doc
protocols.ENUMERABLE[RANGE] = _items
protocols.SIZES[RANGE] = _size


@range_.function()
def new(first: Term, last: Term, step: Term = None) -> Term:
    """Creates a range from `first` to `last`, in steps."""
    if type(first) is not int or type(last) is not int or step is False:
        raise ArgumentError(
            "ranges (first..last) expect both sides to be integers, got: "
            f"{inspect(first)}..{inspect(last)}"
        )
    if step is not None and (type(step) is not int or step == 0):
        raise ArgumentError(
            "ranges (first..last//step) expect the step to be a non-zero integer, got: "
            f"{inspect(first)}..{inspect(last)}//{inspect(step)}"
        )
    return make(first, last, step)


@range_.function()
def size(range_: Term) -> Term:
    """Returns the number of integers in a range."""
    if not is_range(range_):
        raise no_clause("Range", "size", (range_,))
    return _size(range_)


@range_.function()
def shift(range_: Term, steps_to_shift: Term) -> Term:
    """Shifts a range by a number of its steps."""
    if not is_range(range_) or type(steps_to_shift) is not int:
        raise no_clause("Range", "shift", (range_, steps_to_shift))
    by = steps_to_shift * range_[A.step]
    return make(range_[A.first] + by, range_[A.last] + by, range_[A.step])


@range_.function(name="range?", macro=False)
def range_p(term: Term) -> Term:
    """Tells whether a term is a range."""
    return is_range(term)


@range_.function(name="disjoint?")
def disjoint(range1: Term, range2: Term) -> Term:
    """Tells whether two ranges have no integer in common."""
    if not is_range(range1) or not is_range(range2):
        raise no_clause("Range", "disjoint?", (range1, range2))
    one, other = _upwards(as_range(range1)), _upwards(as_range(range2))
    if not one or not other:
        return True
    # Both are arithmetic progressions: a common integer is found within one common period.
    low, high = max(one[0], other[0]), min(one[-1], other[-1])
    period = math.lcm(one.step, other.step)
    if other.step > one.step:
        one, other = other, one
    first = one[0] + -(-(low - one[0]) // one.step) * one.step
    return not any(spot in other for spot in range(first, min(high, first + period) + 1, one.step))


def _upwards(whole: range) -> range:
    return whole if whole.step > 0 else whole[::-1]
