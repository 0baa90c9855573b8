"""Draws a schedule as a message-sequence chart, reduced to what explains the cause.

The lanes are the failing client, the processes involved in the cause, and those that led to it,
back to the client line that triggered it. Everything other processes do is omitted, and so is every
line that was over before the cause began. A signal that is overtaken `leaves` in one row and
`arrives`, dotted, in another; the arrow of one that reaches a dead process ends in a cross.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from kvshell.commands.view import Arrow, Cell, Chart, Role
from kvshell.explore.program.program import (
    WAITS,
    Ending,
    Observed,
    by_name,
    client_called,
)
from kvshell.explore.report.cause_text import ENDED, READS, Teller, place_of, time_out
from kvshell.explore.report.difference import brief, difference_line
from kvshell.explore.search.cause import Cause
from kvshell.explore.search.trace_steps import TraceStep, Witnessed
from kvshell.terms import Pid, inspect

MOST_PAIRS: Final = 2  # maximum steps of the cause whose processes get a lane
MOST_LINKS: Final = 4  # maximum length of the chain that led to an event
_ONE_PLACE: Final = frozenset({"ets_write", "shared_write"})
_WRITES: Final = _ONE_PLACE | {"ets_write_all", "die_table"}
_TABLES: Final = _ONE_PLACE | READS | {"ets_write_all", "ets_scan"}
_ENDS: Final = frozenset({"die_life", "crash", "fires"})
_CHECK: Final = "final check"
_CHECKS: Final = frozenset({"check", _CHECK})  # the line names of a document and of a function
_QUIET: Final = frozenset({"arrives", "die_life", "die_end", "die_exit", "die_down"})


def sequence(
    watched: Witnessed,
    cause: Cause | None,
    ending: Ending,
    results: Sequence[Observed] = (),
    token: str = "",
) -> Chart:
    """Draw the schedule that `cause` explains, up to the failure.

    A schedule that does not fail ends with its `results`: the answers that vary. The caption names
    the schedule with its `token`, if it has one.
    """
    return _Sequence(watched, cause, ending, results, token).chart()


class _Sequence:
    def __init__(
        self,
        watched: Witnessed,
        cause: Cause | None,
        ending: Ending,
        results: Sequence[Observed],
        token: str,
    ) -> None:
        self._steps = watched.steps
        self._names = watched.names
        self._clients = watched.clients
        clients = {
            each.source for each in self._steps if each.doing is not None and each.kind != "arrives"
        }
        self._teller = Teller(watched.names, several=len(clients) > 1)
        self._failure = ending.failures[0] if ending.failures else None
        self._failures = ending.failures
        self._results = results
        self._token = token
        self._notes = ending.notes
        self._client = self._failing_client()
        self._early = watched.early
        self._late = time_out(self._steps, self._client) if self._failure is not None else None
        pairs = cause.pairs[:MOST_PAIRS] if cause is not None else ()
        claimed = () if cause is None else (*cause.orders, cause.happens)
        self._marked = self._in_cause((*pairs, *claimed))
        self._marked |= {step.number for step in self._steps if step.kind == "crash"}
        self._story = self._marked | {
            link.number for place in self._marked for link in self._chain(self._steps[place])
        }
        self._lanes = self._chosen_lanes()
        self._died = {
            each.source: each.number
            for each in reversed(self._steps)
            if each.kind in {"die_life", "crash"}
        }
        self._rows_read = self._rows_of_the_failing_line()
        self._rows: list[Arrow] = []

    def chart(self) -> Chart:
        start, fails, end = self._begins(), self._fails(), self._ends()
        inside = [each for each in self._steps[start:end] if self._is_shown(each)]
        self._folded_lines(start, inside)
        told = False
        for place, step in enumerate(inside):
            if step.number > fails and not told:
                told = True
                self._verdict()
            self._draw(step, inside, place)
        if not told:
            self._verdict()
        self._other_results()
        folded = len(self._steps) - len(inside)
        caption = [folded_away(folded, len(self._steps))]
        if self._token:
            caption.append(f"step by step: --replay {self._token}")
        lanes = [Cell(self._teller.who(pid), Role.name) for pid in self._lanes]
        if self._is_check():
            lanes.insert(0, Cell(_CHECK, Role.name))
        return Chart("", tuple(lanes), tuple(self._rows), "; ".join(filter(None, caption)))

    def _in_cause(self, places: Iterable[Iterable[int]]) -> set[int]:
        """Return the steps of the cause; those of a time-out that fired early are its own."""
        late = self._late
        if self._early and late is not None and late.answer is not None:
            own = (late.call, late.fires, late.answer)
            return {step.number for step in own if step is not None}
        return set(chain.from_iterable(places))

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
        return step.doing is not None or step.word == ENDED

    def _may_differ(self, step: TraceStep) -> bool:
        """Whether it reads or writes something that is written; other reads are not informative."""
        if step.kind not in READS:
            return True
        place = place_of(step)
        return bool(place) and any(
            each.kind in _WRITES and (each.kind not in _ONE_PLACE or place_of(each) == place)
            for each in self._steps
        )

    def _touches_cause(self, step: TraceStep) -> bool:
        if step.kind == "ets_read" and not place_of(step):
            return False  # a Registry's internal data
        place = place_of(step)
        return place in {place_of(self._steps[each]) for each in self._marked} or (
            bool(place) and place in self._rows_read
        )

    def _rows_of_the_failing_line(self) -> set[str]:
        """Return the rows that the failing line reads; who changed them explains its answer."""
        line = self._failure.line if self._failure is not None else None
        return {
            place_of(each)
            for each in self._steps
            if each.source is self._client
            and each.kind in READS
            and each.doing is not None
            and line in {None, each.doing.line}
            and self._may_differ(each)
        }

    # -- rows ------------------------------------------------------------------------------------

    def _folded_lines(self, start: int, inside: Sequence[TraceStep]) -> None:
        """Add a note for each line that was over before the cause began.

        A line whose answer is shown has its request shown, too.
        """
        requests = {
            request.number: request
            for step in inside
            if step.word.startswith("answer")
            for request in [self._request_of(step)]
            if request is not None and request.number < start
        }
        told = {(each.source, each.doing) for each in requests.values()}
        for step in self._steps[:start]:
            doing = step.doing
            if step.number in requests and step.target is not None:
                lanes = self._lanes[step.source], self._lanes[step.target]
                self._rows.append(Arrow(*lanes, self._label(step), "sent", Role.hint))
            if doing is None or step.kind == "arrives" or step.source not in self._lanes:
                continue
            if (step.source, doing) not in told:
                told.add((step.source, doing))
                lane = self._lanes[step.source]
                self._rows.append(Arrow(lane, lane, doing.text, "note", Role.hint))

    def _request_of(self, answer: TraceStep) -> TraceStep | None:
        """Return the arrival of the request that was answered, if both processes are shown."""
        if answer.source not in self._lanes or answer.target not in self._lanes:
            return None
        came = (
            each
            for each in reversed(self._steps[: answer.number])
            if each.source is answer.target and each.target is answer.source
        )
        return next(filter(self._comes, came), None)

    def _draw(self, step: TraceStep, inside: Sequence[TraceStep], place: int) -> None:
        source = self._lanes.get(step.source)
        target = self._lanes.get(step.target) if step.target is not None else None
        role = Role.stale if step.number in self._marked else Role.plain
        if source is None:
            return
        if step.kind == "arrives" and target is not None:
            overtaken = place > 0 and inside[place - 1].number != step.leaves
            kind = "flight" if overtaken and step.leaves >= 0 else "sent"
            label = f"{self._label(step)} arrives" if kind == "flight" else self._label(step)
            kind = "lost" if self._is_lost(step) else kind
            self._rows.append(Arrow(source, target, label, kind, role))
        elif step.sends and target is not None:
            arrival = next((each for each in self._steps if each.leaves == step.number), None)
            if arrival is None:
                kind = "lost" if self._is_lost(step) else "sent"
                self._rows.append(Arrow(source, target, self._label(step), kind, role))
            elif place + 1 >= len(inside) or inside[place + 1] is not arrival:
                label = f"{self._label(step)} leaves"
                self._rows.append(Arrow(source, source, label, "note", Role.hint))
        else:
            self._rows.append(Arrow(source, source, self._label(step), "note", role))

    def _is_lost(self, step: TraceStep) -> bool:
        """Whether the receiver of a signal is dead; an answer that is late is called so."""
        if step.target is None or (self._late is not None and step is self._late.answer):
            return False
        return self._was_dead(step.target, step)

    def _was_dead(self, pid: Pid, step: TraceStep) -> bool:
        return self._died.get(pid, step.number) < step.number

    def _label(self, step: TraceStep) -> str:
        """Return a step's label: the line of the client that sends or reads, or a description."""
        if self._late is not None and step is self._late.answer:
            return self._named(f"{step.word} (too late)")
        if step.word.startswith("answer"):
            label = self._named(step.word)
            names = (inspect(each) for each in self._died if self._was_dead(each, step))
            return f"{label} (dead)" if any(name in step.word for name in names) else label
        if step.doing is None:
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

    def _other_results(self) -> None:
        """Add what further clients came to; nobody expects anything of a result."""
        for failure in self._failures[1:]:
            self._ended(failure.client, difference_line(failure), Role.error)
        for seen in self._results if self._failure is None else ():
            what = f"{seen.text}: " if seen.text else ""
            self._ended(seen.client, f"→ {what}{brief(seen.answer) or 'nothing'}", Role.plain)

    def _ended(self, client: str, label: str, role: Role) -> None:
        pid = client_called(client, self._names)
        lane = self._lanes.get(pid) if pid is not None else None
        if lane is not None:
            self._rows.append(Arrow(lane, lane, label, "note", role))

    def _is_check(self) -> bool:
        """Whether a final check fails."""
        return self._failure is not None and self._failure.client in _CHECKS

    def _named(self, text: str) -> str:
        return by_name(text, self._names)


def folded_away(steps: int, of: int) -> str:
    """Return how much of a schedule is omitted."""
    if not steps:
        return ""
    return f"1 of {of} steps is hidden" if steps == 1 else f"{steps} of {of} steps are hidden"
