"""Process: what code that runs in a process can do. Mirrors Elixir's Process module.

Every function runs in the caller, which must be a process (`Runtime.attach`). Each is one effect:
it takes the caller's effect lock, refuses when the caller has been killed, acts, and lets go.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from kvshell.runtime.carrier import Carrier, carrier, current
from kvshell.runtime.exits import Exit, Interrupted, Killed
from kvshell.runtime.facts import facts
from kvshell.runtime.op import Op
from kvshell.runtime.record import NOTHING, Process
from kvshell.runtime.signals import (
    arrive_exit,
    arrive_message,
    is_fatal,
    strike,
    transmit,
)
from kvshell.runtime.slot import Slot
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    ErlangError,
    FunctionClauseError,
    List,
    Pid,
    Ref,
    Term,
    alias,
    inspect,
)
from kvshell.terms import term as as_term

NODE = Atom("nonode@nohost")
MODULE = alias("Process")

Dest = Pid | Atom | tuple[Atom, Atom]  # also a name with its node, which is this one


def self_() -> Pid:
    """Return the caller's pid. Mirrors self/0."""
    return current().pid


def acting(here: Carrier) -> Process:
    """Return the process the thread runs; exits when it was killed meanwhile."""
    process = here.process
    assert process is not None
    if process.epoch != here.epoch:
        raise Killed
    return process


def resolve(dest: Pid | Atom) -> Process | None:
    """Return the living or dead record behind a pid or a registered name, or None."""
    if type(dest) is Pid:
        record: Process | None = dest.record
        return record
    return current().runtime.names.get(dest) if isinstance(dest, Atom) else None


def send(dest: Dest, message: object) -> Term:
    """Send `message`; return it. To a dead pid as well; an unknown name is an ArgumentError.

    Mirrors send/2.
    """
    here = carrier()
    me = acting(here)
    sent = as_term(message)
    to = dest if type(dest) is Pid else _named_here(dest)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("send", me, to, sent))
    target = resolve(to)
    if target is None:
        if type(dest) is Pid or to is not dest:
            return sent
        raise ArgumentError.at(1, "invalid destination")
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        transmit(me, target, arrive_message, sent)
    return sent


def _record(pid: Pid) -> Process | None:
    """Return the record behind what must be a pid."""
    if type(pid) is not Pid:
        raise ArgumentError.at(1, "not a pid")
    record: Process | None = pid.record
    return record


def _named_here(dest: Dest) -> Pid | Atom:
    """Return the name in `{name, node}`, as a registered process is called from elsewhere."""
    if type(dest) is tuple and len(dest) == 2 and isinstance(dest[0], Atom) and dest[1] is NODE:
        return dest[0]
    return dest  # type: ignore[return-value]  # or nonsense


def spawn(function: Callable[[], Any], *, label: str = "function") -> Pid:
    """Start a process that runs `function` and then ends with `:normal`. Mirrors spawn/1.

    It holds a thread while it lives.
    """
    return _spawn(function, label, link=False).pid


def spawn_link(function: Callable[[], Any], *, label: str = "function") -> Pid:
    """Start a process linked to the caller. Mirrors spawn_link/1."""
    return _spawn(function, label, link=True).pid


def _spawn(function: Callable[[], Any], label: str, link: bool) -> Process:
    me = acting(carrier())

    def prepare(process: Process) -> None:
        process.label = label

    return me.runtime.spawn(me, lambda _process: function(), prepare, link=link)


def after_own_exits(me: Process, target: Process | None) -> None:
    """Wait until the exit signals that `me` sent to `target` have arrived.

    Requests to monitor, to link and to call take effect at once, but not before those.
    """
    channels = me.runtime.channels
    if channels is not None and target is not None and channels.strikes(me, target):
        me.runtime.scheduler.wait(me, lambda: not channels.strikes(me, target))


def after_own_signals(me: Process, target: Process | None) -> None:
    """Wait until all that `me` sent to `target` has arrived: a look queues behind it."""
    channels = me.runtime.channels
    if channels is not None and target is not None and channels.carries(me, target):
        me.runtime.scheduler.wait(me, lambda: not channels.carries(me, target))


