"""Verdict: the outcomes of all schedules of a program under one law."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter
from typing import Final, NamedTuple

from kvshell.explore.program.program import Ending, Program
from kvshell.explore.search.cause import MOST, Cause, Shape, StepKeys, cause, shape_of
from kvshell.explore.search.choices import STEPS
from kvshell.explore.search.claim import Schedule, claimed
from kvshell.explore.search.search import BUDGET, NotDeterministic, Run, Search, Stopped
from kvshell.explore.search.token import Follow, law_of, read_token, token
from kvshell.explore.search.trace_steps import Witness, Witnessed, restless
from kvshell.runtime.search.steps import FaultModel, Numbers

TICK_S: Final = 0.2


def watch(searching: Search, choices: tuple[int, ...]) -> tuple[Witnessed, Ending]:
    """Run a schedule again and observe it; return the observations and the ending."""
    witness = Witness(searching.program, Follow(choices))
    ending, _ = searching.execute(witness)
    return witness.witnessed({})._replace(early=searching.model.timeouts), ending


def same_twice(searching: Search) -> None:
    """Run the default schedule twice.

    Raises:
        NotDeterministic: the two runs differ; the error names the first difference.
    """
    runs = []
    for _ in range(2):
        follow = Follow((), searching.limit)
        witness = Witness(searching.program, follow)
        ending, _ = searching.execute(witness)
        run = witness.witnessed({})
        runs.append(([(each.kind, each.source.path, each.word) for each in run.steps], ending, run))
    (one, first, run), (other, second, _) = runs
    for number, (a, b) in enumerate(zip(one, other, strict=False), 1):
        if a != b:
            who = run.names.get(run.steps[number - 1].source, "somebody")
            raise NotDeterministic(
                f"in the same order of events step {number} of {who} was `{a[2]}` the first time "
                f"and `{b[2]}` the second; it depends on something that no message carries"
            )
    if len(one) != len(other):
        raise NotDeterministic(
            f"the same order of events took {len(one)} steps the first time, "
            f"{len(other)} the second"
        )
    if first != second:
        answers = {seen.client: seen.answer for seen in first.seen}
        for seen in second.seen:
            if answers.get(seen.client) != seen.answer:
                raise NotDeterministic(
                    f"{seen.client} saw {answers.get(seen.client)} the first time, "
                    f"{seen.answer} the second"
                )
        raise NotDeterministic("the same steps had different outcomes")


class Outcome(NamedTuple):
    """An ending, the `number` of schedules that have it, and the token of the shortest one."""

    ending: Ending
    number: int
    token: str
    steps: int = 0  # the length of the token's schedule

    @property
    def fails(self) -> bool:
        """Whether an expectation failed."""
        return bool(self.ending.failures)


class SearchProgress(NamedTuple):
    """The progress of a search.

    Attributes:
        what: what is running: a law, or real threads.
        schedules: the number of completed schedules.
        failing: the number of those that fail.
        explored: an estimate of the share of the search that is done.
        spent: the share of the budget used; at 1 the search ends.
    """

    what: str
    schedules: int
    failing: int
    explored: float
    spent: float


class Verdict(NamedTuple):
    """The outcomes of all schedules of a program under one law.

    Attributes:
        model: the law and the injected faults.
        schedules: the number of schedules that were run.
        failing: the number of failing schedules.
        redundant: runs given up because everything they could lead to had been explored.
        expects: whether the program has expectations.
        complete: whether every schedule was run.
        why: the reason if not: `budget`, `steps` or `interrupted`.
        default_fails: whether the schedule in the default order fails, which a plain run takes.
        endless: the number that did not end within `steps`; `restless` names what kept running in
            the first.
        outcomes: the failing ones first, each with its token.
        cause: the order of events that makes one fail, or end differently.
        watched: the schedule that `cause` explains, and `explained` how it ends.
        compared: the one it is compared with, if `cause` is about a step of it.
        seconds: the duration.
    """

    model: FaultModel
    schedules: int
    failing: int
    redundant: int
    expects: bool
    complete: bool
    why: str
    outcomes: tuple[Outcome, ...]
    cause: Cause | None
    watched: Witnessed | None
    explained: Ending
    seconds: float
    default_fails: bool = False
    endless: int = 0
    restless: str = ""
    steps: int = STEPS
    compared: Witnessed | None = None

    @property
    def law(self) -> str:
        """The delivery law, with the requested faults."""
        return law_of(self.model)


def search(
    program: Program,
    model: FaultModel,
    budget: int = BUDGET,
    *,
    stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[SearchProgress], None] = lambda _: None,
    numbers: Numbers | None = None,
    steps: int = STEPS,
    helpers: int = 0,
) -> Verdict:
    """Run every schedule of `program` and return the verdict.

    `stop` is polled between runs; `on_progress` is called now and then with the progress.
    `helpers` is the number of processes that run ahead, each on its own processor.

    Raises:
        NotDeterministic: the first schedule, run twice, differs.
        NotAtRest: a process is stuck between two operations.
    """
    begun = perf_counter()
    with Search(program, model, budget, steps, numbers, stop, helpers=helpers) as searching:
        found = _Found(model)
        try:
            same_twice(searching)
            why = _all(searching, found, stop, on_progress)
        except Stopped:
            why = "interrupted"
        reason = found.cause()
        watched, explained = None, Ending()
        if found.interesting:
            choices = reason.explained.choices if reason is not None else found.first_bad
            watched, explained = watch(searching, choices)
            found.put_first(explained, choices)
        compared = _compared(searching, reason)
        return Verdict(
            searching.model,
            searching.schedules,
            searching.failing,
            searching.redundant,
            program.expects,
            searching.complete,
            why,
            found.outcomes(),
            reason,
            watched,
            explained,
            perf_counter() - begun,
            found.default_fails,
            searching.too_long,
            restless(searching) if searching.too_long else "",
            steps,
            compared,
        )


def _compared(searching: Search, reason: Cause | None) -> Witnessed | None:
    """Run again the schedule that a cause compares with, if the cause is about a step of it."""
    if reason is None or reason.ahead is None:
        return None
    return watch(searching, reason.other.choices)[0]


def elsewhere(
    program: Program, model: FaultModel, budget: int, steps: int, helpers: int = 0
) -> tuple[Verdict, Numbers]:
    """Search in a forked process; the verdict lacks what was observed, which is not plain data."""
    numbers = Numbers()
    verdict = search(program, model, budget, numbers=numbers, steps=steps, helpers=helpers)
    return verdict._replace(watched=None, compared=None), numbers


def brought(program: Program, found: tuple[Verdict, Numbers]) -> Verdict:
    """Complete the result of `elsewhere`: run the schedule again and observe it."""
    verdict, numbers = found
    if not verdict.failing and len(verdict.outcomes) < 2:
        return verdict
    _, choices = read_token(verdict.outcomes[0].token)
    with Search(program, verdict.model, steps=verdict.steps, numbers=numbers) as searching:
        watched, _ = watch(searching, choices)
        compared = _compared(searching, verdict.cause)
    return verdict._replace(watched=watched, compared=compared)


def _all(
    searching: Search,
    found: "_Found",
    stop: Callable[[], bool],
    on_progress: Callable[[SearchProgress], None],
) -> str:
    reported_at = perf_counter()

    def paused() -> bool:
        nonlocal reported_at
        if perf_counter() - reported_at > TICK_S:
            reported_at = perf_counter()
            on_progress(_progress(searching))
        return stop()

    searching.pause = paused
    searching.restarted = lambda: found.forget(searching.model)
    while not paused():
        run = searching.run()
        if run is not None:
            found.add(run)
        elif searching.complete:
            return ""
        else:
            return "interrupted" if stop() else "steps" if searching.too_long else "budget"
    return "interrupted"


def _progress(searching: Search) -> SearchProgress:
    runs = searching.schedules + searching.redundant
    return SearchProgress(
        law_of(searching.model),
        searching.schedules,
        searching.failing,
        searching.tree.explored(),
        runs / searching.budget,
    )


class _Found:
    """Collects the outcomes of runs."""

    def __init__(self, model: FaultModel) -> None:
        self._model = model
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
        self.failing = self.default_fails = False
        self.first_bad: tuple[int, ...] = ()

    def add(self, run: Run) -> None:
        """Count a run."""
        ending = run.ending
        if not any(run.choices):
            self.default_fails = run.fails
        if ending not in self._first:
            if (ending.failures and not self.failing) or (
                len(self._first) == 1 and not self.failing
            ):
                self.first_bad = run.choices
            self.failing = self.failing or bool(ending.failures)
            self._first[ending] = run.choices
            self._counts[ending] = 0
            self._shapes[ending] = []
            self._orders[ending] = []
        self._counts[ending] += 1
        length = (len(run.steps), sum(map(bool, run.choices))), run.choices
        if ending not in self._shortest or length[0] < self._shortest[ending][0]:
            self._shortest[ending] = length
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
            Outcome(ending, self._counts[ending], token(self._model, choices), length)
            for ending in self._first
            for (length, _), choices in [self._shortest[ending]]
        ]
        return tuple(sorted(found, key=lambda outcome: not outcome.fails))

    def cause(self) -> Cause | None:
        """Return why some schedules fail and others do not; if none fails, why they differ."""
        if self.failing:
            bad = [ending for ending in self._first if ending.failures]
        else:
            bad = list(self._first)[1:2]
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

    def _claimed(self, found: Cause, bad: list[Ending], good: list[Ending]) -> Cause | None:
        passing = good if self.failing else [self._ending_of(found.other)]
        like, early = list(self._like(found.explained, bad)), self._model.timeouts
        claim = claimed(found, like, self._all_of(passing), self._events, timeouts=early)
        return claim if claim.orders or claim.happens or claim.ahead else None

    def _like(self, explained: Shape, bad: Sequence[Ending]) -> Iterator[list[Schedule]]:
        """Yield groups of schedules: failing, failing at the same line, with the same ending."""
        own = self._ending_of(explained)
        yield self._all_of(bad)
        if own.failures:
            at = own.failures[0][:3]
            yield self._all_of(each for each in bad if any(at == f[:3] for f in each.failures))
            yield self._all_of([own])

    def _all_of(self, endings: Iterable[Ending]) -> list[Schedule]:
        return [order for ending in endings for order in self._orders[ending]]

    def _ending_of(self, shape: Shape) -> Ending:
        return next(ending for ending in self._orders if shape.events in self._orders[ending])
