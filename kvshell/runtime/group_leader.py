"""Group leaders: the processes that print for others. Mirrors Erlang's I/O protocol.

Each client has one; a spawned process inherits its parent's. A printed text becomes an event of the
line that is running when the request arrives. A client's leader is created when its pid is first
asked for: until then printing directly makes no visible difference.
"""

from typing import Any, Final

from kvshell.runtime.processes.exits import PRINTED, Exit, Killed
from kvshell.runtime.processes.naming import current_process, record_of
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.receive import receive
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.relations import demonitor, monitor
from kvshell.runtime.processes.signals import arrive_message, transmit
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import A, ArgumentError, Atom, List, Pid, Term

CLIENT: Final = "client "  # label prefix of another client's process


class GroupLeader:
    """The behaviour of a group leader: it answers `{:io_request, from, ref, request}`."""

    kind = "GroupLeader"
    module: Atom = A.group

    def handle(self, process: Process, message: Term) -> None:
        """Print, and answer `{:io_reply, ref, :ok}`. Runs in the leader."""
        match message if type(message) is tuple else None:
            case (A.io_request, Pid() as from_, ref, request):
                self._answer(process, from_, ref, request)
            case (A.EXIT, _, reason):
                raise Exit(reason)

    def _answer(self, process: Process, from_: Pid, ref: Term, request: Term) -> None:
        text = _text_of(request)
        if text is not None:
            process.runtime.emit(PRINTED, None, text, "info")
        reply = A.ok if text is not None else (A.error, A.request)
        if from_.record is not None:
            with process.effect:
                transmit(process, from_.record, arrive_message, (A.io_reply, ref, reply))

    def never_waits(self, message: Term) -> bool:  # noqa: ARG002  # shared by all group leaders
        """Return True: printing and answering never waits."""
        return True


_LEADER: Final = GroupLeader()


def group_leader() -> Pid:
    """Return the group leader of the caller. Mirrors Process.group_leader/0."""
    me = current_process(carrier())
    return _leader_of(me, me)


def leader_to_ask() -> Pid | None:
    """Return the group leader to ask for printing; None if direct printing is equivalent.

    Runs in the process that prints.
    """
    me = current_process(carrier())
    if me.group_leader is not None:
        return me.group_leader
    leaders = me.runtime.leaders
    return leaders.get(_client_of(me).pid) if leaders else None


def put_chars(device: Pid, text: str) -> Term:
    """Ask the process `device` to print `text`; return `:ok` or `{:error, reason}`. Receive point.

    Mirrors :io.put_chars/2.
    """
    return request(device, (A.put_chars, A.unicode, text))


def request(device: Pid, asked: Term) -> Term:
    """Send the I/O request `asked` to `device` and return its answer. Receive point.

    Returns `{:error, :terminated}` if the device dies first.
    """
    here = carrier()
    me = current_process(here)
    ref = monitor(device)
    target = record_of(device)
    message = (A.io_request, me.pid, ref, asked)
    if me.runtime.watch is not None:
        me.runtime.watch(Op("send", me, device, message))
    if target is not None:
        with me.effect:
            if me.epoch != here.epoch:
                raise Killed
            transmit(me, target, arrive_message, message)

    def is_answer(message: Any) -> bool:
        if type(message) is not tuple or len(message) < 3 or message[1] is not ref:
            return False
        return message[0] is A.io_reply or message[0] is A.DOWN

    answer = receive(is_answer)
    if answer[0] is A.DOWN:
        return (A.error, A.terminated)
    demonitor(ref, flush=True)
    return answer[2]


def group_leader_of(process: Process) -> Pid:
    """Return the group leader of another process, as `info` shows it. Runs in the caller."""
    return _leader_of(current_process(carrier()), process)


def _leader_of(me: Process, process: Process) -> Pid:
    if process.group_leader is not None:  # set explicitly
        return process.group_leader
    client = _client_of(process)
    leaders = me.runtime.leaders
    if me.runtime.watch is not None:  # created on first use
        me.runtime.watch(Op("register", me, A.group_leader, client.pid))
    found = leaders.get(client.pid)
    if found is None:
        found = leaders[client.pid] = _made(client)
    return found


def set_group_leader(pid: Pid, leader: Pid) -> bool:
    """Make `leader` the group leader of `pid` and of the processes it spawns; returns True.

    Mirrors Process.group_leader/2.
    """
    me = current_process(carrier())
    if type(pid) is not Pid or type(leader) is not Pid:
        # Erlang's own function takes the leader first.
        raise ArgumentError.at(2 if type(pid) is not Pid else 1, "not a pid")
    target = record_of(pid)
    if me.runtime.watch is not None:
        me.runtime.watch(Op("register", me, A.group_leader, pid))
    if target is None or not target.alive:
        raise ArgumentError.of_erlang()
    target.group_leader = leader
    return True


def _client_of(me: Process) -> Process:
    """Return the client that spawned `me`, directly or not: another client, or the shell."""
    process = me
    while not process.label.startswith(CLIENT):
        parent: Process | None = None if process.parent is None else process.parent.record
        if parent is None:
            break
        process = parent
    return process


def _made(client: Process) -> Pid:
    def prepare(process: Process) -> None:
        process.label = "group leader"
        process.behaviour = _LEADER

    return client.runtime.spawn(client, lambda _process: None, prepare).pid


def _text_of(request: Any) -> str | None:
    """Return the text of a `put_chars` request, or None for any other request."""
    match request:
        case (A.put_chars, chars) | (A.put_chars, _, chars):
            return _flat(chars)
    return None


def _flat(chars: Term) -> str | None:
    """Return the text of a binary or of a possibly nested list of characters."""
    if isinstance(chars, str):
        return chars
    if type(chars) is int and 0 <= chars <= 0x10FFFF:
        return chr(chars)
    if type(chars) is List and chars.proper:
        parts = [_flat(item) for item in chars]
        return None if None in parts else "".join(part for part in parts if part is not None)
    return None
