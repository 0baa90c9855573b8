"""The table of figures: schedules and failing ones of the articles' programs, under both laws."""

from math import factorial

import pytest

from kvshell.explore.program.function_program import Expect
from kvshell.explore.search.search import Search
from kvshell.otp import gen_server, task
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import Exit, ets, process
from kvshell.runtime.search.steps import FaultModel
from kvshell.systems import DESIGNS
from kvshell.terms import A, List, Pid, Term, inspect
from tests.explore.search.figures import (
    CREATE,
    FOUND,
    ROWS,
    TABLE,
    Planned,
    Row,
    count,
    document,
    program,
    started,
)

LAWS = ("beam", "spec")


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_a_document_has_the_documented_number_of_schedules(row: Row, law: str) -> None:
    assert count(program(row.text), law == "spec") == getattr(row, law)


@pytest.mark.parametrize("planned", TABLE, ids=lambda planned: planned.words)
def test_every_row_of_the_table_is_explored(planned: Planned) -> None:
    """A document has these figures, or the test with this name runs under both laws."""
    titles = {row.title: row for row in ROWS}
    if planned.tried in titles:
        row = titles[planned.tried]
        assert [planned.beam, planned.spec] == [
            "{}/{}".format(*row.beam),
            "{}/{}".format(*row.spec),
        ]
    else:
        marks = {mark.args[0]: mark.args[1] for mark in globals()[planned.tried].pytestmark}
        assert marks["law"] == LAWS


def test_every_program_corresponds_to_a_row_of_the_table() -> None:
    assert {row.title for row in ROWS} <= {planned.tried for planned in TABLE}


def expect(place: str, got: Term, wanted: Term) -> Term:
    if got is not wanted and got != wanted:
        raise Expect(place, inspect(wanted), inspect(got))
    return got


@pytest.mark.parametrize("law", LAWS)
def test_python_programs_have_the_same_number_of_schedules(law: str) -> None:
    design = DESIGNS["ets"]

    def client(_: Pid) -> Term:
        pid = design.create("s")
        gen_server.stop(pid, A.normal)
        design.create("bogus")
        return expect("lookup s", design.lookup("s"), A.error)

    searched = started(lambda: design.start()[1], client)

    assert count(searched, law == "spec") == {"beam": (1, 0), "spec": (6, 2)}[law]


class Watcher(GenServer):
    """A registry of one name, which deletes the row when it has handled the `:DOWN`."""

    def init(self, arg: Term) -> Term:
        return (A.ok, ets.new(A.names, [A.named_table]))

    def handle_call(self, request: Term, from_: Term, state: Term) -> Term:
        match request:
            case (A.watch, pid):
                process.monitor(pid)
                ets.insert(A.names, (A.s, pid))
        return (A.reply, A.ok, state)

    def handle_info(self, message: Term, state: Term) -> Term:
        ets.delete(A.names, A.s)
        return (A.noreply, state)


@pytest.mark.parametrize("law", LAWS)
def test_a_barrier_fails_under_both_laws_when_the_client_monitored_first(law: str) -> None:
    """The cure of the chapter relies on `:DOWN`s leaving in the order of the monitors."""

    def client(registry: Pid) -> Term:
        bucket = process.spawn(process.receive)
        ref = process.monitor(bucket)
        gen_server.call(registry, (A.watch, bucket))
        process.send(bucket, A.end)
        process.receive(lambda message: message[1] is ref)
        gen_server.call(registry, A.anything)
        return expect("lookup s", ets.lookup(A.names, A.s), List())

    searched = started(lambda: gen_server.start(Watcher, None)[1], client)

    assert count(searched, law == "spec") == (3, 1)


class Delegating(GenServer):
    """A server that passes its caller to a helper, and ends."""

    def handle_call(self, request: Term, from_: Term, state: Term) -> Term:
        process.send(state, (A.answer, from_))
        return (A.stop, A.normal, state)


def _delegating() -> Pid:
    def help_() -> None:
        _, from_ = process.receive()
        gen_server.reply(from_, A.helped)

    _, server = gen_server.start(Delegating, process.spawn(help_))
    return server  # type: ignore[no-any-return]


@pytest.mark.parametrize("law", LAWS)
def test_a_helper_that_answers_races_with_the_servers_end(law: str) -> None:
    def client(server: Pid) -> Term:
        try:
            return gen_server.call(server, A.please)
        except Exit as exit_:
            return exit_.reason[0]

    said = set()
    with Search(started(_delegating, client), FaultModel(law == "spec")) as search:
        while run := search.run():
            said.add(run.ending.seen[0].answer)

    assert search.complete
    assert said == {":helped", ":normal"}


class Echo(GenServer):
    def handle_call(self, request: Term, from_: Term, state: Term) -> Term:
        return (A.reply, request, state)


@pytest.mark.parametrize("clients", [1, 2, 3, 4])
@pytest.mark.parametrize("law", LAWS)
def test_n_clients_call_one_server_in_every_order(law: str, clients: int) -> None:
    def client(server: Pid) -> Term:
        return gen_server.call(server, A.hello)

    searched = started(lambda: gen_server.start(Echo, None)[1], *[client] * clients)

    assert count(searched, law == "spec") == (factorial(clients), 0)


@pytest.mark.parametrize("law", LAWS)
def test_a_receive_that_may_time_out_later_is_no_step(law: str) -> None:
    """When it began to wait makes no difference: time advances only if nothing else can happen."""

    def client(_: Pid) -> Term:
        tasks = [task.async_(lambda: A.ok) for _ in range(2)]
        return List(map(task.await_, tasks))

    model = FaultModel(law == "spec")
    assert count(started(process.self_, client), model.spec) == (67, 0)
    with Search(started(process.self_, client), model._replace(timeouts=True), 100) as search:
        while search.run():
            pass
    assert search.schedules == 100  # there the timeout may fire before it has begun to wait


@pytest.mark.parametrize("clients", [1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("law", LAWS)
def test_n_clients_create_and_look_up(law: str, clients: int) -> None:
    lines = (CREATE + FOUND).replace(" s\n", " s{n}\n")
    text = document(*(lines.replace("{n}", str(n)) for n in range(clients)))

    assert count(program(text), law == "spec") == (factorial(clients), 0)


@pytest.mark.parametrize("clients", [1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("law", LAWS)
def test_n_clients_create_by_cast_and_look_up(law: str, clients: int) -> None:
    lines = "kv> create store s{n}\nkv> lookup s{n}"
    texts = (lines.replace("{n}", str(n)) for n in range(clients))
    text = document(*texts, design="ets-cast")

    schedules = factorial(clients) * 2**clients
    assert count(program(text), law == "spec") == (schedules, 0)