def monitor(dest: Dest) -> Ref:
    """Watch a process: one `{:DOWN, ref, :process, pid, reason}` comes when it is dead.

    A dead or unknown one answers at once with `:noproc`. Mirrors Process.monitor/1.
    """
    here = carrier()
    me = acting(here)
    runtime = me.runtime
    dest = _named_here(dest)
    if not isinstance(dest, Pid | Atom):
        raise ArgumentError.at(2, "not a pid")
    watched: Term = dest if isinstance(dest, Pid) else (dest, NODE)
    ref = runtime.make_ref()
    watch = runtime.watch
    if watch is not None:
        watch(Op("monitor", me, dest, ref))
    target = resolve(dest)
    after_own_exits(me, target)
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        if me.monitors is None:
            me.monitors = {}
        me.monitors[ref] = target
        if target is not None and target.watch(ref, (me, watched)):
            return ref
        del me.monitors[ref]
        arrive_message(me, (A.DOWN, ref, A.process, watched, A.noproc))
    return ref


def demonitor(ref: Ref, flush: bool = False) -> bool:
    """Stop watching: no `:DOWN` arrives that has not arrived. With `flush` that one goes too.

    Mirrors Process.demonitor/2; always True.
    """
    _check_ref(ref)
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("demonitor", me, (me.monitors or {}).get(ref), (ref, flush)))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        with me.lock:  # a `:DOWN` that found the monitor there has arrived by now
            target = me.monitors.pop(ref, None) if me.monitors is not None else None
        if target is not None:
            target.unwatch(ref)
        if flush:
            _remove(me, lambda m: type(m) is tuple and m[:1] == (A.DOWN,) and m[1] is ref)
    return True


def _check_ref(ref: Ref) -> None:
    if type(ref) is not Ref:
        raise ArgumentError.at(1, "not a reference")


def _queued(me: Process) -> Iterator[Term]:
    """Yield what is in the mailbox, read in growing pieces: no lock is held while user code runs.

    Only `me` takes messages out, so a place does not change while it looks.
    """
    start, piece = 0, 1
    while True:
        with me.lock:
            messages = list(islice(me.mailbox or (), start, start + piece))
        yield from messages
        if len(messages) < piece:
            return
        start, piece = start + piece, piece * 4


def _remove(me: Process, match: Callable[[Term], bool]) -> Term:
    """Take the first matching message from the mailbox, or NOTHING. Runs in `me`."""
    for index, message in enumerate(_queued(me)):
        if match(message):
            return _take(me, index, message)
    return NOTHING


def _take(me: Process, index: int, message: Term) -> Term:
    """Take out what was found at `index`. Killed when it is there no more: `me` is dead."""
    with me.lock:
        box = me.mailbox
        if box is None or len(box) <= index or box[index] is not message:
            raise Killed
        del box[index]
        if me.runtime.ledger is not None:
            me.runtime.ledger.taken(me, index)
    return message


def _receive(here: Carrier, me: Process, match: Callable[[Term], bool]) -> Term:
    """As `_remove`, as an effect of its own."""
    for index, message in enumerate(_queued(me)):
        if match(message):
            with me.effect:
                if me.epoch != here.epoch:
                    raise Killed
                return _take(me, index, message)
    return NOTHING


def link(pid: Pid) -> bool:
    """Link the caller and `pid`: when one dies the other gets an exit signal. Mirrors link/1.

    A dead `pid` raises ErlangError `:noproc`, or, when the caller traps exits, sends it
    `{:EXIT, pid, :noproc}`.
    """
    here = carrier()
    me = acting(here)
    if pid is me.pid:
        return True
    target = _record(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("link", me, target))
    after_own_exits(me, target)
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        if target is not None and _linked(me, target):
            return True
        if not me.trap_exit:
            raise ErlangError(A.noproc)
        arrive_message(me, (A.EXIT, pid, A.noproc))
    return True


def _linked(me: Process, target: Process) -> bool:
    """Link the two, as one step to everybody who links or unlinks; False when `target` is dead.

    My side first: who dies with me in his links must find himself in mine.
    """
    with me.runtime.linking:
        with me.lock:
            if me.links is None:
                me.links = {}
            if target.pid in me.links:  # its exit signal, if it is dead, is on its way
                return True
            me.links[target.pid] = None
        with target.lock:
            if target.alive:
                if target.links is None:
                    target.links = {}
                target.links[me.pid] = None
                target.note_late(me.pid)
                return True
        with me.lock:
            me.links.pop(target.pid, None)
    return False


