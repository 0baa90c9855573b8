"""Reports say what fails, how often and where, what is too long, and what never ends."""

import json
import re
from collections.abc import Callable

import pytest

from kvshell.explore.program.function_program import Clients, Written
from kvshell.explore.program_loading import verdicts
from kvshell.explore.report.difference import difference_line
from kvshell.explore.report.outcome_table import labelled
from kvshell.explore.report.sequence_chart import sequence
from kvshell.explore.report.verdict_text import code_of, headline
from kvshell.explore.verdict.verdict import search
from kvshell.otp import gen_server
from kvshell.runtime import ets, process
from kvshell.runtime.search.steps import FaultModel
from kvshell.terms import A
from tests.explore.asserting import (
    Echo,
    failing_early_or_late,
    hello_by_chance,
    two_counts,
    two_writes,
    two_writes_and_a_message,
    two_writes_with_a_message,
)
from tests.explore.conftest import Told
from tests.explore.search.figures import EMPTY, MADE, STOP, document


def test_each_failing_expectation_counts_its_schedules(told: Told) -> None:
    told(document(EMPTY, EMPTY, STOP, setup=MADE), "--json", "--law", "beam")

    counts = {each["result"]: each["count"] for each in json.loads(told.out)["outcomes"]}
    of_a = [count for label, count in counts.items() if label.startswith("a: ")]
    of_b = [count for label, count in counts.items() if label.startswith("b: ")]
    assert sorted(of_a) == sorted(of_b)
    assert counts["as expected"] == 2
    assert sum(of_a) < 16 < sum(of_a) + sum(of_b)  # in some schedules both fail


def test_all_lists_a_schedule_for_each_outcome(told: Told) -> None:
    text = document(EMPTY, EMPTY, STOP, setup=MADE)

    told(text, "--json", "--law", "beam", "--all")

    outcomes = json.loads(told.out)["outcomes"]
    assert sum(each["count"] for each in outcomes) == 18
    assert any("a: get s k" in each["result"] and "; b: get" in each["result"] for each in outcomes)


def test_a_failing_final_check_has_its_own_lane_with_the_actual_value() -> None:
    verdict = search(Written(two_writes), FaultModel())

    assert (verdict.schedules, verdict.failing) == (2, 1)
    (label, _), *_ = labelled(verdict).items()
    assert label == "final check: assert gen_server.call(server, A.read) == 2: got 1"
    assert verdict.watched is not None
    chart = sequence(verdict.watched, verdict.cause, verdict.explained)
    assert chart.lanes[0].text == "final check"
    assert chart.arrows[-1].source == 0
    assert all(arrow.source and arrow.target for arrow in chart.arrows[:-1])


def test_an_assert_with_a_message_shows_its_value_too() -> None:
    verdict = search(Written(two_writes_with_a_message), FaultModel())

    assert verdict.failing == 2
    assert {failure[3:5] for o in verdict.outcomes for failure in o.ending.failures} == {
        ("got == 1", "0 (somebody else wrote)"),
        ("got == 1", "2 (somebody else wrote)"),
    }


def test_an_assert_of_an_unknown_value_does_not_show_its_message_as_the_value() -> None:
    """The answer of the call was not stored, and to repeat it would be another operation."""
    verdict = search(Written(two_writes_and_a_message), FaultModel())

    (failure,) = verdict.explained.failures
    condition = "gen_server.call(server, A.read) == 1"
    assert difference_line(failure) == f"✗ expected {condition}: it is not so (somebody else wrote)"


def test_a_final_check_that_waits_forever_in_some_schedules_fails_in_these() -> None:
    verdict = search(Written(hello_by_chance), FaultModel())

    assert (verdict.schedules, verdict.failing, verdict.complete) == (2, 1, True)
    (failure,) = verdict.explained.failures
    assert difference_line(failure) == "✗ waits forever for a message"
    assert failure.line > 0
    assert verdict.watched is not None
    chart = sequence(verdict.watched, verdict.cause, verdict.explained)
    assert chart.lanes[0].text == "final check"


def test_a_final_check_of_a_document_may_wait_forever(told: Told) -> None:
    checks = "```kvshell\nkv> receive do :hello -> :ok end\n:ok\n```\n"

    code = told(document("kv> put s k 1", "kv> put s k 2", setup=MADE) + checks, "--json")

    assert code == 1
    spec, _ = json.loads(told.out)
    (outcome,) = spec["outcomes"]
    assert (
        outcome["result"]
        == "final check: receive do :hello -> :ok end: waits forever for a message"
    )
    assert outcome["count"] == spec["failing"] == spec["schedules"]


def test_a_set_up_that_waits_forever_is_refused_with_its_line(told: Told) -> None:
    setup = f"{MADE}\nkv> receive do :hello -> :ok end\n:ok"

    assert told(document("kv> put s k 1", setup=setup)) == 4

    assert told.out == ""
    assert told.err.splitlines() == [
        "kvshell: no verdict: line 8, `receive do :hello -> :ok end`, waits forever for a message",
        "    the set-up  waiting  mailbox 0",
    ]
    assert told(document("kv> put s k 1", setup=setup), "--json") == 4
    assert json.loads(told.out)["error"].startswith("line 8, `receive do")


def test_the_schedule_that_is_shown_is_the_shortest_that_fails() -> None:
    verdict = search(Written(failing_early_or_late), FaultModel())

    assert verdict.cause is not None
    shown = len(verdict.cause.explained.events)
    assert shown == min(outcome.steps for outcome in verdict.outcomes if outcome.fails)


