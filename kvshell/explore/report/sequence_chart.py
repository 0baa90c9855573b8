"""Draws a schedule as a message-sequence chart.

A signal that is overtaken `leaves` in one row and `arrives`, dotted, in another; the arrow of one
that reaches a dead process ends in a cross. The result of a client is shown in the row in which it
is known.
"""

from collections.abc import Sequence

from kvshell.commands.view import Arrow, Cell, Chart, Role
from kvshell.explore.program.program import CHECK, Ending, Observed, by_name, client_called
from kvshell.explore.report.chart_scope import TABLES, ChartScope, FailedClient, arrival_of
from kvshell.explore.report.difference import brief, difference_line
from kvshell.explore.search.trace_steps import DEATHS, ENDED, TraceStep, Witnessed
from kvshell.explore.verdict.cause import Cause
from kvshell.terms import inspect


def sequence(
    watched: Witnessed,
    cause: Cause | None,
    ending: Ending,
    results: Sequence[Observed] = (),
    again: str = "",
) -> Chart:
    """Draw the schedule that `cause` explains, up to the last failure.

    Without a cause, all that led to the outcome is drawn. A schedule that does not fail ends with
    its `results`: the answers that vary. The caption has the command that shows all steps `again`,
    if there is one.
    """
    return _Sequence(watched, cause, ending, results, again).chart()


