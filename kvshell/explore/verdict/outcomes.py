"""The outcomes of all schedules of a search, and what makes some of them end differently."""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from kvshell.explore.program.program import Ending, Observed
from kvshell.explore.search.search import Run
from kvshell.explore.search.token import token
from kvshell.explore.verdict.cause import MOST, Cause, Shape, StepKeys, cause, shape_of
from kvshell.explore.verdict.claim import Schedule, claimed, covers
from kvshell.explore.verdict.serial import is_serial
from kvshell.runtime.search.steps import CRASH, FaultModel, Who

MOST_CAUSES: Final = 3


class Outcome(NamedTuple):
    """An ending, the `number` of schedules that have it, and the token of the shortest one.

    `serial` says whether the clients also have it if one runs after the other; None if that was not
    asked. `killed` holds the places of the processes that its schedules kill, None for those that
    kill nobody.
    """

    ending: Ending
    number: int
    token: str
    steps: int = 0  # the length of the token's schedule
    serial: bool | None = None
    killed: frozenset[object] = frozenset()

    @property
    def fails(self) -> bool:
        """Whether an expectation failed."""
        return bool(self.ending.failures)


class Victim(NamedTuple):
    """In how many schedules a process is killed, and how many of these fail.

    Attributes:
        path: the process's place in the tree of spawned ones; None: those that kill no process.
        fails: the number of schedules that kill it and fail.
        alone: the number of those that kill nothing else.
        schedules: the number of schedules that kill it.
        choices: the shortest schedule of the commonest ending that fails; if none fails, of any.
        name: its name; "" until it was observed.
        dead: the names of the processes that died of it in that schedule, in order.
    """

    path: object
    fails: int
    alone: int
    schedules: int
    choices: tuple[int, ...] = ()
    name: str = ""
    dead: tuple[str, ...] = ()


class _Kills(NamedTuple):
    """The schedules that kill a process and end alike: their number and the shortest one.

    `alone` is the number of those that kill nothing else.
    """

    number: int
    alone: int
    length: tuple[int, int]
    choices: tuple[int, ...]


