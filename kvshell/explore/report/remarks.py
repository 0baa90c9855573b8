"""The remarks below a report: what its numbers count, and what its headings mean."""

from collections.abc import Iterator, Sequence
from typing import Final

from kvshell.commands.view import Cell, Role, TableView, Text
from kvshell.explore.program.program import CHECK, Ending
from kvshell.explore.report.outcome_table import (
    SERIAL,
    UNKNOWN,
    fails_in_set_up,
    labelled,
    line_of,
    varying_lines,
)
from kvshell.explore.verdict.verdict import Verdict

SCHEDULE: Final = "schedule: one order of the events that can affect one another; all were run"
LAWS: Final = "spec: signals may be late, as Erlang allows; beam: never late, as on one machine"
NOT_COMPARED: Final = "the two columns do not compare: the steps of the two laws are different ones"


def remarks(
    verdicts: Sequence[Verdict], drawn: Verdict | None, shown: TableView, *, ways: bool, rows: bool
) -> list[Text]:
    """Return the remarks on a table, `shown`, as one text; none if there is nothing to say.

    `drawn` is the verdict whose schedule is drawn. With `rows`, a row is a failing expectation, and
    with `ways`, `--all` shows more.
    """
    said = [*_of_rows(verdicts, shown, ways=ways, rows=rows), *_of_outcomes(drawn)]
    if all(verdict.complete and not fails_in_set_up(verdict) for verdict in verdicts):
        said.append(SCHEDULE)
    said += [LAWS] if len(verdicts) > 1 else []
    said += [NOT_COMPARED] if _more_under_beam(verdicts) else []
    said += _faults(verdicts[0])
    return [Text(tuple((Cell(line, Role.hint),) for line in said))] if said else []


def _of_rows(
    verdicts: Sequence[Verdict], shown: TableView, *, ways: bool, rows: bool
) -> Iterator[str]:
    if rows and any(map(_counted_twice, verdicts)):
        yield "a schedule with two failures is in two rows"
    if any(map(_raises_unseen, verdicts)):
        yield "as expected: also where a line that expects nothing ends in an exception or exit"
    if any(map(_ends_early, verdicts)):
        yield "a client ends at its first failure"
    if ways and any(" ways" in row[0].text for row in shown.rows):
        yield "--all lists every way to fail"
    if _checks_left_out(verdicts):
        yield "final checks run only where no client fails"
    if any(cell.text == UNKNOWN for row in shown.rows for cell in row[1:]):
        yield f"{UNKNOWN}: none in the schedules that were run, and not all were"


def _of_outcomes(verdict: Verdict | None) -> Iterator[str]:
    """Yield what the outcomes mean where nothing is expected."""
    if verdict is None or verdict.expects or verdict.failing:
        return
    yield "the clients expect nothing, so no outcome counts as a failure"
    if verdict.interleaved:
        yield f"{SERIAL}: possible if each client ends before the next one begins"
    elif all(outcome.serial for outcome in verdict.outcomes):
        yield "each outcome is also possible if one client ends before the next one begins"


def _raises_unseen(verdict: Verdict) -> bool:
    """Whether a line without an expectation raises in some of the schedules that pass."""
    passing = [outcome.ending for outcome in verdict.outcomes if not outcome.fails]
    varying = varying_lines(passing) if verdict.expects else set()
    return any(
        line_of(seen) in varying and seen.answer.startswith("** (")
        for ending in passing
        for seen in ending.seen
    )


def _ends_early(verdict: Verdict) -> bool:
    """Whether several lines of one client fail, each in schedules of its own."""
    failures = [each for outcome in verdict.outcomes for each in outcome.ending.failures]
    lines = {(each.client, each.line, each.text) for each in failures if each.client != CHECK}
    return len(lines) > len({client for client, _, _ in lines})


def _checks_left_out(verdicts: Sequence[Verdict]) -> bool:
    """Whether there are final checks that some schedules do not reach."""
    endings = [outcome.ending for verdict in verdicts for outcome in verdict.outcomes]
    checked = [*map(_is_checked, endings)]
    return any(checked) and any(
        ending.failures and not there for ending, there in zip(endings, checked, strict=True)
    )


def _is_checked(ending: Ending) -> bool:
    """Whether something is known of a final check."""
    return any(each.client == CHECK for each in ending.seen) or any(
        each.client == CHECK for each in ending.failures
    )


def _more_under_beam(verdicts: Sequence[Verdict]) -> bool:
    """Whether an outcome has more schedules under `beam`, although `spec` allows more."""
    if len(verdicts) < 2:
        return False
    spec, beam = (labelled(verdict, verdicts) for verdict in verdicts)
    return any(each.number > spec[label].number for label, each in beam.items() if label in spec)


def _counted_twice(verdict: Verdict) -> bool:
    """Whether the rows of the failing expectations add up to more than the failing schedules."""
    rows = labelled(verdict).values()
    return sum(outcome.number for outcome in rows if outcome.fails) > verdict.failing


def _faults(verdict: Verdict) -> Iterator[str]:
    """Yield explanations of the abbreviations in the table's headings: `+timeouts`, `+crash1`."""
    if verdict.model.looks:
        yield "+looks: taking a message is a step, too, as somebody looks into a mailbox"
    if verdict.model.timeouts:
        yield "+timeouts: a timer may fire at any moment, however long it is"
    if crashes := verdict.model.crashes:
        who = "a process" if crashes == 1 else f"up to {crashes} processes"
        when = "at any moment, and dies soon after" if crashes == 1 else "at any moment"
        if crashes > 1:
            yield "a schedule with several kills is in several rows of killed processes"
        yield f"+crash{crashes}: {who}, but no client, may be killed {when}"
