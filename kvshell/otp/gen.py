"""Gen: how every behaviour is started, called and stopped. Mirrors gen and proc_lib."""

from collections.abc import Callable
from typing import Any, Final

from kvshell.otp import naming
from kvshell.otp.naming import Name
from kvshell.runtime.acting import NODE, acting, after_own_exits, resolve
from kvshell.runtime.carrier import carrier
from kvshell.runtime.exits import Exit, Interrupted, Killed
from kvshell.runtime.op import Op
from kvshell.runtime.process import demonitor, monitor, receive, unlink
from kvshell.runtime.process import exit as send_exit
from kvshell.runtime.record import NOTHING, Process
from kvshell.runtime.signals import arrive_message, arrive_reply, transmit
from kvshell.runtime.slot import Slot
from kvshell.terms import A, Atom, List, Pid, Ref, Term, inspect
from kvshell.terms.list import trusted

GEN_CALL: Final = Atom("$gen_call")
GEN_CAST: Final = Atom("$gen_cast")
SYSTEM: Final = A.system
ALIAS: Final = (A.alias,)

Where = Callable[[], Term]  # the call as iex names it: {GenServer, :call, [server, request, ms]}
Server = Pid | Atom | tuple[Any, ...] | None  # {name, node}, {:global, _}, {:via, module, _}; nil


def new_from(me: Process, ref: Ref) -> tuple[Pid, List]:
    """Return what a callee sees as `from`: `{pid, [:alias | ref]}`."""
    return (me.pid, trusted(ALIAS, ref, 1))


def find(server: Server) -> Process | None:
    """Return the process behind a pid, a name or `{name, node}` of this node, or None."""
    if type(server) is Pid:
        record: Process | None = server.record
        return record
    if type(server) is tuple:
        return resolve(server[0]) if len(server) == 2 and server[1] is NODE else None
    return resolve(server) if isinstance(server, Atom) else None


def looked_up(server: Server) -> Server:
    """Return the pid behind a global or via name, nil when nobody has it; anything else as it is.

    Comes before the operation itself: a via module looks with operations of its own.
    """
    if type(server) is tuple and naming.is_global_or_via(server):
        return naming.whereis(server)
    return server


def call(
    server: Server,
    tag: Atom,
    request: Term,
    timeout_ms: int | None,
    where: Where,
    what: str,
) -> Term:
    """Send `{tag, from, request}`, wait for the reply and return it.

    Exits with `{reason, where()}`: `:noproc`, `:calling_self`, `:timeout`, `:interrupted`, or the
    reason for which the target died first. Runs in the caller. Receive point.
    """
    here = carrier()
    me = acting(here)
    runtime = me.runtime
    watch = runtime.watch
    server = looked_up(server)
    if watch is not None:
        watch(Op("call" if tag is GEN_CALL else "system", me, server, request))
    target = _living(me, server, where)
    ref = runtime.make_ref()
    slot = runtime.slots[ref] = Slot(me, ref)
    scheduler = runtime.scheduler
    deadline = None if timeout_ms is None else scheduler.now() + timeout_ms
    # Before the request is sent: whoever it makes call on must find what this one waits for, or a
    # cycle would be named by the wrong caller, or twice.
    me.waiting_for = (target, what, request, deadline)
    if target.waiting_for is not None:
        _name_cycle(me, target)
    try:
        with me.effect:
            if me.epoch != here.epoch:
                raise Killed
            # As OTP: a monitor, which takes effect at once, then the request.
            if not target.watch(ref, slot):
                raise Exit((A.noproc, where()))
            transmit(me, target, arrive_message, (tag, new_from(me, ref), request))
        return await_slot(me, target, slot, deadline, where)
    finally:
        me.waiting_for = None
        runtime.slots.pop(ref, None)
        target.unwatch(ref)


