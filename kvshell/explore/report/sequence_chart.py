"""Draws a schedule as a message-sequence chart, reduced to what explains the cause.

The lanes are the failing client, the processes involved in the cause, and those that led to it,
back to the client line that triggered it. Everything other processes do is omitted, and so is every
line that was over before the cause began. A signal that is overtaken leaves in one row and arrives,
dotted, in another.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from kvshell.commands.view import Arrow, Cell, Chart, Role
from kvshell.explore.program.program import (
    WAITS,
    Doing,
    Ending,
    ScheduleFailure,
    by_name,
    client_called,
)
from kvshell.explore.report.cause_text import Teller, time_out
from kvshell.explore.search.cause import Cause
from kvshell.explore.search.trace_steps import TraceStep, Witnessed
from kvshell.terms import Pid

MOST_PAIRS: Final = 2  # maximum steps of the cause whose processes get a lane
MOST_LINKS: Final = 4  # maximum length of the chain that led to an event
_TABLES: Final = frozenset({"ets_read", "ets_write", "ets_write_all", "ets_scan"})
_WRITES: Final = frozenset({"ets_write", "ets_write_all", "die_table"})
_ENDS: Final = frozenset({"die_life", "crash", "fires"})
_ENDED: Final = "dies: :normal"
_CHECK: Final = "final check"
_CHECKS: Final = frozenset({"check", _CHECK})  # the line names of a document and of a function
_QUIET: Final = frozenset({"arrives", "die_life", "die_end", "die_exit", "die_down"})


def sequence(watched: Witnessed, cause: Cause | None, ending: Ending) -> Chart:
    """Draw the schedule that `cause` explains, up to the failure."""
    return _Sequence(watched, cause, ending).chart()


class _Sequence:
    def __init__(self, watched: Witnessed, cause: Cause | None, ending: Ending) -> None:
        self._steps = watched.steps
        self._names = watched.names
        self._clients = watched.clients
        clients = {
            each.source for each in self._steps if each.doing is not None and each.kind != "arrives"
        }
        self._teller = Teller(watched.names, several=len(clients) > 1)
        self._failure = ending.failures[0] if ending.failures else None
        self._notes = ending.notes
        self._client = self._failing_client()
        self._early = watched.early
        self._late = time_out(self._steps, self._client) if self._failure is not None else None
        pairs = cause.pairs[:MOST_PAIRS] if cause is not None else ()
        self._marked = self._in_cause(pairs, () if cause is None else cause.between)
        self._marked |= {step.number for step in self._steps if step.kind == "crash"}
        self._story = self._marked | {
            link.number for place in self._marked for link in self._chain(self._steps[place])
        }
        self._lanes = self._chosen_lanes()
        self._rows: list[Arrow] = []

    def chart(self) -> Chart:
        start, fails, end = self._begins(), self._fails(), self._ends()
        self._folded_lines(start)
        inside = [each for each in self._steps[start:end] if self._is_shown(each)]
        told = False
        for place, step in enumerate(inside):
            if step.number > fails and not told:
                told = True
                self._verdict()
            self._draw(step, inside, place)
        if not told:
            self._verdict()
        folded = len(self._steps) - len(inside)
        caption = folded_away(folded, len(self._steps))
        lanes = [Cell(self._teller.who(pid), Role.name) for pid in self._lanes]
        if self._is_check():
            lanes.insert(0, Cell(_CHECK, Role.name))
        return Chart("", tuple(lanes), tuple(self._rows), caption)

    def _in_cause(self, pairs: tuple[tuple[int, int], ...], between: tuple[int, ...]) -> set[int]:
        """Return the steps of the cause; those of a time-out that fired early are its own."""
        late = self._late
        if self._early and late is not None and late.answer is not None:
            own = (late.call, late.fires, late.answer)
            return {step.number for step in own if step is not None}
        return {*between, *(place for pair in pairs for place in pair)}

    # -- what is shown ---------------------------------------------------------------------------

    def _failing_client(self) -> Pid | None:
        if self._failure is not None:
            client = client_called(self._failure.client, self._names)
            if any(each.source is client and each.kind != "arrives" for each in self._steps):
                return client
        doers = (
            each.source for each in self._steps if each.doing is not None and each.kind != "arrives"
        )
        return next(doers, None)

    def _chain(self, step: TraceStep) -> list[TraceStep]:
        """Return what led to a step: the signal its actor got last, and so on, back to a client."""
        links: list[TraceStep] = []
        while len(links) < MOST_LINKS:
            at = step.leaves if step.leaves >= 0 else step.number
            if step.doing is not None or step.source is self._client:
                break
            came = [
                each
                for each in self._steps[:at]
                if each.target is step.source and self._comes(each)
            ]
            if not came:
                break
            step = came[-1]
            links.append(step)
        return links

    def _comes(self, step: TraceStep) -> bool:
        """Whether a signal reaches its target in this step; answers do not count."""
        return self._teller.reaches(step) and not step.word.startswith("answer")

    def _chosen_lanes(self) -> dict[Pid, int]:
        """Return the processes to show: the client, then the others in order of appearance."""
        wanted: set[Pid | None] = {self._client}
        for place in self._story or range(len(self._steps)):
            wanted |= {self._steps[place].source, self._steps[place].target}
        order: dict[Pid, int] = {}
        first = 1 if self._is_check() else 0  # the check itself has the first lane
        if self._client is not None:
            order[self._client] = first
        for step in self._steps:
            for pid in (step.source, step.target):
                if pid is not None and pid in wanted and pid not in order:
                    order[pid] = first + len(order)
        return order

    def _begins(self) -> int:
        """Return the start of the line during which the cause began."""
        if not self._story:
            return 0
        left = ((self._steps[place].leaves, place) for place in self._story)
        at = min(leaves if leaves >= 0 else place for leaves, place in left)
        lines = {
            each.source: each.doing
            for each in self._steps[: at + 1]
            if each.doing is not None and each.kind != "arrives"
        }
        begun = [
            next(
                each.number for each in self._steps if each.source is client and each.doing == doing
            )
            for client, doing in lines.items()
            if client is self._client or client in self._lanes
        ]
        return min(max(begun, default=at), at)

    def _fails(self) -> int:
        """Return the last step of the failing line."""
        last = len(self._steps) - 1
        if self._failure is None or self._client is None:
            return last
        if self._failure.actual.startswith(WAITS):
            return last  # no process moves any more: this ends the chart
        mine = [
            each.number
            for each in self._steps
            if (each.source is self._client and each.kind not in _QUIET)
            or each.target is self._client
        ]
        line = self._failure.line
        at = [n for n in mine if (doing := self._steps[n].doing) is None or doing.line == line]
        if self._late is not None:
            return self._late.fires.number
        own = max((n for n in at if self._steps[n].source is self._client), default=last)
        return max((n for n in at if n >= own), default=own)

    def _ends(self) -> int:
        """Return the step at which everything is shown."""
        return max([self._fails(), *self._story]) + 1

    def _is_shown(self, step: TraceStep) -> bool:
        if step.number in self._story:
            return True
        if step.source not in self._lanes:
            return False
        if step.kind in _ENDS:
            return not self._is_over(step)
        if step.kind in _TABLES:
            own = step.source is self._client and self._may_differ(step)
            return own or self._touches_cause(step)
        if step.kind == "arrives" or step.sends:
            return step.target in self._lanes and step.target is not step.source
        return False

    def _is_over(self, step: TraceStep) -> bool:
        """Whether the step is a client reaching its end, which is not informative."""
        if step.kind != "die_life" or step.source not in self._clients:
            return False
        return step.doing is not None or step.word == _ENDED

    def _may_differ(self, step: TraceStep) -> bool:
        """Whether it reads or writes something that is written; other reads are not informative."""
        if step.kind != "ets_read":
            return True
        row = _row(step)
        return bool(row) and any(
            each.kind in _WRITES and (each.kind != "ets_write" or _row(each) == row)
            for each in self._steps
        )

    def _touches_cause(self, step: TraceStep) -> bool:
        if step.kind == "ets_read" and not _row(step):
            return False  # a Registry's internal data
        return _row(step) in {_row(self._steps[place]) for place in self._marked}

    # -- rows ------------------------------------------------------------------------------------

    def _folded_lines(self, start: int) -> None:
        """Add a note for each line that was over before the cause began."""
        told: set[tuple[Pid, Doing]] = set()
        for step in self._steps[:start]:
            doing = step.doing
            if doing is None or step.kind == "arrives" or step.source not in self._lanes:
                continue
            if (step.source, doing) not in told:
                told.add((step.source, doing))
                lane = self._lanes[step.source]
                self._rows.append(Arrow(lane, lane, doing.text, "note", Role.hint))

    def _draw(self, step: TraceStep, inside: Sequence[TraceStep], place: int) -> None:
        source = self._lanes.get(step.source)
        target = self._lanes.get(step.target) if step.target is not None else None
        role = Role.stale if step.number in self._marked else Role.plain
        if source is None:
            return
        if step.kind == "arrives" and target is not None:
            overtaken = place > 0 and inside[place - 1].number != step.leaves
            kind = "flight" if overtaken and step.leaves >= 0 else "sent"
            self._rows.append(Arrow(source, target, self._label(step), kind, role))
        elif step.sends and target is not None:
            arrival = next((each for each in self._steps if each.leaves == step.number), None)
            if arrival is None:
                self._rows.append(Arrow(source, target, self._label(step), "sent", role))
            elif place + 1 >= len(inside) or inside[place + 1] is not arrival:
                label = f"{self._label(step)} leaves"
                self._rows.append(Arrow(source, source, label, "note", Role.hint))
        else:
            self._rows.append(Arrow(source, source, self._label(step), "note", role))

    def _label(self, step: TraceStep) -> str:
        """Return a step's label: the line of the client that sends or reads, or a description."""
        if self._late is not None and step is self._late.answer:
            return self._named(f"{step.word} (too late)")
        if step.doing is None or step.word.startswith("answer"):
            return self._named(step.word)
        if step.kind in _TABLES:
            return f"{step.doing.text}: {step.word}"
        if step.kind == "arrives" or step.sends:
            return step.doing.text
        return self._named(step.word)

    def _verdict(self) -> None:
        failure = self._failure
        if failure is None or not self._lanes:
            return
        lane = 0 if self._client is None else self._lanes.get(self._client, 0)
        if self._is_check():  # no client takes it: it has its own lane
            lane = 0
        self._rows.append(Arrow(lane, lane, difference_line(failure), "note", Role.error))
        for note in self._notes:
            cycle = note.partition(";")[0]
            self._rows.append(Arrow(lane, lane, f"✗ {cycle}", "note", Role.error))

    def _is_check(self) -> bool:
        """Whether a final check fails."""
        return self._failure is not None and self._failure.client in _CHECKS

    def _named(self, text: str) -> str:
        return by_name(text, self._names)


