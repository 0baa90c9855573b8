"""Non-blocking code runs on the stack of the waiting caller: fewer threads, the same order."""

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.runtime import Runtime, process
from kvshell.runtime.schedule.controlled import Controlled
from kvshell.systems import DESIGNS
from kvshell.terms import A, Term
from tests.nodes import node, said


def story(nests: bool) -> list[str]:
    """Run a short program on all three designs and return what was observed, in order."""
    seen: list[str] = []
    with node("controlled") as rt:
        assert isinstance(rt.scheduler, Controlled)
        rt.scheduler.nests = nests
        rt.on_event = lambda event: seen.append(event.text)
        for name in ("plain", "ets-cast", "ets"):
            design = DESIGNS[name]
            design.start()
            for store in ("a", "b"):
                seen.append(said(lambda: design.create(store)))  # noqa: B023  # called at once
            rt.settle()
            pid = design.pid(rt, "a")
            assert pid is not None
            for number in range(5):
                design.put(pid, number, number)
                seen.append(said(lambda: design.get(pid, number)))  # noqa: B023
            process.exit(pid, A.boom)
            seen.append(said(lambda: design.create("a")))  # noqa: B023
            rt.settle()
            seen.append(said(lambda: design.lookup("a")))  # noqa: B023
            design.stop()
            rt.settle()
        seen.append(str(len(rt.processes())))
    return seen


def test_the_order_is_the_same_with_and_without_nesting() -> None:
    assert story(nests=True) == story(nests=False)


def test_a_wait_in_a_clause_declared_never_to_wait_is_the_servers_error() -> None:
    class Liar(GenServer):
        never_waits = frozenset({A.sleep})

        def handle_call(self, request: Term, from_: From, state: Term) -> Term:
            process.sleep(10)
            return (A.reply, A.ok, state)

    for scheduler in ("controlled", "free"):
        with node(scheduler):
            _ok, pid = gen_server.start(Liar, None)

            assert '** (EXIT) {:declared_never_waits, "' in said(
                lambda: gen_server.call(pid, A.sleep)  # noqa: B023  # called at once
            )
            assert not process.alive(pid)


def test_a_thousand_stores_need_no_thread_each() -> None:
    import threading

    with node("controlled") as rt:
        assert isinstance(rt, Runtime)
        design = DESIGNS["plain"]
        design.start()
        before = threading.active_count()
        for number in range(1000):
            design.create(str(number))

        assert threading.active_count() - before <= 2
