"""Decides what a chart shows of a schedule: which processes, and which of their steps.

With a cause these are the failing clients, the processes involved in the cause, and those that led
to it, back to the client line that triggered it; the chart begins with the line during which the
cause began. Without a cause they are all processes whose signals and writes led to the results of
the clients, from the first step on.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, NamedTuple

from kvshell.explore.program.program import CHECK, WAITS, Ending, ScheduleFailure, client_called
from kvshell.explore.report.cause_text import (
    READS,
    Teller,
    TimeOut,
    place_of,
    time_out,
)
from kvshell.explore.search.trace_steps import ENDED, IGNORED, TraceStep, Witnessed
from kvshell.explore.verdict.cause import Cause
from kvshell.terms import Pid

MOST_PAIRS: Final = 2  # maximum steps of the cause whose processes get a lane
MOST_LINKS: Final = 4  # maximum length of the chain that led to an event
_ONE_PLACE: Final = frozenset({"ets_write", "shared_write"})
_WRITES: Final = _ONE_PLACE | {"ets_write_all", "die_table"}
TABLES: Final = _ONE_PLACE | READS | {"ets_write_all", "ets_scan"}
_ENDS: Final = frozenset({"die_life", "crash", "fires"})
_QUIET: Final = frozenset({"arrives", "die_life", "die_end", "die_exit", "die_down"})


class FailedClient(NamedTuple):
    """A failure, and where the chart shows it.

    Attributes:
        failure: what failed.
        client: the process that failed, if it takes part in the schedule.
        at: the step after which the failure is shown.
        late: the time-out that ended the client, if one did.
    """

    failure: ScheduleFailure
    client: Pid | None
    at: int
    late: TimeOut | None


class ChartScope:
    """The part of a schedule that a chart shows."""

    def __init__(
        self,
        watched: Witnessed,
        cause: Cause | None,
        ending: Ending,
        told: Iterable[Pid | None] = (),
    ) -> None:
        """The clients in `told` are shown in any case if nothing fails: they have results."""
        self.steps = watched.steps
        self._names = watched.names
        self._clients = watched.clients
        self._doers = {
            each.source: None
            for each in self.steps
            if each.doing is not None and each.kind != "arrives"
        }
        self.teller = Teller(watched.names, several=len(self._doers) > 1)
        self.died = {
            each.source: each.number
            for each in reversed(self.steps)
            if each.kind in {"die_life", "crash"}
        }
        self.failed = [self._failed(failure) for failure in ending.failures]
        self.client = self.failed[0].client if self.failed else None
        if self.client is None:
            self.client = next(iter(self._doers), None)
        pairs = cause.pairs[:MOST_PAIRS] if cause is not None else ()
        claimed = () if cause is None else (*cause.orders, cause.happens, (cause.ahead or ())[:1])
        early = watched.early and cause is not None
        self.marked = self._in_cause((*pairs, *claimed), early)
        self.marked |= {step.number for step in self.steps if step.kind == "crash"}
        self._story = set[int]()
        if cause is not None:
            self._story = self.marked | {
                link.number for place in self.marked for link in self._chain(self.steps[place])
            }
        self._told = [] if self.failed else [*told]
        self._rows_read = self._rows_that_matter()
        self.lanes = self._chosen_lanes()

    @property
    def is_check(self) -> bool:
        """Whether a final check fails."""
        return bool(self.failed) and self.failed[0].failure.client == CHECK

    def begins(self) -> int:
        """Return the first step of the line during which the cause began."""
        if not self._story:
            return 0
        left = ((self.steps[place].leaves, place) for place in self._story)
        at = min(leaves if leaves >= 0 else place for leaves, place in left)
        lines = {
            each.source: each.doing
            for each in self.steps[: at + 1]
            if each.doing is not None and each.kind != "arrives"
        }
        begun = [
            next(
                each.number for each in self.steps if each.source is client and each.doing == doing
            )
            for client, doing in lines.items()
            if client is self.client or client in self.lanes
        ]
        return min(max(begun, default=at), at)

    def ends(self) -> int:
        """Return the index after the last step that may be shown."""
        if not self.failed:
            return len(self.steps)
        ends = [
            each.at if each.client is None else self.died.get(each.client, each.at)
            for each in self.failed
        ]
        return max([*ends, *self._story]) + 1

    def shows(self, step: TraceStep) -> bool:
        """Whether a step is shown."""
        if step.number in self._story:
            return True
        if step.source not in self.lanes or self._is_ignored(step):
            return False
        if step.kind in _ENDS:
            return not self._is_over(step)
        if step.kind == "die_table":
            return not self._story and any(
                each.kind in TABLES and each.source in self._clients
                for each in self.steps[step.number :]
            )
        if step.kind in TABLES:
            own = step.source in {self.client, *self._told} and self._may_differ(step)
            return own or self._touches_cause(step)
        if step.kind == "arrives" or step.sends:
            return step.target in self.lanes and step.target is not step.source
        return False

    def was_dead(self, pid: Pid, step: TraceStep) -> bool:
        """Whether a process had died before a step."""
        return self.died.get(pid, step.number) < step.number

    def is_late(self, step: TraceStep) -> bool:
        """Whether a step is the arrival of an answer to a call that has timed out."""
        return any(each.late is not None and step is each.late.answer for each in self.failed)

    def comes(self, step: TraceStep) -> bool:
        """Whether a signal other than an answer reaches its target in this step."""
        return self.teller.reaches(step) and not step.word.startswith("answer")

    # -- what explains it --------------------------------------------------------------------------

    def _failed(self, failure: ScheduleFailure) -> FailedClient:
        client = client_called(failure.client, self._names)
        if not any(each.source is client and each.kind != "arrives" for each in self.steps):
            client = None
        late = None if client is None else time_out(self.steps, client)
        at = late.fires.number if late is not None else self._fails(failure, client)
        return FailedClient(failure, client, at, late)

    def _fails(self, failure: ScheduleFailure, client: Pid | None) -> int:
        """Return the last step of the failing line."""
        last = len(self.steps) - 1
        if client is None or failure.actual.startswith(WAITS):
            return last  # if it waits, no process moves any more: this ends the chart
        ended = self.died.get(client, last)
        mine = [
            each.number
            for each in self.steps[: ended + 1]
            if (each.kind not in _QUIET if each.source is client else each.target is client)
        ]
        line = failure.line
        at = [n for n in mine if (doing := self.steps[n].doing) is None or doing.line == line]
        own = max((n for n in at if self.steps[n].source is client), default=ended)
        return max((n for n in at if n >= own), default=own)

    def _in_cause(self, places: Iterable[Iterable[int]], early: bool) -> set[int]:
        """Return the steps of the cause; for an early time-out its call, firing and answer."""
        late = self.failed[0].late if self.failed else None
        if early and late is not None and late.answer is not None:
            own = (late.call, late.fires, late.answer)
            return {step.number for step in own if step is not None}
        return set(chain.from_iterable(places))

    def _chain(self, step: TraceStep) -> list[TraceStep]:
        """Return what led to a step: the last signal to its actor, and so on, back to a client."""
        links: list[TraceStep] = []
        while len(links) < MOST_LINKS:
            at = step.leaves if step.leaves >= 0 else step.number
            if step.doing is not None or step.source is self.client:
                break
            came = [
                each for each in self.steps[:at] if each.target is step.source and self.comes(each)
            ]
            if not came:
                break
            step = came[-1]
            links.append(step)
        return links

    def _chosen_lanes(self) -> dict[Pid, int]:
        """Return the processes to show: the client, then the others in order of appearance."""
        wanted: set[Pid | None] = {self.client, *(each.client for each in self.failed)}
        wanted.update(self._told)
        for place in self._story:
            wanted |= {self.steps[place].source, self.steps[place].target}
        if not self._story:
            wanted |= self._led_to_the_end()
        order: dict[Pid, int] = {}
        first = 1 if self.is_check else 0  # the check itself has the first lane
        if self.client is not None:
            order[self.client] = first
        for step in self.steps:
            for pid in (step.source, step.target):
                if pid is not None and pid in wanted and pid not in order:
                    order[pid] = first + len(order)
        return order

    def _led_to_the_end(self) -> set[Pid]:
        """Return the processes whose signals or writes led to the results of the clients."""
        ends = {each.client: each.at for each in self.failed if each.client is not None}
        if not ends:  # all may have contributed to an outcome, and to the state that is checked
            ends = dict.fromkeys([*self._clients, *self._doers], len(self.steps) - 1)
        found = set[Pid]()
        for step in reversed(self.steps):
            found |= {client for client, at in ends.items() if at == step.number}
            signalled = self.teller.reaches(step) and step.target in found
            wrote = step.kind in _WRITES and (step.kind == "die_table" or self._is_read(step))
            if signalled or (wrote and found) or step.kind == "crash":
                found.add(step.source)
        asked = {
            step.target
            for step in self.steps
            if step.source in ends and step.number <= ends[step.source] and step.sends
        }
        return found | {pid for pid in asked if pid is not None}

    def _is_over(self, step: TraceStep) -> bool:
        """Whether the step is a client reaching its end, which is not informative."""
        if step.kind != "die_life" or step.source not in self._clients:
            return False
        return step.doing is not None or step.word == ENDED

    def _is_ignored(self, step: TraceStep) -> bool:
        """Whether the step is an exit signal that has no effect when it arrives."""
        arrival = arrival_of(step, self.steps) if step.flies else None
        return (arrival or step).found.endswith(IGNORED)

    def _may_differ(self, step: TraceStep) -> bool:
        """Whether a step writes, or reads something that another step writes."""
        if step.kind not in READS:
            return True
        place = place_of(step)
        return bool(place) and any(
            each.kind in _WRITES and (each.kind not in _ONE_PLACE or place_of(each) == place)
            for each in self.steps
        )

    def _touches_cause(self, step: TraceStep) -> bool:
        if step.kind == "ets_read" and not place_of(step):
            return False  # a Registry's internal data
        return place_of(step) in {place_of(self.steps[place]) for place in self.marked} or (
            self._is_read(step)
        )

    def _is_read(self, step: TraceStep) -> bool:
        place = place_of(step)
        return bool(place) and place in self._rows_read

    def _rows_that_matter(self) -> set[str]:
        """Return the rows that the failing line reads: their writers explain its answer.

        Without a cause these are the rows that any line of a client reads.
        """
        line = self.failed[0].failure.line if self.failed and self._story else None
        readers = {self.client} if self._story else {*self._clients, *self._doers}
        return {
            place_of(each)
            for each in self.steps
            if each.source in readers
            and each.kind in READS
            and (each.doing is not None or not self._story)
            and (line is None or each.doing is None or line == each.doing.line)
            and self._may_differ(each)
        }


def arrival_of(step: TraceStep, steps: Sequence[TraceStep]) -> TraceStep | None:
    """Return the arrival of the signal that leaves in a step, or None."""
    return next((each for each in steps if each.leaves == step.number), None)
