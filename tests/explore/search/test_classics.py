"""No schedule is run twice: the classics have optimal counts, also with crashes and timers."""

from math import factorial

import pytest

from kvshell.explore.program.program import Program
from kvshell.explore.search.search import Search
from kvshell.runtime.search.steps import FaultModel
from tests.explore.search.classics import (
    Classic,
    filesystem,
    indexer,
    lastzero,
    readers,
    writers,
)
from tests.explore.search.figures import EMPTY, MADE, STOP, document, program

CLASSICS = (
    *((readers, count, 2**count) for count in (1, 3, 5)),
    *((writers, count, factorial(count)) for count in (1, 3, 4)),
    *((lastzero, count, (count + 3) * 2 ** (count - 2)) for count in (2, 4, 5)),
    (indexer, 12, 8),
    (filesystem, 14, 4),
)
LARGE = ((lastzero, 7, 320), (indexer, 13, 64), (filesystem, 16, 64), (writers, 6, 720))
LAWS = pytest.mark.parametrize("spec", [False, True], ids=["beam", "spec"])


def run(searched: Program, model: FaultModel) -> tuple[int, int, int]:
    """Return the numbers of schedules, failing ones and redundant runs of a complete search."""
    with Search(searched, model) as search:
        while search.run() is not None:
            pass
        assert search.complete
        return search.schedules, search.failing, search.redundant


@LAWS
@pytest.mark.parametrize(("classic", "count", "traces"), CLASSICS)
def test_a_classic_has_one_schedule_for_each_trace(
    classic: Classic, count: int, traces: int, spec: bool
) -> None:
    assert run(classic(count), FaultModel(spec)) == (traces, 0, 0)


@pytest.mark.slow
@LAWS
@pytest.mark.parametrize(("classic", "count", "traces"), LARGE)
def test_a_large_classic_has_one_schedule_for_each_trace(
    classic: Classic, count: int, traces: int, spec: bool
) -> None:
    assert run(classic(count), FaultModel(spec)) == (traces, 0, 0)


GETTERS = {  # schedules and failing ones under beam and under spec
    2: ((18, 16), (17, 15)),
    3: ((89, 83), (78, 72)),
}


@pytest.mark.slow
@LAWS
@pytest.mark.parametrize("getters", GETTERS)
def test_getters_concurrent_with_a_stop(getters: int, spec: bool) -> None:
    searched = program(document(*[EMPTY] * getters, STOP, setup=MADE))

    assert run(searched, FaultModel(spec)) == (*GETTERS[getters][spec], 0)


TWO_CREATORS = document("kv> create store a", "kv> create store b")


@LAWS
def test_no_schedule_is_run_twice_if_timers_fire_at_any_moment(spec: bool) -> None:
    schedules, failing, redundant = run(program(TWO_CREATORS), FaultModel(spec, timeouts=True))

    assert (failing, redundant) == (0, 0)
    assert schedules > 2


@LAWS
@pytest.mark.parametrize(
    ("classic", "count"), [(readers, 3), (writers, 3), (lastzero, 3), (indexer, 12)]
)
def test_a_classic_is_not_run_twice_with_crashes(classic: Classic, count: int, spec: bool) -> None:
    """All its processes are clients, which are never crashed: the counts stay the same."""
    counted = run(classic(count), FaultModel(spec, timeouts=True, crashes=1))

    assert counted == run(classic(count), FaultModel(spec))


@pytest.mark.slow
@pytest.mark.slower
@LAWS
def test_no_file_system_schedule_is_run_twice_if_a_lock_crashes(spec: bool) -> None:
    """Its locks are servers, which may crash: 4 schedules become hundreds."""
    assert run(filesystem(14), FaultModel(spec, timeouts=True)) == (4, 0, 0)

    schedules, failing, redundant = run(filesystem(14), FaultModel(spec, crashes=1))

    assert schedules > failing > 100
    assert redundant == 0


@pytest.mark.slow
@pytest.mark.slower
@LAWS
def test_no_schedule_is_run_twice_if_a_process_crashes(spec: bool) -> None:
    schedules, _, redundant = run(
        program(document(EMPTY, STOP, setup=MADE)), FaultModel(spec, crashes=1)
    )

    assert redundant == 0
    assert schedules > 500
