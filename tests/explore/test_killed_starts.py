"""A start that a kill interrupts: the process that asked for it dies, as on the BEAM."""

import pytest

from kvshell.explore.search.search import Search
from kvshell.explore.search.token import token
from kvshell.explore.walk import ScheduleWalk
from kvshell.runtime.search.steps import FaultModel
from tests.explore.search.figures import CREATE, document, program

NO_MATCH = "(MatchError) no match of right hand side value: {:error, :killed}"
KILLS = FaultModel(spec=False, crashes=1)


@pytest.mark.slow
@pytest.mark.parametrize("design", ["ets", "map"])
def test_a_registry_takes_no_error_for_the_pid_of_a_bucket(design: str) -> None:
    text = document(CREATE + "kv> lookup s", design=design)
    answers: dict[str, tuple[int, ...]] = {}

    with Search(program(text), KILLS) as searching:
        while (run := searching.run()) is not None:
            answers |= {seen.answer: run.choices for seen in run.ending.seen}

    assert [said for said in answers if said.startswith("{:ok, ") and "#PID" not in said] == []
    if design == "ets":
        (killed,) = (choices for said, choices in answers.items() if NO_MATCH in said)
        ScheduleWalk(program(text), token(KILLS, killed)).close()
