"""Debug: what `sys` counts, keeps and prints of the messages one server handles. Mirrors sys.erl.

It hangs on the process's `extra`, so a server nobody looks into pays one attribute read a message.
While it is there no caller runs a clause of the server.
"""

import time
from collections import deque
from typing import Final

from kvshell.otp.erlang import erlang
from kvshell.otp.gen import GEN_CALL, GEN_CAST
from kvshell.runtime.record import Process
from kvshell.terms import A, List, Term

LOG: Final = 10  # events kept unless told otherwise


class Debug:
    """The debug options of one server. Runs in it."""

    __slots__ = ("_in", "_log", "_out", "_since", "_traced")

    def __init__(self) -> None:
        self._traced = False
        self._log: deque[Term] | None = None
        self._since: tuple[Term, int] | None = None  # when counting began, and handled by then
        self._in = self._out = 0

    def is_off(self) -> bool:
        """Whether nothing is counted, kept or printed."""
        return not self._traced and self._log is None and self._since is None

    def note(self, process: Process, event: Term) -> None:
        """Take one event: `{:in, message}`, `{:out, reply, from, state}`, `{:noreply, state}`."""
        if self._since is not None:
            self._in += event[0] is A.in_
            self._out += event[0] is A.out
        if self._log is not None:
            self._log.append(event)
        if self._traced:
            _print(process, event)

    # -- what sys asks ---------------------------------------------------------------------------

    def trace(self, flag: bool) -> Term:
        """Print every event from now on, or none."""
        self._traced = flag
        return A.ok

    def log(self, process: Process, flag: Term) -> Term:
        """Keep the last events: True, `{true, n}`, False; `:get` them, `:print` them."""
        match flag:
            case True:
                self._log = deque(self._log or (), maxlen=LOG)
            case (True, int() as most):
                self._log = deque(self._log or (), maxlen=most)
            case False:
                self._log = None
            case A.get:
                return (A.ok, List(self._log or ()))
            case _:
                for event in self._log or ():
                    _print(process, event)
        return A.ok

    def statistics(self, process: Process, flag: Term) -> Term:
        """Count messages: True from now on, False no more; `:get` what was counted."""
        if flag is True:
            self._since, self._in, self._out = (_now(process), process.handled), 0, 0
        elif flag is False:
            self._since = None
        elif self._since is None:
            return (A.ok, A.no_statistics)
        else:
            began, handled = self._since
            return (
                A.ok,
                List(
                    [
                        (A.start_time, began),
                        (A.current_time, _now(process)),
                        (A.reductions, process.handled - handled),
                        (A.messages_in, self._in),
                        (A.messages_out, self._out),
                    ]
                ),
            )
        return A.ok


def _now(process: Process) -> Term:
    """Return `{{year, month, day}, {hour, minute, second}}`; in virtual time since the epoch."""
    runtime = process.runtime
    free = runtime.scheduler.inlines
    now = time.localtime() if free else time.gmtime(runtime.now_ms() / 1000)
    return (tuple(now[:3]), tuple(now[3:6]))


def _print(process: Process, event: Term) -> None:
    """Print one event, as gen_server's print_event does, as an event of the runtime."""
    match event:
        case (A.in_, (head, (caller, _), request)) if head is GEN_CALL:
            text = f"got call {erlang(request)} from {erlang(caller)}"
        case (A.in_, (head, request)) if head is GEN_CAST:
            text = f"got cast {erlang(request)}"
        case (A.in_, message):
            text = f"got {erlang(message)}"
        case (A.out, reply, (caller, _), state):
            text = f"sent {erlang(reply)} to {erlang(caller)}, new state {erlang(state)}"
        case (_noreply, state):
            text = f"new state {erlang(state)}"
        case _:
            text = erlang(event)
    shown = erlang(process.shown())
    process.runtime.emit("debug", process.pid, f"*DBG* {shown} {text}", "debug")