class FoundOutcomes:
    """Collects the outcomes of runs."""

    def __init__(self, model: FaultModel) -> None:
        self._model = model
        self.clients: Collection[Who] = ()  # if set, it is asked which endings are serial
        self.forget(model)

    def forget(self, model: FaultModel) -> None:
        """Discard all runs: the search restarts with this model."""
        self._model = model
        self._shortest: dict[Ending, tuple[tuple[int, int], tuple[int, ...]]] = {}
        self._failing: list[Shape] = []  # the shortest failing ones
        self._first: dict[Ending, tuple[int, ...]] = {}
        self._counts: dict[Ending, int] = {}
        self._shapes: dict[Ending, list[Shape]] = {}
        self._events = StepKeys()
        self._orders: dict[Ending, list[Schedule]] = {}  # the events of all schedules
        self._serial = set[Ending]()
        self._kills: dict[object, dict[Ending, _Kills]] = {}
        self.failing = self.default_fails = False
        self._first_bad: tuple[int, ...] = ()

    def add(self, run: Run) -> None:
        """Count a run."""
        ending = run.ending
        if not any(run.choices):
            self.default_fails = run.fails
        if ending not in self._first:
            if ending.failures and not self.failing:
                self._first_bad = run.choices
            self.failing = self.failing or bool(ending.failures)
            self._first[ending] = run.choices
            self._counts[ending] = 0
            self._shapes[ending] = []
            self._orders[ending] = []
        self._counts[ending] += 1
        length = (len(run.steps), sum(map(bool, run.choices))), run.choices
        if ending not in self._shortest or length[0] < self._shortest[ending][0]:
            self._shortest[ending] = length
        if self._model.crashes:
            self._add_kills(run, length[0])
        if self.clients and ending not in self._serial and is_serial(run, self.clients):
            self._serial.add(ending)
        events = self._events.of(run.steps)
        self._orders[ending].append(events)
        if ending.failures:
            self._keep_short(shape_of(run, events))
        if len(self._shapes[ending]) < max(3, MOST // len(self._shapes)):
            self._shapes[ending].append(shape_of(run, events))

    def _keep_short(self, shape: Shape) -> None:
        """Keep the shortest failing schedules: one of them will be shown."""
        shortest = len(self._failing[0].events) if self._failing else len(shape.events)
        if len(shape.events) < shortest:
            self._failing.clear()
        if len(shape.events) <= shortest and len(self._failing) < MOST:
            self._failing.append(shape)

    @property
    def interesting(self) -> bool:
        """Whether there is something to explain."""
        return self.failing or len(self._first) > 1

    def put_first(self, ending: Ending, choices: tuple[int, ...]) -> None:
        """Put the outcome with this ending first among its kind, with the explained schedule."""
        if ending in self._first:
            del self._first[ending]
            self._first = {ending: choices, **self._first}
            self._shortest[ending] = self._shortest[ending][0], choices

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return the outcomes, failing ones first."""
        found = [
            Outcome(
                ending,
                self._counts[ending],
                token(self._model, choices),
                length,
                ending in self._serial if self.clients else None,
                frozenset(path for path, endings in self._kills.items() if ending in endings),
            )
            for ending in self._first
            for (length, _), choices in [self._shortest[ending]]
        ]
        return tuple(sorted(found, key=lambda each: (not each.fails, each.serial is not False)))

    def killed(self) -> tuple[Victim, ...]:
        """Return in how many schedules each process is killed, those of most failures first."""
        found = []
        for path, endings in self._kills.items():
            failing = {ending: kills for ending, kills in endings.items() if ending.failures}
            known = failing or endings
            most = max(known, key=lambda ending: known[ending].number)
            fails = sum(kills.number for kills in failing.values())
            alone = sum(kills.alone for kills in failing.values())
            schedules = sum(kills.number for kills in endings.values())
            found.append(Victim(path, fails, alone, schedules, known[most].choices))
        return tuple(sorted(found, key=lambda each: -each.fails))

    def _add_kills(self, run: Run, length: tuple[int, int]) -> None:
        """Count a run for each process that it kills, or for None."""
        victims = {step.who[1] for step in run.steps if step.who[0] == CRASH} or {None}
        for victim in victims:
            endings = self._kills.setdefault(victim, {})
            known = endings.get(run.ending, _Kills(0, 0, length, run.choices))
            shortest = min(known[2:], (length, run.choices))
            alone = known.alone + (len(victims) == 1)
            endings[run.ending] = _Kills(known.number + 1, alone, *shortest)

    def cause(self) -> Cause | None:
        """Return why some schedules fail and others do not; if none fails, why they differ.

        Then those that are not serial are explained, if there are any, or else those that raise, or
        the one of the default schedule.
        """
        bad = self._explained()
        good = [ending for ending in self._first if ending not in bad and not ending.failures]
        one = self._failing or [shape for ending in bad for shape in self._shapes[ending]]
        other = [shape for ending in good for shape in self._shapes[ending]]
        default = [shape for shape in other if not shape.choices]
        best: Cause | None = None
        for near in filter(None, (default, other)) if one else ():
            if best is None or best.passes:
                found = cause(one, near, self._events) or Cause(one[0], near[0], ())
                best = self._claimed(found, bad, good) or best
        return best

    def _explained(self) -> list[Ending]:
        """Return the endings to explain: the remarkable ones, or that of the default schedule."""
        return self._remarkable() or list(self._first)[:1]

    def _remarkable(self) -> list[Ending]:
        """Return the endings to explain, as opposed to all others; none if all are alike."""
        if self.failing:
            return [ending for ending in self._first if ending.failures]
        return self._interleaved() or self._raising()

    def _interleaved(self) -> list[Ending]:
        """Return the endings that are not serial, if that is asked."""
        return [each for each in self._first if self.clients and each not in self._serial]

    def _raising(self) -> list[Ending]:
        """Return the endings with an exception, unless all have one."""
        found = [each for each in self._first if any(map(_raised, each.seen))]
        return [] if len(found) == len(self._first) else found

    def worst(self) -> tuple[int, ...]:
        """Return the choices of a schedule to show if there is no cause."""
        return self._first_bad if self.failing else self._shortest[self._explained()[0]][1]

    def explains_all(self, found: Cause) -> bool:
        """Whether a cause separates all endings that are not serial from those that are.

        True if all are serial: a cause of failures, or of two endings, may explain a part.
        """
        interleaved = [] if self.failing else self._interleaved()
        schedules = sum(self._counts[ending] for ending in interleaved)
        return not interleaved or (found.fails == schedules and not found.passes)

    def other_causes(self, found: Cause | None) -> list[Cause]:
        """Return the causes of other failures, if `found` does not explain all of them.

        The next one is that of the shortest schedule of the ending with most failures unexplained.
        """
        bad = [ending for ending in self._first if ending.failures]
        good = [ending for ending in self._first if not ending.failures]
        other = [shape for ending in good for shape in self._shapes[ending]]
        failing = sum(self._counts[ending] for ending in bad)
        if found is None or not other or found.fails >= failing:
            return []
        causes = [found]
        left = {ending: self._orders[ending] for ending in bad}
        while len(causes) < MOST_CAUSES:
            for ending, orders in left.items():
                left[ending] = [order for order in orders if not covers(causes[-1], order)]
            unexplained = sorted(left, key=lambda ending: -len(left[ending]))[:MOST_CAUSES]
            tried = (self._cause_of(left[ending], other, bad, good) for ending in unexplained)
            more = next((each for each in tried if each is not None), None)
            if more is None:
                break
            causes.append(more)
        return causes[1:]

    def unexplained(self, causes: Iterable[Cause]) -> int:
        """Return the number of failing schedules in which none of the causes holds."""
        known = [*causes]
        failing = self._all_of(ending for ending in self._first if ending.failures)
        return sum(not any(covers(each, order) for each in known) for order in failing)

    def _cause_of(
        self, orders: list[Schedule], other: list[Shape], bad: list[Ending], good: list[Ending]
    ) -> Cause | None:
        """Return the cause of the shortest of these schedules, if it holds in none that passes."""
        known = {shape.events: shape for ending in bad for shape in self._shapes[ending]}
        one = min((known[each] for each in orders if each in known), key=_length, default=None)
        if one is None:
            return None
        apart = cause([one], other, self._events) or Cause(one, other[0], ())
        found = self._claimed(apart, bad, good)
        return None if found is None or found.passes else found

    def _claimed(self, found: Cause, bad: list[Ending], good: list[Ending]) -> Cause | None:
        passing = good if self._remarkable() else [self._ending_of(found.other)]
        claim = claimed(
            found,
            self._all_of(bad),
            self._all_of(passing),
            self._events,
            alike={*self._alike(found.explained, bad)},
            timeouts=self._model.timeouts,
        )
        return claim if claim.orders or claim.happens or claim.ahead else None

    def _alike(self, explained: Shape, bad: Iterable[Ending]) -> list[Schedule]:
        """Return the schedules that fail at the same line, or have the same ending."""
        own = self._ending_of(explained)
        at = own.failures[0][:3] if own.failures else None
        return self._all_of(
            each for each in bad if each is own or any(at == f[:3] for f in each.failures)
        )

    def _all_of(self, endings: Iterable[Ending]) -> list[Schedule]:
        return [order for ending in endings for order in self._orders[ending]]

    def _ending_of(self, shape: Shape) -> Ending:
        return next(ending for ending in self._orders if shape.events in self._orders[ending])


def _raised(seen: Observed) -> bool:
    return seen.answer.startswith("** (")


def _length(shape: Shape) -> int:
    return len(shape.events)
