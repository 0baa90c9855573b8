"""Verdict: what the search found out about a program under one law."""

from collections.abc import Callable
from time import perf_counter
from typing import Final, NamedTuple

from kvshell.explore.cause import MOST, Cause, Shape, cause, shape_of
from kvshell.explore.moments import Witnessed
from kvshell.explore.program import Ending, Program
from kvshell.explore.search import BUDGET, Run, Search, Stopped
from kvshell.explore.token import law_of, token
from kvshell.explore.watching import restless, same_twice, watch
from kvshell.runtime.step import Manner

TICK_S: Final = 0.2


class Outcome(NamedTuple):
    """What some schedules come to: how it ends, how many do (`number`), the first of them."""

    ending: Ending
    number: int
    token: str

    @property
    def fails(self) -> bool:
        """Whether an expectation was not met."""
        return bool(self.ending.failures)


class Progress(NamedTuple):
    """How far it is.

    Attributes:
        what: what is being run: a law, or real threads.
        schedules: how many have been run to their end, and `failing` how many of them fail.
        explored: the share that is done, an estimate.
        spent: the share of the budget that is used up: when it is, all ends.
    """

    what: str
    schedules: int
    failing: int
    explored: float
    spent: float


class Verdict(NamedTuple):
    """What every schedule of a program comes to under one law.

    Attributes:
        manner: the law, and what else could happen.
        schedules: how many there are, of those that were run.
        failing: how many of them fail.
        redundant: runs that were given up: all that could come had been explored.
        expects: whether the program says what must come.
        complete: whether every schedule was run.
        why: why not: `budget`, `steps` or `interrupted`.
        endless: how many did not end within 500 steps, and `restless` who went on in the first.
        outcomes: the failing ones first, each with its token.
        cause: the order of events that makes one fail, or come to something else.
        watched: the schedule that `cause` explains, and `explained` how it ends.
        seconds: how long it took.
    """

    manner: Manner
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
    endless: int = 0
    restless: str = ""

    @property
    def law(self) -> str:
        """The delivery law, with what else was asked for."""
        return law_of(self.manner)


def search(
    program: Program,
    manner: Manner,
    budget: int = BUDGET,
    *,
    stop: Callable[[], bool] = lambda: False,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Verdict:
    """Run every schedule of `program` and say what came of it.

    `stop` is asked between two runs; `tell` is told now and then how far it is.

    Raises:
        NotDeterministic: the first schedule, run twice, differs.
        NotAtRest: somebody is stuck between two operations.
    """
    begun = perf_counter()
    with Search(program, manner, budget, stop=stop) as searching:
        found = _Found(manner)
        try:
            same_twice(searching)
            why = _all(searching, found, stop, tell)
        except Stopped:
            why = "interrupted"
        reason = found.cause()
        watched, explained = None, Ending()
        if found.interesting:
            choices = reason.explained.choices if reason is not None else found.first_bad
            watched, explained = watch(searching, choices)
            found.put_first(explained, choices)
        return Verdict(
            manner,
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
            searching.too_long,
            restless(searching) if searching.too_long else "",
        )


def _all(
    searching: Search,
    found: "_Found",
    stop: Callable[[], bool],
    tell: Callable[[Progress], None],
) -> str:
    told = perf_counter()

    def paused() -> bool:
        nonlocal told
        if perf_counter() - told > TICK_S:
            told = perf_counter()
            tell(_progress(searching))
        return stop()

    searching.pause = paused
    while not paused():
        run = searching.run()
        if run is not None:
            found.add(run)
        elif searching.complete:
            return ""
        else:
            return "interrupted" if stop() else "steps" if searching.too_long else "budget"
    return "interrupted"


def _progress(searching: Search) -> Progress:
    runs = searching.schedules + searching.redundant
    return Progress(
        law_of(searching.manner),
        searching.schedules,
        searching.failing,
        searching.path.explored(),
        runs / searching.budget,
    )


class _Found:
    """What the runs came to, as they come."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._first: dict[Ending, tuple[int, ...]] = {}
        self._counts: dict[Ending, int] = {}
        self._shapes: dict[Ending, list[Shape]] = {}
        self.failing = False
        self.first_bad: tuple[int, ...] = ()

    def add(self, run: Run) -> None:
        """Count a run."""
        ending = run.ending
        if ending not in self._first:
            if (ending.failures and not self.failing) or (
                len(self._first) == 1 and not self.failing
            ):
                self.first_bad = run.choices
            self.failing = self.failing or bool(ending.failures)
            self._first[ending] = run.choices
            self._counts[ending] = 0
            self._shapes[ending] = []
        self._counts[ending] += 1
        if len(self._shapes[ending]) < max(3, MOST // len(self._shapes)):
            self._shapes[ending].append(shape_of(run))

    @property
    def interesting(self) -> bool:
        """Whether there is something to explain."""
        return self.failing or len(self._first) > 1

    def put_first(self, ending: Ending, choices: tuple[int, ...]) -> None:
        """Tell this outcome before the others of its kind, by the schedule that is explained."""
        if ending in self._first:
            del self._first[ending]
            self._first = {ending: choices, **self._first}

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return them, the failing ones first."""
        found = [
            Outcome(ending, self._counts[ending], token(self._manner, choices))
            for ending, choices in self._first.items()
        ]
        return tuple(sorted(found, key=lambda outcome: not outcome.fails))

    def cause(self) -> Cause | None:
        """Return why some fail and others not; where none fails, why they differ."""
        if self.failing:
            bad = [ending for ending in self._first if ending.failures]
        else:
            bad = list(self._first)[1:2]
        good = [ending for ending in self._first if ending not in bad and not ending.failures]
        one = [shape for ending in bad for shape in self._shapes[ending]]
        other = [shape for ending in good for shape in self._shapes[ending]]
        default = [shape for shape in other if not shape.choices]
        return cause(one, default) or cause(one, other)
