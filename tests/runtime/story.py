"""A program that uses the whole public API, recorded as text: the same bytes in every run."""

from collections.abc import Callable
from typing import Any

from kvshell.otp import agent, dynamic_supervisor, gen_server, registry, supervisor, sys, task
from kvshell.otp.gen import modules as code
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.runtime import Exit, Op, Runtime, ets, process
from kvshell.systems import DESIGNS, Design
from kvshell.terms import A, Atom, List, Map, Pid, Term, alias, inspect
from tests.nodes import node, said

PHONES = alias("Phones")


class Teller:
    """Records what happens: answers, events and operations."""

    def __init__(self, rt: Runtime) -> None:
        self.rt = rt
        self.lines: list[str] = []
        rt.on_event = lambda event: self.lines.append(f"~ {event.kind} {event.text}")
        rt.watch = self.op

    def op(self, op: Op) -> None:
        target = getattr(op.target, "pid", getattr(op.target, "ref", op.target))
        self.lines.append(f"  {inspect(op.actor.pid)} {op.kind} {_shown(target)} {_shown(op.term)}")

    def tell(self, code: Callable[..., Term], *args: Term) -> None:
        self.lines.append(said(lambda: code(*args)))


def _shown(thing: Any) -> str:
    try:
        return inspect(thing, width=None)
    except (TypeError, ValueError):
        return type(thing).__name__


class Worker(gen_server.GenServer):
    """A server that answers late, calls others, or crashes."""

    module = "Story.Worker"

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        match request:
            case (A.later, ms):
                process.sleep(ms)
                return (A.reply, (A.slept, ms), state)
            case (A.ask, who, what):
                return (A.reply, gen_server.call(who, what, 50), state)
            case A.crash:
                raise Exit(A.crashed)
        return (A.reply, request, state, 30)

    def handle_info(self, message: Any, state: Any) -> Term:
        return (A.noreply, (state, message))


def systems(teller: Teller) -> None:
    for name, design in DESIGNS.items():
        teller.lines.append(f"# {name}")
        one_system(teller, design)


def one_system(teller: Teller, design: Design) -> None:
    teller.tell(design.start)
    for store in ("b", "a", "c"):
        teller.tell(design.create, store)
    teller.rt.settle()
    teller.tell(design.names)
    pid = design.pid(teller.rt, "a")
    assert pid is not None
    for key in (1, 1.0, "k", A.k, None, (1, 2)):
        teller.tell(design.put, pid, key, (key, key))
    teller.tell(design.keys, pid)
    sys.suspend(design.manager)
    teller.tell(gen_server.stop, pid, A.normal)
    teller.tell(design.get, pid, "k")
    sys.resume(design.manager)
    teller.rt.settle()
    teller.tell(design.lookup, "a")
    teller.tell(design.stop)
    teller.rt.settle()


def clients(teller: Teller) -> None:
    """Twenty clients that use a table, a registry, servers and timers concurrently."""
    table = ets.new(A.t, [A.public, A.ordered_set])
    registry.start_link(A.unique, PHONES)
    registry.start_link(A.duplicate, alias("Topics"))
    servers = [gen_server.start(Worker, number)[1] for number in range(4)]
    me = process.self_()

    def client(number: int) -> None:
        own = servers[number % 4]
        ets.update_counter(table, number % 3, 1, (number % 3, 0))
        registry.register(alias("Topics"), A.news, number)
        said(lambda: registry.register(PHONES, number % 5, number))
        gen_server.call(own, (A.later, number % 7), 3)
        process.send(me, (number, gen_server.call(own, number)))

    for number in range(20):
        process.monitor(process.spawn(lambda n=number: client(n)))  # type: ignore[misc]
    while (message := process.receive(timeout_ms=200, after=A.silence)) is not A.silence:
        teller.lines.append(_shown(message))
    teller.tell(lambda: ets.tab2list(table))
    teller.tell(lambda: registry.lookup(alias("Topics"), A.news))
    teller.tell(lambda: gen_server.call(servers[0], (A.ask, servers[1], (A.ask, servers[0], 1))))
    teller.tell(lambda: task.await_many([task.async_(lambda n=n: n * n) for n in range(5)]))
    teller.tell(lambda: Map({A.a: 1, "b": 2, 3: List([A.c])}))


def trees(teller: Teller) -> None:
    """Supervisors that restart children until their restart limit is reached."""
    sup: Pid
    _ok, sup = supervisor.start(
        [{"id": n, "start": (WORKER, A.start_link, List([n]))} for n in range(3)],
        SupervisorOptions(A.rest_for_one),
    )
    dynamic_supervisor.start_link(name=A.pool)
    for number in range(5):
        teller.tell(lambda: dynamic_supervisor.start_child(A.pool, (Worker, A.child)))
        for _id, pid, _type, _modules in supervisor.which_children(sup):
            if number % 2:
                process.exit(pid, A.kill)
        teller.rt.settle()
        if not process.alive(sup):
            break
        teller.tell(lambda: supervisor.which_children(sup))
    _ok, bucket = agent.start(lambda: Map())
    teller.tell(lambda: agent.get(bucket, lambda _s: 1 // 0))
    teller.tell(lambda: process.list_() and List(process.list_()))


def _start_worker(number: int) -> Term:
    return gen_server.start_link(Worker, number, name=Atom(f"worker_{number}"))


WORKER = code.define("Story.Worker", start_link=_start_worker)


def story() -> str:
    """Return the whole recording."""
    with node("controlled") as rt:
        process.flag(A.trap_exit, True)
        teller = Teller(rt)
        for chapter in (systems, clients, trees):
            chapter(teller)
        rt.settle()
        teller.lines += [_shown(message) for message in process.flush()]
        teller.lines += [f"{rt.now_ms()} ms", *rt.who_waits(), str(rt.counts)]
        rt.watch = rt.on_event = None
        return "\n".join(teller.lines)
