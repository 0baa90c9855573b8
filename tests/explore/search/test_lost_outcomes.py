"""Outcomes that earlier versions of the search missed although they reported "complete"."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from kvshell.explore.program.function_program import Clients, Written
from kvshell.explore.program.program import Program
from kvshell.explore.search.search import Search
from kvshell.otp import gen_server, sys
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import process
from kvshell.runtime.search.steps import FaultModel, Numbers
from kvshell.terms import A, Term
from tests.explore.search.figures import document
from tests.explore.search.figures import program as searched
from tests.explore.search.random_programs import RandomProgram
from tests.explore.search.unreduced import outcomes, outcomes_of_walks

BEAM, SPEC = FaultModel(spec=False), FaultModel(spec=True)
SPEC_ANY = FaultModel(spec=True, timeouts=True)


class Lost(NamedTuple):
    """The actions of some clients, the law, and the number of outcomes of all interleavings."""

    clients: list[list[str]]
    model: FaultModel
    outcomes: int


FEW = {  # interleavings, all of which are run
    "registered() and register": Lost([["registered"], ["register"]], BEAM, 2),
    "registered() and unregister": Lost([["registered"], ["unregister"]], BEAM, 2),
    "registered() and a death": Lost([["registered"], ["kill"]], BEAM, 2),
    "links and another's link": Lost([["links"], ["link"]], BEAM, 2),
    "links and another's unlink": Lost([["links"], ["link", "unlink"]], BEAM, 2),
    "monitored_by and a monitor": Lost([["monitored by"], ["monitor"]], BEAM, 2),
    "monitored_by and demonitor": Lost([["monitored by"], ["monitor", "demonitor only"]], BEAM, 2),
    "registered_name and register": Lost([["its name"], ["register bare"]], BEAM, 2),
    "rows in the order of their insertion": Lost([["insert", "rows"], ["insert other"]], BEAM, 2),
    "a walk in the order of insertion": Lost([["insert", "walk"], ["insert two"]], BEAM, 3),
}
MANY = {
    "who monitored first is told first": Lost(
        [["monitor", "tell"], ["monitor", "tell"], ["kill"]], BEAM, 8
    ),
    "a timer and the client that ends first": Lost(
        [["idle", "count"], ["unlink", "send"]], SPEC_ANY, 3
    ),
    "stop beside a server that is reached through another's exit": Lost(
        [["stop"], ["through", "exit other"]], BEAM, 10
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW)
def test_the_search_finds_the_outcomes_of_all_interleavings(name: str) -> None:
    lost = FEW[name]
    program, numbers = RandomProgram(0, only=lost.clients), Numbers()

    everything, _ = outcomes(program, lost.model, 2500, numbers)

    assert len(everything) == lost.outcomes
    assert _found(program, lost.model, numbers) == everything


@pytest.mark.parametrize("name", MANY)
def test_the_search_finds_every_outcome_that_random_walks_find(name: str) -> None:
    lost = MANY[name]
    program, numbers = RandomProgram(0, only=lost.clients), Numbers()

    found = _found(program, lost.model, numbers)

    assert len(found) == lost.outcomes
    assert outcomes_of_walks(program, lost.model, 40, numbers, seed=7) <= found


def test_the_order_of_watchers_matters_only_if_it_is_observable() -> None:
    told = RandomProgram(0, only=[["monitor", "tell"], ["monitor", "tell"], ["kill"]])
    untold = RandomProgram(0, only=[["monitor"], ["monitor"], ["kill"]])

    with Search(told, BEAM) as search:
        while search.run():
            pass
        assert (search.restarts, len(search.numbers.orders)) == (1, 1)
    with Search(untold, BEAM) as search:
        while search.run():
            pass
        assert (search.restarts, len(search.numbers.orders)) == (0, 0)


def _found(program: Program, model: FaultModel, numbers: Numbers) -> set[object]:
    with Search(program, model, numbers=numbers) as search:
        found: set[object] = set()
        while run := search.run():
            found.add(run.ending.seen)
        assert search.complete
        assert not search.redundant
    return found


def _a_queue_is_looked_at(timeout_ms: int | None) -> Clients:
    """A receiver whose last message is taken or not when a client looks: the BEAM shows both."""

    def client() -> Term:
        me = process.self_()

        def receiver() -> None:
            process.receive(lambda message: message is A.go)
            process.send(me, A.hi)
            process.receive(lambda message: message is A.read, timeout_ms)
            process.receive(lambda message: message is A.never)

        pid = process.spawn(receiver)
        process.send(pid, A.go)
        process.send(pid, A.read)
        process.receive()
        return process.info(pid, A.message_queue_len)

    yield client


@pytest.mark.parametrize("timeout_ms", [None, 100])
@pytest.mark.parametrize(
    "model",
    [pytest.param(BEAM, id="beam"), pytest.param(SPEC, id="spec", marks=pytest.mark.slow)],
)
def test_who_looks_at_a_mailbox_sees_it_before_and_after_a_receive(
    model: FaultModel, timeout_ms: int | None
) -> None:
    program, numbers = Written(lambda: _a_queue_is_looked_at(timeout_ms)), Numbers()
    everything, _ = outcomes(program, model, 2500, numbers)

    found = _found(program, model, numbers)

    assert len(found) == 2
    assert found == everything


class Silent(GenServer):
    """A server that takes its messages and ignores them."""

    def init(self, arg: Term) -> Term:
        return (A.ok, arg)

    def handle_cast(self, request: Term, state: Term) -> Term:
        return (A.noreply, state)


def _the_queue_of_a_server() -> Clients:
    """Start a server whose queue a client reads: a real BEAM has shown lengths of 0, 1 and 2."""
    _, pid = gen_server.start(Silent, None)

    def client() -> Term:
        gen_server.cast(pid, A.first)
        gen_server.cast(pid, A.second)
        return process.info(pid, A.message_queue_len)

    yield client


def _a_suspended_server_takes_what_is_urgent() -> Clients:
    _, pid = gen_server.start(Silent, None)

    def client() -> Term:
        sys.suspend(pid)
        gen_server.cast(pid, A.first)
        return sys.resume(pid)

    def other() -> Term:
        return process.info(pid, A.message_queue_len)

    yield client, other


@pytest.mark.parametrize(
    ("started", "many"),
    [(_the_queue_of_a_server, 3), (_a_suspended_server_takes_what_is_urgent, 3)],
)
@pytest.mark.parametrize("model", [BEAM, SPEC], ids=["beam", "spec"])
def test_who_looks_at_a_server_sees_it_before_and_after_it_takes_a_message(
    model: FaultModel, started: Callable[[], Clients], many: int
) -> None:
    program, numbers = Written(started), Numbers()
    everything, _ = outcomes(program, model, 5000, numbers)

    found = _found(program, model, numbers)

    assert len(found) == many
    assert found == everything


MAIL = {
    "mailbox manager": ("no messages wait for KV.Registry", "│ info │ :hello │"),
    "info manager": ("│ mailbox │ 0 │", "│ mailbox │ 1 │"),
}


@pytest.mark.parametrize("spec", [False, True], ids=["beam", "spec"])
@pytest.mark.parametrize("line", MAIL)
def test_a_line_that_shows_mail_sees_it_before_and_after_it_is_taken(line: str, spec: bool) -> None:
    with Search(
        searched(document(f"kv> send manager :hello\nkv> {line}")), FaultModel(spec)
    ) as search:
        answers = set()
        while run := search.run():
            answers.add(" ".join(run.ending.seen[-1].answer.split()))

    assert search.model.looks
    for shown in MAIL[line]:
        assert any(shown in answer for answer in answers), answers


@pytest.mark.parametrize("spec", [False, True], ids=["beam", "spec"])
def test_step_finds_a_process_that_another_client_suspends_suspended_or_not(spec: bool) -> None:
    text = document("kv> suspend s", "kv> step s", setup="kv> create store s\n...")
    with Search(searched(text), FaultModel(spec)) as search:
        answers = set()
        while run := search.run():
            answers |= {seen.answer for seen in run.ending.seen if seen.text == "step s"}

    assert answers == {
        "nothing to handle, 0 left",
        "** (CommandError) #PID<s> is not suspended: type suspend s first",
    }


def test_step_finds_a_name_that_its_owner_may_lose_registered_or_not() -> None:
    text = document("kv> monitor self()\nkv> step manager", "kv> kill manager", design="plain")
    with Search(searched(text), BEAM) as search:
        answers = set()
        while run := search.run():
            seen = [seen.answer for seen in run.ending.seen if seen.text == "step manager"]
            answers |= {answer.split("\n")[0] for answer in seen}

    assert "** (exit) exited in: :sys.step(KeyVal.Manager)" in answers
    assert len(answers) > 1


def test_a_pid_typed_by_a_client_may_not_have_been_spawned_yet() -> None:
    sends = "kv> monitor self()\nkv> send #PID<0.104.0> :x"
    text = document("kv> create store s", sends, design="plain")
    with Search(searched(text), BEAM) as search:
        answers = set()
        while run := search.run():
            answers.add(run.ending.seen[-1].answer)

    never = "** (CommandError) #PID<s> was never started: processes lists the live ones"
    assert answers == {":x", never}


def test_a_lookup_in_a_lost_table_finds_the_supervisor_alive_or_not() -> None:
    """In the first case the error is that of ETS, in the second that nothing runs."""
    text = document("kv> stop manager", "kv> lookup s", setup="kv> create store s\n...")
    with Search(searched(text), BEAM) as search:
        answers = set()
        while run := search.run():
            answers |= {seen.answer.split(":")[0] for seen in run.ending.seen if seen.client == "b"}

    assert answers == {
        "{",
        "** (ArgumentError) errors were found at the given arguments",
        "** (CommandError) no manager runs",
    }


def test_at_rest_nobody_has_mail_left_to_take() -> None:
    """A typed session with expected output settles after each line."""
    text = """
