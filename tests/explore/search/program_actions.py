"""What the clients of a random program do: every public operation, by name.

An action whose name starts with a word of HELPERS needs that helper, which the set-up starts.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from kvshell.otp import gen_server, sys
from kvshell.otp.gen import naming
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import Exit, ets, process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, List, Pid, Ref, Term

HELPERS: Final = ("agent", "children", "family", "registry", "group")
REG, GROUP = Atom("Elixir.Reg"), Atom("Elixir.Group")


class Server(GenServer):
    """A server that records casts and messages in the order they arrive; its state is a tuple."""

    def init(self, arg: Any) -> Term:
        if arg is A.heir:
            return (A.ok, ())
        ets.new(A.owned, [A.named_table, A.public])
        return (A.ok, ())

    def handle_call(self, request: Any, from_: Any, state: Any) -> Term:
        match request:
            case A.read:
                return (A.reply, state, state)
            case (A.through, helper):
                process.send(helper, (A.answer, from_))
                return (A.noreply, (*state, A.passed))
            case (A.pass_and_die, helper):
                process.send(helper, (A.answer, from_))
                return (A.stop, A.normal, state)
            case A.wait:
                return (A.noreply, state)
            case A.twice:
                gen_server.reply(from_, A.first)
                return (A.reply, A.second, state)
            case (A.both, helper):
                process.send(helper, (A.answer, from_))
                return (A.reply, A.own, state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        match request:
            case (A.write, key, value):
                ets.insert(A.owned, (key, value))
                return (A.noreply, (*state, value))
            case (A.watch, pid):
                process.monitor(pid)
                return (A.noreply, state)
            case (A.give, pid):
                ets.give_away(A.owned, pid, A.gift)
                return (A.noreply, state)
            case (A.answer_to, alias):
                process.send(alias, A.through_alias)
                return (A.noreply, state)
            case A.idle:
                return (A.noreply, state, 5)
            case A.crash:
                raise Exit(A.crashed)
        return (A.noreply, (*state, request))

    def handle_info(self, message: Any, state: Any) -> Term:
        match message:
            case (A.DOWN, _, _, _, reason):
                return (A.noreply, (*state, (A.down, reason)))
            case _:
                return (A.noreply, (*state, message))


class Targets(NamedTuple):
    """The processes a program acts on; the last four exist only if an action needs them."""

    server: Pid
    heir: Pid
    helper: Pid
    bare: Pid
    agent: Pid | None = None
    children: Pid | None = None
    family: Pid | None = None


class ProgramClient:
    """What a client has while it runs: its references, its timers, its table."""

    def __init__(self, targets: Targets, others: list[Pid]) -> None:
        self.targets = targets
        self.others = others  # the other clients, filled in when all are spawned
        self.refs: list[Ref] = []
        self.timers: list[Ref] = []
        self.aliases: list[Ref] = []
        self.child: Pid | None = None


Action = Callable[[ProgramClient], Term]


def help_others() -> None:
    """Reply on behalf of the server. Runs in the helper."""
    while True:
        match process.receive():
            case (A.answer, from_):
                gen_server.reply(from_, A.helped)


def answer_pings() -> None:
    """Answer pings, and exit with the reason of an exit signal. Runs in the bare process."""
    process.flag(A.trap_exit, True)
    while True:
        match process.receive():
            case (A.ping, pid):
                process.send(pid, A.pong)
            case (A.EXIT, _, reason):
                raise Exit(reason)


# -- processes -----------------------------------------------------------------------------------


def _kept(client: ProgramClient, ref: Ref) -> Term:
    client.refs.append(ref)
    return A.ok


def _armed(client: ProgramClient, ref: Ref) -> Term:
    client.timers.append(ref)
    return A.ok


def _other(client: ProgramClient) -> Pid:
    return client.others[0]


def _facts(pid: Pid, *items: Atom) -> Term:
    found = process.info(pid, list(items))
    return A.dead if found is None else found


def _spawn(client: ProgramClient) -> Term:
    server = client.targets.server
    process.spawn(lambda: process.send(server, A.born))
    return A.ok


def _spawn_link(client: ProgramClient) -> Term:
    def child() -> None:
        raise Exit(A.child_died)

    process.spawn_link(child)
    return A.ok


def _ping(client: ProgramClient) -> Term:
    process.send(client.targets.bare, (A.ping, process.self_()))
    return process.receive(timeout_ms=10, after=A.late)


def _tell(client: ProgramClient) -> Term:
    """Wait for a `:DOWN` and notify the heir, whose state shows the order of the senders."""
    down = process.receive(lambda message: type(message) is tuple and message[0] is A.DOWN)
    gen_server.cast(client.targets.heir, (A.told, process.self_()))
    return down[4]


def settle() -> Term:
    """Wait until everything is at rest, like the command `settle`."""
    current().runtime.settle()
    return A.ok


def _answer_to(client: ProgramClient, alias: Ref) -> Term:
    client.aliases.append(alias)
    return gen_server.cast(client.targets.server, (A.answer_to, alias))


PROCESS: dict[str, Action] = {
    "send": lambda s: process.send(s.targets.server, A.m),
    "send name": lambda s: process.send(A.srv, A.n),
    "send me": lambda s: process.send(A.me, A.to_me),
    "send other": lambda s: process.send(_other(s), A.hello),
    "ping": _ping,
    "poll": lambda s: process.receive(timeout_ms=0, after=A.nothing),
    "flush": lambda s: List(process.flush()),
    "kill": lambda s: process.exit(s.targets.server, A.kill),
    "exit": lambda s: process.exit(s.targets.server, A.shutdown),
    "exit bare": lambda s: process.exit(s.targets.bare, A.shutdown),
    "kill other": lambda s: process.exit(_other(s), A.kill),
    "exit other": lambda s: process.exit(_other(s), A.oops),
    "exit self": lambda s: process.exit(process.self_(), A.leaving),
    "monitor": lambda s: _kept(s, process.monitor(s.targets.server)),
    "monitor name": lambda s: _kept(s, process.monitor(A.srv)),
    "monitor me": lambda s: _kept(s, process.monitor(A.me)),
    "tell": _tell,
    "demonitor": lambda s: process.demonitor(s.refs.pop(), flush=True) if s.refs else A.none,
    "demonitor only": lambda s: process.demonitor(s.refs.pop()) if s.refs else A.none,
    "alias": lambda s: _answer_to(s, process.alias()),
    "alias once": lambda s: _answer_to(s, process.alias(A.reply)),
    "alias monitor": lambda s: _answer_to(
        s, process.monitor(s.targets.server, alias=A.reply_demonitor)
    ),
    "unalias": lambda s: process.unalias(s.aliases.pop()) if s.aliases else A.none,
    "drop monitor": lambda s: process.demonitor(s.aliases.pop()) if s.aliases else A.none,
    "spawn monitor": lambda s: (process.spawn_monitor(lambda: A.ok), A.ok)[1],
    "link": lambda s: process.link(s.targets.server),
    "unlink": lambda s: process.unlink(s.targets.server),
    "link other": lambda s: process.link(_other(s)),
    "unlink other": lambda s: process.unlink(_other(s)),
    "trap": lambda s: process.flag(A.trap_exit, True),
    "register": lambda s: process.register(process.self_(), A.me),
    "register bare": lambda s: process.register(s.targets.bare, A.me),
    "unregister": lambda s: process.unregister(A.srv),
    "unregister me": lambda s: process.unregister(A.me),
    "registered": lambda s: process.registered(),
    "whereis": lambda s: process.whereis(A.srv),
    "yield": lambda s: process.yield_(),
    "whereis me": lambda s: process.whereis(A.me),
    "alive": lambda s: process.alive(s.targets.server),
    "alive other": lambda s: process.alive(_other(s)),
    "look": lambda s: _facts(s.targets.server, A.message_queue_len, A.messages),
    "links": lambda s: _facts(s.targets.server, A.links),
    "monitors": lambda s: _facts(s.targets.server, A.monitors, A.status),
    "monitored by": lambda s: _facts(s.targets.server, A.monitored_by),
    "its name": lambda s: _facts(s.targets.bare, A.registered_name),
    "its flag": lambda s: _facts(_other(s), A.trap_exit, A.status, A.current_function),
    "all of it": lambda s: process.info(s.targets.server),
    "list": lambda s: List(process.list_()),
    "spawn": _spawn,
    "spawn link": _spawn_link,
    "send after": lambda s: _armed(s, process.send_after(s.targets.server, A.tick, 10)),
    "send name after": lambda s: _armed(s, process.send_after(A.me, A.tick, 10)),
    "send self after": lambda s: (
        _armed(s, process.send_after(process.self_(), A.tock, 10)),
        process.receive(timeout_ms=20, after=A.nothing),
    )[1],
    "cancel": lambda s: process.cancel_timer(s.timers.pop()) if s.timers else A.none,
    "time left": lambda s: process.read_timer(s.timers[-1]) if s.timers else A.none,
    "put": lambda s: (process.put(A.k, 1), process.get(A.k), process.delete(A.k))[1],
    "dictionary": lambda s: (process.get_all(), process.get_keys())[0],
    "hibernate": lambda s: process.hibernate(lambda: process.send(s.targets.server, A.awake)),
    "sleep": lambda s: process.sleep(10),
    "settle": lambda s: settle(),
    "global": lambda s: naming.register_name(A.targets, process.self_()),
    "no global": lambda s: naming.unregister_name(A.targets),
    "where global": lambda s: naming.whereis_name(A.targets),
}


# -- servers -------------------------------------------------------------------------------------

GEN_SERVER: dict[str, Action] = {
    "cast": lambda s: gen_server.cast(s.targets.server, A.a),
    "cast name": lambda s: gen_server.cast(A.srv, A.b),
    "cast me": lambda s: gen_server.cast(A.me, A.b),
    "abcast": lambda s: gen_server.abcast([process.NODE], A.srv, A.c),
    "write": lambda s: gen_server.cast(s.targets.server, (A.write, A.k, 7)),
    "give": lambda s: gen_server.cast(s.targets.server, (A.give, s.targets.heir)),
    "server watches me": lambda s: gen_server.cast(s.targets.server, (A.watch, process.self_())),
    "idle": lambda s: gen_server.cast(s.targets.server, A.idle),
    "crash": lambda s: gen_server.cast(s.targets.server, A.crash),
    "call": lambda s: gen_server.call(s.targets.server, A.read),
    "call name": lambda s: gen_server.call(A.srv, A.read),
    "call me": lambda s: gen_server.call(A.me, A.read, 50),
    "multi call": lambda s: gen_server.multi_call([process.NODE], A.srv, A.read),
    "through": lambda s: gen_server.call(s.targets.server, (A.through, s.targets.helper)),
    "pass and die": lambda s: gen_server.call(s.targets.server, (A.pass_and_die, s.targets.helper)),
    "twice": lambda s: gen_server.call(s.targets.server, A.twice),
    "both": lambda s: gen_server.call(s.targets.server, (A.both, s.targets.helper)),
    "time out": lambda s: gen_server.call(s.targets.server, A.wait, 50),
    "stop": lambda s: gen_server.stop(s.targets.server),
    "start": lambda s: gen_server.start(Server, A.heir, name=A.srv),
    "start linked": lambda s: gen_server.start_link(Server, A.heir, name=A.me),
    "where server": lambda s: gen_server.whereis(A.srv),
    "state": lambda s: sys.get_state(s.targets.server),
    "replace state": lambda s: sys.replace_state(s.targets.server, lambda state: (*state, A.put)),
    "status": lambda s: A.ok if sys.get_status(s.targets.server) else A.none,
    "suspend": lambda s: sys.suspend(s.targets.server, 50),
    "resume": lambda s: sys.resume(s.targets.server, 50),
    "step": lambda s: sys.step(s.targets.server, 50),
    "statistics": lambda s: A.ok if sys.statistics(s.targets.server, True) is A.ok else A.none,
    "trace": lambda s: sys.trace(s.targets.server, False),
    "log": lambda s: sys.log(s.targets.server, True),
    "terminate": lambda s: sys.terminate(s.targets.server, A.ended),
    "change code": lambda s: (
        sys.suspend(s.targets.server, 50),
        sys.change_code(s.targets.server, Atom("Elixir.Server"), A.old, A.extra),
    )[1],
    "install": lambda s: sys.install(s.targets.server, (A.seen, lambda *_: A.done, A.none)),
    "remove": lambda s: sys.remove(s.targets.server, A.seen),
    "get log": lambda s: sys.get_log(s.targets.server),
    "no debug": lambda s: sys.no_debug(s.targets.server),
}