def _row(step: TraceStep) -> str:
    return step.word.partition(" row ")[2]


def folded_away(steps: int, of: int) -> str:
    """Return how much of a schedule is omitted."""
    if not steps:
        return ""
    return f"1 of {of} steps is hidden" if steps == 1 else f"{steps} of {of} steps are hidden"


def difference_line(failure: ScheduleFailure) -> str:
    """Return what failed in one line."""
    return f"✗ {wanted(failure)}"


def wanted(failure: ScheduleFailure) -> str:
    """Return the expected and actual values; only what happened, if nothing more was expected."""
    expected, got = first_difference(failure.expected, failure.actual)
    if _is_all(failure):
        return brief(got)
    return f"expected {brief(expected)}, got {brief(got)}"


def actual(failure: ScheduleFailure) -> str:
    """Return what happened instead: `got 2`, or `waits forever for a message`."""
    return brief(failure.actual) if _is_all(failure) else f"got {brief(failure.actual)}"


def _is_all(failure: ScheduleFailure) -> bool:
    """Whether what happened says all: it should have ended, or had an answer."""
    return failure.expected == "an end" or WAITS in failure.actual


def first_difference(expected: str, actual: str) -> tuple[str, str]:
    """Return the first differing line, expected and actual; for a single line, all of it."""
    if not _is_view(actual):
        return expected, actual
    for mark, lines in _changes(expected, actual):
        there, here = ([each.strip(" │") for each in side if _WORDS.search(each)] for side in lines)
        if mark != " " and (there or here):
            return (there[0] if there else "nothing"), (here[0] if here else "nothing")
    return expected, actual


