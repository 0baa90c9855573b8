"""When Python's garbage collector runs: rarely, and while a prompt is idle."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from kvshell.runtime.garbage import OBJECTS, collect_rarely, collect_while_idle


class Node:
    """An object that refers to itself."""

    def __init__(self) -> None:
        self.other = self


@pytest.fixture(autouse=True)
def limits() -> Iterator[None]:
    """Restore Python's thresholds after the test."""
    kept = gc.get_threshold()
    yield
    gc.set_threshold(*kept)


@pytest.mark.parametrize(("before", "after"), [(700, OBJECTS), (0, 0), (2 * OBJECTS, 2 * OBJECTS)])
def test_a_low_limit_is_raised_and_any_other_kept(before: int, after: int) -> None:
    gc.set_threshold(before, 10, 10)

    collect_rarely()

    assert gc.get_threshold()[0] == after


def test_new_garbage_is_freed_while_the_prompt_waits() -> None:
    collect_rarely()
    gc.collect()
    circles = [Node() for _ in range(2_000)]
    seen = weakref.ref(circles[0])
    circles.clear()
    assert seen() is not None

    collect_while_idle()

    assert seen() is None


def test_next_to_nothing_is_not_looked_through() -> None:
    collect_rarely()
    gc.collect()
    seen = weakref.ref(Node())

    collect_while_idle()

    assert seen() is not None


def test_without_a_collector_nothing_is_collected() -> None:
    gc.collect()
    gc.set_threshold(0)
    circles = [Node() for _ in range(2_000)]
    seen = weakref.ref(circles[0])
    circles.clear()

    collect_while_idle()

    assert seen() is not None


def test_older_objects_are_looked_at_when_they_are_due() -> None:
    gc.set_threshold(OBJECTS, 2, 50)
    gc.collect()
    old = [Node() for _ in range(2_000)]
    seen = weakref.ref(old[0])
    gc.collect(0)  # it is alive, and old from now on
    old.clear()

    for _ in range(4):
        young = [Node() for _ in range(2_000)]
        young.clear()
        collect_while_idle()

    assert seen() is None