def unlink(pid: Pid) -> bool:
    """Remove the link, if there is one; no `:EXIT` arrives that has not. Mirrors unlink/1."""
    here = carrier()
    me = acting(here)
    target = _record(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("unlink", me, target))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        with me.runtime.linking:
            with me.lock:
                if me.links is not None:
                    me.links.pop(pid, None)
            if target is not None:
                with target.lock:
                    if target.links is not None:
                        target.links.pop(me.pid, None)
    return True


def exit(pid: Pid, reason: object) -> bool:  # noqa: A001  # OTP's name
    """Send an exit signal; always True. Mirrors Process.exit/2.

    Right after `exit(p, A.kill)` the name, row and table of `p` may still be seen.
    """
    here = carrier()
    me = acting(here)
    why = as_term(reason)
    target = _record(pid)
    if target is None:
        return True
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("exit", me, target, why))
    if target is me:
        arrive_exit(me, me.pid, why, False)
        if me.epoch != here.epoch:
            raise Killed
        return True
    here.depth += 1  # first: who kills the caller from here on counts this thread as running
    try:
        fatal = False
        with me.effect:
            if me.epoch != here.epoch:
                raise Killed
            if me.runtime.channels is None:
                fatal = is_fatal(target, me.pid, why, False)
            else:
                transmit(me, target, arrive_exit, me.pid, why, False)
        if fatal:
            strike(target)
    finally:
        here.depth -= 1
    return True


def alive(pid: Pid) -> bool:
    """Say whether `pid` lives, after everything the caller sent it. Mirrors Process.alive?/1.

    Waits for the dying steps of a process that has a fatal signal. Receive point.
    """
    me = acting(carrier())
    target = _record(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("alive", me, target))
    after_own_signals(me, target)
    return target is not None and not _ended(me, target)


def _ended(me: Process, target: Process) -> bool:
    """Say whether `target` is dead; wait for its end when it is dying."""
    if not target.alive:
        return True
    if not target.dying or target is me:
        return False
    runtime = me.runtime
    ref = runtime.make_ref()
    slot = runtime.slots[ref] = Slot(me, ref)
    try:
        if target.watch(ref, slot):
            runtime.scheduler.wait(me, slot.done)
    except Interrupted:
        raise Exit(A.interrupted) from None
    finally:
        runtime.slots.pop(ref, None)
    return True


def info(pid: Pid, items: Atom | List | list[Atom] | None = None) -> Term:
    """Return the facts about a living process as a keyword list, None for a dead one.

    With an item `{item, value}`, with a list of items those. Mirrors Process.info/1 and /2, without
    what concerns the heap. Waits like `alive`. Receive point.
    """
    me = acting(carrier())
    target = _record(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("look", me, target))
    after_own_signals(me, target)
    if target is None or _ended(me, target):
        return None
    seen = me.runtime.observe(pid)
    assert seen is not None
    return facts(target, seen, List(items) if isinstance(items, list) else items)


def whereis(name: Atom) -> Pid | None:
    """Return the pid registered under `name`, or None. Mirrors Process.whereis/1."""
    if not isinstance(name, Atom | bool | None):
        raise ArgumentError.at(1, "not an atom")
    me = acting(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("whereis", me, name))
    process = resolve(name)
    return None if process is None else process.pid


def register(pid: Pid, name: Atom) -> bool:
    """Register `pid` under `name`; True, or ArgumentError as in Process.register/2."""
    if not isinstance(name, Atom) or name is A.undefined:
        raise FunctionClauseError(MODULE, A.register, 2)
    here = carrier()
    me = acting(here)
    target: Process | None = pid.record if type(pid) is Pid else None
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("register", me, name, pid))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        if target is not None and me.runtime.names.claim(name, target):
            return True
    raise ArgumentError(
        f"could not register {inspect(pid)} with name {inspect(name)} because it is not alive, "
        "the name is already taken, or it has already been given another name"
    )


def unregister(name: Atom) -> bool:
    """Free `name`; True, or ArgumentError when nobody has it. Mirrors Process.unregister/1."""
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("unregister", me, name))
    target = resolve(name)
    if target is None:
        raise ArgumentError.at(1, "not a pid")
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        me.runtime.names.release(target, name)
    return True


def registered() -> List:
    """Return the registered names, oldest first. Mirrors Process.registered/0."""
    me = acting(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("list", me))
    return List(me.runtime.names.all())


