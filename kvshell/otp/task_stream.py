"""Task streams: run a function on each item, with limited concurrency.

Mirrors Task.async_stream.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from kvshell.otp.agent import function as as_function
from kvshell.otp.gen.proc_lib import call_of, spawn
from kvshell.otp.gen_server import INFINITY, Timeout
from kvshell.otp.task_process import (
    MODULE,
    SUPERVISED,
    Code,
    callers,
    put_callers,
    run,
    starter,
)
from kvshell.otp.task_process import deliver as send_value
from kvshell.runtime import process
from kvshell.runtime.defined_modules import takes
from kvshell.runtime.processes.exits import Exit
from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    Function,
    FunctionClauseError,
    List,
    Pid,
    Ref,
    Term,
)
from kvshell.terms import term as as_term

CONCURRENCY: Final = 2  # default number of concurrent tasks: the number of schedulers


class StreamOptions(NamedTuple):
    """How a stream of tasks runs; the names are those of Task.async_stream/3."""

    max_concurrency: int = CONCURRENCY
    ordered: bool = True
    timeout: Timeout = 5000
    on_timeout: Atom = A.exit
    zip_input_on_exit: bool = False


DEFAULTS: Final = StreamOptions()


class StreamWork:
    """An item, the task that works on it, and its result once there is one."""

    __slots__ = ("deadline", "item", "pid", "ref", "result")

    def __init__(self, item: Term, pid: Pid, ref: Ref, deadline: int | None) -> None:
        self.item = item
        self.pid = pid
        self.ref = ref
        self.deadline = deadline
        self.result: Term = NOTHING


# Starts a task for an item: its pid and the reference of its value.
Start = Callable[[Term], tuple[Pid, Ref]]


def async_stream(
    items: Iterable[object], code: Code, options: StreamOptions = DEFAULTS
) -> Iterator[Term]:
    """Yield `{:ok, value}` or `{:exit, reason}` for each item, with a linked task for each.

    `code` is a function of the item, or `(module, function, args)`, called with the item as first
    argument. Nothing runs before the first result is requested. Mirrors Task.async_stream/3 and
    /5. Receive point.
    """
    check(code, options)

    def start(item: Term) -> tuple[Pid, Ref]:
        owner, by, line, work = process.self_(), starter(), callers(), with_item(code, item)

        def entry() -> None:
            ref = process.receive(lambda m: type(m) is tuple and len(m) == 2 and m[0] is owner)[1]
            put_callers(line)
            send_value(owner, ref, run(by, work))

        pid = spawn(entry, "Task", call_of(work), link=True)
        ref = process.monitor(pid)
        process.send(pid, (owner, ref))
        return pid, ref

    return stream(items, start, options)


def check(code: Code, options: StreamOptions) -> None:
    """Raise unless `code` is a function of one argument and the options are valid."""
    if isinstance(code, Function):
        fits = code.capture.arity == 1
    else:
        fits = takes(code, 1) or (isinstance(code, tuple) and len(code) == 3)
    if not fits:
        raise FunctionClauseError(MODULE, A.async_stream, 3)
    most = options.max_concurrency
    if type(most) is not int or most <= 0:
        raise ArgumentError(":max_concurrency must be an integer greater than zero")


def with_item(code: Code, item: Term) -> Term:
    """Return the `{module, function, args}` to run on one item."""
    if isinstance(code, tuple):
        module, name, args = code
        return (module, name, List((item, *(as_term(each) for each in args))))
    return (A.erlang, A.apply, List((as_function(code, 1), List((item,)))))


def stream(items: Iterable[object], start: Start, options: StreamOptions) -> Iterator[Term]:
    """Yield the results of the tasks that `start` starts for the items."""
    waiting: deque[StreamWork] = deque()
    source = iter(items)
    exhausted = False
    try:
        while True:
            running = sum(work.result is NOTHING for work in waiting)
            while not exhausted and running < options.max_concurrency:
                item = next(source, NOTHING)
                if item is NOTHING:
                    exhausted = True
                    break
                waiting.append(_begun(as_term(item), start, options))
                running += 1
            ready = _ready(waiting, options)
            if ready is not None:
                waiting.remove(ready)
                yield ready.result
            elif waiting:
                _wait_for_one(waiting, options)
            else:
                return
    finally:
        _end(waiting)


def _begun(item: Term, start: Start, options: StreamOptions) -> StreamWork:
    pid, ref = start(item)
    deadline = None
    if options.timeout is not INFINITY:
        deadline = current_process(carrier()).runtime.now_ms() + int(options.timeout)  # type: ignore[arg-type]  # anything but :infinity is milliseconds
    return StreamWork(item, pid, ref, deadline)


def _ready(waiting: deque[StreamWork], options: StreamOptions) -> StreamWork | None:
    """Return the work whose result is next: only the oldest if `ordered`."""
    if options.ordered:
        return waiting[0] if waiting and waiting[0].result is not NOTHING else None
    return next((work for work in waiting if work.result is not NOTHING), None)


def _wait_for_one(waiting: deque[StreamWork], options: StreamOptions) -> None:
    """Wait until another task has ended or has timed out."""
    open_ = {work.ref: work for work in waiting if work.result is NOTHING}
    due = [work.deadline for work in open_.values() if work.deadline is not None]
    now = current_process(carrier()).runtime.now_ms()
    message = process.receive(_about(open_), max(0, min(due) - now) if due else None, NOTHING)
    if message is NOTHING:
        late = min(open_.values(), key=lambda work: work.deadline or 0)
        _kill(late)
        if options.on_timeout is A.exit:
            name = (SUPERVISED, A.stream, List((options.timeout,)))
            raise Exit((A.timeout, name))
        late.result = _exit_of(late, A.timeout, options)
        return
    if message[0] is A.DOWN:
        work = open_[message[1]]
        work.result = _exit_of(work, message[4], options)
        _forget_exit(work.pid)
        return
    work = open_[message[0]]
    process.demonitor(work.ref, flush=True)
    work.result = (A.ok, message[1])
    process.unlink(work.pid)
    _forget_exit(work.pid)


def _exit_of(work: StreamWork, reason: Term, options: StreamOptions) -> Term:
    return (A.exit, (work.item, reason) if options.zip_input_on_exit else reason)


def _kill(work: StreamWork) -> None:
    process.unlink(work.pid)
    process.exit(work.pid, A.kill)
    process.demonitor(work.ref, flush=True)
    _forget_exit(work.pid)


def _forget_exit(pid: Pid) -> None:
    """Remove the task's exit signal from the mailbox of a caller that traps exits."""
    process.receive(lambda m: type(m) is tuple and m[:2] == (A.EXIT, pid), 0)


def _end(waiting: Iterable[StreamWork]) -> None:
    """Stop the remaining tasks when no more results are requested."""
    for work in waiting:
        if work.result is NOTHING:
            _kill(work)


def _about(open_: dict[Ref, StreamWork]) -> Callable[[Any], bool]:
    def matches(message: Any) -> bool:
        if type(message) is not tuple or len(message) not in (2, 5):
            return False
        ref = message[0] if len(message) == 2 else message[1]
        is_down = len(message) == 5 and message[0] is A.DOWN
        return type(ref) is Ref and ref in open_ and (len(message) == 2 or is_down)

    return matches
