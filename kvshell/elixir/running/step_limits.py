"""Limits on the steps and the memory of users' code, and its interruption.

Compiled code does not count steps: every loop runs in blocks of BLOCK iterations, and every
recursive function calls `due()`; both call `tick` once in STRIDE steps. It checks the interrupt
flag, whether the process has been killed, and the thread's budgets.
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
MOST_BYTES: Final = 1 << 30  # bytes that users' code may add to the program's memory
# Bytes that an untrusted document may add. Memory is checked once in STRIDE steps, and a growing
# map holds its old table beside the new one; the rest of 300 MB leaves room for that.
DOCUMENT_BYTES: Final = 160 << 20
DOCUMENT_OCTETS: Final = 1 << 22  # bytes of one binary in an untrusted document

# Compiled loops iterate over it, so that counting an iteration costs next to nothing.
BLOCK: Final = range(STRIDE)
# Returns True once in STRIDE calls, otherwise None. All threads share it: it need not be exact.
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
    """Within the block, limit the program's memory to `base` plus `added` bytes.

    The limit applies to the code of all threads.
    """
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
        Exit: the code was interrupted.
        ElixirError: a SystemLimitError if a budget is exhausted.
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
    """Yield the items, and call `tick` once in STRIDE items."""
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
    """Yield the items of a sequence like `ticking`, but in slices, at full speed."""
    return chain.from_iterable(_slices(whole)) if len(whole[: STRIDE + 1]) > STRIDE else iter(whole)


def _slices(whole: Sequence[Any]) -> Iterator[Sequence[Any]]:
    yield whole[:STRIDE]
    rest = whole[STRIDE:]
    while rest:
        tick()
        yield rest[:STRIDE]
        rest = rest[STRIDE:]


def room_for(items: int) -> int:
    """Return `items`, the number of items of a list or tuple, if it is within the limit.

    Raises:
        ElixirError: a SystemLimitError if it exceeds the limit.
    """
    if items > MOST_ITEMS:
        raise system_limit(f"a list of more than {MOST_ITEMS:,} items")
    if items > _LARGE // _WORD:
        _look_at_memory(items * _WORD)
    return items


def room_for_octets(octets: int) -> None:
    """Raise SystemLimitError if a binary of `octets` bytes exceeds the limit.

    The limit is lower for untrusted documents.
    """
    if octets > _LARGE:
        most = DOCUMENT_OCTETS if _most else MOST_OCTETS
        if octets > most:
            raise system_limit(f"a binary of more than {most >> 20} MiB")
        # Checked at once: a few such binaries can use up the memory long before the next tick.
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
