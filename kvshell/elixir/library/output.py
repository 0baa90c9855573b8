"""Output: to the printing process's group leader, another process, or standard error.

The session registers how its clients' group leaders print; by default, text goes to Python's
standard output.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kvshell.runtime.group_leader import leader_to_ask, put_chars
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, ArgumentError, Atom, ErlangError, Pid, Term, inspect

Writer = Callable[[Term, str], None]


def _python(device: Term, text: str) -> None:
    (sys.stderr if device is A.stderr else sys.stdout).write(text)


_writers: list[Writer] = [_python]


def write_with(writer: Writer) -> None:
    """Register the function that prints, `writer(device, text)`.

    The device is `:stdio`, `:stderr` or a pid.
    """
    _writers[:] = [writer]


@contextmanager
def writing_with(writer: Writer) -> Iterator[None]:
    """Use `writer` for output within the block."""
    before = _writers[0]
    _writers[:] = [writer]
    try:
        yield
    finally:
        _writers[:] = [before]


def write(device: Term, text: str) -> None:
    """Write text to a device: `:stdio`, `:stderr`, or a name or pid."""
    if device is A.stdio or device is A.standard_io or device is A.user:
        device = A.stdio
    elif device is A.standard_error:
        device = A.stderr
    elif type(device) is Atom and device is not A.stderr:
        from kvshell.runtime import process  # noqa: PLC0415  # rare

        found = process.whereis(device)
        if found is None:
            raise ArgumentError.at(1, "the device does not exist")
        device = found
    elif type(device) is not Pid and device is not A.stderr:
        raise ArgumentError.at(1, "the device does not exist")
    taker = _capture(device) if _captures else None
    if taker is not None:
        taker.append(text)
        return
    asked = leader_to_ask() if device is A.stdio else device
    if type(asked) is Pid:
        _ask(asked, text)
    else:
        _writers[0](device, text)


def _ask(device: Pid, text: str) -> None:
    """Ask another process to print, by Erlang's I/O protocol. Receive point."""
    answer = put_chars(device, text)
    match answer:
        case (A.error, A.terminated):
            raise ErlangError(A.terminated)
        case (A.error, reason):
            reason_text = inspect(reason).removeprefix(":")
            raise ArgumentError(
                f"errors were found at the given arguments: unknown error: {reason_text}"
            )


class Captured(list[str]):
    """The text captured so far, and the input not yet read."""

    def __init__(self, given: str = "", *, prompts: bool = True) -> None:
        super().__init__()
        self._given = given
        self._prompts = prompts

    def line(self, prompt: str) -> Term:
        """Return the next line of input with its newline, or :eof; capture the prompt as output."""
        if self._prompts:
            self.append(prompt)
        line, end, self._given = self._given.partition("\n")
        return line + end or A.eof


# Captured output by process and device.
_captures: dict[tuple[Pid, Term], Captured] = {}


@contextmanager
def captured(
    owner: Pid, device: Term, given: str = "", *, prompts: bool = True
) -> Iterator[Captured]:
    """Within the block, capture what `owner` and the processes it starts write to a device.

    Their input comes from `given`; `prompts` tells whether their prompts are captured, too.
    """
    key = (owner, device)
    before = _captures.get(key)
    pieces = _captures[key] = Captured(given, prompts=prompts)
    try:
        yield pieces
    finally:
        del _captures[key]
        if before is not None:
            _captures[key] = before


def read_line(prompt: str) -> Term:
    """Return the next line of the captured input, or :eof; None if output is not captured."""
    found = _capture(A.stdio) if _captures else None
    return None if found is None else found.line(prompt)


def _capture(device: Term) -> Captured | None:
    """Return the capture that applies to the running process or one of its ancestors, or None."""
    me = current()
    pid: Pid | None = me.pid
    while pid is not None:
        found = _captures.get((pid, device))
        if found is not None:
            return found
        seen = me.runtime.observe(pid)
        pid = None if seen is None else seen.parent
    return None
