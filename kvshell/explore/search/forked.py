"""Forked: runs work in a forked process, on a second processor, and returns its result as data.

The searches under two laws are independent, so they run in two processes: `Forked`. The pending
runs of one law can be run ahead by others: `Served`, see helpers.py.
"""

import os
import pickle
import select
import signal
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from kvshell.runtime.schedule.threads import is_single_threaded

_LOOK_S: Final = 0.1  # interval for checking whether to stop
_HEADER: Final = 8  # bytes of a message's length prefix


def may_fork() -> bool:
    """Whether this process can be forked: fork exists, and no thread would be lost."""
    return hasattr(os, "fork") and is_single_threaded()


def _never() -> bool:
    return False


class _Child:
    """A forked process that writes to its parent. `close` ends it."""

    def __init__(self, run: Callable[[int], None]) -> None:
        """Fork the child, which runs `run` with the descriptor to write to, and then ends."""
        self._read_fd, back = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:  # pragma: no cover  # runs in the child, which ends here
            try:
                os.close(self._read_fd)
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
                # The parent repeats the work, and raises the same exception.
                with suppress(BaseException):
                    run(back)
            finally:
                os._exit(0)
        os.close(back)

    def _message(self, stop: Callable[[], bool]) -> Any:
        while not select.select([self._read_fd], [], [], _LOOK_S)[0]:
            if stop():
                return None
        found = _read(self._read_fd)
        return None if found is None else pickle.loads(found)  # noqa: S301  # our own child

    def close(self) -> None:
        """Kill the process, whatever it is doing."""
        os.close(self._read_fd)
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


class Forked(_Child):
    """A forked process that does some work; `result` waits for its result."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(lambda back: _write(back, work()))

    def result(self, stop: Callable[[], bool]) -> Any:
        """Return the result; None if an exception was raised, or `stop` returned True."""
        return self._message(stop)


class Served(_Child):
    """A forked process that answers requests in order while its parent lives.

    It gives a request one answer, and more while no other one waits.
    """

    def __init__(self, serve: Callable[[Any], Iterable[Any]]) -> None:
        asked, self._write_fd = os.pipe()

        def run(back: int) -> None:
            os.close(self._write_fd)
            while (request := _read(asked)) is not None:
                answered = False
                with suppress(Exception):
                    for found in serve(pickle.loads(request)):  # noqa: S301  # our own parent
                        _write(back, found)
                        answered = True
                        if select.select([asked], [], [], 0)[0]:
                            break
                if not answered:
                    _write(back, None)

        super().__init__(run)
        os.close(asked)
        os.set_blocking(self._write_fd, False)
        self._answers: deque[Any] = deque()  # what has been read so far

    def ask(self, request: Any) -> None:
        """Send a request, which the child reads when it has answered the earlier ones.

        Answers are read meanwhile: otherwise each could wait for the other to read.
        """
        left = _packed(request)
        with suppress(BrokenPipeError):  # the child has ended and will not answer
            while left:
                came, free, _ = select.select([self._read_fd], [self._write_fd], [])
                if free:
                    left = left[os.write(self._write_fd, left) :]
                elif came:
                    self._answers.append(self._message(_never))

    def has_answered(self) -> bool:
        """Whether `answer` returns at once."""
        return bool(self._answers or select.select([self._read_fd], [], [], 0)[0])

    def answer(self, stop: Callable[[], bool] = _never) -> Any:
        """Wait for the next answer; None if it raised, has ended, or `stop` returned True."""
        return self._answers.popleft() if self._answers else self._message(stop)

    def close(self) -> None:
        """Kill the process, whatever it is doing."""
        os.close(self._write_fd)
        super().close()


def _write(descriptor: int, message: Any) -> None:
    data = _packed(message)
    while data:
        data = data[os.write(descriptor, data) :]


def _packed(message: Any) -> bytes:
    packed = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return len(packed).to_bytes(_HEADER, "big") + packed


def _read(descriptor: int) -> bytes | None:
    header = _exactly(descriptor, _HEADER)
    return None if header is None else _exactly(descriptor, int.from_bytes(header, "big"))


def _exactly(descriptor: int, size: int) -> bytes | None:
    found = b""
    while len(found) < size:
        piece = os.read(descriptor, size - len(found))
        if not piece:
            return None
        found += piece
    return found
