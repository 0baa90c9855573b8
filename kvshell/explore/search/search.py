"""Search: executes every schedule that can make a difference, none twice.

Stateless optimal DPOR with wakeup trees (Abdulla, Aronsson, Jonsson, Sagonas, JACM 2017):
choices.py holds what is left to try, happens_before.py finds the races of a run. A run in which
everything is asleep is given up and counted as redundant. Other processors can run ahead:
helpers.py.
"""

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Literal, NamedTuple

from kvshell.explore.program.program import Ending, Program
from kvshell.explore.search.choices import (
    STEPS,
    ChoiceTree,
    Plan,
    Point,
    RunChoices,
    Started,
)
from kvshell.explore.search.forked import may_fork
from kvshell.explore.search.happens_before import NO_RACES, Races, races
from kvshell.explore.search.helpers import Helpers, sizes
from kvshell.explore.search.single_run import RepeatedRun, execute
from kvshell.explore.search.subtree import Root, subtree
from kvshell.explore.search.wakeup_tree import Limits
from kvshell.explore.search.watch_order import observable_orders
from kvshell.runtime import NotAtRest
from kvshell.runtime.schedule.threads import OneProcessor, Threads
from kvshell.runtime.search.run_record import Record
from kvshell.runtime.search.savepoint import NotKept
from kvshell.runtime.search.stepped import Stepped
from kvshell.runtime.search.steps import PATIENCE_S, Chooser, FaultModel, Numbers, Patience, Taken

BUDGET: Final = 10_000
SEVERAL: Final = 3  # fewer runs take less time with set-ups of their own
FEW: Final = 50  # fewer runs take less time than forking helpers
YOUNG: Final = 20_000  # new objects before the garbage of finished runs is collected
ENDLESS: Final = 20  # number of non-terminating schedules after which the search gives up
SPEC: Final = FaultModel()

Law = Literal["spec", "beam"]


class Run(NamedTuple):
    """A schedule that was run: its choices, its steps, their order, and its ending."""

    choices: tuple[int, ...]
    steps: tuple[Taken, ...]
    races: Races
    ending: Ending

    @property
    def fails(self) -> bool:
        """Whether an expectation failed."""
        return bool(self.ending.failures)


class CarriedOut(NamedTuple):
    """A plan that has been carried out, as plain data: its choices and outcome."""

    points: tuple[Point, ...]
    followed: int
    choices: tuple[int, ...]
    asleep: bool
    too_long: bool
    strange: str
    record: Record
    clients: int
    ending: Ending


class Stopped(Exception):  # noqa: N818  # named after its cause, not an error
    """A run was abandoned because `stop` returned True while a process was stuck."""


class NotDeterministic(Exception):  # noqa: N818  # named after the finding, and carries the difference
    """Two runs with the same choices differ: the program keeps state outside its operations."""


