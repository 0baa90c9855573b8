"""Items 14 to 25 of the surprising rules that reimplementations get wrong, one test each."""

from collections.abc import Callable

from kvshell.otp import agent, dynamic_supervisor, gen_server, registry, supervisor, sys
from kvshell.otp.gen import modules as code
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.runtime import Runtime, Thrown, ets, process
from kvshell.systems import DESIGNS
from kvshell.terms import (
    A,
    Atom,
    BadMapError,
    List,
    Map,
    MatchError,
    Pid,
    RuntimeError_,
    Term,
    alias,
    inspect,
)
from tests.cases.items import lab, reason_of
from tests.nodes import node, said
from tests.otp.lab import Lab

REGISTRY = alias("KV.Registry")
LAB = code.define("Lab.Linked", start_link=lambda arg: gen_server.start_link(Lab, arg))


def test_item_14_ets_errors(rt: Runtime) -> None:
    """A registry's pid is not a table. `info` and `whereis` of a missing table are :undefined."""
    named = ets.new(A.named, [A.named_table])
    texts = {
        "1st argument: table name already exists": lambda: ets.new(A.named, [A.named_table]),
        "1st argument: the table identifier does not refer": lambda: ets.lookup(A.missing, 1),
        "1st argument: not an atom or a table identifier": lambda: ets.lookup(process.self_(), 1),
        "2nd argument: not a tuple": lambda: ets.insert(named, "x"),
        "2nd argument: not a valid info item": lambda: ets.info(named, A.nonsense),
    }
    for text, run in texts.items():
        assert said(run).startswith(
            f"** (ArgumentError) errors were found at the given arguments:\n\n  * {text}"
        )
    assert (ets.info(A.missing), ets.whereis(A.missing)) == (A.undefined, A.undefined)


def test_item_15_keys(rt: Runtime) -> None:
    sets, ordered = ets.new(A.s), ets.new(A.o, [A.ordered_set])
    for table in (sets, ordered):
        ets.insert(table, [(1, A.int), (1.0, A.float)])

    assert (len(ets.tab2list(sets)), len(ets.tab2list(ordered))) == (2, 1)
    assert ets.lookup(ordered, 1) == List([(1.0, A.float)])
    assert Map().put(1, A.int).put(1.0, A.float).get(1) is A.int
    me = process.self_()
    kinds: list[Term] = ["s", List([1]), List(), Map(), (1,), me, None, A.a, 2]
    mixed = ets.new(A.m, [A.ordered_set])
    ets.insert(mixed, [(key, 0) for key in kinds])
    assert [row[0] for row in ets.tab2list(mixed)] == [
        2, A.a, None, me, (1,), Map(), List(), List([1]), "s",
    ]  # fmt: skip
    assert ets.next(mixed, 1.5) == 2  # which is not there


def test_item_16_who_owns_a_table_and_what_its_functions_answer(rt: Runtime) -> None:
    me = process.self_()
    process.spawn(lambda: process.send(me, ets.new(A.theirs, [A.public])))
    theirs = process.receive()
    rt.settle()
    assert ets.info(theirs) is A.undefined
    one, other = ets.new(A.same), ets.new(A.same)
    assert one is not other
    assert ets.info(A.same) is A.undefined
    assert ets.insert(one, (A.k, 1)) is True
    assert ets.delete(one, A.missing) is True
    assert ets.insert_new(one, [(A.new, 1), (A.k, 2)]) is False
    assert ets.lookup(one, A.new) == List()
    for raises in (ets.update_counter, ets.lookup_element):
        assert said(lambda f=raises: f(one, A.missing, 1)).startswith("** (ArgumentError)")  # type: ignore[misc]
    assert ets.update_element(one, A.missing, (2, 1)) is False
    assert ets.take(one, A.missing) == List()
    pid = process.spawn(lambda: process.send(me, process.receive()))
    assert ets.give_away(one, pid, A.gift) is True
    assert process.receive() == (Atom("ETS-TRANSFER"), one, me, A.gift)


def test_item_17_race_1_is_always_hit_and_the_map_never() -> None:
    """Always and never when controlled. The kill shows the dying pid: 971 of 1000 on the BEAM."""
    for design, missed in (("ets-cast", True), ("map", False)):
        with node("controlled"):
            kv = DESIGNS[design]
            kv.start()
            kv.create("s")
            assert (kv.lookup("s") is A.error) is missed
    with node("controlled"):
        kv = DESIGNS["ets"]
        kv.start()
        pid = kv.create("s")
        process.exit(pid, A.kill)
        assert kv.create("s") is pid


def test_item_18_no_order_between_senders() -> None:
    """When controlled, the order is fixed: the registry runs before the one who stopped the bucket.

    On real threads nothing is guaranteed; `suspend` provokes the race itself.
    """
    with node("controlled"):
        kv = DESIGNS["ets"]
        kv.start()
        for number in range(50):
            agent.stop(kv.create(str(number)))
            assert kv.lookup(str(number)) is A.error


def test_item_19_the_order_in_the_mailbox_decides(rt: Runtime) -> None:
    kv = DESIGNS["ets-cast"]
    kv.start()
    kv.create("x")
    rt.settle()
    pid = kv.lookup("x")[1]
    sys.suspend(REGISTRY)
    kv.create("x")
    agent.stop(pid)
    rt.settle()
    sys.resume(REGISTRY)
    rt.settle()
    assert kv.lookup("x") is A.error  # the create was :ok, and the name is missing
    sys.suspend(REGISTRY)
    kv.create("y")
    kv.create("y")
    sys.resume(REGISTRY)
    rt.settle()
    assert len(kv.entries(rt)) == 1


