"""A search on several processors: helpers run ahead and do not change its result."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from kvshell.explore.program.program import Program
from kvshell.explore.search.choices import Plan
from kvshell.explore.search.forked import Served
from kvshell.explore.search.search import CarriedOut, Search
from kvshell.runtime.search.steps import FaultModel
from tests.explore.search import classics
from tests.explore.search.figures import MADE, STOP, document, program

PUT_GET = document(*(f"kv> put s k {n}\nkv> get s k" for n in range(3)), setup=MADE)
WATCH = document("kv> monitor s\nkv> flush", "kv> monitor s\nkv> flush", STOP, setup=MADE)
PROGRAMS: dict[str, tuple[Callable[[], Program], FaultModel]] = {
    "lastzero": (lambda: classics.lastzero(3), FaultModel()),
    "begun anew": (lambda: program(WATCH), FaultModel(spec=False)),
}


class Foretold(Search):
    """A search that compares each plan with the one that `upcoming` predicted."""

    def __init__(self, searched: Program, model: FaultModel) -> None:
        super().__init__(searched, model)
        self.told: list[Plan] = []
        self.asked: list[Plan] = []

    def carry_out(self, plan: Plan) -> CarriedOut:
        self.asked.append(plan)
        for _, planned in self.tree.upcoming():
            if (each := planned()) not in self.told:
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
    served = Served(lambda request: (request[0], "y" * 1_000_000))
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
