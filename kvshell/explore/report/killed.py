"""What is said of killed processes: whose death makes how many schedules fail, and how."""

from collections.abc import Sequence
from typing import Any, Final

from kvshell.commands.view import Cell, Column, Role, TableView
from kvshell.explore.report.outcome_table import NOBODY, fails_in_set_up
from kvshell.explore.search.token import token
from kvshell.explore.verdict.outcomes import Victim
from kvshell.explore.verdict.verdict import Verdict

MOST_NAMED: Final = 5  # processes that a headline or a row names


def of_victims(verdict: Verdict) -> str:
    """Return whose death makes schedules fail; "" if that is no explanation.

    It is none if everything fails, in the set-up or later, or if causes explain half of it.
    """
    explained = 0 if verdict.cause is None else verdict.cause.fails
    if verdict.others:
        explained = verdict.failing - verdict.unexplained
    if verdict.watched is None or 2 * explained >= verdict.failing:
        return ""
    shown = {step.source.path for step in verdict.watched.steps if step.kind == "crash"}
    alive = next((each for each in verdict.killed if each.path is None), None)
    names = [
        f"{each.name}{' (shown here)' if each.path in shown else ''}"
        for each in verdict.killed
        if each.alone and each.path is not None
    ]
    fail_anyway = alive.fails if alive is not None else 0
    if len(names) + bool(fail_anyway) < 2 or verdict.failing == verdict.schedules:
        return ""
    if len(names) > MOST_NAMED:
        names[MOST_NAMED:] = ["another process"]
    *most, last = names
    killed = f"{', '.join(most)} or {last}" if most else last
    return f"can fail when {killed} is killed{_without(verdict, alive)}"


def _without(verdict: Verdict, alive: Victim | None) -> str:
    """Return how many schedules without a kill fail, as the end of a sentence."""
    if alive is None:
        return ""
    if alive.fails:
        return f"; {alive.fails:,} fail{'s' if alive.fails == 1 else ''} without a kill"
    if verdict.complete:
        return "; none fails without a kill"
    return f"; none of the {alive.schedules:,} that were run without a kill fails"


def killed_table(verdicts: Sequence[Verdict], *, tokens: bool = True) -> list[TableView]:
    """Return how many schedules fail that kill each process; [] if none does, or the set-up fails.

    A row names the processes that die of it, and a schedule that fails, if one does.
    """
    failing = any(verdict.failing and verdict.killed for verdict in verdicts)
    if not failing or any(map(fails_in_set_up, verdicts)):
        return []
    rows: dict[object, dict[int, Victim]] = {}
    for place, verdict in enumerate(verdicts):
        for each in verdict.killed:
            rows.setdefault(each.path, {})[place] = each
    cells = []
    for found in rows.values():
        place, victim = next(
            ((n, each) for n, each in found.items() if each.fails), next(iter(found.items()))
        )
        numbers = (_number(found.get(n), verdict) for n, verdict in enumerate(verdicts))
        replay = token(verdicts[place].model, victim.choices)
        cells.append(
            (
                Cell(victim.name or NOBODY, Role.name),
                Cell(_dead(victim), Role.name),
                *(Cell(number, Role.number) for number in numbers),
                *((Cell(replay, Role.atom),) if tokens else ()),
            )
        )
    columns = (
        Column("killed", 0),
        Column("dies with it", 0),
        *(Column(f"{verdict.law.partition('+')[0]} fails", 0, "right") for verdict in verdicts),
        *((Column("replay", 0),) if tokens else ()),
    )
    return [TableView("", columns, tuple(cells))]


def killed_as_json(verdict: Verdict) -> list[dict[str, Any]]:
    """Return each killed process as JSON data; its name is null where none is killed."""
    return [
        {
            "process": each.name or None,
            "dead": list(each.dead),
            "schedules": each.schedules,
            "failing": each.fails,
            "token": token(verdict.model, each.choices),
        }
        for each in verdict.killed
    ]


def _dead(victim: Victim) -> str:
    dead = [*victim.dead]
    if len(dead) > MOST_NAMED:
        dead[MOST_NAMED:] = ["..."]
    return ", ".join(dead)


def _number(victim: Victim | None, verdict: Verdict) -> str:
    if victim is None:
        return "0 of 0" if verdict.complete else "?"
    return f"{victim.fails:,} of {victim.schedules:,}"
