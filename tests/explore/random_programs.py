"""Random small programs over every kind of operation, for the soundness check of the search.

A program has two or three clients of two or three actions each, over one world: a GenServer that
remembers what it was told, a helper that answers in its name, a bare process, two tables. What a
client sees of each action is its result; what is left at the end is the last one.
"""

import re
from collections.abc import Callable, Iterable
from random import Random
from typing import Any, NamedTuple

from kvshell.explore.program import Doing, Ending, Seen
from kvshell.otp import gen_server, sys
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import Exit, Runtime, ets, process
from kvshell.terms import (
    A,
    ElixirError,
    List,
    Pid,
    Ref,
    Term,
    format_banner,
    inspect,
    sort_key,
)

REF = re.compile(r"#Reference<[^>]*>")


class Server(GenServer):
    """Remembers casts and messages in their order; its state is a tuple."""

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


class World(NamedTuple):
    """What a program acts on."""

    server: Pid
    heir: Pid
    helper: Pid
    bare: Pid


class Seat:
    """What one client holds while it runs: its references, its timers, its table."""

    def __init__(self, world: World, others: list[Pid]) -> None:
        self.world = world
        self.others = others  # the other clients, filled in when all are spawned
        self.refs: list[Ref] = []
        self.timers: list[Ref] = []
        self.table: Term = None


Action = Callable[[Seat], Term]


def _help() -> None:
    while True:
        match process.receive():
            case (A.answer, from_):
                gen_server.reply(from_, A.helped)


def _bare() -> None:
    process.flag(A.trap_exit, True)
    while True:
        message = process.receive()
        match message:
            case (A.ping, pid):
                process.send(pid, A.pong)
            case (A.EXIT, _, reason):
                raise Exit(reason)


def _timed(message: Term) -> bool:
    return True


def _monitor(seat: Seat) -> Term:
    seat.refs.append(process.monitor(seat.world.server))
    return A.ok


def _monitor_name(seat: Seat) -> Term:
    seat.refs.append(process.monitor(A.srv))
    return A.ok


def _demonitor(seat: Seat) -> Term:
    if not seat.refs:
        return A.none
    return process.demonitor(seat.refs.pop(), flush=True)


def _demonitor_only(seat: Seat) -> Term:
    if not seat.refs:
        return A.none
    return process.demonitor(seat.refs.pop())


def _send_after(seat: Seat) -> Term:
    seat.timers.append(process.send_after(seat.world.server, A.tick, 10))
    return A.ok


def _send_self_after(seat: Seat) -> Term:
    seat.timers.append(process.send_after(process.self_(), A.tock, 10))
    return process.receive(timeout_ms=20, after=A.nothing)


def _cancel(seat: Seat) -> Term:
    return process.cancel_timer(seat.timers.pop()) if seat.timers else A.none


def _own_table(seat: Seat) -> Term:
    table = ets.new(A.mine, [A.named_table, (A.heir, seat.world.heir, A.late)])
    ets.insert(table, (1, 2))
    return table


def _walk(seat: Seat) -> Term:
    seen = []
    key = ets.first(A.shared)
    while key is not ets.END:
        seen.append(key)
        try:
            key = ets.next(A.shared, key)
        except ElixirError:
            seen.append(A.gone)
            break
    return _rows(seen)


def _rows(rows: Iterable[Term]) -> List:
    """Sort them: a set has no order, so two inserts of different keys may come in either."""
    return List(sorted(rows, key=sort_key))


def _spawn(seat: Seat) -> Term:
    server = seat.world.server
    process.spawn(lambda: process.send(server, A.born))
    return A.ok


def _spawn_link(seat: Seat) -> Term:
    def child() -> None:
        raise Exit(A.child_died)

    process.spawn_link(child)
    return A.ok


def _list(seat: Seat) -> Term:
    return len(process.list_())


def _look(seat: Seat) -> Term:
    found = process.info(seat.world.server, [A.message_queue_len, A.messages])
    return A.dead if found is None else found


def _other(seat: Seat) -> Pid:
    return seat.others[0]