```kvshell
kv> start manager ets
{:ok, #PID<m>}
kv> send manager :hello
:hello
kv> mailbox manager
no messages wait for KV.Registry
```
"""
    with Search(searched(text), SPEC) as search:
        while run := search.run():
            assert not run.fails

    assert not search.model.looks


class Asking(GenServer):
    """A server that calls another one before it replies."""

    def init(self, arg: Term) -> Term:
        return (A.ok, arg)

    def handle_call(self, request: Term, from_: Term, state: Term) -> Term:
        if request is A.read:
            return (A.reply, 0, state)
        return (A.reply, gen_server.call(request, A.read), state)


def _in_a_circle() -> Clients:
    (_, left), (_, right) = gen_server.start(Asking, None), gen_server.start(Asking, None)
    yield (
        lambda: gen_server.call(left, right),
        lambda: gen_server.call(right, left),
    )


@pytest.mark.slow
@pytest.mark.parametrize("model", [BEAM, SPEC], ids=["beam", "spec"])
def test_a_timer_that_is_due_fires_after_the_last_client_has_ended(model: FaultModel) -> None:
    """All four calls time out at the same moment; an earlier search found 6 of 9 outcomes."""
    program, numbers = Written(_in_a_circle), Numbers()
    with Search(program, model, numbers=numbers) as search:
        found = set()
        while run := search.run():
            found.add(run.ending.seen)

    walks = outcomes_of_walks(program, model, 300, numbers, 1)

    assert walks <= found
    assert len(found) == 9
    assert (search.schedules, search.redundant) == (14, 0)
