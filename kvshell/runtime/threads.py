"""Threads: how one starts, and the stacks of controlled runtimes, kept for the next one.

A search makes thousands of runtimes, one after the other; a thread of its own for every process in
each of them would cost more than the processes do.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from kvshell.runtime.carrier import Carrier, here
from kvshell.runtime.exits import Exit
from kvshell.runtime.turns import take_turns
from kvshell.terms import A

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


stuck: list[threading.Thread] = []  # those that were left alone in somebody's code


def started(
    run: Callable[..., None], name: str, args: tuple[Any, ...] = ()
) -> threading.Thread | None:
    """Start a thread; None when the machine gives none, as in a container with a limit."""
    thread = threading.Thread(target=run, args=args, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread


class Runner(Protocol):
    """A scheduler whose processes these threads run."""

    def run(self, carrier: Carrier, process: "Process") -> "Process | None":
        """Run `process` and return who runs next on this thread; None when it is idle now."""


class Threads:
    """Idle threads, and those at work. `close` ends the idle ones."""

    def __init__(self) -> None:
        self._idle: list[Carrier] = []
        self._all: list[threading.Thread] = []
        self._closed = False

    def start(self, runner: Runner, process: "Process") -> Carrier:
        """Return a thread that will run `process` for `runner` as soon as its lock is released.

        Raises:
            Exit: `:system_limit`, the machine has no thread more.
        """
        carrier = self._idle.pop() if self._idle else self._new()
        carrier.job = (runner, process)
        return carrier

    def idle(self, carrier: Carrier) -> None:
        """The thread has nothing to do: the next `start` may have it."""
        carrier.job = None
        self._idle.append(carrier)
        if self._closed:  # it was stuck then, and is not any more
            carrier.wake()

    def abandon(self, carrier: Carrier) -> None:
        """Wait no more for that thread: it is stuck in user code, and ends when it gets out."""
        stuck.extend(thread for thread in self._all if thread.ident == carrier.thread)
        self._all = [thread for thread in self._all if thread not in stuck]

    def close(self) -> None:
        """End the threads that are idle; one that is stuck in user code ends when it gets out."""
        self._closed = True
        for carrier in self._idle:
            carrier.wake()
        self._idle.clear()
        for thread in self._all:
            if thread is not threading.current_thread():
                thread.join(timeout=2.0)
        self._all.clear()

    def _new(self) -> Carrier:
        carrier = Carrier()
        thread = started(self._work, "kvshell-controlled", (carrier,))
        if thread is None:
            raise Exit(A.system_limit)
        self._all.append(thread)
        return carrier

    def _work(self, carrier: Carrier) -> None:
        take_turns()
        here.carrier = carrier
        carrier.thread = threading.get_ident()
        while True:
            carrier.lock.acquire()
            job: tuple[Runner, Process] | None = carrier.job
            if job is None:
                return
            self._run(carrier, *job)
            job = None  # while it is idle it holds no runtime and no process

    def _run(self, carrier: Carrier, runner: Runner, process: Any) -> None:
        while process is not None:
            process = runner.run(carrier, process)
