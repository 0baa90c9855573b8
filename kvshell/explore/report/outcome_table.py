"""The table of outcomes, and their labels: what fails, or the answers of the lines that vary."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from kvshell.commands.view import Cell, Column, Role, TableView
from kvshell.explore.program.program import SETUP, Ending, Observed, ScheduleFailure
from kvshell.explore.report.difference import actual, brief, first_difference
from kvshell.explore.verdict.outcomes import Outcome
from kvshell.explore.verdict.verdict import Verdict

AS_EXPECTED: Final = "as expected"
MOST_WAYS: Final = 10  # rows for one expectation
MOST_ROWS: Final = 14  # if kills have more consequences in all, each expectation has one row
_LONGEST: Final = 120
_SHORTEST: Final = 80  # what is left at least if a label is cut before "because"
_ASSERTIONS: Final = ("assert", "refute")
SERIAL: Final = "one by one"  # the heading of a column: whether an outcome is serial
NOBODY: Final = "nobody"  # is killed
UNKNOWN: Final = "?"  # in the column of a law under which not every schedule was run


def labelled(verdict: Verdict, all_of: Sequence[Verdict] = ()) -> dict[str, Outcome]:
    """Return the outcomes by label, merging those with the same label.

    Each failing expectation has its own row, with the schedules in which it fails; a schedule with
    two failures counts in both rows. `all_of` holds the verdicts of the table: a line that varies
    in one of them is shown in all.
    """
    endings = [outcome.ending for each in all_of or (verdict,) for outcome in each.outcomes]
    varying = varying_lines(endings)
    ways = _ways_to_fail(endings, MOST_WAYS)
    if verdict.model.crashes and sum(map(len, _ways_to_fail(endings, 0).values())) > MOST_ROWS:
        ways = _ways_to_fail(endings, 1)
    found: dict[str, Outcome] = {}
    for outcome in verdict.outcomes:
        for label in _labels(outcome.ending, varying, verdict.expects, ways):
            known = found.get(label)
            if known is None:
                found[label] = outcome
                continue
            drawn = known is verdict.outcomes[0]  # its token is the one of the diagram
            shortest = outcome if outcome.steps < known.steps and not drawn else known
            number, killed = known.number + outcome.number, known.killed | outcome.killed
            found[label] = shortest._replace(number=number, killed=killed)
    return found


def every_outcome(verdict: Verdict, all_of: Sequence[Verdict]) -> dict[str, Outcome]:
    """Return each outcome by its full text, each with one schedule."""
    endings = [outcome.ending for each in all_of for outcome in each.outcomes]
    varying = varying_lines(endings)
    found: dict[str, Outcome] = {}
    for outcome in verdict.outcomes:
        several = len({seen.client for seen in outcome.ending.seen}) > 1
        seen = [each for each in outcome.ending.seen if line_of(each) in varying]
        answers = "; ".join(_answer(each, several) for each in seen)
        failing = "; ".join(_labels(outcome.ending, varying, verdict.expects))
        passed = f"{AS_EXPECTED}: {answers}" if verdict.expects and answers else answers
        label = _cut(failing if outcome.fails else passed or failing)
        known = found.get(label)
        number = outcome.number + (known.number if known else 0)
        killed = outcome.killed | (known.killed if known else frozenset())
        found[label] = (known or outcome)._replace(number=number, killed=killed)
    return found


def line_of(seen: Observed) -> tuple[str, int, str]:
    """Return what identifies the line of an answer: its client, number and text."""
    return seen.client, seen.line, seen.text


def varying_lines(endings: Sequence[Ending]) -> set[tuple[str, int, str]]:
    """Return the lines whose answers differ between endings."""
    answers: dict[tuple[str, int, str], set[str]] = {}
    for ending in endings:
        for seen in ending.seen:
            answers.setdefault((seen.client, seen.line, seen.text), set()).add(seen.answer)
    missing = {
        key
        for key in answers
        for ending in endings
        if key not in {(s.client, s.line, s.text) for s in ending.seen}
    }
    return {key for key, message in answers.items() if len(message) > 1} | missing


def _ways_to_fail(endings: Sequence[Ending], most: int) -> dict[tuple[str, int, str], set[str]]:
    """Return the answers of each expectation that fails in more than `most` ways."""
    ways: dict[tuple[str, int, str], set[str]] = {}
    for ending in endings:
        for failure in ending.failures:
            ways.setdefault(_place(failure), set()).add(_failure(failure, several=False))
    return {place: answers for place, answers in ways.items() if len(answers) > most}


def _place(failure: ScheduleFailure) -> tuple[str, int, str]:
    return failure.client, failure.line, failure.text


def _cut(label: str) -> str:
    """Shorten a label, before its "because" rather than in a list of reasons."""
    if len(label) <= _LONGEST:
        return label
    kept = label[: _LONGEST - 1]
    at = kept.rfind(" because ", _SHORTEST)
    return f"{kept[:at] if at > 0 else kept}…"


def _labels(
    ending: Ending,
    varying: set[tuple[str, int, str]],
    expects: bool,
    ways: Mapping[tuple[str, int, str], set[str]] = MappingProxyType({}),
) -> list[str]:
    """Return an ending's labels: one for each failed expectation."""
    several = len({seen.client for seen in ending.seen}) > 1
    if ending.failures:
        places = [(each, len(ways.get(_place(each), ()))) for each in ending.failures]
        return list(dict.fromkeys(_failure(each, several, number) for each, number in places))
    if expects:
        return [AS_EXPECTED]
    varied = [seen for seen in ending.seen if (seen.client, seen.line, seen.text) in varying]
    last = {seen.client: seen for seen in ending.seen}
    telling = {seen.client: seen for seen in ending.seen if seen.answer != ":ok"}
    shown = varied or list((last | telling).values())
    answers = "; ".join(_answer(seen, several) for seen in shown)
    return [_cut(answers) or AS_EXPECTED]