def test_a_counter_update_is_shown_as_read_and_written() -> None:
    verdict = search(Written(two_counts), FaultModel())

    assert verdict.watched is not None
    words = [step.word for step in verdict.watched.steps]
    assert "reads and writes row :n" in words
    assert headline([verdict]).endswith("(each sees what the earlier one left)")
    assert "final check: assert answers == (1, 2): got {2, 1}" in labelled(verdict)


def test_a_long_program_is_not_reported_as_endless() -> None:
    def program() -> Clients:
        ets.new(A.t, [A.named_table, A.public])

        def work() -> None:
            for number in range(80):
                ets.insert(A.t, (number, number * number))

        yield work

    long = search(Written(program), FaultModel(), budget=3, steps=60)
    enough = search(Written(program), FaultModel(), budget=3, steps=90)

    assert long.restless == "a schedule is longer than 60 steps (`--steps`)"
    assert enough.complete


def test_a_client_that_asks_again_and_again_is_named_and_not_the_server() -> None:
    def polls(times: int) -> Callable[[], Clients]:
        def program() -> Clients:
            _, server = gen_server.start(Echo, None)

            def ann() -> None:
                for _ in range(times):
                    gen_server.call(server, A.read)

            def bob() -> None:
                for _ in range(times):
                    process.alive(server)

            yield (ann,) if times % 2 else (bob,)

        return program

    ann, bob = (search(Written(polls(n)), FaultModel(), budget=3, steps=99) for n in (301, 300))

    long = "a schedule is longer than 99 steps (`--steps`)"
    place = r" \(test_outcomes_told\.py:\d+\)"
    assert re.fullmatch(re.escape(f"{long}; ann repeats `call :read`") + place, ann.restless)
    told = f"{long}; bob asks whether #PID<server> is alive, again and again"
    assert re.fullmatch(re.escape(told) + place, bob.restless)


def test_a_client_that_waits_again_and_again_is_named() -> None:
    def program() -> Clients:
        def ann() -> None:
            while True:
                process.receive(timeout_ms=1)

        yield ann

    found = search(Written(program), FaultModel(), steps=99)

    assert re.search(r"; ann's time-out fires, again and again \(\S+:\d+\)$", found.restless)


def test_the_exit_code_is_that_of_a_failure_wherever_one_is_found() -> None:
    program = Written(two_writes)
    spec = search(program, FaultModel(), budget=1)
    beam = search(program, FaultModel(spec=False))

    none = spec._replace(failing=0, outcomes=())
    assert not spec.complete
    assert code_of([none, beam]) == 1
    assert code_of([none, beam._replace(failing=0)]) == 4


PUTS = [f"kv> put s k {n}\n:ok\nkv> get s k\n{n}" for n in (1, 2)]


def test_what_is_true_of_passing_schedules_too_is_no_cause(told: Told) -> None:
    told(document(*PUTS, setup=MADE))

    first = told.out.splitlines()[0]
    assert first.startswith(
        "fails because a's `put s k 1` and b's `put s k 2` both reached s before a's `get s k` and "
        "b's `get s k` ("
    )


@pytest.mark.parametrize("law", ["spec", "beam"])
def test_a_time_out_that_fires_early_is_the_cause_and_the_answer_is_too_late(
    law: str, told: Told
) -> None:
    told(document(*PUTS, setup=MADE), "--timeouts", "any", "--law", law)

    lines = told.out.splitlines()
    assert lines[0].startswith("fails for several reasons: ")
    shown = re.search(r"; ([^;]*) \(in \d+, shown here\)", lines[0])
    assert shown is not None
    assert shown[1] == "a's time-out for `put s k 1` fired before the answer of s arrived"
    fires = lines.index("a  its time-out fires")
    assert lines[fires + 1] == "a  ✗ expected :ok, got ** (exit) time out"
    assert lines.index("s -x a  answer :ok (too late)") > fires


def test_two_clients_that_read_too_early_are_both_named(told: Told) -> None:
    readers = ["kv> lookup s\n{:ok, #PID<s>}"] * 2
    told(document("kv> create store s\n:ok", *readers, design="ets-cast"), "--law", "spec")

    lines = told.out.splitlines()
    read = '`lookup s` looked for row "s" before KV.Registry wrote it'
    assert lines[0] == (
        f"fails for one or more of two reasons: b's {read} (in 2 of the 3 that fail, shown here); "
        f"c's {read} (in 2)"
    )
    assert 'b  lookup s: finds no row "s"' in lines


def test_a_time_out_is_the_cause_without_a_second_client(told: Told) -> None:
    code = told(document("kv> put s k 1\n:ok", setup=MADE), "--timeouts", "any", "--json")

    assert code == 1
    causes = {verdict["cause"] for verdict in json.loads(told.out)}
    assert causes == {"a's time-out for `put s k 1` fired before the answer of s arrived"}


def test_the_limit_of_steps_can_be_set(told: Told) -> None:
    told(document("kv> create store a\nkv> create store b"), "--steps", "3", "--law", "beam")

    assert "beam: 1 schedule, incomplete after 3 steps" in told.out


def test_two_laws_in_parallel_give_the_results_of_one_after_the_other() -> None:
    program = Written(two_writes)

    both = verdicts(program)
    apart = [search(program, FaultModel(spec)) for spec in (True, False)]

    assert [_plain(one) for one in both] == [_plain(one) for one in apart]


def _plain(verdict: object) -> object:
    return verdict._replace(seconds=0.0, watched=None)  # type: ignore[attr-defined]
