"""`Port`: the operating-system process of an Erlang VM and the pipes to it.

The VM reads our packets from descriptor 3 and writes its own to 4; its standard output and error go
to a third pipe, so that nothing it prints can break a packet. It has its own process group: Ctrl-C
at the terminal is for kvshell only. However this process ends, the kernel closes the pipes, and the
node ends with them. The node inherits no other descriptor, so a program that reads kvshell's output
does not wait for the node.
"""

import os
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fcntl import F_DUPFD_CLOEXEC, fcntl
from select import POLLHUP, POLLIN, POLLOUT, poll
from time import monotonic
from typing import Final

from kvshell.engines.beam.packets import LENGTH, Frame, decode, encode

TO_NODE, FROM_NODE = 3, 4
_ABOVE: Final = 10  # dup2 onto 3 and 4 must not hit a descriptor that has yet to be moved
_CHUNK: Final = 1 << 16
KILL_AFTER_S: Final = 3.0


class NodeDownError(Exception):
    """The node has terminated."""


class Port:
    """The pipes to one node. Used by one thread; only `wake` is safe in a signal handler."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        node_reads, self._to = _pipe()
        self._from, node_writes = _pipe()
        self._output, node_prints = _pipe()
        self._woken, self._wake = _pipe()
        null = os.open(os.devnull, os.O_RDONLY)
        ends = (node_reads, node_writes, node_prints, null)
        try:
            self.pid = os.posix_spawnp(
                argv[0],
                list(argv),
                dict(environment),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, null, 0),
                    (os.POSIX_SPAWN_DUP2, node_prints, 1),
                    (os.POSIX_SPAWN_DUP2, node_prints, 2),
                    (os.POSIX_SPAWN_DUP2, node_reads, TO_NODE),
                    (os.POSIX_SPAWN_DUP2, node_writes, FROM_NODE),
                ],
                setpgroup=0,
            )
        except OSError:
            for fd in (self._to, self._from, self._output, self._woken, self._wake):
                os.close(fd)
            raise
        finally:
            for fd in ends:
                os.close(fd)
        for fd in (self._to, self._from, self._output, self._woken, self._wake):
            os.set_blocking(fd, False)
        self._poll = poll()
        for fd in (self._from, self._output, self._woken):
            self._poll.register(fd, POLLIN)
        self._unsent = bytearray()
        self._received = bytearray()
        self._frames: deque[Frame] = deque()
        self._printed = bytearray()
        self._open = True
        self._eof = False
        self._silent = False  # whether its standard output has ended
        self._reaped = False  # whether it has ended and its process id is free

    # -- packets -------------------------------------------------------------------------------

    def send(self, frame: Frame) -> None:
        """Send a frame; data that does not fit into the pipe is sent during `receive`.

        Raises:
            NodeDownError: the node has terminated.
        """
        if not self._open:
            raise NodeDownError
        self._unsent += encode(frame)
        self._write()

    def receive(self, timeout_s: float | None) -> Frame | None:
        """Return the next frame; None after `timeout_s`, or if `wake` was called.

        Raises:
            NodeDownError: the node has terminated, and all its frames have been received.
        """
        until = None if timeout_s is None else monotonic() + timeout_s
        while not self._frames:
            if self._eof or not self._open:
                raise NodeDownError
            left = None if until is None else max(0.0, until - monotonic())
            woken = self._wait(left)
            if self._frames:
                break
            if woken or (until is not None and monotonic() >= until):
                return None
        return self._frames.popleft()

    def wake(self) -> None:
        """Make `receive` return. Safe in a signal handler."""
        with suppress(OSError):
            os.write(self._wake, b".")

    def printed(self) -> str:
        """Return the text that the node has printed since the last call."""
        taken = bytes(self._printed)
        self._printed.clear()
        return taken.decode("utf-8", "replace")

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The descriptors that are readable when `receive` or `printed` has data; () at the end."""
        if self._eof or not self._open:
            return ()
        return (self._from,) if self._silent else (self._from, self._output)

    def _wait(self, timeout_s: float | None) -> bool:
        if self._unsent:
            self._poll.register(self._to, POLLOUT)
        try:
            ready = dict(self._poll.poll(None if timeout_s is None else timeout_s * 1000))
        finally:
            if self._unsent:
                self._poll.unregister(self._to)
        if self._to in ready:
            self._write()
        if self._output in ready:
            data = _read(self._output)
            self._printed += data
            if not data and ready[self._output] & POLLHUP:
                self._poll.unregister(self._output)
                self._silent = True
        if self._from in ready:
            self._read_frames()
        if self._woken in ready:
            _read(self._woken)
            return True
        return False

    def _write(self) -> None:
        try:
            while self._unsent:
                sent = os.write(self._to, memoryview(self._unsent)[:_CHUNK])
                del self._unsent[:sent]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._unsent.clear()  # `receive` first returns the remaining frames of the node

    def _read_frames(self) -> None:
        data = _read(self._from)
        if data == b"":
            self._eof = True
            return
        self._received += data
        while len(self._received) >= LENGTH.size:
            size = LENGTH.unpack_from(self._received)[0]
            end = LENGTH.size + size
            if len(self._received) < end:
                break
            body = bytes(self._received[LENGTH.size : end])
            del self._received[:end]
            self._frames.append(decode(body))

    # -- termination ---------------------------------------------------------------------------

    def close(self) -> None:
        """End the node by closing its pipe; kill it if it does not end in time."""
        if not self._open:
            return
        self._open = False
        for fd in (self._to, self._from, self._output, self._woken, self._wake):
            os.close(fd)
        self._reaped = self._reaped or _ended(self.pid, KILL_AFTER_S)
        if not self._reaped:
            self.kill()
            self._reaped = _ended(self.pid, KILL_AFTER_S)

    @property
    def has_ended(self) -> bool:
        """Whether the node's process has ended."""
        self._reaped = self._reaped or _ended(self.pid, 0.0)
        return self._reaped

    def kill(self) -> None:
        """Kill the node and everything it started, as a power failure would."""
        if self._reaped:  # its process id may belong to another process now
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _pipe() -> tuple[int, int]:
    """Create a pipe whose descriptors are not 3 or 4, which the node uses."""
    ends = os.pipe()
    moved = tuple(fcntl(fd, F_DUPFD_CLOEXEC, _ABOVE) for fd in ends)
    for fd in ends:
        os.close(fd)
    return moved[0], moved[1]


def _read(fd: int) -> bytes:
    """Read all available data; b"" at the end of the file, or if no data is available."""
    data = bytearray()
    while len(data) < _CHUNK * 16:
        try:
            chunk = os.read(fd, _CHUNK)
        except BlockingIOError:
            break
        except OSError:
            break
        if not chunk:
            break
        data += chunk
        if len(chunk) < _CHUNK:
            break
    return bytes(data)


def _ended(pid: int, timeout_s: float) -> bool:
    """Wait at most `timeout_s` seconds for a child process to end; return whether it has ended."""
    until = monotonic() + timeout_s
    pause = 0.001
    while True:
        try:
            done, _status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return True
        if done:
            return True
        if monotonic() > until:
            return False
        poll().poll(pause * 1000)
        pause = min(pause * 2, 0.05)
