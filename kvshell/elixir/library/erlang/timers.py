""":timer: messages and calls after a time, once or again and again.

As in OTP, one process, `:timer_server`, serves the timers that repeat or call a function; the first
such timer starts it.
"""

from __future__ import annotations

from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.library.system import system
from kvshell.otp import gen_server
from kvshell.otp.gen import modules
from kvshell.runtime import process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, List, Map, Pid, Ref, Term

timer = Library.of(":timer", Cost.WAITS)
SERVER = Atom("timer_server")
BAD = (A.error, A.badarg)


@timer.function(name="sleep")
def sleep(time: Term) -> Term:
    """Sleeps for a number of milliseconds."""
    return process.sleep(time)


def _unit(name: str, factor: int) -> None:
    def function(n: Term) -> Term:
        return n * factor

    function.__doc__ = f"Converts {name} to milliseconds."
    timer.function(name=name, cost=Cost.SHORT)(function)


for _name, _factor in (("seconds", 1000), ("minutes", 60_000), ("hours", 3_600_000)):
    _unit(_name, _factor)


@timer.function()
def tc(fun: Term, args: Term = MISSING, more: Term = MISSING) -> Term:
    """Measures a call: returns `{microseconds, result}`."""
    begin = system.monotonic_ns()
    if args is MISSING:
        value = caller(fun, 0)()
    elif more is MISSING:
        value = caller(fun, len(args.items))(*args.items)
    else:
        value = modules.apply(fun, args, more)
    return (system.monotonic_ns() - begin) // 1000, value


@timer.function(cost=Cost.SHORT)
def hms(hours: Term, minutes: Term, seconds: Term) -> Term:
    """Converts hours, minutes and seconds to milliseconds."""
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


@timer.function(cost=Cost.SHORT)
def now_diff(t2: Term, t1: Term) -> Term:
    """Returns the microseconds from the timestamp `t1` to `t2`."""
    (mega, seconds, micro), (mega1, seconds1, micro1) = t2, t1
    return ((mega - mega1) * 1_000_000 + seconds - seconds1) * 1_000_000 + micro - micro1


# -- one process for what repeats and what calls -------------------------------------------------


class TimerServer(gen_server.GenServer):
    """The timer process; its state maps references to `{again, ms, action, timer}`."""

    @classmethod
    def module_name(cls) -> Atom:
        """Return `:timer`, the module that this server belongs to."""
        return Atom("timer")

    def handle_call(self, request: Any, from_: Any, state: Any) -> Term:  # noqa: ARG002
        """Start a timer, or cancel one; cancelling an unknown timer is no error."""
        match request:
            case (A.start, Ref() as ref, again, int() as ms, action):
                sent = process.send_after(process.self_(), (A.timeout, ref), ms)
                return (A.reply, A.ok, state.put(ref, (again, ms, action, sent)))
            case (A.cancel, ref):
                if ref in state:
                    process.cancel_timer(state[ref][3])
                    state = state.delete(ref)
                return (A.reply, A.ok, state)
        return None

    def handle_info(self, message: Any, state: Any) -> Term:
        """Carry out the action of a timer that has expired, and restart it if it repeats."""
        match message:
            case (A.timeout, ref) if ref in state:
                again, ms, action, _ = state[ref]
                goes_on = _act(action)
                if again and goes_on:
                    sent = process.send_after(process.self_(), message, ms)
                    return (A.noreply, state.put(ref, (again, ms, action, sent)))
                return (A.noreply, state.delete(ref))
            case (A.timeout, _):
                return (A.noreply, state)
        return super().handle_info(message, state)


def _act(action: Any) -> bool:
    """Carry out the action of a timer; return whether its target still exists."""
    match action:
        case (A.send, Pid() as pid, message):
            process.send(pid, message)
            return process.alive(pid)
        case (A.send, name, message):
            found = process.whereis(name)
            if found is not None:
                process.send(found, message)
        case (A.exit, to, reason):
            found = to if type(to) is Pid else process.whereis(to)
            if found is not None:
                process.exit(found, reason)
        case (A.apply, module, function, args):
            process.spawn(lambda: modules.apply(module, function, args))
    return True


def _start(again: bool, time: Term, action: Term) -> Term:
    if type(time) is not int or time < 0:
        return BAD
    if process.whereis(SERVER) is None:
        gen_server.start(TimerServer, Map(), name=SERVER)
    ref = current().runtime.make_ref()
    # A repeating timer with an interval of 0 would never let the clock advance.
    gen_server.call(SERVER, (A.start, ref, again, max(time, 1) if again else time, action))
    return A.ok, (A.interval if again else A.once, ref)


def _to(dest: Any) -> bool:
    return type(dest) in {Pid, Atom}


@timer.function(name="send_after")
def send_after(time: Term, dest: Term, message: Term = MISSING) -> Term:
    """Sends a message after a number of milliseconds; returns `{:ok, timer}`."""
    if message is MISSING:
        dest, message = process.self_(), dest
    if type(time) is not int or time < 0 or not _to(dest):
        return BAD
    if time == 0:
        if type(dest) is Pid or process.whereis(dest) is not None:
            process.send(dest, message)
        return A.ok, (A.instant, current().runtime.make_ref())
    if type(dest) is Pid:
        return A.ok, (A.send_local, process.send_after(dest, message, time))
    return _start(False, time, (A.send, dest, message))


@timer.function()
def send_interval(time: Term, dest: Term, message: Term = MISSING) -> Term:
    """Sends a message every `time` milliseconds until the timer is cancelled."""
    if message is MISSING:
        dest, message = process.self_(), dest
    return _start(True, time, (A.send, dest, message)) if _to(dest) else BAD


def _applies(module: Any, function: Any, arguments: Any) -> bool:
    return type(module) is Atom and type(function) is Atom and type(arguments) is List


@timer.function()
def apply_after(time: Term, module: Term, function: Term, arguments: Term) -> Term:
    """Calls a function in a new process after a number of milliseconds."""
    if not _applies(module, function, arguments):
        return BAD
    return _start(False, time, (A.apply, module, function, arguments))


@timer.function()
def apply_interval(time: Term, module: Term, function: Term, arguments: Term) -> Term:
    """Calls a function in a new process every `time` milliseconds until cancelled."""
    if not _applies(module, function, arguments):
        return BAD
    return _start(True, time, (A.apply, module, function, arguments))


@timer.function()
def exit_after(time: Term, target: Term, reason: Term = MISSING) -> Term:
    """Sends an exit signal to a process after a number of milliseconds."""
    if reason is MISSING:
        target, reason = process.self_(), target
    return _start(False, time, (A.exit, target, reason)) if _to(target) else BAD


@timer.function()
def kill_after(time: Term, target: Term = MISSING) -> Term:
    """Kills a process after a number of milliseconds."""
    return exit_after(time, process.self_() if target is MISSING else target, A.kill)


@timer.function()
def cancel(ref: Term) -> Term:
    """Cancels a timer of this module."""
    match ref:
        case (A.send_local, Ref() as timer_ref):
            process.cancel_timer(timer_ref)
        case (A.interval | A.once, Ref() as timer_ref):
            if process.whereis(SERVER) is not None:
                gen_server.call(SERVER, (A.cancel, timer_ref))
        case (A.instant, Ref()):
            pass
        case _:
            return BAD
    return A.ok, A.cancel


@timer.function()
def start() -> Term:
    """Starts the timer process, unless it is running; returns `:ok`."""
    if process.whereis(SERVER) is None:
        gen_server.start(TimerServer, Map(), name=SERVER)
    return A.ok
