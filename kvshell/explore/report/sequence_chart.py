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
from kvshell.explore.report.cause_text import Teller
from kvshell.explore.search.cause import Cause
from kvshell.explore.search.trace_steps import Moment, Witnessed
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
        self._moments = watched.moments
        self._names = watched.names
        self._clients = watched.clients
        clients = {m.source for m in self._moments if m.doing is not None and m.kind != "arrives"}
        self._teller = Teller(watched.names, several=len(clients) > 1)
        self._pairs = cause.pairs[:MOST_PAIRS] if cause is not None else ()
        self._failure = ending.failures[0] if ending.failures else None
        self._notes = ending.notes
        self._client = self._failing_client()
        self._marked = {place for pair in self._pairs for place in pair}
        self._marked |= {moment.number for moment in self._moments if moment.kind == "crash"}
        self._story = self._marked | {
            link.number for place in self._marked for link in self._chain(self._moments[place])
        }
        self._lanes = self._chosen_lanes()
        self._rows: list[Arrow] = []

    def chart(self) -> Chart:
        start, fails, end = self._begins(), self._fails(), self._ends()
        self._folded_lines(start)
        inside = [m for m in self._moments[start:end] if self._is_shown(m)]
        told = False
        for place, moment in enumerate(inside):
            if moment.number > fails and not told:
                told = True
                self._verdict()
            self._draw(moment, inside, place)
        if not told:
            self._verdict()
        folded = len(self._moments) - len(inside)
        caption = folded_away(folded, len(self._moments))
        lanes = [Cell(self._teller.who(pid), Role.name) for pid in self._lanes]
        if self._is_check():
            lanes.insert(0, Cell(_CHECK, Role.name))
        return Chart("", tuple(lanes), tuple(self._rows), caption)

    # -- what is shown ---------------------------------------------------------------------------

    def _failing_client(self) -> Pid | None:
        if self._failure is not None:
            client = client_called(self._failure.client, self._names)
            if any(m.source is client and m.kind != "arrives" for m in self._moments):
                return client
        doers = (m.source for m in self._moments if m.doing is not None and m.kind != "arrives")
        return next(doers, None)

    def _chain(self, moment: Moment) -> list[Moment]:
        """Return what led to a step: the signal its actor got last, and so on, back to a client."""
        links: list[Moment] = []
        while len(links) < MOST_LINKS:
            at = moment.leaves if moment.leaves >= 0 else moment.number
            if moment.doing is not None or moment.source is self._client:
                break
            came = [m for m in self._moments[:at] if m.target is moment.source and self._comes(m)]
            if not came:
                break
            moment = came[-1]
            links.append(moment)
        return links

    def _comes(self, moment: Moment) -> bool:
        """Whether a signal reaches its target in this step; answers do not count."""
        return self._teller.reaches(moment) and not moment.word.startswith("answer")

    def _chosen_lanes(self) -> dict[Pid, int]:
        """Return the processes to show: the client, then the others in order of appearance."""
        wanted: set[Pid | None] = {self._client}
        for place in self._story or range(len(self._moments)):
            wanted |= {self._moments[place].source, self._moments[place].target}
        order: dict[Pid, int] = {}
        first = 1 if self._is_check() else 0  # the check itself has the first lane
        if self._client is not None:
            order[self._client] = first
        for moment in self._moments:
            for pid in (moment.source, moment.target):
                if pid is not None and pid in wanted and pid not in order:
                    order[pid] = first + len(order)
        return order

    def _begins(self) -> int:
        """Return the start of the line during which the cause began."""
        if not self._story:
            return 0
        left = ((self._moments[place].leaves, place) for place in self._story)
        at = min(leaves if leaves >= 0 else place for leaves, place in left)
        lines = {
            m.source: m.doing
            for m in self._moments[: at + 1]
            if m.doing is not None and m.kind != "arrives"
        }
        begun = [
            next(m.number for m in self._moments if m.source is client and m.doing == doing)
            for client, doing in lines.items()
            if client is self._client or client in self._lanes
        ]
        return min(max(begun, default=at), at)

    def _fails(self) -> int:
        """Return the last step of the failing line."""
        last = len(self._moments) - 1
        if self._failure is None or self._client is None:
            return last
        if self._failure.actual.startswith(WAITS):
            return last  # that ends the chart: nobody moves any more
        mine = [
            m.number
            for m in self._moments
            if (m.source is self._client and m.kind not in _QUIET) or m.target is self._client
        ]
        line = self._failure.line
        at = [n for n in mine if (doing := self._moments[n].doing) is None or doing.line == line]
        own = max((n for n in at if self._moments[n].source is self._client), default=last)
        return max((n for n in at if n >= own), default=own)

    def _ends(self) -> int:
        """Return the step at which everything is shown."""
        return max([self._fails(), *self._story]) + 1

    def _is_shown(self, moment: Moment) -> bool:
        if moment.number in self._story:
            return True
        if moment.source not in self._lanes:
            return False
        if moment.kind in _ENDS:
            return not self._is_over(moment)
        if moment.kind in _TABLES:
            own = moment.source is self._client and self._may_differ(moment)
            return own or self._touches_cause(moment)
        if moment.kind == "arrives" or moment.sends:
            return moment.target in self._lanes and moment.target is not moment.source
        return False

    def _is_over(self, moment: Moment) -> bool:
        """Whether the step is a client reaching its end, which is not informative."""
        if moment.kind != "die_life" or moment.source not in self._clients:
            return False
        return moment.doing is not None or moment.word == _ENDED

    def _may_differ(self, moment: Moment) -> bool:
        """Whether it reads or writes something that is written; other reads are not informative."""
        if moment.kind != "ets_read":
            return True
        row = _row(moment)
        return bool(row) and any(
            m.kind in _WRITES and (m.kind != "ets_write" or _row(m) == row) for m in self._moments
        )

    def _touches_cause(self, moment: Moment) -> bool:
        if moment.kind == "ets_read" and not _row(moment):
            return False  # a Registry's internal data
        return _row(moment) in {_row(self._moments[place]) for place in self._marked}

    # -- rows ------------------------------------------------------------------------------------

    def _folded_lines(self, start: int) -> None:
        """Add a note for each line that was over before the cause began."""
        told: set[tuple[Pid, Doing]] = set()
        for moment in self._moments[:start]:
            doing = moment.doing
            if doing is None or moment.kind == "arrives" or moment.source not in self._lanes:
                continue
            if (moment.source, doing) not in told:
                told.add((moment.source, doing))
                lane = self._lanes[moment.source]
                self._rows.append(Arrow(lane, lane, doing.text, "note", Role.hint))

    def _draw(self, moment: Moment, inside: Sequence[Moment], place: int) -> None:
        source = self._lanes.get(moment.source)
        target = self._lanes.get(moment.target) if moment.target is not None else None
        role = Role.stale if moment.number in self._marked else Role.plain
        if source is None:
            return
        if moment.kind == "arrives" and target is not None:
            overtaken = place > 0 and inside[place - 1].number != moment.leaves
            kind = "flight" if overtaken and moment.leaves >= 0 else "sent"
            self._rows.append(Arrow(source, target, self._label(moment), kind, role))
        elif moment.sends and target is not None:
            arrival = next((m for m in self._moments if m.leaves == moment.number), None)
            if arrival is None:
                self._rows.append(Arrow(source, target, self._label(moment), "sent", role))
            elif place + 1 >= len(inside) or inside[place + 1] is not arrival:
                label = f"{self._label(moment)} leaves"
                self._rows.append(Arrow(source, source, label, "note", Role.hint))
        else:
            self._rows.append(Arrow(source, source, self._label(moment), "note", role))

    def _label(self, moment: Moment) -> str:
        """Return a step's label: the line of the client that sends or reads, or a description."""
        if moment.doing is None or moment.word.startswith("answer"):
            return self._named(moment.word)
        if moment.kind in _TABLES:
            return f"{moment.doing.text}: {moment.word}"
        if moment.kind == "arrives" or moment.sends:
            return moment.doing.text
        return self._named(moment.word)

    def _verdict(self) -> None:
        failure = self._failure
        if failure is None or not self._lanes:
            return
        lane = 0 if self._client is None else self._lanes.get(self._client, 0)
        if self._is_check():  # no client takes it: it has its own lane
            lane = 0
        self._rows.append(Arrow(lane, lane, said(failure), "note", Role.error))
        for note in self._notes:
            cycle = note.partition(";")[0]
            self._rows.append(Arrow(lane, lane, f"✗ {cycle}", "note", Role.error))

    def _is_check(self) -> bool:
        """Whether a final check fails."""
        return self._failure is not None and self._failure.client in _CHECKS

    def _named(self, text: str) -> str:
        return by_name(text, self._names)


def _row(moment: Moment) -> str:
    return moment.word.partition(" row ")[2]


def folded_away(steps: int, of: int) -> str:
    """Return how much of a schedule is omitted."""
    if not steps:
        return ""
    return f"1 of {of} steps is hidden" if steps == 1 else f"{steps} of {of} steps are hidden"


def said(failure: ScheduleFailure) -> str:
    """Return the expected and actual values in one line."""
    expected, actual = first_difference(failure.expected, failure.actual)
    return f"✗ expected {brief(expected)}, got {brief(actual)}"


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
    return _EXITED_IN.sub("** (exit) ", found)


_ARGUMENTS: Final = re.compile(r"errors were found at the given arguments: \* 1st argument: ")
_NO_PROCESS: Final = re.compile(r"no process: the process is not alive.*?isn't started")
_EXITED_IN: Final = re.compile(r"\*\* \(exit\) exited in: .*\*\* \(EXIT\) ")
