"""Ask rather than do: compare, repeat, explain."""

import re
from collections.abc import Container
from typing import Final

from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import many
from kvshell.commands.handlers.reasons import reasons
from kvshell.commands.matching import parse
from kvshell.commands.result import NOTHING, CommandError, Open, Result
from kvshell.commands.view import Cell, Column, Role, Table, View
from kvshell.runtime import Interrupted
from kvshell.systems import DESIGNS
from kvshell.terms import inspect

ROUND: Final = re.compile(r"\w*\{n\}\w*")  # a word of the line that the number of the round is in
REST: Final = re.compile(r"no process: the process is not alive.*")
NUMBERS: Final = re.compile(r"#(?:PID|Reference)<[\d.]+>")
TICKS: Final = 200  # times that a long `repeat` says how far it has come


class Outcome:
    """What rounds of one kind came to: how many, which was the first, what it said."""

    def __init__(self, number: int, said: str, ok: bool) -> None:
        self.first = number
        self.said = said
        self.ok = ok
        self.count = 0


def compare(context: Context, line: str) -> Table:
    """Run the line in a fresh system of each design; the running one is not touched."""
    _check(line, ())
    rows = []
    for name in DESIGNS:
        other = context.fresh(name)
        try:
            other.play("start manager")
            other.rest()
            said, ok = outcome(other.play(line))
        finally:
            other.close()
        rows.append(
            (
                Cell(name, Role.name),
                Cell(said, Role.plain if ok else Role.error),
                Cell(reasons(line, name), Role.hint),
            )
        )
    columns = (Column("design", 0), Column("answer", 0), Column("because", 1))
    return Table("", columns, tuple(rows))


def repeat(context: Context, count: int, line: str) -> Table:
    """Run the line again and again, at rest between rounds; count what it came to."""
    _check(line.replace("{n}", "1"), context.bindings)
    outcomes: dict[str, Outcome] = {}
    tick = max(1, min(count // TICKS, 1_000))  # a long repeat still says where it is
    numbered = set(ROUND.findall(line))
    done = 0
    try:
        context.rest()
        for number in range(1, count + 1):
            with context.round():
                said, ok = outcome(context.play(line, number))
            if context.interrupted and not ok:
                break  # the round did not come to its end: it is no outcome
            if numbered:
                said = _unnumbered(said, numbered, number)
            kind = NUMBERS.sub("#", said)
            found = outcomes.get(kind)
            if found is None:
                found = outcomes[kind] = Outcome(number, said, ok)
            found.count += 1
            done = number
            context.rest()
            if number % tick == 0:
                context.progress(number, count)
            if context.interrupted:
                break
    except Interrupted:  # Ctrl-C between two rounds: what was counted is the answer
        pass
    return _counted(context, count, done, outcomes)


def _check(line: str, bound: Container[str]) -> None:
    """Refuse a line that cannot be read, once and not a thousand times."""
    for place, part in enumerate(parse(line).parts):
        # A word that is no command may be a binding, or be bound earlier on the line.
        may_be_bound = part.bare is not None and (place or part.bare.removeprefix("$") in bound)
        if part.problems and not may_be_bound:
            raise CommandError(part.problems[0].message)


def explain(context: Context, line: str) -> View:
    """Say what the line stands for, in Elixir and in Python, and who sends what to whom."""
    from kvshell.commands import explain as texts  # noqa: PLC0415  # read only when asked

    return texts.explain(line, context.design.name)


def outcome(results: list[Result]) -> tuple[str, bool]:
    """Return what a line came to, its answers joined, and whether it came to its end."""
    return "; ".join(map(_short, results)), all(result.ok for result in results)


def _unnumbered(said: str, words: set[str], number: int) -> str:
    """Return the outcome with `a{n}` for `a7`: rounds that differ in it alone came to the same."""
    for word in words:
        typed = word.replace("{n}", str(number))
        if typed in said:
            said = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", word, said)
    return said


def _short(result: Result) -> str:
    if result.error is not None:
        return " ".join(REST.sub("no process", result.error).split())
    if result.value is not NOTHING:
        return inspect(result.value, width=None)
    return "(a view)" if result.view is not None else "(opens something)"


def _counted(context: Context, count: int, done: int, outcomes: dict[str, Outcome]) -> Table:
    most = sorted(outcomes.values(), key=lambda each: (-each.count, each.first))
    rows = tuple(
        (
            Cell(f"{each.count:,}", Role.number),
            Cell(f"{100 * each.count / max(done, 1):.1f} %", Role.number),
            Cell(each.said, Role.plain if each.ok else Role.error),
            Cell(f"{each.first:,}", Role.number),
        )
        for each in most
    )
    columns = (
        Column("rounds", 0, "right"),
        Column("share", 1, "right"),
        Column("answer", 0),
        Column("first in round", 2, "right"),
    )
    says = many(done, "round") + (f" of {count:,}, interrupted" if done < count else "")
    if context.scheduler == "controlled":
        says += "; " + ONE_SCHEDULE.format(n=f"{done:,}")
    return Table("", columns, rows, says)


ONE_SCHEDULE: Final = "one schedule {n} times: use --free or explore"


def explore(context: Context, target: str) -> Open:  # noqa: ARG001
    """Run every schedule."""
    return Open("explore", {"target": target})


def next_(context: Context, count: int) -> Open:  # noqa: ARG001
    """Say where one walks through a schedule: here there is none."""
    raise CommandError(WALKS.format(word="next"))


def back(context: Context, count: int) -> Open:  # noqa: ARG001
    """Say the same."""
    raise CommandError(WALKS.format(word="back"))


WALKS: Final = (
    "{word} walks through a schedule: kvshell explore PATH --replay TOKEN, "
    "with a token of the table that kvshell explore PATH prints"
)