ACTIONS: dict[str, Action] = {
    "cast": lambda s: gen_server.cast(s.world.server, A.a),
    "cast name": lambda s: gen_server.cast(A.srv, A.b),
    "write": lambda s: gen_server.cast(s.world.server, (A.write, A.k, 7)),
    "give": lambda s: gen_server.cast(s.world.server, (A.give, s.world.heir)),
    "server watches me": lambda s: gen_server.cast(s.world.server, (A.watch, process.self_())),
    "idle": lambda s: gen_server.cast(s.world.server, A.idle),
    "crash": lambda s: gen_server.cast(s.world.server, A.crash),
    "call": lambda s: gen_server.call(s.world.server, A.read),
    "call name": lambda s: gen_server.call(A.srv, A.read),
    "through": lambda s: gen_server.call(s.world.server, (A.through, s.world.helper)),
    "pass and die": lambda s: gen_server.call(s.world.server, (A.pass_and_die, s.world.helper)),
    "time out": lambda s: gen_server.call(s.world.server, A.wait, 50),
    "stop": lambda s: gen_server.stop(s.world.server),
    "state": lambda s: sys.get_state(s.world.server),
    "suspend": lambda s: sys.suspend(s.world.server, 50),
    "resume": lambda s: sys.resume(s.world.server, 50),
    "send": lambda s: process.send(s.world.server, A.m),
    "send name": lambda s: process.send(A.srv, A.n),
    "ping": lambda s: (
        process.send(s.world.bare, (A.ping, process.self_())),
        process.receive(timeout_ms=10, after=A.late),
    )[1],
    "send other": lambda s: process.send(_other(s), A.hello),
    "poll": lambda s: process.receive(timeout_ms=0, after=A.nothing),
    "flush": lambda s: List(process.flush()),
    "kill": lambda s: process.exit(s.world.server, A.kill),
    "exit": lambda s: process.exit(s.world.server, A.shutdown),
    "exit bare": lambda s: process.exit(s.world.bare, A.shutdown),
    "kill other": lambda s: process.exit(_other(s), A.kill),
    "exit other": lambda s: process.exit(_other(s), A.oops),
    "monitor": _monitor,
    "monitor name": _monitor_name,
    "demonitor": _demonitor,
    "demonitor only": _demonitor_only,
    "link": lambda s: process.link(s.world.server),
    "unlink": lambda s: process.unlink(s.world.server),
    "link other": lambda s: process.link(_other(s)),
    "trap": lambda s: process.flag(A.trap_exit, True),
    "register": lambda s: process.register(process.self_(), A.me),
    "register bare": lambda s: process.register(s.world.bare, A.me),
    "unregister": lambda s: process.unregister(A.srv),
    "whereis": lambda s: process.whereis(A.srv),
    "whereis me": lambda s: process.whereis(A.me),
    "alive": lambda s: process.alive(s.world.server),
    "alive other": lambda s: process.alive(_other(s)),
    "look": _look,
    "list": _list,
    "spawn": _spawn,
    "spawn link": _spawn_link,
    "send after": _send_after,
    "send self after": _send_self_after,
    "cancel": _cancel,
    "sleep": lambda s: process.sleep(10),
    "settle": lambda s: settle(),
    "lookup": lambda s: ets.lookup(A.shared, A.k),
    "lookup owned": lambda s: ets.lookup(A.owned, A.k),
    "insert": lambda s: ets.insert(A.shared, (A.k, 1)),
    "insert other": lambda s: ets.insert(A.shared, (A.j, 1)),
    "insert two": lambda s: ets.insert(A.shared, [(A.k, 2), (A.j, 2)]),
    "insert new": lambda s: ets.insert_new(A.shared, (A.k, 3)),
    "delete": lambda s: ets.delete(A.shared, A.k),
    "count": lambda s: ets.update_counter(A.shared, A.n, 1, (A.n, 0)),
    "rows": lambda s: _rows(ets.tab2list(A.shared)),
    "walk": _walk,
    "own table": _own_table,
    "read own": lambda s: ets.lookup(A.mine, 1),
    "rename": lambda s: ets.rename(A.shared, A.renamed),
    "drop": lambda s: ets.delete(A.owned),
    "drop shared": lambda s: ets.delete(A.shared),
}


def settle() -> Term:
    """Wait until all is at rest, as the word `settle`."""
    from kvshell.runtime.carrier import current

    current().runtime.settle()
    return A.ok


class RandomProgram:
    """The program of one seed."""

    def __init__(
        self, seed: int, most_actions: int = 2, only: list[list[str]] | None = None
    ) -> None:
        random = Random(seed)
        names = list(ACTIONS)
        self.clients: list[list[str]] = only or [
            [random.choice(names) for _ in range(random.randint(1, most_actions))]
            for _ in range(random.choice((2, 2, 2, 3)))
        ]

        self.title = f"seed {seed}"
        self.expects = False

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        driver = runtime.enter()
        _, heir = gen_server.start(Server, A.heir)
        _, server = gen_server.start(Server, A.first, name=A.srv)
        world = World(server, heir, process.spawn(_help), process.spawn(_bare))
        self._world = world
        ets.new(A.shared, [A.named_table, A.public])
        ets.insert(A.shared, [(A.j, 0)])
        runtime.settle()
        self._seen: dict[str, list[str]] = {}
        seats = [Seat(world, []) for _ in self.clients]
        pids = tuple(
            process.spawn(lambda place=place: self._client(place, seats[place]))  # type: ignore[misc]
            for place in range(len(self.clients))
        )
        for place, seat in enumerate(seats):
            seat.others = [*pids[place + 1 :], *pids[:place]]
        self._pids = pids
        return driver, pids

    def _client(self, place: int, seat: Seat) -> None:
        seen = self._seen.setdefault(f"client {place}", [])
        for action in self.clients[place]:
            seen.append("begun")
            seen[-1] = f"{action}: {_told(ACTIONS[action], seat)}"
        seen.append(f"end: {_told(lambda _: List(process.flush()), seat)}")

    def end(self, runtime: Runtime) -> Ending:
        left = [
            inspect(seen.state) if seen is not None and seen.status != "dead" else "dead"
            for seen in map(runtime.observe, (self._world.server, self._world.heir))
        ]
        tables = [
            f"{inspect(table.name)} {inspect(table.owner.pid)} {inspect(_rows(table.rows()))}"
            for table in runtime.tables.all()
        ]
        dead = [
            f"{inspect(pid)} {seen.status} {inspect(seen.reason)}"
            for pid in self._pids
            if (seen := runtime.observe(pid)) is not None
        ]
        self._seen["left"] = [*left, *tables, *dead]
        told = [
            Seen(who, 0, "", REF.sub("#Ref", "; ".join(said))) for who, said in self._seen.items()
        ]
        return Ending(tuple(sorted(told)))

    def doing(self, client: Pid) -> Doing | None:
        return None

    def names(self, runtime: Runtime) -> dict[Pid, str]:
        return {}


def _told(action: Action, seat: Seat) -> str:
    try:
        return inspect(action(seat))
    except Exit as exit_:
        return " ".join(format_banner(A.exit, exit_.reason).split())
    except ElixirError as error:
        return " ".join(format_banner(A.error, error.struct).split())
