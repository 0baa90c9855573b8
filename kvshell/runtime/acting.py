"""Acting: which process the calling thread is, and whom it means by a pid or a name."""

from kvshell.runtime.carrier import Carrier, current
from kvshell.runtime.exits import Killed
from kvshell.runtime.record import Process
from kvshell.terms import ArgumentError, Atom, Pid, Ref

NODE = Atom("nonode@nohost")

Dest = Pid | Atom | tuple[Atom, Atom]  # also a name with its node, which is this one


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


def named_here(dest: Dest) -> Pid | Atom:
    """Return the name in `{name, node}`, as a registered process is called from elsewhere."""
    if type(dest) is tuple and len(dest) == 2 and isinstance(dest[0], Atom) and dest[1] is NODE:
        return dest[0]
    return dest  # type: ignore[return-value]  # or nonsense


def record_of(pid: Pid) -> Process | None:
    """Return the record behind what must be a pid."""
    if type(pid) is not Pid:
        raise ArgumentError.at(1, "not a pid")
    record: Process | None = pid.record
    return record


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


def check_ref(ref: Ref) -> None:
    """Refuse what is no reference, as Elixir's functions do."""
    if type(ref) is not Ref:
        raise ArgumentError.at(1, "not a reference")
