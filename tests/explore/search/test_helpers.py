"""What makes a search faster does not change its result: helpers that run ahead, one set-up."""

import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

import pytest

from kvshell.explore.program.document_parts import parts
from kvshell.explore.program.document_program import DocumentProgram
from kvshell.explore.program.program import Program
from kvshell.explore.search.choices import Plan
from kvshell.explore.search.forked import Served
from kvshell.explore.search.search import CarriedOut, NotDeterministic, Run, Search
from kvshell.explore.search.subtree import root_of
from kvshell.explore.search.token import Follow
from kvshell.runtime import NotAtRest
from kvshell.runtime.search.steps import FaultModel, Numbers
from kvshell.transcript.format.parser import parse
from tests.explore.search import classics
from tests.explore.search.figures import EMPTY, MADE, ROWS, STOP, Row, document, program
from tests.explore.search.random_documents import working_document

PUT_GET = document(*(f"kv> put s k {n}\nkv> get s k" for n in range(3)), setup=MADE)
WATCH = document("kv> monitor s\nkv> flush", "kv> monitor s\nkv> flush", STOP, setup=MADE)
PROGRAMS: dict[str, tuple[Callable[[], Program], FaultModel]] = {
    "lastzero": (lambda: classics.lastzero(3), FaultModel()),
    "begun anew": (lambda: program(WATCH), FaultModel(spec=False)),
}


class Foretold(Search):
    """A search that compares each plan with the one that `upcoming` predicted."""

    def __init__(
        self, searched: Program, model: FaultModel, numbers: Numbers | None = None
    ) -> None:
        super().__init__(searched, model, numbers=numbers)
        self.told: list[Plan] = []
        self.asked: list[Plan] = []

    def carry_out(self, plan: Plan) -> CarriedOut:
        self.asked.append(plan)
        for _, planned in self.tree.upcoming():
            if (each := planned().plan) not in self.told:
                self.told.append(each)
        return super().carry_out(plan)


@pytest.mark.parametrize("name", PROGRAMS)
def test_helpers_are_given_exactly_the_plans_that_come_up_later(name: str) -> None:
    make, model = PROGRAMS[name]
    search = Foretold(make(), model)

    with search:
        while search.run() is not None:
            pass

    assert search.complete
    assert search.told
    assert [plan for plan in search.told if plan not in search.asked] == []


def test_what_is_foreseen_below_a_branch_comes_up_later() -> None:
    model = FaultModel(spec=False)
    foreseen: list[Plan] = []
    with Search(program(PUT_GET), model) as whole:
        while whole.run() is not None:  # numbers everything that there is
            pass
    search = Foretold(program(PUT_GET), model, whole.numbers)
    with search:
        for _ in range(10):
            search.run()
        for number, (_, planned) in enumerate(search.tree.upcoming()):
            root = root_of(planned(), number, (number,))
            with Search(program(PUT_GET), model, numbers=whole.numbers) as ahead:
                foreseen += [plan for plan, _ in islice(ahead.foresee(root), 4)]
        while search.run() is not None:
            pass

    assert len(foreseen) > 8
    assert [plan for plan in foreseen if plan not in search.asked] == []


def found(searched: Program, model: FaultModel, helpers: int) -> tuple[list[object], int]:
    """Return every run in order, and the number of them that helpers ran."""
    runs: list[object] = []
    with Search(searched, model, helpers=helpers, few=3) as search:
        while run := search.run():
            runs.append(run)
        return [*runs, search.schedules, search.redundant, search.complete], search.helped


def compare() -> None:
    """Compare searches with and without helpers. Runs in a separate process with one thread."""
    searches = [
        (searched, model)
        for searched in (classics.lastzero(4), program(WATCH))
        for model in (FaultModel(), FaultModel(spec=False))
    ]
    searches.append((program(PUT_GET), FaultModel()))
    for searched, model in searches:
        alone, _ = found(searched, model, 0)
        for helpers in (1, 2):
            together, used = found(searched, model, helpers)
            assert together == alone, (searched.title, model)
            assert used, (searched.title, model)
    print("the same")


@pytest.mark.slow
def test_every_run_is_the_same_with_helpers() -> None:
    """One of them is lastzero: a search that divided branches among processes lost 7 of 12."""
    code = "from tests.explore.search.test_helpers import compare; compare()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout == "the same\n", done.stderr


def exchange() -> None:
    """Send two requests larger than a pipe before reading. Runs in a process with one thread."""
    served = Served(lambda request: iter([(request[0], "y" * 1_000_000)]))
    try:
        for number in range(2):
            served.ask((number, "x" * 1_000_000))
        print([served.answer()[0] for _ in range(2)])
    finally:
        served.close()


def test_a_helper_answers_in_order_however_long_requests_and_answers_are() -> None:
    """If sending did not also read, each side would wait for the other to read."""
    code = "from tests.explore.search.test_helpers import exchange; exchange()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )

    assert done.stdout == "[0, 1]\n", done.stderr


# -- one set-up for all runs -----------------------------------------------------------------------