def flag(name: Atom, value: bool) -> bool:
    """Set `:trap_exit`; return the old value. Mirrors Process.flag/2."""
    if name is not A.trap_exit:
        raise ArgumentError.at(1, "invalid process flag")
    if not isinstance(value, bool):
        raise ArgumentError.at(2, "invalid value for this process flag")
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("flag", me, None, value))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        old, me.trap_exit = me.trap_exit, value
    return old


def list_() -> list[Pid]:
    """Return the pids of the living. Mirrors Process.list/0."""
    me = acting(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("list", me))
    return me.runtime.processes()


def send_after(dest: Pid | Atom, message: object, delay_ms: int) -> Ref:
    """Send `message` in `delay_ms`; return the timer. Mirrors Process.send_after/3."""
    if type(delay_ms) is not int:
        raise ArgumentError.at(1, "not an integer")
    if delay_ms < 0:
        raise ArgumentError.at(1, "out of range")
    if not isinstance(dest, Pid | Atom):
        raise ArgumentError.at(2, "not a pid or an atom")
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("send_after", me, dest, message))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        return me.runtime.timers.send_after(me, dest, as_term(message), delay_ms)


def cancel_timer(ref: Ref) -> int | bool:
    """Stop a timer; return the milliseconds left, or False. Mirrors Process.cancel_timer/1."""
    _check_ref(ref)
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("cancel_timer", me, ref))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        left = me.runtime.timers.cancel(ref)
    return False if left is None else left


def read_timer(ref: Ref) -> int | bool:
    """Return the milliseconds left, or False. Mirrors Process.read_timer/1."""
    _check_ref(ref)
    left = acting(carrier()).runtime.timers.left(ref)
    return False if left is None else left


def receive(
    match: Callable[[Term], bool] | None = None,
    timeout_ms: int | None = None,
    after: Term = None,
) -> Term:
    """Take the first message for which `match` is true, and leave the others where they are.

    Waits; after `timeout_ms` returns `after`. `match` has no effects. Runs in a bare process or a
    driver, not in a server, whose mailbox belongs to its behaviour. Receive point.
    """
    here = carrier()
    me = acting(here)
    wanted = match or _anything
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("receive" if timeout_ms is None else "receive_after", me))
    found = _receive(here, me, wanted)
    if found is not NOTHING:
        return found
    if timeout_ms == 0:
        return after
    scheduler = me.runtime.scheduler
    deadline = None if timeout_ms is None else scheduler.now() + timeout_ms
    me.receiving = True
    try:
        came = scheduler.wait(me, lambda: _waits_for(me, wanted), deadline)
    except Interrupted:
        raise Exit(A.interrupted) from None
    finally:
        me.receiving = False
    return _receive(here, me, wanted) if came else after


def _anything(_message: Term) -> bool:
    return True


def _waits_for(me: Process, match: Callable[[Term], bool]) -> bool:
    try:
        return any(map(match, _queued(me)))
    except BaseException:  # noqa: BLE001  # who receives looks for himself, and raises it
        return True


def sleep(duration_ms: int | Atom) -> Atom:
    """Wait `duration_ms`, or for ever; virtual when controlled. Mirrors Process.sleep/1.

    Receive point.
    """
    for_ever = duration_ms is A.infinity
    if not for_ever and (type(duration_ms) is not int or duration_ms < 0):
        raise FunctionClauseError(MODULE, A.sleep, 1)
    me = acting(carrier())
    scheduler = me.runtime.scheduler
    until = None if type(duration_ms) is not int else scheduler.now() + duration_ms
    me.waiting_for = (None, "sleep", None, until)
    try:
        scheduler.wait(me, _nothing, until)
    except Interrupted:
        raise Exit(A.interrupted) from None
    finally:
        me.waiting_for = None
    return A.ok


def _nothing() -> bool:
    return False


def flush() -> list[Term]:
    """Take every message out of the caller's mailbox and return them. Mirrors iex's flush/0."""
    here = carrier()
    me = acting(here)
    ledger = me.runtime.ledger
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("flush", me))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        with me.lock:
            taken = list(me.mailbox or ())
            if ledger is not None:
                for _ in taken:
                    ledger.taken(me, 0)
            if me.mailbox is not None:
                me.mailbox.clear()
    return taken
