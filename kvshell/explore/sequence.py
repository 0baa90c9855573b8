"""Sequence: a schedule as a message-sequence chart - what it takes to see the cause, and no more.

The lanes are the client that fails, the processes between whom the cause lies, and those from whom
it came: back to the line of a client that set it off. What other processes do is folded away, and
so is every line that was over before the cause began. A signal that something overtakes leaves in
a row of its own and arrives, dotted, in another.
"""

import re
from collections.abc import Sequence
from typing import Final

from kvshell.commands.view import Arrow, Cell, Chart, Role
from kvshell.explore.cause import Cause
from kvshell.explore.moments import Moment, Witnessed
from kvshell.explore.names import by_name, client_called
from kvshell.explore.phrases import Teller
from kvshell.explore.program import Doing, Ending, Failure
from kvshell.terms import Pid

MOST_PAIRS: Final = 2  # of the cause, whose processes get a lane
MOST_LINKS: Final = 4  # of what set an event off
_TABLES: Final = frozenset({"ets_read", "ets_write", "ets_write_all", "ets_scan"})
_WRITES: Final = frozenset({"ets_write", "ets_write_all", "die_table"})
_ENDS: Final = frozenset({"die_life", "crash", "fires"})
_ENDED: Final = "dies: :normal"
_QUIET: Final = frozenset({"arrives", "die_life", "die_end", "die_exit", "die_down"})


def sequence(watched: Witnessed, cause: Cause | None, ending: Ending) -> Chart:
    """Draw the schedule that `cause` explains, down to where it fails."""
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
        lanes = tuple(Cell(self._teller.who(pid), Role.name) for pid in self._lanes)
        return Chart("", lanes, tuple(self._rows), caption)

    # -- what is shown ---------------------------------------------------------------------------

    def _failing_client(self) -> Pid | None:
        if self._failure is not None:
            client = client_called(self._failure.client, self._names)
            if any(m.source is client and m.kind != "arrives" for m in self._moments):
                return client
        doers = (m.source for m in self._moments if m.doing is not None and m.kind != "arrives")
        return next(doers, None)

    def _chain(self, moment: Moment) -> list[Moment]:
        """What set a moment off: the signal its doer had got last, and so on, back to a client."""
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
        """Whether a signal comes to its target here; an answer sets nothing off."""
        return self._teller.reaches(moment) and not moment.word.startswith("answer")

    def _chosen_lanes(self) -> dict[Pid, int]:
        """The processes to show: the client, then the others in the order they come into it."""
        wanted: set[Pid | None] = {self._client}
        for place in self._story or range(len(self._moments)):
            wanted |= {self._moments[place].source, self._moments[place].target}
        order: dict[Pid, int] = {} if self._client is None else {self._client: 0}
        for moment in self._moments:
            for pid in (moment.source, moment.target):
                if pid is not None and pid in wanted and pid not in order:
                    order[pid] = len(order)
        return order

    def _begins(self) -> int:
        """Return where the line begins in whose course the cause began."""
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
        """Return the last step of the line that fails."""
        last = len(self._moments) - 1
        if self._failure is None or self._client is None:
            return last
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
        """Return where everything is told."""
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
        """Whether a client comes to the end of its lines: that tells nothing."""
        if moment.kind != "die_life" or moment.source not in self._clients:
            return False
        return moment.doing is not None or moment.word == _ENDED

    def _may_differ(self, moment: Moment) -> bool:
        """Whether it reads or writes what somebody writes: any other read tells nothing."""
        if moment.kind != "ets_read":
            return True
        row = _row(moment)
        return bool(row) and any(
            m.kind in _WRITES and (m.kind != "ets_write" or _row(m) == row) for m in self._moments
        )

    def _touches_cause(self, moment: Moment) -> bool:
        if moment.kind == "ets_read" and not _row(moment):
            return False  # what a Registry knows of itself
        return _row(moment) in {_row(self._moments[place]) for place in self._marked}

    # -- rows ------------------------------------------------------------------------------------

    def _folded_lines(self, start: int) -> None:
        """One note for each line that was over before the cause began."""
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
        """Say what it is: the line of the client that sends or reads, else its own word."""
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
        # A check that no client makes stands with whom it begins.
        lane = 0 if self._client is None else self._lanes.get(self._client, 0)
        self._rows.append(Arrow(lane, lane, said(failure), "note", Role.error))

    def _named(self, text: str) -> str:
        return by_name(text, self._names)


def _row(moment: Moment) -> str:
    return moment.word.partition(" row ")[2]


def folded_away(steps: int, of: int) -> str:
    """Say how much of a schedule is not drawn."""
    if not steps:
        return ""
    return (
        f"1 step of {of} is folded away" if steps == 1 else f"{steps} steps of {of} are folded away"
    )


def said(failure: Failure) -> str:
    """Say in one line what was expected and what came."""
    return f"✗ expected {brief(failure.expected)}, got {brief(failure.actual)}"


def brief(text: str) -> str:
    """Return what was printed on one line, without the words that are always the same."""
    found = _ARGUMENTS.sub("", " ".join(text.split()))
    found = _NO_PROCESS.sub("no process", found)
    return _EXITED_IN.sub("** (exit) ", found)


_ARGUMENTS: Final = re.compile(r"errors were found at the given arguments: \* 1st argument: ")
_NO_PROCESS: Final = re.compile(r"no process: the process is not alive.*?isn't started")
_EXITED_IN: Final = re.compile(r"\*\* \(exit\) exited in: .*\*\* \(EXIT\) ")