MODELS = {
    "beam": FaultModel(spec=False),
    "spec": FaultModel(),
    "time-outs": FaultModel(timeouts=True),
    "a crash": FaultModel(spec=False, crashes=1),
}
MOST = 60  # runs compared
REPLAYED = 4  # runs repeated from their tokens
BUDGET = 200
USED = "kv> send s :hello\nkv> put s k 1\nkv> get s k"
RESTART = "kv> restart manager\nkv> suspend #PID<0.101.0>\nkv> put r k 1"
SUSPENDED = document(RESTART, design="plain", setup="kv> suspend manager\n:ok")
SETUPS = {
    "monitor": f"{MADE}\nkv> monitor s\n#Reference<m>",
    "state": f"{MADE}\nkv> put s k 7\n:ok\nkv> suspend s\n:ok\nkv> resume s\n:ok",
    "table": f"{MADE}\nkv> ets new t named_table public\n:t\nkv> ets insert t {{:k, 1}}\ntrue",
    "mail": f"{MADE}\nkv> send self() :hello\n:hello",
    "death": f"{MADE}\nkv> create store t\n#PID<t>\nkv> kill t\ntrue",
}


class Anew(DocumentProgram):
    """A program whose set-up is run again for each schedule."""

    repeatable = None


class Compared(NamedTuple):
    """What a search found, in the order in which it found it."""

    runs: list[Run]
    counts: tuple[object, ...]
    numbers: tuple[object, ...]
    failed: str


def runs(searched: DocumentProgram, model: FaultModel) -> tuple[Compared, bool]:
    """Return what the search found, and whether runs shared a set-up.

    Each token must lead to the same outcome and steps, whichever runs came in between.
    """
    found: list[Run] = []
    shared, failed = False, ""
    with Search(searched, model, budget=BUDGET) as search:
        search.restarted = found.clear
        try:
            while len(found) < MOST and (run := search.run()) is not None:
                found.append(run)
                shared = shared or search.shares_set_up
        except (NotAtRest, NotDeterministic) as error:
            failed = repr(error)
        for run in found[:: max(1, len(found) // REPLAYED)]:
            ending, stepped = search.execute(Follow(run.choices))
            assert (ending, stepped.record.steps) == (run.ending, run.steps)
        counts = search.schedules, search.redundant, search.restarts, search.model
        numbers = search.numbers
        return Compared(
            found, counts, (numbers.pids, numbers.refs, numbers.objects), failed
        ), shared


def same(text: str, model: FaultModel) -> bool:
    """Check that runs with one set-up and with separate ones agree.

    Return whether the set-up was shared.
    """
    parsed = parse("program.md", text)
    found = parts(parsed)
    assert found is not None
    shared, sharing = runs(program(text), model)
    own, none = runs(Anew("program.md", found, parsed.front), model)
    assert not none
    assert shared == own
    return sharing


@pytest.mark.parametrize("law", MODELS)
@pytest.mark.parametrize("row", [row for row in ROWS if row.beam[0] > 3], ids=lambda row: row.title)
def test_the_runs_of_the_figures_are_the_same_with_one_set_up(row: Row, law: str) -> None:
    assert same(row.text, MODELS[law])


@pytest.mark.slow
@pytest.mark.parametrize("law", MODELS)
@pytest.mark.parametrize("left", SETUPS)
def test_what_a_set_up_leaves_is_there_in_every_run(left: str, law: str) -> None:
    assert same(document(USED, STOP, setup=SETUPS[left]), MODELS[law])


def test_a_run_does_not_depend_on_the_runs_before_it() -> None:
    """Some runs leave messages in a mailbox that no earlier run has touched in a step."""
    assert same(SUSPENDED, FaultModel(crashes=1))


@pytest.mark.parametrize(
    "seeds",
    [
        range(10),
        pytest.param(range(10, 300), marks=[pytest.mark.slow, pytest.mark.slower]),
    ],
)
def test_the_runs_of_random_documents_are_the_same_with_one_set_up(seeds: range) -> None:
    laws = [*MODELS.values()]
    shared = [same(working_document(seed), laws[seed % len(laws)]) for seed in seeds]

    assert sum(shared) > len(seeds) / 5


@pytest.mark.parametrize("shared", [True, False])
def test_other_runs_between_two_schedules_do_not_disturb_the_set_up(shared: bool) -> None:
    """Runs of the same search, and those of another search for the same program."""
    searched = program(document(USED, STOP, setup=SETUPS["death"]))
    alone, _ = runs(searched, MODELS["beam"])
    found: list[Run] = []
    with Search(searched, MODELS["beam"]) as search, Search(searched, MODELS["spec"]) as other:
        while run := search.run():
            found.append(run)
            if shared:
                other.run()
            else:
                assert search.execute(Follow(run.choices))[0] == run.ending

    assert found == alone.runs


def test_a_set_up_that_leaves_a_process_on_a_stack_is_run_for_each_schedule() -> None:
    waits = f"{MADE}\nkv> spawn\n#PID<w>"

    assert not same(document(USED, STOP, setup=waits), FaultModel())


def test_lines_of_elixir_have_a_set_up_of_their_own_in_each_schedule() -> None:
    assert not same(document("kv> x = 1 + 1\nkv> put s k x", EMPTY, setup=MADE), FaultModel())