_PADDING: Final = re.compile(r"[─━═\s]+")
_WORDS: Final = re.compile(r"\w")  # a frame line alone is not informative


def difference(expected: str, actual: str) -> list[str]:
    """Return the line-by-line difference of two views; empty for a term or an error."""
    if not _is_view(actual):
        return []
    found = []
    for mark, (there, here) in _changes(expected, actual):
        if mark == " ":
            found += [f"    {line}" for line in there]
        else:
            found += [f"  - {line}" for line in there]
            found += [f"  + {line}" for line in here]
    return found


def _is_view(actual: str) -> bool:
    """Whether to compare lines: an error has several, but is a single message."""
    return "\n" in actual and not actual.startswith("** (")


def _changes(expected: str, actual: str) -> Iterator[tuple[str, tuple[list[str], list[str]]]]:
    there, here = expected.split("\n"), actual.split("\n")
    # Names in place of pids make a table narrower, but do not change it otherwise.
    keys = [[_PADDING.sub(" ", line) for line in side] for side in (there, here)]
    for tag, i1, i2, j1, j2 in SequenceMatcher(
        None, keys[0], keys[1], autojunk=False
    ).get_opcodes():
        yield (" " if tag == "equal" else "-"), (there[i1:i2], here[j1:j2])


def brief(text: str) -> str:
    """Return output on one line, without fixed phrases."""
    found = _ARGUMENTS.sub("", " ".join(text.split()))
    found = _NO_PROCESS.sub("no process", found)
    found = _ADVICE.sub("", found)
    return _EXITED_IN.sub("** (exit) ", found)


_ARGUMENTS: Final = re.compile(r"errors were found at the given arguments: \* 1st argument: ")
_ADVICE: Final = re.compile(
    r" You can change the timeout: 1\. per test .*\(defaults to 60_000\)\.?"
)
_NO_PROCESS: Final = re.compile(r"no process: the process is not alive.*?isn't started")
_EXITED_IN: Final = re.compile(r"\*\* \(exit\) exited in: .*\*\* \(EXIT\) ")