class Search:
    """The schedules of a program, one after another: `while run := search.run(): ...`."""

    def __init__(
        self,
        program: Program,
        model: FaultModel = SPEC,
        budget: int = BUDGET,
        steps: int = STEPS,
        numbers: Numbers | None = None,
        stop: Callable[[], bool] = lambda: False,
        patience_s: float | None = PATIENCE_S,
        helpers: int = 0,
        few: int = FEW,
    ) -> None:
        """Prepare the search; `stop` is polled while a process is stuck, for `patience_s` seconds.

        `helpers` is the number of processes that run ahead, once there have been `few` runs.
        """
        self.program = program
        self.model = model
        self.budget = budget
        self.limit = steps
        self.schedules = 0
        self.failing = 0
        self.redundant = 0
        self.too_long = 0
        self.helped = 0  # runs that a helper did
        self.restarts = 0  # results from before a restart do not count
        self.endless: tuple[int, ...] = ()  # the choices of the first run that did not end
        self.complete = False
        self.restarted: Callable[[], None] = lambda: None  # called when the search restarts
        self.pause: Callable[[], bool] = lambda: False  # called after a run without a result
        self.tree = ChoiceTree()
        self.numbers = Numbers() if numbers is None else numbers
        self._waiting: deque[Started] = deque([self.tree.start()])
        self._processor = OneProcessor()
        self._threads = Threads()
        self._patience = Patience(patience_s, stop)
        self._stop = stop
        self._wanted, self._few = helpers, few
        self._helpers: Helpers | None = None
        self._subtrees: dict[int, ChoiceTree] = {}  # by the number of the root
        self._begun = 0  # runs of the present tree
        self._repeated: RepeatedRun | None = None
        self._repeats = True  # whether the set-up might be run only once
        self._collects = gc.isenabled()
        gc.disable()  # collecting garbage during a run costs a tenth of it

    @property
    def shares_set_up(self) -> bool:
        """Whether the next run reuses the set-up of the last one."""
        return self._repeated is not None

    def close(self) -> None:
        """End helpers and idle threads. Runs in the thread that created the search."""
        self._dismiss()
        self._threads.close()
        self._processor.leave()
        if self._collects:
            gc.enable()

    def __enter__(self) -> "Search":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def run(self) -> Run | None:
        """Execute the next schedule and return it.

        Returns None if all are done, the budget is used up, `pause` returned True, or too many do
        not end.

        Raises:
            NotDeterministic: a step that was possible before is no longer possible.
            NotAtRest: a process is stuck between two operations.
            Stopped: a process is stuck, and `stop` returned True.
        """
        while self.schedules + self.redundant < self.budget:
            started = self._next()
            if started is None:
                self.complete = self.too_long == 0
                return None
            carried = self._carried(started)
            if carried.strange:
                raise NotDeterministic(carried.strange)
            found = self._grow(started, carried)
            if found is None:
                continue  # the search restarts
            if carried.asleep:
                self.redundant += 1
                if self.pause():
                    return None
                continue
            self.schedules += 1
            if carried.too_long:
                self.endless = self.endless or carried.choices
                self.too_long += 1
                if self.pause() or self.too_long >= ENDLESS:
                    return None
                continue
            self.failing += bool(carried.ending.failures)
            return Run(carried.choices, carried.record.steps, found, carried.ending)
        return None

    def _next(self) -> Started | None:
        return self._waiting.popleft() if self._waiting else self.tree.next()

    def _carried(self, started: Started) -> CarriedOut:
        """Return the run of a plan, which a helper may have run ahead."""
        self._begun += 1
        if self._wanted and self._begun > self._few and self._helpers is None:
            self._engage()
        if self._helpers is not None:
            found: CarriedOut | None = self._helpers.take(
                started.branch, started.plan, self.tree.upcoming(), self._stop
            )
            if found is not None:
                self.helped += 1
                return found
        return self.carry_out(started.plan)

    def _engage(self) -> None:
        """Fork the helpers, if possible."""
        self._threads.close()  # a fork copies only the calling thread
        self._threads = Threads()
        self._repeated = None
        if may_fork():
            self._helpers = Helpers(self._wanted, self._help, self.numbers)
        else:
            self._wanted = 0

    def _dismiss(self) -> None:
        if self._helpers is not None:
            self._helpers.close()
            self._helpers = None

    def _help(self, root: Root, place: int) -> Iterator[tuple[Plan, CarriedOut]]:
        """Do `foresee` in a helper, on another processor."""
        self._processor.move(place)
        yield from self.foresee(root)

    def foresee(self, root: Root) -> Iterator[tuple[Plan, CarriedOut]]:
        """Yield the run of a root's plan, then those of plans that will probably follow.

        They are below this root and earlier ones that wait. For a search that does nothing else.
        """
        waiting = {number: self._subtrees.get(number) for number in root.waiting}
        tree, started = subtree(root)
        self._subtrees = {number: each for number, each in waiting.items() if each is not None}
        self._subtrees[root.number] = self.tree = tree
        before = sizes(self.numbers)
        following: Started | None = started
        while following is not None:
            started = following
            carried = self.carry_out(started.plan)
            same = sizes(self.numbers) == before and not carried.strange
            if same and self._grow(started, carried, anew=False):
                yield started.plan, carried
                following = self._next_foreseen()
            else:  # the parent will begin anew, give up, or know more numbers
                self._subtrees.clear()
                yield started.plan, carried
                return

    def _next_foreseen(self) -> Started | None:
        """Return the next run in the subtree that the parent will reach last."""
        while self._subtrees:
            number = min(self._subtrees)
            self.tree = self._subtrees[number]
            following = self.tree.next()
            if following is not None:
                return following
            del self._subtrees[number]
        return None

    def carry_out(self, plan: Plan) -> CarriedOut:
        """Run the program once according to the plan."""
        chooser = RunChoices(plan, self.limit)
        ending, stepped = self._repeat(chooser, plan.prefix)
        return CarriedOut(
            tuple(chooser.points),
            chooser.followed,
            chooser.choices(),
            chooser.asleep,
            chooser.too_long,
            stepped.strange or chooser.strange,
            stepped.record,
            len(stepped.clients),
            ending,
        )

    def _grow(self, started: Started, carried: CarriedOut, *, anew: bool = True) -> Races | None:
        """Update the tree from a run; None if the search must begin `anew`, which it then does."""
        record = carried.record
        if record.looks and not self.model.looks:
            if anew:
                self.model = self.model._replace(looks=True)
                self._begin_anew(set())
            return None
        node = started.node
        known = (NO_RACES, 0) if node is None else (node.races, node.depth)
        found = races(record.steps, *known)
        if not self.model.spec and record.deaths:
            paths: dict[int, object] = {no: path for path, no in self.numbers.pids.items()}
            orders = observable_orders(record, found, self.numbers.orders, paths)
            if orders:
                if anew:
                    self._begin_anew(orders)
                return None
        line = self.tree.add(started, carried.points, carried.followed, found)
        ends = record.ends if self.model.timeouts else ()
        limits = Limits(self.model.crashes, carried.clients, ends)
        partial = carried.asleep or carried.too_long
        self.tree.learn(line, record.steps, found, record.lost, limits, partial)
        return found

    def _begin_anew(self, orders: set[tuple[int, int, int]]) -> None:
        """Restart the search: the order of some watchers, or when messages are taken, matters."""
        self.numbers.orders |= orders
        self.restarts += 1
        self._repeated = None
        self._dismiss()
        self._begun = 0
        self.tree = ChoiceTree()
        self._waiting = deque([self.tree.start()])
        self.schedules = self.failing = self.redundant = self.too_long = 0
        self.endless = ()
        self.restarted()

    def execute(self, chooser: Chooser, prefix: Sequence[Taken] = ()) -> tuple[Ending, Stepped]:
        """Run the program once, in its own runtime: the steps in `prefix`, then the chooser's."""
        with self._patiently():
            return execute(
                self.program, self.model, chooser, self._threads, self.numbers, self._patience,
                prefix,
            )  # fmt: skip

    def _repeat(self, chooser: Chooser, prefix: Sequence[Taken]) -> tuple[Ending, Stepped]:
        """Run the program once, like `execute`; reuse the set-up of earlier runs if possible."""
        repeated = self._repeated_run()
        if repeated is None:
            return self.execute(chooser, prefix)
        self._repeated = None  # unless this run ends well
        with self._patiently():
            ending = repeated.run(chooser, prefix)
        if repeated.may_repeat:
            self._repeated = repeated
        else:
            self._repeats = False
        return ending, repeated.stepped

    def _repeated_run(self) -> RepeatedRun | None:
        """Return the system whose set-up all runs share; None if each needs its own."""
        if self._repeated is not None or not self._repeats or self._begun <= SEVERAL:
            return self._repeated
        program = self.program.repeatable
        if program is not None:
            try:
                with self._patiently():
                    self._repeated = RepeatedRun(
                        program, self.model, self._threads, self.numbers, self._patience
                    )
            except NotKept:
                self._repeats = False
        return self._repeated

    @contextmanager
    def _patiently(self) -> Iterator[None]:
        """Run the block, after collecting the garbage of earlier runs if there is much.

        Raises:
            Stopped: the search was told to stop while the block's run was not at rest.
        """
        if gc.get_count()[0] > YOUNG:
            gc.collect(1)
        try:
            yield
        except NotAtRest:
            if self._patience.stopped():
                raise Stopped from None
            raise


__all__ = ["BUDGET", "Law", "NotAtRest", "NotDeterministic", "Run", "Search", "Stopped", "execute"]