def await_slot(
    me: Process,
    target: Process,
    slot: Slot,
    deadline: int | None,
    where: Where,
) -> Term:
    """Wait for the answer in `slot` and return it, or exit with the reason there is none.

    What `me` waits for is set; afterwards it is not.
    """
    runtime = me.runtime
    try:
        came = runtime.scheduler.wait(me, slot.done, deadline)
        if not came and runtime.slots.pop(slot.ref, None) is None:
            runtime.scheduler.wait(me, slot.done)  # the answer is just being written
            came = True
    except Interrupted:
        raise Exit((A.interrupted, where())) from None
    except Exit as exit_:
        if exit_.reason is A.system_limit:
            raise Exit((A.system_limit, where())) from None
        raise
    finally:
        me.waiting_for = None
    if not came:
        watch = runtime.watch
        if watch is not None:
            watch(Op("timeout", me, target, slot.ref))
            runtime.expect_late(slot.ref)
        raise Exit((A.timeout, where()))
    if slot.reply is not NOTHING:
        return slot.reply
    raise Exit((slot.down, where()))


def _name_cycle(me: Process, target: Process) -> None:
    """Tell when this call closes a cycle of calls; the timeout then runs as in OTP."""
    waiting = target.waiting_for
    if waiting is None:
        return
    chain, calls = [me, target], [me.waiting_for or waiting]
    while waiting is not None and waiting[0] is not None and len(chain) < 1000:
        following = waiting[0]
        chain.append(following)
        calls.append(waiting)
        if following is me:
            break
        waiting = following.waiting_for
    if chain[-1] is me:
        names = [inspect(process.shown()) for process in chain]
        lines = [f"a cycle of calls: {' -> '.join(names)}; each waits for the next"]
        for caller, callee, call in zip(names, names[1:], calls, strict=False):
            lines.append(f"    {caller} called {callee} with {inspect(call[2], width=None)}")
        me.runtime.emit("cycle", me.pid, "\n".join(lines))


def reply(from_: tuple[Pid, Term], value: Term) -> Atom:
    """Answer a call; a second answer, or one after its time, is dropped and counted.

    Runs in any process. Mirrors GenServer.reply/2.
    """
    here = carrier()
    me = acting(here)
    owner: Process | None = from_[0].record
    tag = from_[1]
    ref = tag.last if type(tag) is List else tag
    if owner is None:
        return A.ok
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("reply", me, owner, (ref, value)))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        transmit(me, owner, arrive_reply, ref, value)
    if me.runtime.ledger is not None:
        me.watched_no_more(ref)  # behind its answer no `:DOWN` would count
    if watch is not None:
        me.runtime.explain_late(ref, value, me, owner)
    return A.ok


def cast(server: Server, message: Term) -> Atom:
    """Send `{"$gen_cast", message}`; `:ok` whoever is there."""
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    server = looked_up(server)
    if watch is not None:
        watch(Op("cast", me, server, message))
    target = find(server)
    if target is None:
        return A.ok
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        transmit(me, target, arrive_message, (GEN_CAST, message))
    return A.ok


def stop(server: Server, reason: Term, timeout_ms: int | None, where: Where) -> Atom:
    """Ask `target` to terminate and wait for its `:DOWN` alone, never for a reply.

    Exits when it ends with another reason, is not there, or takes too long. Mirrors proc_lib:stop.
    """
    here = carrier()
    me = acting(here)
    runtime = me.runtime
    watch = runtime.watch
    ref = runtime.make_ref()
    server = looked_up(server)
    if watch is not None:
        watch(Op("monitor", me, server, ref))
    target = _living(me, server, where)
    slot = runtime.slots[ref] = Slot(me, ref)
    scheduler = runtime.scheduler
    deadline = None if timeout_ms is None else scheduler.now() + timeout_ms
    try:
        with me.effect:
            if me.epoch != here.epoch:
                raise Killed
            if not target.watch(ref, slot):
                raise Exit((A.noproc, where()))
        if watch is not None:
            watch(Op("system", me, target, (A.terminate, reason)))
        with me.effect:
            if me.epoch != here.epoch:
                raise Killed
            message = (SYSTEM, new_from(me, ref), (A.terminate, reason))
            transmit(me, target, arrive_message, message)
        try:
            me.waiting_for = (target, "stop", reason, deadline)
            await_slot(me, target, slot, deadline, where)
        except Exit as exit_:
            why = exit_.reason[0]
            if slot.down is not NOTHING and why == reason and type(why) is type(reason):
                return A.ok
            raise
        return A.ok
    finally:
        runtime.slots.pop(ref, None)
        target.unwatch(ref)


