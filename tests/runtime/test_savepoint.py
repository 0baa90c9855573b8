"""A savepoint restores the objects that a block has created to their recorded contents."""

import gc
from collections import deque
from collections.abc import Callable
from itertools import count
from weakref import ref

import pytest

from kvshell.runtime.events import EventLog
from kvshell.runtime.search.savepoint import NotKept, Savepoint, created
from kvshell.terms import A, List


class Held:
    """A class outside kvshell."""


class Bare:
    """A class that counts as one of kvshell, whose objects have no attribute at first."""

    __module__ = "kvshell.bare"


class Slotted(Bare):
    """As `Bare`, with a slot that is not set."""

    __module__ = "kvshell.bare"
    __slots__ = ("held",)


class Referred(Bare):
    """As `Bare`, in a cycle, so that it dies only when garbage is collected."""

    __module__ = "kvshell.bare"

    def __init__(self) -> None:
        self.itself = self
        self.held = [1]


def without_value(number: int | None = None) -> Callable[[], int]:
    """Return a function whose variable has no value yet."""
    if number is not None:
        bound = number
    return lambda: bound


def with_attribute() -> Callable[[], None]:
    """Return a function that has an attribute."""

    def made() -> None: ...

    made.held = [1]  # type: ignore[attr-defined]
    return made


REFUSED = [Held, lambda: iter([1]), lambda: count(1), Slotted, without_value, with_attribute]


def test_contents_are_taken_back_in_place() -> None:
    with created() as new:
        inner = [1, [2]]
        outer = {"list": inner, "set": {3}, "deque": deque([List([A.a])]), "fn": lambda: inner}
    kept = Savepoint([outer], new, [])
    fills = outer["set"], outer["deque"]

    inner[1].append(4)  # type: ignore[attr-defined]
    inner.clear()
    outer.clear()
    for filled in fills:
        filled.clear()  # type: ignore[attr-defined]
    kept.restore()

    assert list(outer) == ["list", "set", "deque", "fn"]
    assert outer["list"] is inner
    assert inner == [1, [2]]
    assert fills == ({3}, deque([List([A.a])]))


def test_what_was_there_before_is_left_alone() -> None:
    before = [1]
    with created() as new:
        outer = [before]
    kept = Savepoint([outer], new, [])

    before.append(2)
    outer.clear()
    kept.restore()

    assert outer == [[1, 2]]


@pytest.mark.parametrize("make", REFUSED)
def test_what_may_keep_something_elsewhere_is_refused(make: object) -> None:
    with created() as new:
        outer = [make()]  # type: ignore[operator]

    with pytest.raises(NotKept):
        Savepoint([outer], new, [])


def test_what_had_no_attribute_has_none_again() -> None:
    with created() as new:
        outer = [Bare()]
    kept = Savepoint([outer], new, [])

    outer[0].held = [1]  # type: ignore[attr-defined]
    kept.restore()

    assert not hasattr(outer[0], "held")


def test_what_only_a_weak_reference_leads_to_lives_on_and_is_taken_back() -> None:
    """Without a savepoint it lives to the end of a run, in which no garbage is collected."""
    with created() as new:
        outer = [ref(Referred())]
    kept = Savepoint([outer], new, [])

    gc.collect()
    found = outer[0]()
    assert found is not None
    found.held.append(2)
    kept.restore()

    assert found.held == [1]


def test_a_counter_of_ours_goes_on_from_where_it_was() -> None:
    with created() as new:
        log = EventLog()
        log.line = None
        log.emit("notice", None, "before")
    kept = Savepoint([log], new, [])

    log.emit("notice", None, "a run")
    kept.restore()
    log.emit("notice", None, "another run")

    assert [(event.seq, event.text) for event in log.drain_events()] == [
        (1, "before"),
        (2, "another run"),
    ]
