"""A savepoint restores the objects that a block has created to their recorded contents."""

from collections import deque
from itertools import count

import pytest

from kvshell.runtime.events import EventLog
from kvshell.runtime.search.savepoint import NotKept, Savepoint, created
from kvshell.terms import A, List


class Held:
    """A class outside kvshell."""


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


@pytest.mark.parametrize("make", [Held, lambda: iter([1]), lambda: count(1)])
def test_what_may_keep_something_elsewhere_is_refused(make: object) -> None:
    with created() as new:
        outer = [make()]  # type: ignore[operator]

    with pytest.raises(NotKept):
        Savepoint([outer], new, [])


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
