"""Debug options and idle timeout of servers, and terms in Erlang's syntax for `sys.trace`."""

import re
import time
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from kvshell.otp.gen.calls import GEN_CALL, GEN_CAST
from kvshell.runtime.process import PRIORITIES
from kvshell.runtime.processes.record import Process
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    Function,
    List,
    Map,
    Opaque,
    Pid,
    Ref,
    Term,
    inspect,
    key,
)

_PLAIN = re.compile(r"[a-z][a-zA-Z0-9_@]*\Z")
_RESERVED = frozenset(
    [
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case",
        "catch", "cond", "div", "else", "end", "fun", "if", "let", "maybe", "not", "of", "or",
        "orelse", "receive", "rem", "try", "when", "xor",
    ]
)  # fmt: skip
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\"}


def erlang(term: Term) -> str:
    """Return a term as Erlang's io_lib prints it with `~tp`, without line breaks."""
    match term:
        case Atom():
            return _atom(term.name)
        case None:
            return "nil"
        case bool():
            return "true" if term else "false"
        case str():
            return _binary(term)
        case bytes():
            return f"<<{','.join(map(str, term))}>>"
        case tuple():
            return f"{{{','.join(map(erlang, term))}}}"
        case List():
            return _list(term)
        case Map():
            return f"#{{{','.join(f'{erlang(k)} => {erlang(v)}' for k, v in term.items())}}}"
        case Pid():
            return f"<0.{term.number}.0>"
        case Ref():
            return inspect(term).replace("#Reference", "#Ref")
        case Function():
            module = term.capture.module_function.rpartition(".")[0]
            return f"#Fun<Elixir.{module}.{term.capture.index}.{term.capture.uniq}>"
        case Opaque():
            return f"'{inspect(term)}'"
    return inspect(term)


def _atom(name: str) -> str:
    if _PLAIN.match(name) and name not in _RESERVED:
        return name
    return f"'{_escaped(name, chr(39))}'"


def _escaped(text: str, quote: str) -> str:
    return "".join(_ESCAPES.get(c, f"\\{c}" if c == quote else c) for c in text)


def _binary(text: str) -> str:
    if not text:
        return "<<>>"
    if not all(char.isprintable() or char in _ESCAPES for char in text):
        return f"<<{','.join(map(str, text.encode()))}>>"
    kind = "" if text.isascii() else "/utf8"
    return f'<<"{_escaped(text, chr(34))}"{kind}>>'


def _list(items: List) -> str:
    if items.proper and items.items and all(_is_char(item) for item in items.items):
        return f'"{_escaped("".join(map(chr, items.items)), chr(34))}"'
    inside = ",".join(map(erlang, items.items))
    return f"[{inside}]" if items.proper else f"[{inside}|{erlang(items.last)}]"


def _is_char(term: Term) -> bool:
    return type(term) is int and (32 <= term < 127 or term in {9, 10, 13})


LOG: Final = 10  # number of events kept by default


class Debug:
    """The debug options of one server. All methods run in the server."""

    __slots__ = ("_in", "_installed", "_log", "_out", "_since", "_traced")

    def __init__(self) -> None:
        self._traced = False
        self._log: deque[Term] | None = None
        self._since: tuple[Term, int] | None = None  # counting began, messages by then
        self._in = self._out = 0
        self._installed: dict[Any, tuple[Function, Term]] = {}  # what receives events, by id

    def is_off(self) -> bool:
        """Whether nothing is counted, kept or printed."""
        listens = self._traced or bool(self._installed)
        return not listens and self._log is None and self._since is None

    def note(self, process: Process, event: Term) -> None:
        """Process an event: `{:in, message}`, `{:out, reply, from, state}`, `{:noreply, state}`."""
        if self._since is not None:
            self._in += event[0] is A.in_
            self._out += event[0] is A.out
        if self._log is not None:
            self._log.append(event)
        if self._traced:
            _print(process, event)
        for name, (function, state) in list(self._installed.items()):
            try:
                new = function(state, event, process.shown())
            except Exception:  # noqa: BLE001  # as in sys.erl: remove it if it raises
                new = A.done
            if new is A.done:
                del self._installed[name]
            else:
                self._installed[name] = (function, new)

    def install(self, name: Term, function: Function, state: Term) -> None:
        """Call a function on every event, unless one with this name is already installed."""
        self._installed.setdefault(_installed_as(name), (function, state))

    def remove(self, name: Term) -> None:
        """Stop calling the function with this name."""
        self._installed.pop(_installed_as(name), None)

    # -- requests of sys -------------------------------------------------------------------------

    def trace(self, flag: bool) -> Term:
        """Start or stop printing every event."""
        self._traced = flag
        return A.ok

    def log(self, process: Process, flag: Term) -> Term:
        """Handle the flag of `sys.log`.

        True or `{true, n}` keeps recent events, False drops them, `:get` returns them, `:print`
        prints them.
        """
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
        """Handle the flag of `sys.statistics`.

        True starts and False stops counting messages; `:get` returns the counts.
        """
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


