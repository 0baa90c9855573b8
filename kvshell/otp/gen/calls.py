"""Gen: starts, calls and stops any behaviour. Mirrors gen and proc_lib."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from kvshell.otp.gen import naming
from kvshell.otp.gen.naming import Name
from kvshell.runtime.process import exit as send_exit
from kvshell.runtime.process import send, unlink
from kvshell.runtime.processes.exits import Exit, Interrupted, Killed
from kvshell.runtime.processes.naming import NODE, after_own_exits, current_process, resolve
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING, CallSlot, Process
from kvshell.runtime.processes.signals import ALIAS, arrive_message, arrive_reply, transmit
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import A, Atom, ElixirError, FunctionClauseError, List, Pid, Ref, Term, inspect
from kvshell.terms.list import trusted

GEN_CALL: Final = Atom("$gen_call")
GEN_CAST: Final = Atom("$gen_cast")
SYSTEM: Final = A.system

Where = Callable[[], Term]  # the call as iex names it: {GenServer, :call, [server, request, ms]}
Server = Pid | Atom | tuple[Any, ...] | None  # {name, node}, {:global, _}, {:via, module, _}; nil


def unwrapped(message: Term) -> Term:
    """Return the request without the envelope of a call, a cast or a system message."""
    match message:
        case (Atom(name="$gen_call"), _, request) | (Atom(name="$gen_cast"), request):
            return request
        case (Atom(name="system"), _, request):
            return request
        case _:
            return message


def new_from(me: Process, ref: Ref) -> tuple[Pid, List]:
    """Return the `from` that a callee sees: `{pid, [:alias | ref]}`."""
    return (me.pid, trusted(ALIAS, ref, 1))


def process_of(server: Server) -> Process | None:
    """Return the process of a pid, a name or `{name, node}` on this node, or None."""
    if type(server) is Pid:
        record: Process | None = server.record
        return record
    if type(server) is tuple:
        return resolve(server[0]) if len(server) == 2 and server[1] is NODE else None
    return resolve(server) if isinstance(server, Atom) else None


def looked_up(server: Server) -> Server:
    """Return the pid, or nil, of a global or via name; return anything else as it is.

    Must precede the operation itself: a via module resolves names with its own operations.
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
    exit reason of the target. Runs in the caller. Receive point.
    """
    here = carrier()
    me = current_process(here)
    runtime = me.runtime
    watch = runtime.watch
    if type(server) is tuple:
        server = looked_up(server)
    if watch is not None:
        watch(Op("call" if tag is GEN_CALL else "system", me, server, request))
    target = _living(me, server, where)
    ref = runtime.make_ref()
    slot = runtime.slots[ref] = CallSlot(me, ref)
    scheduler = runtime.scheduler
    deadline = None if timeout_ms is None else scheduler.now() + timeout_ms
    # Set before sending: a process that the request makes call back must see what this one waits
    # for, otherwise a cycle would be reported by the wrong caller, or twice.
    me.waiting_for = (target, what, request, deadline)
    if target.waiting_for is not None:
        _name_cycle(me, target)
    try:
        with me.effect:
            if me.epoch != here.epoch:
                raise Killed
            # As in OTP: a monitor, which takes effect at once, then the request.
            if not target.watch(ref, slot):
                raise Exit((A.noproc, where()))
            transmit(me, target, arrive_message, (tag, new_from(me, ref), request))
        return await_slot(me, target, slot, deadline, where)
    finally:
        me.waiting_for = None
        runtime.slots.pop(ref, None)
        if runtime.ledger is None:
            runtime.untaken.pop(ref, None)
            target.remove_watcher(ref)
        else:
            answer_taken(me, ref)


def answer_taken(me: Process, ref: Ref) -> None:
    """Drop any further answer to the call with the reference `ref`. Runs in the caller.

    A search treats this as part of the caller's next operation, so that both orders are explored.
    """
    if me.runtime.untaken.pop(ref, me) is None and me.runtime.ledger is not None:
        me.runtime.untaken[ref] = None
        me.runtime.open_aliases[me] = ref


def await_slot(
    me: Process,
    target: Process,
    slot: CallSlot,
    deadline: int | None,
    where: Where,
) -> Term:
    """Return the answer in `slot` once it arrives, or exit with the reason there is none.

    `me.waiting_for` is set by the caller, and cleared here.
    """
    runtime = me.runtime
    try:
        came = runtime.scheduler.wait(me, slot.done, deadline)
        if not came and runtime.slots.pop(slot.ref, None) is None:
            runtime.scheduler.wait(me, slot.done)  # the answer is being written right now
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
    """Report a call that closes a cycle; its timeout then runs as in OTP."""
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


def reply(from_: Term, value: Term) -> Atom:
    """Answer a call; returns `:ok`. Runs in any process. Mirrors gen:reply.

    `from_` is the `{pid, [:alias | ref]}` of a call. A second answer is a message to the caller
    until it has taken the first, and is dropped afterwards. With another tag the answer is a plain
    message, `{tag, value}`, and errors are ignored.
    """
    if type(from_) is not tuple or len(from_) != 2:
        raise FunctionClauseError(A.gen, A.reply, 2, args=(from_, value))
    to, tag = from_
    usual = type(tag) is List and tag.items == ALIAS and type(tag.last) is Ref
    ref = tag.last if usual else _alias_of(tag)
    here = carrier()
    me = current_process(here)
    runtime = me.runtime
    if ref is None or ref in runtime.aliases:
        with suppress(ElixirError):
            send(to if ref is None else ref, (tag, value))
        return A.ok
    slot = runtime.slots.get(ref)
    owner: Process | None = to.record if type(to) is Pid else slot.owner if slot else None
    if owner is None:
        return A.ok
    watch = runtime.watch
    if watch is not None:
        watch(Op("reply", me, owner, (ref, value)))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        transmit(me, owner, arrive_reply, ref, value)
    if runtime.ledger is not None:
        me.remove_watcher(ref)  # a `:DOWN` after the answer is ignored
    if watch is not None:
        runtime.explain_late(ref, value, me, owner)
    return A.ok


def _alias_of(tag: Term) -> Ref | None:
    """Return the reference in `[:alias | ref]` or `[[:alias | ref] | _]`; otherwise None."""
    if type(tag) is not List or not tag.items:
        return None
    if type(tag.items[0]) is List:
        return _alias_of(tag.items[0])
    return tag.last if tag.items == ALIAS and type(tag.last) is Ref else None


def cast(server: Server, message: Term) -> Atom:
    """Send `{"$gen_cast", message}`; returns `:ok` even if there is no such process."""
    here = carrier()
    me = current_process(here)
    watch = me.runtime.watch
    server = looked_up(server)
    if watch is not None:
        watch(Op("cast", me, server, message))
    target = process_of(server)
    if target is None:
        return A.ok
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        transmit(me, target, arrive_message, (GEN_CAST, message))
    return A.ok


def stop(server: Server, reason: Term, timeout_ms: int | None, where: Where) -> Atom:
    """Ask `server` to terminate, and wait for its `:DOWN`, not for a reply; returns `:ok`.

    Exits if it ends with another reason, does not exist, or takes too long. Mirrors proc_lib:stop.
    """
    here = carrier()
    me = current_process(here)
    runtime = me.runtime
    watch = runtime.watch
    ref = runtime.make_ref()
    server = looked_up(server)
    if watch is not None:
        watch(Op("monitor", me, server, ref))
    target = _living(me, server, where)
    slot = runtime.slots[ref] = CallSlot(me, ref)
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
        runtime.untaken.pop(ref, None)
        target.unwatch(ref)


def _living(me: Process, server: Server, where: Where) -> Process:
    """Return the process to call; exits if it is dead, unknown, or the caller itself."""
    if type(server) is tuple and server[1] is not NODE:
        raise Exit(((A.nodedown, server[1]), where()))
    if type(server) is Pid:
        target: Process | None = server.record
    else:
        target = me.runtime.names.get(server) if type(server) is Atom else process_of(server)
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
    """Start a process, wait until `init` has sent its acknowledgement, and return that.

    The result is `{:ok, pid}`, `:ignore` or `{:error, reason}`. With `never_waits` the free
    scheduler runs `init` on the caller's thread. Runs in the caller. Receive point. Mirrors
    gen:start and proc_lib:start.
    """
    here = carrier()
    me = current_process(here)
    runtime = me.runtime
    if isinstance(name, Atom):
        if runtime.watch is not None:
            runtime.watch(Op("whereis", me, name))
        running = runtime.names.get(name)
        if running is not None and running.alive:
            return (A.error, (A.already_started, running.pid))
    elif name is not None:
        never_waits = False  # a via module may have to wait
        pid = naming.whereis(name)
        if pid is not None:
            return (A.error, (A.already_started, pid))
    ref = runtime.make_ref()
    slot = runtime.slots[ref] = CallSlot(me, ref)
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
        runtime.untaken.pop(ref, None)
    child.unwatch(ref)
    return slot.reply if slot.reply is not NOTHING else (A.error, slot.down)


def _give_up(child: Process) -> None:
    unlink(child.pid)
    send_exit(child.pid, A.kill)


class Ack:
    """Lets a starting process send the acknowledgement that its starter waits for."""

    __slots__ = ("_ref", "_starter", "name")

    def __init__(self, starter: Process, ref: Ref, name: Name | None) -> None:
        self._starter = starter
        self._ref = ref
        self.name = name

    def send(self, process: Process, value: Term) -> None:
        """Acknowledge with `value`, so that the starter continues.

        Runs in the new process, once.
        """
        here = carrier()
        watch = process.runtime.watch
        if watch is not None:
            watch(Op("reply", process, self._starter, (self._ref, value)))
        with process.effect:
            if process.epoch != here.epoch:
                raise Killed
            transmit(process, self._starter, arrive_reply, self._ref, value)
        if process.runtime.ledger is not None:
            process.remove_watcher(self._ref)