def _living(me: Process, server: Server, where: Where) -> Process:
    """Return the process to call; exits when it is dead, nobody, or the caller."""
    if type(server) is tuple and server[1] is not NODE:
        raise Exit(((A.nodedown, server[1]), where()))
    target: Process | None = server.record if type(server) is Pid else find(server)
    if target is me:
        raise Exit((A.calling_self, where()))
    if me.runtime.channels is not None:
        after_own_exits(me, target)
    if target is None or not target.alive:
        raise Exit((A.noproc, where()))
    return target


def start(
    prepare: Callable[[Process], None],
    init: Callable[[Process, "Ack"], None],
    name: Name | None,
    link: bool,
    timeout_ms: int | None = None,
    never_waits: bool = False,
) -> Term:
    """Start a process and wait until `init` has acknowledged; return what it acknowledged.

    `{:ok, pid}`, `:ignore` or `{:error, reason}`. With `never_waits` the free scheduler runs `init`
    on the caller's thread. Runs in the caller. Receive point. Mirrors gen:start, proc_lib:start.
    """
    here = carrier()
    me = acting(here)
    runtime = me.runtime
    if isinstance(name, Atom):
        if runtime.watch is not None:
            runtime.watch(Op("whereis", me, name))
        running = runtime.names.get(name)
        if running is not None and running.alive:
            return (A.error, (A.already_started, running.pid))
    elif name is not None:
        never_waits = False  # a via module may
        pid = naming.whereis(name)
        if pid is not None:
            return (A.error, (A.already_started, pid))
    ref = runtime.make_ref()
    slot = runtime.slots[ref] = Slot(me, ref)
    ack = Ack(me, ref, name)

    def made(process: Process) -> None:
        process.brief = never_waits
        process.watchers = {ref: slot}
        process.ancestors = me.lineage()
        if not link:
            process.parent = None
        prepare(process)

    try:
        inline = never_waits and runtime.scheduler.inlines and runtime.watch is None
        child = runtime.spawn(me, lambda process: init(process, ack), made, link, inline)
        deadline = None if timeout_ms is None else runtime.scheduler.now() + timeout_ms
        me.waiting_for = (child, "start", None, deadline)
        if not runtime.scheduler.wait(me, slot.done, deadline) and not slot.done():
            _give_up(child)
            return (A.error, A.timeout)
    except Interrupted:
        raise Exit(A.interrupted) from None
    finally:
        me.waiting_for = None
        runtime.slots.pop(ref, None)
    child.unwatch(ref)
    return slot.reply if slot.reply is not NOTHING else (A.error, slot.down)


def _give_up(child: Process) -> None:
    unlink(child.pid)
    send_exit(child.pid, A.kill)


class Ack:
    """How a starting process tells its starter how `init` went."""

    __slots__ = ("_ref", "_starter", "name")

    def __init__(self, starter: Process, ref: Ref, name: Name | None) -> None:
        self._starter = starter
        self._ref = ref
        self.name = name

    def send(self, process: Process, value: Term) -> None:
        """Let the starter go on with `value`. Runs in the starting process, once."""
        here = carrier()
        watch = process.runtime.watch
        if watch is not None:
            watch(Op("reply", process, self._starter, (self._ref, value)))
        with process.effect:
            if process.epoch != here.epoch:
                raise Killed
            transmit(process, self._starter, arrive_reply, self._ref, value)
        if process.runtime.ledger is not None:
            process.watched_no_more(self._ref)


def shut_down(child: Pid, how: Term) -> Term:
    """End a child as its supervisor: `how` is `:brutal_kill`, `:infinity` or milliseconds.

    Returns `:ok`, or `{:error, reason}` when it ended otherwise. Runs in the supervisor. Receive
    point. Mirrors supervisor:shutdown.
    """
    ref = monitor(child)
    unlink(child)

    def is_down(message: Term) -> bool:
        return type(message) is tuple and message[0] is A.DOWN and message[1] is ref

    if how is not A.brutal_kill:
        send_exit(child, A.shutdown)
        down = receive(is_down, None if how is A.infinity else how, NOTHING)
        if down is not NOTHING:
            reason = down[4]
            return A.ok if reason in (A.shutdown, A.noproc) else (A.error, reason)
    send_exit(child, A.kill)
    down = receive(is_down)
    demonitor(ref)
    return A.ok if down[4] in (A.killed, A.noproc) else (A.error, down[4])