class _Sequence:
    def __init__(
        self,
        watched: Witnessed,
        cause: Cause | None,
        ending: Ending,
        results: Sequence[Observed],
        again: str,
    ) -> None:
        told = (client_called(each.client, watched.names) for each in results)
        self._scope = scope = ChartScope(watched, cause, ending, told)
        self._steps, self._lanes, self._teller = scope.steps, scope.lanes, scope.teller
        self._names = watched.names
        self._results = results
        self._again = again
        self._notes = ending.notes
        self._rows: list[Arrow] = []

    def chart(self) -> Chart:
        scope = self._scope
        start, end = scope.begins(), scope.ends()
        shown = [each for each in self._steps[start:end] if scope.shows(each)]
        inside = [each for each in shown if not self._goes_without_saying(each, shown)]
        self._folded_lines(start, inside)
        before = len(self._rows)
        untold = list(scope.failed)
        for place, step in enumerate(inside):
            self._verdicts([each for each in untold if each.at < step.number])
            untold = [each for each in untold if each.at >= step.number]
            self._draw(step, inside, place)
        self._verdicts(untold)
        self._other_results()
        drawn = {step.source for step in inside if step.kind == "die_life"}
        ends = {each.client for each in scope.failed} & scope.died.keys() - drawn
        folded = len(self._steps) - len(inside) - before - len(ends)  # a failure is a client's end
        caption = folded_away(folded, len(self._steps))
        if self._again:
            hidden = f" ({folded} hidden)" if folded else ""
            caption = f"all {len(self._steps)} steps{hidden}: {self._again}"
        lanes = [Cell(self._teller.who(pid), Role.name) for pid in self._lanes]
        if scope.is_check:
            lanes.insert(0, Cell(CHECK, Role.name))
        return Chart("", tuple(lanes), tuple(self._rows), caption)

    # -- rows ------------------------------------------------------------------------------------

    def _folded_lines(self, start: int, inside: Sequence[TraceStep]) -> None:
        """Add a note for each line that had ended before the cause began.

        A line whose answer is shown has its request shown, too; one that goes on is no earlier one.
        """
        requests = {
            request.number: request
            for step in inside
            if step.word.startswith("answer")
            for request in [self._request_of(step)]
            if request is not None and request.number < start
        }
        drawn = {(each.source, each.doing) for each in (*requests.values(), *inside)}
        for step in self._steps[:start]:
            doing = step.doing
            if step.number in requests and step.target is not None:
                lanes = self._lanes[step.source], self._lanes[step.target]
                self._rows.append(Arrow(*lanes, self._label(step), "sent", Role.hint))
            if doing is None or step.kind == "arrives" or step.source not in self._lanes:
                continue
            if (step.source, doing) not in drawn:
                drawn.add((step.source, doing))
                lane = self._lanes[step.source]
                self._rows.append(Arrow(lane, lane, f"earlier: {doing.text}", "note", Role.hint))

    def _request_of(self, answer: TraceStep) -> TraceStep | None:
        """Return the arrival of the request of an answer, if both processes are shown, or None."""
        if answer.source not in self._lanes or answer.target not in self._lanes:
            return None
        came = (
            each
            for each in reversed(self._steps[: answer.number])
            if each.source is answer.target and each.target is answer.source
        )
        return next(filter(self._scope.comes, came), None)

    def _draw(self, step: TraceStep, inside: Sequence[TraceStep], place: int) -> None:
        source = self._lanes.get(step.source)
        target = self._lanes.get(step.target) if step.target is not None else None
        role = Role.stale if step.number in self._scope.marked else Role.plain
        if source is None:
            return
        if step.kind == "arrives" and target is not None:
            left = next((n for n, each in enumerate(inside) if each.number == step.leaves), None)
            seen_leaving = left is not None and self._is_seen_leaving(left, inside)
            kind = "flight" if seen_leaving or step.leaves < 0 else "sent"  # -1: before the start
            label = f"{self._label(step)} arrives" if kind == "flight" else self._label(step)
            if self._is_lost(step):
                kind, label = "lost", f"{self._label(step)}{self._why_lost(step)}"
            self._rows.append(Arrow(source, target, label, kind, role))
        elif step.sends and target is not None:
            arrival = arrival_of(step, self._steps)
            if arrival is None:
                lost = self._is_lost(step)
                label = f"{self._label(step)}{self._why_lost(step) if lost else ''}"
                self._rows.append(Arrow(source, target, label, "lost" if lost else "sent", role))
            elif self._is_seen_leaving(place, inside):
                told = f" for {self._teller.who(step.target)}" if step.word in DEATHS else ""
                label = f"{self._label(step)}{told} leaves{self._never_comes(arrival, inside)}"
                self._rows.append(Arrow(source, source, label, "note", Role.hint))
        else:
            nobody = " finds no process" if step.sends and step.target is None else ""
            label = f"{self._label(step)}{nobody}"
            self._rows.append(Arrow(source, source, label, "note", role))

    def _is_seen_leaving(self, place: int, inside: Sequence[TraceStep]) -> bool:
        """Whether a signal leaves in a row of its own: what follows depends on when it does.

        Nothing does if its sender is not seen again before the signal arrives; then it might as
        well leave only when it arrives.
        """
        step = inside[place]
        arrival = arrival_of(step, self._steps)
        if arrival is None or arrival not in inside:
            return arrival is not None
        between = inside[place + 1 : inside.index(arrival)]
        if step.number in self._scope.marked:
            return bool(between)
        return any(step.source in {each.source, each.target} for each in between)

    def _goes_without_saying(self, step: TraceStep, shown: Sequence[TraceStep]) -> bool:
        """Whether a step is told by another row, or nobody notices it.

        This is so of a death right after its kill, of a normal one that nobody notices, and of the
        reading of the pid to which the same line then sends.
        """
        if step.number in self._scope.marked:
            return False
        later = [each for each in shown if each.number > step.number]
        if step.kind == "ets_read" and step.doing is not None and not step.found:
            mine = next((each for each in later if each.source is step.source), step)
            return mine.doing == step.doing and mine.sends
        if step.kind != "die_life":
            return False
        before = self._steps[step.number - 1] if step.number else step
        if before.kind == "crash" and before.source is step.source:
            return True
        dead = step.source
        noticed = any(
            each.target is dead or (each.source is dead and each.word in DEATHS) for each in later
        )
        return step.word == ENDED and not noticed

    def _is_lost(self, step: TraceStep) -> bool:
        """Whether the receiver of a signal is dead."""
        return step.target is not None and self._scope.was_dead(step.target, step)

    def _why_lost(self, step: TraceStep) -> str:
        """Return whether the receiver of a request was dead when it was sent, or died later.

        A caller that found it alive monitors it, and gets its exit reason.
        """
        if step.word.partition(" ")[0] not in {"call", "stop"} or step.target is None:
            return ""
        left = self._steps[step.leaves] if step.leaves >= 0 else step
        if step.kind != "arrives" or (step.leaves >= 0 and self._scope.was_dead(step.target, left)):
            return " (already dead)"
        return " (died meanwhile)"

    def _never_comes(self, arrival: TraceStep, inside: Sequence[TraceStep]) -> str:
        """Return why the arrival of a signal is not among the steps shown, or ""."""
        if arrival in inside or arrival.target is None:
            return ""
        lost = self._scope.was_dead(arrival.target, arrival)
        whom = self._teller.who(arrival.target)
        return f", and will find {whom} dead" if lost else ", and is still on its way"

    def _label(self, step: TraceStep) -> str:
        """Return a step's label: the line of the client that sends or reads, or a description."""
        if self._scope.is_late(step):
            return self._named(f"{step.word} (too late)")
        if step.word.startswith("answer"):
            label = self._named(step.word)
            died = self._scope.died
            names = (inspect(each) for each in died if self._scope.was_dead(each, step))
            return f"{label} (dead)" if any(name in step.word for name in names) else label
        if step.doing is None:
            return self._named(step.told)
        if step.kind in TABLES:
            return f"{step.doing.text}: {step.told}"
        if step.kind == "arrives" or step.sends:
            return step.doing.text
        return self._named(step.told)

    # -- outcomes --------------------------------------------------------------------------------

    def _verdicts(self, failed: Sequence[FailedClient]) -> None:
        """Add each failure in the lane of its client."""
        if not self._lanes:
            return
        for each in failed:
            pid = each.client or self._scope.client
            lane = 0 if pid is None or self._scope.is_check else self._lanes.get(pid, 0)
            line = difference_line(each.failure)
            if each.failure.client == CHECK and each.failure.expected not in each.failure.text:
                line = f"✗ {each.failure.text}: {line.removeprefix('✗ ')}"
            self._rows.append(Arrow(lane, lane, line, "note", Role.error))
            if each is not self._scope.failed[0]:
                continue
            for note in self._notes:
                cycle = note.partition(";")[0]
                self._rows.append(Arrow(lane, lane, f"✗ {cycle}", "note", Role.error))

    def _other_results(self) -> None:
        """Add the results of the clients, if nothing failed."""
        for seen in self._results if not self._scope.failed else ():
            pid = client_called(seen.client, self._names)
            lane = self._lanes.get(pid) if pid is not None else None
            if lane is not None:
                what = f"{seen.text}: " if seen.text else ""
                label = f"saw: {what}{brief(seen.answer) or 'nothing'}"
                self._rows.append(Arrow(lane, lane, label, "note", Role.plain))

    def _named(self, text: str) -> str:
        return by_name(text, self._names)


def folded_away(steps: int, of: int) -> str:
    """Return how many steps of a schedule are hidden, as a sentence; "" for none."""
    if not steps:
        return ""
    return f"1 of {of} steps is hidden" if steps == 1 else f"{steps} of {of} steps are hidden"