def _installed_as(name: Term) -> Any:
    """Return what identifies `name`: of a Python function its code, however often it is wrapped."""
    return name.capture.code if isinstance(name, Function) else key(name)


def _now(process: Process) -> Term:
    """Return `{{year, month, day}, {hour, minute, second}}`; virtual time counts from 1970."""
    runtime = process.runtime
    free = runtime.scheduler.inlines
    now = time.localtime() if free else time.gmtime(runtime.now_ms() / 1000)
    return (tuple(now[:3]), tuple(now[3:6]))


def _print(process: Process, event: Term) -> None:
    """Print one event, like gen_server's print_event, as an event of the runtime."""
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


class Extras:
    """The data in `Process.extra`: debug options and idle timeout, for a server with either."""

    __slots__ = ("debug", "idle", "idle_ms")

    def __init__(self) -> None:
        self.debug: Debug | None = None
        self.idle: Ref | None = None  # the timer that sends `:timeout`
        self.idle_ms: int | None = None


def extras(process: Process) -> Extras:
    """Return the extras of a process, created on first use."""
    found: Extras = process.extra if process.extra is not None else Extras()
    process.extra = found
    return found


_SPAWN: Final = frozenset(
    [
        A.async_dist, A.fullsweep_after, A.max_heap_size, A.message_queue_data,
        A.min_bin_vheap_size, A.min_heap_size, A.priority,
    ]
)  # fmt: skip


def checked_priority(options: Iterable[object]) -> Atom:
    """Return the `:priority` in the options of a spawn.

    Raises:
        ArgumentError: an option is invalid.
    """
    found: Any = A.normal
    for option in options:
        match option:
            case A.link:
                continue
            case (Atom() as name, value) if name in _SPAWN:
                if name is A.priority:
                    found = value
            case _:
                raise ArgumentError.of_erlang()
    if found not in PRIORITIES:
        raise ArgumentError.of_erlang()
    priority: Atom = found
    return priority


def begin_debugging(process: Process, options: Iterable[object]) -> None:
    """Apply the `debug:` option of a start; unknown options are ignored."""
    for option in options:
        found = extras(process)
        debug = found.debug = found.debug or Debug()
        match option:
            case A.trace:
                debug.trace(True)
            case A.log:
                debug.log(process, True)
            case (A.log, int() as most):
                debug.log(process, (True, most))
            case A.statistics:
                debug.statistics(process, True)
            case (A.install, (*named, Function() as function, state)):
                debug.install(named[0] if named else function, function, state)
        if debug.is_off():
            found.debug = None
            tidy(process)


def tidy(process: Process) -> None:
    """Remove a process's extras if they are not needed."""
    found: Extras | None = process.extra
    if found is not None and found.idle_ms is None and found.debug is None:
        process.extra = None


def wait_idle(process: Process, timeout_ms: int) -> None:
    """Send the process `:timeout` unless a message arrives within `timeout_ms`. Runs in it."""
    found = extras(process)
    found.idle_ms = timeout_ms
    timers = process.runtime.timers
    found.idle = timers.send_after(process, process.pid, A.timeout, timeout_ms)


def note_message(process: Process, found: Extras, message: Term, is_system: bool) -> None:
    """Record a message before it is handled, and cancel the idle timeout."""
    _disarm(process, found, message)
    if not is_system:
        found.idle_ms = None
        if found.debug is not None:
            found.debug.note(process, (A.in_, message))
        tidy(process)


def went_on(process: Process, found: Extras) -> None:
    """Restart the idle timeout after a system message, unless the process is suspended."""
    if found.idle_ms is not None and not process.suspended:
        wait_idle(process, found.idle_ms)


def _disarm(process: Process, found: Extras, message: Term) -> None:
    """Stop the idle timer; if it has fired, remove its `:timeout` from the mailbox."""
    ref, found.idle = found.idle, None
    if ref is None:
        return
    fired = process.runtime.timers.cancel(ref) is None
    if fired and message is not A.timeout and process.mailbox:
        with process.lock:
            for index, queued in enumerate(process.mailbox):
                if queued is A.timeout:
                    del process.mailbox[index]
                    break


def note(process: Process, event: Term) -> None:
    """Pass an event to the debug options, if there are any."""
    found: Extras | None = process.extra
    if found is not None and found.debug is not None:
        found.debug.note(process, event)