def _failure(failure: ScheduleFailure, several: bool, ways: int = 1) -> str:
    whose = f"{failure.client}: " if several and failure.client != failure.text else ""
    if ways > 1:
        return _cut(f"{whose}{failure.text}: fails in {ways} ways")
    _, different = first_difference(failure.expected, failure.actual)
    got = actual(failure) if failure.text.startswith(_ASSERTIONS) else brief(different)
    return _cut(f"{whose}{failure.text}: {got}")


def _answer(seen: Observed, several: bool) -> str:
    whose = f"{seen.client}: " if several and seen.text else ""
    what = seen.text or seen.client
    return f"{whose}{what}: {brief(seen.answer) or 'nothing'}"


def fails_in_set_up(verdict: Verdict) -> bool:
    """Whether the set-up fails, so that nothing was explored."""
    failures = verdict.explained.failures
    return bool(failures) and failures[0].client == SETUP


def _killed(outcome: Outcome, names: Mapping[object, str]) -> str:
    """Return whose kill leads to an outcome, under the law of its token."""
    killed = outcome.killed
    processes = [name for path, name in names.items() if path is not None]
    found = [name for path, name in names.items() if path in killed and path is not None]
    if len(found) == len(processes) > 1:
        found = ["any"]
    return " or ".join([*filter(None, [", ".join(found)]), *([NOBODY] if None in killed else [])])


def table(verdicts: Sequence[Verdict], *, tokens: bool = True, every: bool = False) -> TableView:
    """Return the outcomes under each law, failing ones first, each with a token.

    With `every`, each outcome has a row, otherwise each failing expectation.
    """
    labels: dict[str, list[Outcome | None]] = {}
    name = every_outcome if every else labelled
    for place, verdict in enumerate(verdicts):
        for label, outcome in name(verdict, verdicts).items():
            labels.setdefault(label, [None] * len(verdicts))[place] = outcome
    rows = sorted(labels.items(), key=lambda row: not any(o and o.fails for o in row[1]))
    interleaved = any(verdict.interleaved for verdict in verdicts)
    names = {each.path: each.name or NOBODY for verdict in verdicts for each in verdict.killed}
    if any(map(fails_in_set_up, verdicts)):
        names = {}
    cells = []
    for label, outcomes in rows:
        fails = any(outcome is not None and outcome.fails for outcome in outcomes)
        first = next(outcome for outcome in outcomes if outcome is not None)
        serial = (Cell("yes" if first.serial else "no"),) if interleaved else ()
        cells.append(
            (
                Cell(label, Role.error if fails else Role.plain),
                *(
                    Cell(f"{o.number:,}" if o else "0" if v.complete else UNKNOWN, Role.number)
                    for o, v in zip(outcomes, verdicts, strict=True)
                ),
                *serial,
                *((Cell(_killed(first, names), Role.name),) if names else ()),
                *((Cell(first.token, Role.atom),) if tokens else ()),
            )
        )
    columns = (
        Column("outcome", 0),
        *(Column(verdict.law.partition("+")[0], 0, "right") for verdict in verdicts),
        *((Column(SERIAL, 0),) if interleaved else ()),
        *((Column("killed", 0),) if names else ()),
        *((Column("replay", 0),) if tokens else ()),
    )
    return TableView("", columns, tuple(cells))
