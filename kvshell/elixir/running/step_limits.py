"""Limits on a user's code: steps, memory, depth; and interrupting it.

Compiled code does not count steps: every loop runs in blocks of BLOCK iterations, and every
recursive function calls `due()`; both get here once in STRIDE steps. Then the interrupt flag, the
death of the process, and the thread's budgets are checked.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain, cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kvshell.elixir.running.errors import system_limit
from kvshell.runtime import Exit
from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.thread_context import here
from kvshell.runtime.schedule.real_time import computing_late
from kvshell.terms import A

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process

STRIDE: Final = 10_000
MOST_ITEMS: Final = 1 << 24  # items of a list created at once
MOST_OCTETS: Final = 1 << 25  # bytes of one binary; its graphemes take a hundred times as much
MOST_BYTES: Final = 1 << 30  # bytes a user's code may add to the program's memory
# Bytes that an untrusted document may add. Memory is checked once in STRIDE steps, and a growing
# map holds its old table beside the new one; the rest of 300 MB leaves room for that.
DOCUMENT_BYTES: Final = 160 << 20
DOCUMENT_OCTETS: Final = 1 << 22  # bytes of one binary in an untrusted document

# An iteration of a loop costs only a step of this iterator, which can be reused.
BLOCK: Final = range(STRIDE)
# None, except True once in STRIDE calls. Shared by all threads: it need not be exact.
due: Final[Callable[[], Any]] = cycle([None] * (STRIDE - 1) + [True]).__next__


# Remaining strides of the calling thread, and the reason for the limit; None if unlimited.
_budget: ContextVar[tuple[list[int], str] | None] = ContextVar("budget", default=None)
_base = [0]  # memory of the whole program when the limit began
_most: list[int] = []  # the memory limits set by `adding_at_most`; they apply to all threads


@contextmanager
def at_most(steps: int, why: str) -> Iterator[None]:
    """Limit the calling thread to `steps` steps of compiled code within the block."""
    token = _budget.set(([max(1, steps // STRIDE)], why))
    try:
        yield
    finally:
        _budget.reset(token)


@contextmanager
def adding_at_most(added: int, base: int) -> Iterator[None]:
    """Within the block, code of all threads may add `added` bytes to a memory of `base` bytes."""
    before, _base[0] = _base[0], base
    _most.append(added)
    try:
        yield
    finally:
        _most.pop()
        _base[0] = before


def tick() -> None:
    """Check whether the calling code may continue. Called once in STRIDE steps.

    Raises:
        Exit: it was interrupted.
        ElixirError: SystemLimitError, a budget is exhausted.
    """
    carrier = here.carrier
    if carrier is not None and carrier.process is not None:
        if carrier.process.epoch != carrier.epoch:
            raise Killed
        if carrier.interrupted:
            carrier.interrupted = False
            raise Exit(A.interrupted)
        if computing_late and not carrier.depth:
            _let_the_late_one_run(carrier.process)
    budget = _budget.get()
    if budget is not None:
        left, why = budget
        if left[0] <= 0:
            raise system_limit(why)
        left[0] -= 1
    _look_at_memory()


def _let_the_late_one_run(process: "Process") -> None:
    late = computing_late.get(process.runtime)
    if late is not None:
        late.append(process.pid)
        process.runtime.scheduler.pause(process)


def _look_at_memory(more: int = 0) -> None:
    """Raise SystemLimitError if the program's memory, with `more` bytes, exceeds the limit."""
    used, most = bytes_used(), _most[-1] if _most else MOST_BYTES
    if _base[0] == 0:
        _base[0] = used
    elif used + more - _base[0] > most:
        raise system_limit(f"more than {most >> 20} MiB of memory")


def ticking(items: Iterator[Any]) -> Iterator[Any]:
    """Yield the items; once in STRIDE items, check whether the calling code may continue."""
    try:
        while True:
            turn = -1
            for turn, item in zip(BLOCK, items, strict=False):  # noqa: B007  # counted
                yield item
            if turn < STRIDE - 1:
                return
            tick()
    finally:
        close = getattr(items, "close", None)
        if close is not None:
            close()


def slices(whole: Sequence[Any]) -> Iterator[Any]:
    """Yield the items of a range at full speed, with the checks of `ticking` in between."""
    return chain.from_iterable(_slices(whole)) if len(whole[: STRIDE + 1]) > STRIDE else iter(whole)


def _slices(whole: Sequence[Any]) -> Iterator[Sequence[Any]]:
    yield whole[:STRIDE]
    rest = whole[STRIDE:]
    while rest:
        tick()
        yield rest[:STRIDE]
        rest = rest[STRIDE:]


def room_for(items: int) -> int:
    """Return `items`, the size of a list or tuple, if it is within the limit.

    Raises:
        ElixirError: SystemLimitError, if it exceeds the limit.
    """
    if items > MOST_ITEMS:
        raise system_limit(f"a list of more than {MOST_ITEMS:,} items")
    if items > _LARGE // _WORD:
        _look_at_memory(items * _WORD)
    return items


def room_for_octets(octets: int) -> None:
    """Raise SystemLimitError if a binary would be too large; untrusted documents may have less."""
    if octets > _LARGE:
        most = DOCUMENT_OCTETS if _most else MOST_OCTETS
        if octets > most:
            raise system_limit(f"a binary of more than {most >> 20} MiB")
        # A few such binaries would take more memory than any number of steps.
        _look_at_memory(octets)


def bytes_used() -> int:
    """Return the memory of the program in bytes; its peak if the system reports only that."""
    try:
        with Path("/proc/self/statm").open("rb") as statm:
            return int(statm.read().split()[1]) * _PAGE
    except OSError:
        return _peak()


def _peak() -> int:
    try:
        import resource  # noqa: PLC0415  # not on every platform
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


_PAGE: Final = 4096
_LARGE: Final = 1 << 20  # octets
_WORD: Final = 8  # bytes of a list's reference to an item
