"""What is said of killed processes: whose death makes how many schedules fail, and how."""

from collections.abc import Sequence
from typing import Any, Final

from kvshell.commands.view import Cell, Column, Role, TableView
from kvshell.explore.report.outcome_table import failure_label
from kvshell.explore.verdict.outcomes import Victim
from kvshell.explore.verdict.verdict import Verdict

MOST_NAMED: Final = 5  # processes that a headline names
NOBODY: Final = "nobody"
UNNAMED: Final = "another process"  # of schedules that are not drawn


def of_victims(verdict: Verdict) -> str:
    """Return whose death makes schedules fail; "" if causes explain half of them."""
    explained = 0 if verdict.cause is None else verdict.cause.fails
    if verdict.others:
        explained = verdict.failing - verdict.unexplained
    if verdict.watched is None or 2 * explained >= verdict.failing:
        return ""
    shown = {step.source.path for step in verdict.watched.steps if step.kind == "crash"}
    fatal = [each for each in verdict.killed if each.fails]
    alive = sum(each.fails for each in fatal if each.path is None)
    parts: list[str] = []
    names = _names([verdict])
    for each in fatal:
        if each.path in names and len(parts) < MOST_NAMED:
            here = " (shown here)" if each.path in shown else ""
            parts.append(f"{names[each.path]}{here}")
    if not parts or len(fatal) < 2:
        return ""
    if len(parts) + bool(alive) < len(fatal):
        parts.append(UNNAMED)
    *most, last = parts
    killed = f"{', '.join(most)} or {last}" if most else last
    without = f"{alive:,} fail" if alive else "none fails"
    return f"fails when {killed} is killed; {without} without a kill"


def killed_table(verdicts: Sequence[Verdict]) -> list[TableView]:
    """Return how many schedules fail that kill each process; [] if none is killed or none fails."""
    names = _names(verdicts)
    rows: dict[str, dict[int, list[Victim]]] = {}
    for place, verdict in enumerate(verdicts):
        for each in verdict.killed:
            name = NOBODY if each.path is None else names.get(each.path, UNNAMED)
            rows.setdefault(name, {}).setdefault(place, []).append(each)
    if not any(verdict.failing and verdict.killed for verdict in verdicts):
        return []
    cells = []
    for name, found in rows.items():
        numbers = (_numbers(found.get(place, [])) for place in range(len(verdicts)))
        victims = [each for of_law in found.values() for each in of_law]
        cells.append(
            (
                Cell(name, Role.name),
                *(Cell(number, Role.number) for number in numbers),
                Cell(_most_often(victims, verdicts)),
            )
        )
    columns = (
        Column("killed", 0),
        *(Column(f"{verdict.law.partition('+')[0]} fails", 0, "right") for verdict in verdicts),
        Column("most often", 0),
    )
    return [TableView("", columns, tuple(cells))]


def killed_as_json(verdict: Verdict) -> list[dict[str, Any]]:
    """Return each killed process as JSON data; its name is null where none is killed."""
    names = _names([verdict])
    return [
        {
            "process": None if each.path is None else names.get(each.path, UNNAMED),
            "schedules": each.schedules,
            "failing": each.fails,
        }
        for each in verdict.killed
    ]


def _names(verdicts: Sequence[Verdict]) -> dict[object, str]:
    """Return the names of the processes of the schedules that were observed, by their place."""
    seen = [each for v in verdicts for each in (v.watched, *(o.watched for o in v.others))]
    return {pid.path: name for each in seen if each is not None for pid, name in each.names.items()}


def _numbers(victims: Sequence[Victim]) -> str:
    fails = sum(victim.fails for victim in victims)
    return f"{fails:,} of {sum(victim.schedules for victim in victims):,}"


def _most_often(victims: Sequence[Victim], verdicts: Sequence[Verdict]) -> str:
    """Return the first failure of the ending that most of the failing schedules have."""
    endings = [each.ending for each in victims if each.ending is not None]
    several = len({seen.client for seen in verdicts[0].outcomes[0].ending.seen}) > 1
    return failure_label(endings[0], several) if endings else ""
