"""Report: a verdict as a person reads it - a sentence, the counts, a chart, the outcomes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kvshell.commands.view import Cell, Column, Role, Table, Text, View
from kvshell.explore.labels import labelled
from kvshell.explore.names import by_name
from kvshell.explore.path import STEPS
from kvshell.explore.phrases import Teller
from kvshell.explore.sequence import brief, sequence
from kvshell.explore.verdict import Outcome, Verdict

LAWS: Final = "spec: order only from one process to one other; beam: signals arrive at once"
OK, FAILS, NO_VERDICT = 0, 1, 4


def headline(verdicts: Sequence[Verdict]) -> str:
    """Say in one sentence what is wrong, or what the answer depends on."""
    for verdict in verdicts:
        if verdict.failing:
            return _fails(verdict)
    endless = next((verdict for verdict in verdicts if verdict.endless), None)
    if endless is not None:
        return f"no verdict: {endless.restless}; a program must come to an end"
    expects = any(verdict.expects for verdict in verdicts)
    for verdict in verdicts:
        if _unlike(verdict) and not expects:
            return _differs(verdict)
    if not all(verdict.complete for verdict in verdicts):
        return "no verdict: no schedule that was run fails, and not all were run"
    return "no schedule fails" if expects else "every schedule comes to the same"


def _fails(verdict: Verdict) -> str:
    failure = verdict.explained.failures[0]
    if verdict.cause is not None and verdict.watched is not None:
        how = "ends in a deadlock" if verdict.explained.notes else "fails"
        return f"{how} because {because(verdict)}"
    run = "" if verdict.complete else " that was run"
    everywhere = f" in every schedule{run}" if verdict.failing == verdict.schedules else ""
    return (
        f"fails{everywhere}: {failure.place} - expected {brief(failure.expected)}, "
        f"got {brief(failure.actual)}"
    )


def _differs(verdict: Verdict) -> str:
    if verdict.cause is None or verdict.watched is None:
        return f"comes to {len(labelled(verdict))} different outcomes"
    return f"not always the same: {because(verdict)}"


def because(verdict: Verdict) -> str:
    """Return the cause of a verdict as a clause."""
    assert verdict.cause is not None
    assert verdict.watched is not None
    moments = verdict.watched.moments
    first, then = verdict.cause.pairs[0]
    several = len({seen.client for seen in verdict.outcomes[0].ending.seen}) > 1
    teller = Teller(verdict.watched.names, several=several)
    crash = next((moment for moment in moments if moment.kind == "crash"), None)
    if crash is not None:
        said = teller.killed(crash, moments)
    else:
        said = teller.before(moments[first], moments[then])
    return by_name(said, verdict.watched.names)


def counts(verdicts: Sequence[Verdict]) -> str:
    """Say how many schedules there are and how many fail, under each law."""
    return "; ".join(map(_count, verdicts))


def _count(verdict: Verdict) -> str:
    schedules = f"{verdict.schedules:,} schedule{'' if verdict.schedules == 1 else 's'}"
    if verdict.expects or verdict.failing:
        failing = f"{verdict.failing:,} fail{'s' if verdict.failing == 1 else ''}"
        told = failing if verdict.failing else "none fails"
    else:
        number = len(labelled(verdict))
        told = f"{number:,} outcome{'' if number == 1 else 's'}"
    if verdict.endless == verdict.schedules > 0:
        return f"{verdict.law}: {schedules}, incomplete after {STEPS} steps"
    part = "" if verdict.complete else f" (not all: {_why(verdict)})"
    if verdict.endless:
        part = f" (incomplete after {STEPS} steps: {verdict.endless:,} did not end)"
    return f"{verdict.law}: {schedules}, {told}{part}"


def _why(verdict: Verdict) -> str:
    """Say why not every schedule was run: a run that was redundant is none, yet costs one."""
    if verdict.why != "budget":
        return verdict.why
    runs = verdict.schedules + verdict.redundant
    used = f"budget of {runs:,} run{'' if runs == 1 else 's'} used up"
    return f"{used}, {verdict.redundant:,} redundant" if verdict.redundant else used


def _unlike(verdict: Verdict) -> bool:
    """Whether the answer is that it varies: where something is expected, only that counts."""
    return len(verdict.outcomes) > 1 and not verdict.expects


def table(verdicts: Sequence[Verdict], *, tokens: bool = True) -> Table:
    """Return the outcomes under each law, the failing ones first, each with a token."""
    labels: dict[str, list[Outcome | None]] = {}
    for place, verdict in enumerate(verdicts):
        for label, outcome in labelled(verdict, verdicts).items():
            labels.setdefault(label, [None] * len(verdicts))[place] = outcome
    rows = sorted(labels.items(), key=lambda row: not any(o and o.fails for o in row[1]))
    cells = []
    for label, outcomes in rows:
        fails = any(outcome is not None and outcome.fails for outcome in outcomes)
        token = next(outcome.token for outcome in outcomes if outcome is not None)
        cells.append(
            (
                Cell(label, Role.error if fails else Role.plain),
                *(Cell(f"{o.number:,}" if o else "0", Role.number) for o in outcomes),
                *((Cell(token, Role.atom),) if tokens else ()),
            )
        )
    columns = (
        Column("outcome", 0),
        *(Column(verdict.law, 0, "right") for verdict in verdicts),
        *((Column("token", 0),) if tokens else ()),
    )
    return Table("", columns, tuple(cells))


def notes(verdicts: Sequence[Verdict]) -> list[str]:
    """Return what else is to be told: cycles of calls, and how many schedules close one."""
    found: dict[str, dict[str, int]] = {}
    for verdict in verdicts:
        for outcome in verdict.outcomes:
            for note in outcome.ending.notes:
                closes = found.setdefault(note, {})
                closes[verdict.law] = closes.get(verdict.law, 0) + outcome.number
    return [f"{note}\n    (deadlock; {_closing(verdicts, by)})" for note, by in found.items()]


def _closing(verdicts: Sequence[Verdict], closes: Mapping[str, int]) -> str:
    """Say in how many schedules a cycle closes, under each law."""
    return "; ".join(f"{v.law}: in {closes.get(v.law, 0):,} of {v.schedules:,}" for v in verdicts)


# -- all of it -----------------------------------------------------------------------------------


def views(verdicts: Sequence[Verdict], *, tokens: bool = True) -> list[View]:
    """Return what a person is shown, from the top of the screen to its end.

    Without `tokens` where nobody can replay one: a line that was typed is no document.
    """
    bad = any(verdict.failing for verdict in verdicts)
    first = Text(((Cell(headline(verdicts), Role.error if bad else Role.fresh),),))
    found: list[View] = [first, Text(((Cell(counts(verdicts)),),))]
    for note in notes(verdicts):
        found.append(Text(tuple((Cell(line),) for line in note.split("\n")), kept=True))
    drawn = next((v for v in verdicts if v.failing), None) or next(
        (v for v in verdicts if _unlike(v)), None
    )
    if drawn is not None and drawn.watched is not None and drawn.watched.moments:
        found.append(sequence(drawn.watched, drawn.cause, drawn.explained))
    if any(verdict.outcomes for verdict in verdicts):
        found.append(table(verdicts, tokens=tokens))
    if len({(verdict.schedules, verdict.failing) for verdict in verdicts}) > 1:
        found.append(Text(((Cell(LAWS, Role.hint),),)))
    return found


def code_of(verdicts: Sequence[Verdict]) -> int:
    """Return the exit code; where both laws were searched the first one, `spec`, decides."""
    first = verdicts[0]
    if first.failing:
        return FAILS
    return OK if first.complete else NO_VERDICT


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict for a program to read."""
    caused = verdict.cause is not None and verdict.watched is not None
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
            }
            for label, outcome in labelled(verdict).items()
        ],
        "cause": because(verdict) if caused else None,
    }