def test_item_20_sys(rt: Runtime) -> None:
    kv = DESIGNS["ets"]
    kv.start()
    sys.suspend(REGISTRY)
    sys.suspend(REGISTRY)
    assert sys.get_status(REGISTRY)[3].items[1] is A.suspended
    seen = rt.observe(rt.whereis(REGISTRY))  # type: ignore[arg-type]
    assert seen is not None
    assert seen.mailbox == ()
    sys.resume(REGISTRY)
    assert isinstance(kv.create("s"), Pid)
    pid = lab()
    sys.suspend(pid)
    assert gen_server.stop(pid) is A.ok


def test_item_21_monitors_links_and_reasons(rt: Runtime) -> None:
    """`raise` keeps the exception, and a failed match stays Erlang's own; stacks are empty here."""
    pid = process.spawn(process.receive)
    refs = [process.monitor(pid), process.monitor(pid)]
    process.exit(pid, A.kill)
    assert [process.receive()[1] for _ in refs] == refs
    ref = process.monitor(A.nobody)
    assert process.receive() == (A.DOWN, ref, A.process, (A.nobody, process.NODE), A.noproc)
    assert said(lambda: process.link(pid)).startswith("** (ErlangError) Erlang error: :noproc")

    def raises(error: BaseException) -> Callable[[], None]:
        def fails() -> None:
            raise error

        return fails

    assert inspect(reason_of(raises(RuntimeError_("x")))) == '{%RuntimeError{message: "x"}, []}'
    assert inspect(reason_of(raises(MatchError(2)))) == "{{:badmatch, 2}, []}"
    assert inspect(reason_of(raises(BadMapError(2)))) == "{{:badmap, 2}, []}"
    assert inspect(reason_of(raises(Thrown(A.x)))) == "{{:nocatch, :x}, []}"


def test_item_22_supervisors(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    _ok, sup = dynamic_supervisor.start_link(SupervisorOptions(max_restarts=100))
    kinds: dict[Atom, bool] = {A.permanent: True, A.transient: False, A.temporary: False}
    for restart, again in kinds.items():
        spec = {"id": 1, "start": (LAB, A.start_link, List([A.st])), "restart": restart}
        _ok, pid = dynamic_supervisor.start_child(sup, spec)
        gen_server.stop(pid, A.shutdown)
        rt.settle()
        running = dynamic_supervisor.which_children(sup).items
        assert (len(running) == 1) is again
        assert all(row[0] is A.undefined for row in running)
        for row in running:
            assert dynamic_supervisor.terminate_child(sup, row[1]) is A.ok
    assert dynamic_supervisor.terminate_child(sup, process.self_()) == (A.error, A.not_found)
    _ok, strict = supervisor.start([{"id": 1, "start": (LAB, A.start_link, List([A.st]))}])
    ref = process.monitor(strict)
    for _ in range(4):
        for row in supervisor.which_children(strict) if process.alive(strict) else ():
            process.exit(row[1], A.kill)
        rt.settle()
    assert process.receive(lambda m: m[1] is ref)[4] is A.shutdown


def test_item_23_agent_functions_run_in_the_agent(rt: Runtime) -> None:
    _ok, pid = agent.start(Map)
    assert agent.get(pid, lambda _state: process.self_()) is pid

    def oops(_state: Term) -> Term:
        raise RuntimeError_("oops")

    text = said(lambda: agent.get(pid, oops))
    assert text.startswith(
        f"** (exit) exited in: GenServer.call({inspect(pid)}, {{:get, #Function<"
    )
    assert text.endswith("** (RuntimeError) oops")
    assert not process.alive(pid)
    _ok, pid = agent.start(Map)
    assert said(lambda: agent.get_and_update(pid, lambda _state: A.bad)).endswith(
        "** (EXIT) bad return value: :bad"
    )


def test_item_24_inspect(rt: Runtime) -> None:
    """Maps of more than 32 keys are printed in term order here, and in hash order on the BEAM."""
    assert inspect(List([(A.k, 1)])) == "[k: 1]"
    assert inspect(List([(A.k, 1), (A.DOWN, 1, 2)])) == "[{:k, 1}, {:DOWN, 1, 2}]"
    assert inspect(List([97, 98, 99])) == "'abc'"
    assert inspect(List([7, 8, 9, 10])) == "'\\a\\b\\t\\n'"
    assert inspect(b"\xff") == "<<255>>"
    assert inspect(List(range(100)), width=None).endswith("49, ...]")
    assert inspect(Map({n: n for n in range(40)}), width=None).startswith("%{0 => 0, 1 => 1, ")
    sys.suspend(lab())
    long = "x" * 90
    assert f'"{long}", 5}}, 5)' in said(lambda: gen_server.call(lab(), (A.sleep, long, 5), 5))


def test_item_25_registry(rt: Runtime) -> None:
    """KVServer, which is part of this item, does not exist in kvshell."""
    name = alias("Phones")
    registry.start_link(A.unique, name)
    me = process.self_()
    pid = process.spawn(
        lambda: [registry.register(name, A.k, 1), process.send(me, A.ready), process.receive()]
    )
    process.receive()
    partition = Atom("Elixir.Phones.PIDPartition0")
    sys.suspend(partition)
    process.exit(pid, A.kill)
    assert not process.alive(pid)
    assert registry.lookup(name, A.k) == List([(pid, 1)])
    assert gen_server.whereis(registry.via(name, A.k)) is None
    assert registry.register(name, A.k, 2)[0] is A.ok
    seen = rt.observe(me)
    assert seen is not None
    assert process.whereis(partition) in seen.links
