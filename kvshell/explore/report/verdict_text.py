"""The report on verdicts: a sentence, the counts, a diagram, the table of outcomes, and notes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kvshell.commands.view import Cell, Role, Text, View
from kvshell.explore.program.program import (
    SETUP,
    Ending,
    Observed,
    ScheduleFailure,
    by_name,
    client_called,
)
from kvshell.explore.report.cause_text import Teller, time_out
from kvshell.explore.report.difference import difference, wanted, way_out
from kvshell.explore.report.killed import killed_as_json, killed_table, of_victims
from kvshell.explore.report.outcome_table import (
    every_outcome,
    labelled,
    line_of,
    table,
    varying_lines,
)
from kvshell.explore.report.remarks import remarks
from kvshell.explore.report.sequence_chart import sequence
from kvshell.explore.verdict.cause import Cause, Shape
from kvshell.explore.verdict.verdict import OtherCause, Verdict

OK, FAILS, NO_VERDICT = 0, 1, 4


def headline(verdicts: Sequence[Verdict]) -> str:
    """Return a sentence about what is wrong, or what the answer depends on."""
    for verdict in verdicts:
        if verdict.failing:
            return _fails(verdict)
    endless = next((verdict for verdict in verdicts if verdict.endless), None)
    if endless is not None:
        return f"no verdict: {endless.restless}"
    expects = any(verdict.expects for verdict in verdicts)
    for verdict in verdicts:
        if _unlike(verdict) and not expects:
            return _differs(verdict)
    if not all(verdict.complete for verdict in verdicts):
        return "no verdict: no schedule that was run fails, and not all were run"
    return "no schedule fails" if expects else "every schedule has the same outcome"


def _fails(verdict: Verdict) -> str:
    failures = verdict.explained.failures
    failure = next((each for each in failures if _is_everywhere(each, verdict)), failures[0])
    if victims := of_victims(verdict):
        return victims
    if reason := because(verdict):
        how = "ends in a deadlock" if verdict.explained.notes else "fails"
        return f"{how} {_several(verdict) if verdict.others else 'because'} {reason}"
    message = f"{failure.place} - {wanted(failure)}"
    if failure.client == SETUP:
        return f"the set-up fails, nothing is explored: {message}{way_out(failure)}"
    run = "" if verdict.complete else " that was run"
    if verdict.failing < verdict.schedules:
        return f"fails: {message}"
    there = [_at_the_place_of(failure, outcome.ending) for outcome in verdict.outcomes]
    if not all(there):
        return f"every schedule{run} fails, but not at the same line; here {message}"
    if any(other.actual != failure.actual for same in there for other in same):
        return f"every schedule{run} fails at the same line, but in different ways; here {message}"
    return f"fails in every schedule{run}: {message}"


def _several(verdict: Verdict) -> str:
    """Return how many reasons follow."""
    reasons = len(verdict.others) + 1
    found = verdict.cause.fails if verdict.cause is not None else 0
    if verdict.unexplained or reasons > len(_REASONS):
        return "for several reasons:"
    apart = found + sum(each.cause.fails for each in verdict.others) == verdict.failing
    return f"for {'one' if apart else 'one or more'} of {_REASONS[reasons - 1]} reasons:"


_REASONS: Final = ("one", "two", "three")


def _is_everywhere(failure: ScheduleFailure, verdict: Verdict) -> bool:
    """Whether every schedule fails at this line."""
    return all(_at_the_place_of(failure, outcome.ending) for outcome in verdict.outcomes)


def _at_the_place_of(failure: ScheduleFailure, ending: Ending) -> list[ScheduleFailure]:
    """Return the failures of the same line of the same client in another ending."""
    there = failure.client, failure.line, failure.text
    return [other for other in ending.failures if (other.client, other.line, other.text) == there]


def _differs(verdict: Verdict) -> str:
    reason = because(verdict)
    if verdict.interleaved:
        ends = "ends" if verdict.interleaved == 1 else "end"
        many = f"{verdict.interleaved:,} of {verdict.schedules:,} schedules {ends}"
        said = f"{many} in a way that is impossible if the clients run one after another"
        return f"{said}: {reason}" if reason else said
    said = f"{len(labelled(verdict))} outcomes, depending on the order"
    return f"{said}; here {reason}" if reason else said


def because(verdict: Verdict) -> str:
    """Return the cause of a verdict as a clause, to follow the word "because"; "" if unknown.

    If there are several, all are named, those of most failures first.
    """
    shown = OtherCause(
        verdict.cause or _NO_CAUSE, verdict.watched, verdict.explained, verdict.compared
    )
    if verdict.watched is None:
        return ""
    if not verdict.others:
        return _reason(verdict, shown) + _not_only(verdict)
    parts: list[str] = []
    causes = (shown, *verdict.others)
    for each in sorted(causes, key=lambda each: -each.cause.fails):
        many = f"in {each.cause.fails:,}" if parts else _failures(each.cause.fails, verdict.failing)
        here = ", shown here" if each is shown else ""
        parts.append(f"{_WHY.sub('', _reason(verdict, each))} ({many}{here})")
    if verdict.unexplained:
        parts.append(f"others ({verdict.unexplained:,})")
    return "; ".join(parts)


def _failures(number: int, failing: int) -> str:
    return f"in {number:,} of the {failing:,} that fail"


def _reason(verdict: Verdict, each: OtherCause) -> str:
    """Return one cause as a clause."""
    watched, found = each.watched, each.cause
    assert watched is not None
    steps = watched.steps
    several = len({seen.client for seen in verdict.outcomes[0].ending.seen}) > 1
    teller = Teller(watched.names, several=several, steps=steps)
    failed = each.explained.failures[0].client if each.explained.failures else ""
    late = time_out(steps, client_called(failed, watched.names))
    said = ""
    known = found is not _NO_CAUSE
    if late is not None and watched.early and (not known or late.fires.number in found.happens):
        said = teller.timed_out(late)
    elif found.ahead is not None and each.compared is not None:
        first, then = found.ahead
        said = teller.ahead(steps[first], each.compared.steps[then], each.compared.steps)
    elif known:
        said = teller.claim(found, steps)
    return by_name(said, watched.names)


_NO_CAUSE: Final = Cause(Shape((), (), ()), Shape((), (), ()), ())
_WHY: Final = re.compile(r" \([^()]*\)$")  # why the order is not guaranteed


def _not_only(verdict: Verdict) -> str:
    """Return in how many schedules the cause holds, if that is not what separates all."""
    found = verdict.cause
    if found is None or not verdict.failing:
        return ""
    parts = []
    if found.fails < verdict.failing:
        parts.append(_failures(found.fails, verdict.failing))
    if found.passes:
        parts.append(
            f"in {found.passes:,} of the {verdict.schedules - verdict.failing:,} that pass"
        )
    rest = "; the others have other causes" if 2 * found.fails < verdict.failing else ""
    return f"; this holds {' and '.join(parts)}{rest}" if parts else ""


def counts(verdicts: Sequence[Verdict]) -> str:
    """Return the number of schedules and of failing ones, for each law."""
    return "; ".join(map(_count, verdicts))


def _count(verdict: Verdict) -> str:
    schedules = f"{verdict.schedules:,} schedule{'' if verdict.schedules == 1 else 's'}"
    if verdict.expects or verdict.failing:
        failing = f"{verdict.failing:,} fail{'s' if verdict.failing == 1 else ''}"
        result = failing if verdict.failing else "none fails"
    else:
        number = len(labelled(verdict))
        result = f"{number:,} outcome{'' if number == 1 else 's'}"
    if verdict.endless == verdict.schedules > 0:
        return f"{verdict.law}: {schedules}, incomplete after {_steps(verdict)}"
    part = "" if verdict.complete else f" (not all: {why_incomplete(verdict)})"
    if verdict.endless:
        part = f" (incomplete after {_steps(verdict)}: {verdict.endless:,} did not end)"
    return f"{verdict.law}: {schedules}, {result}{part}"


def _steps(verdict: Verdict) -> str:
    return f"{verdict.steps:,} step{'' if verdict.steps == 1 else 's'}"


def why_incomplete(verdict: Verdict) -> str:
    """Return why not every schedule was run; redundant runs use up the budget, too."""
    if verdict.endless:
        return f"{verdict.endless:,} longer than {_steps(verdict)}"
    if verdict.why != "budget":
        return verdict.why
    runs = verdict.schedules + verdict.redundant
    used = f"budget of {runs:,} run{'' if runs == 1 else 's'} used up"
    return f"{used}, {verdict.redundant:,} of them redundant" if verdict.redundant else used


def _unlike(verdict: Verdict) -> bool:
    """Whether the finding is that answers vary, which it can be only without expectations."""
    return len(verdict.outcomes) > 1 and not verdict.expects


def notes(verdicts: Sequence[Verdict]) -> list[str]:
    """Return further notes: cycles of calls, and the number of schedules with one."""
    found: dict[str, dict[str, int]] = {}
    for verdict in verdicts:
        for outcome in verdict.outcomes:
            for note in outcome.ending.notes:
                closes = found.setdefault(note, {})
                closes[verdict.law] = closes.get(verdict.law, 0) + outcome.number
    return [f"{note}\n    (deadlock; {_closing(verdicts, by)})" for note, by in found.items()]


def _closing(verdicts: Sequence[Verdict], closes: Mapping[str, int]) -> str:
    """Return the number of schedules with a cycle of calls, for each law."""
    return "; ".join(f"{v.law}: in {closes.get(v.law, 0):,} of {v.schedules:,}" for v in verdicts)


# -- the whole report ----------------------------------------------------------------------------


def views(
    verdicts: Sequence[Verdict], *, tokens: bool = True, every: bool = False, again: str = ""
) -> list[View]:
    """Return the report, from top to bottom.

    Pass `tokens` false if none can be replayed: a line typed in a document cannot. `again` is the
    command that explores the program, which shows more with `--replay` or `--all`; "" if there is
    none.
    """
    bad = any(verdict.failing for verdict in verdicts)
    first = Text(((Cell(headline(verdicts), Role.error if bad else Role.fresh),),))
    found: list[View] = [first, Text(((Cell(counts(verdicts)),),))]
    failing = next((verdict for verdict in verdicts if verdict.failing), None)
    if failing is not None and failing.explained.failures:
        failure = failing.explained.failures[0]
        lines = [f"    {line}" for line in failure.report.split("\n") if line]
        lines = lines or difference(failure.expected, failure.actual)
        found += [Text(tuple((Cell(line),) for line in lines), kept=True)] if lines else []
    for note in notes(verdicts):
        found.append(Text(tuple((Cell(line),) for line in note.split("\n")), kept=True))
    drawn = next((v for v in verdicts if v.failing), None) or next(
        (v for v in verdicts if _unlike(v)), None
    )
    if drawn is not None and drawn.watched is not None and drawn.watched.steps:
        results = varying_answers(drawn, verdicts)
        walk = replayed(again, drawn.outcomes[0].token)
        found.append(sequence(drawn.watched, drawn.cause, drawn.explained, results, walk))
    shown = table(verdicts, tokens=tokens, every=every)
    if shown.rows:
        found.append(shown)
    found += killed_table(verdicts, tokens=tokens)
    found += remarks(verdicts, drawn, shown, ways=not every and bool(again), rows=not every)
    return found


def replayed(again: str, token: str) -> str:
    """Return the command that walks through a schedule; "" if `again` is, see `views`."""
    return f"{again} --replay {token}" if again else ""


def varying_answers(verdict: Verdict, all_of: Sequence[Verdict]) -> list[Observed]:
    """Return the answers in the explained schedule that are different in another one."""
    varying = varying_lines([outcome.ending for each in all_of for outcome in each.outcomes])
    return [seen for seen in verdict.explained.seen if line_of(seen) in varying]


def code_of(verdicts: Sequence[Verdict]) -> int:
    """Return the exit code; if both laws were searched, the first one, `spec`, decides.

    If that search is incomplete, a schedule that fails under `beam` counts as well: whatever `beam`
    allows, `spec` allows.
    """
    first = verdicts[0]
    if first.failing or (not first.complete and any(each.failing for each in verdicts)):
        return FAILS
    return OK if first.complete else NO_VERDICT


def as_json(verdict: Verdict, *, every: bool = False) -> dict[str, Any]:
    """Return a verdict as JSON data; with `every`, each outcome, as in `table`."""
    outcomes = every_outcome(verdict, (verdict,)) if every else labelled(verdict)
    return {
        "law": verdict.law,
        "schedules": verdict.schedules,
        "failing": verdict.failing,
        "complete": verdict.complete,
        "redundant": verdict.redundant,
        "outcomes": [
            {
                "result": label,
                "fails": outcome.fails,
                "count": outcome.number,
                "token": outcome.token,
                **({} if outcome.serial is None else {"serial": outcome.serial}),
            }
            for label, outcome in outcomes.items()
        ],
        "cause": of_victims(verdict) or because(verdict) or None,
        **({"killed": killed_as_json(verdict)} if verdict.model.crashes else {}),
    }
