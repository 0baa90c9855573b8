"""Choices: what every run of a search chose, and what remains to be tried.

The nodes form a tree: each is a point at which a run had to choose, with its sleep set, the steps
explored from it, and the wakeup tree of steps still to be explored. A Plan is the next thing to
try; RunChoices carries it out; the tree then learns from the races of the run.
"""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Steps
from functools import partial
from heapq import heappop, heappush
from itertools import chain
from typing import Final, NamedTuple

from kvshell.explore.search.happens_before import FinishedRun, Races, closed
from kvshell.explore.search.token import Order
from kvshell.explore.search.wakeup_tree import (
    Branch,
    Limits,
    Sequence,
    insert,
    is_covered,
    still_possible,
)
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.search.steps import (
    CRASH,
    END,
    EVERYTHING,
    Lost,
    Marks,
    Step,
    Taken,
    Who,
)

STEPS: Final = 500  # steps per run: a program that does not end is "incomplete", never "passes"


class Plan(NamedTuple):
    """A run to carry out.

    Attributes:
        prefix: the steps up to the node where it leaves the known tree, as taken before.
        places: the index of each choice among them.
        passed_over: the steps that the order of choices has skipped at that node.
        enabled: who can move there.
        asleep: who sleeps there or has been tried.
        chain: who moves from there on; then the default order applies.
    """

    prefix: tuple[Taken, ...] = ()
    places: tuple[int, ...] = ()
    passed_over: tuple[Who, ...] = ()
    enabled: tuple[Who, ...] = ()
    asleep: tuple[Who, ...] = ()
    chain: tuple[Who, ...] = ()


class Point(NamedTuple):
    """A new node, as reached by a run.

    Attributes:
        enabled: who could move.
        passed_over: the steps that the order of choices had skipped.
        chosen: who did; None if all slept.
        asleep: who slept, with the marks of their steps.
        also: choices not implied by races, as Branches: crashes at the end, concurrent settles.
    """

    enabled: tuple[Who, ...]
    passed_over: tuple[Who, ...]
    chosen: Who | None
    asleep: dict[Who, Marks]
    also: tuple[tuple[Who, Marks], ...] = ()


class RunChoices:
    """The chooser of a run after the prefix of a Plan: its chain, then the default order."""

    def __init__(self, plan: Plan, limit: int = STEPS) -> None:
        self.plan = plan
        self.limit = limit
        self.points: list[Point] = []
        self.followed = 0  # number of steps of the chain taken
        self.asleep = False
        self.too_long = False
        self.strange = ""
        self._forced = len(plan.prefix)
        self._depth = self._forced
        self._order = Order(plan.passed_over)
        self._sleep: dict[Who, Marks] = {}
        self._places = list(plan.places)
        self._follows = True

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return the next step of this run, or None to give it up."""
        depth, plan = self._depth, self.plan
        if depth >= self.limit:
            self.too_long = True
            return None
        by_name = self._order.of(enabled)
        names = tuple(by_name)
        branches = depth == self._forced and bool(plan.chain)
        if branches:
            chosen = self._branch(names)
            if chosen is None:
                return None
        else:
            found = self._new(names, by_name, enabled)
            if found is None:
                return None
            chosen = found
        self._depth += 1
        if len(names) > 1:
            self._places.append(names.index(chosen))
        step = by_name[chosen]
        self._order.takes(names, chosen)
        if branches:
            self.followed = 1
            self._sleep = _still_asleep(plan.asleep, step, by_name)
        else:
            self._sleep = _still_asleep(self._sleep, step, by_name)
        return step

    def _branch(self, names: tuple[Who, ...]) -> Who | None:
        """Return who moves at the last known node; None if that is no longer possible."""
        plan = self.plan
        chosen = plan.chain[0]
        if plan.enabled != names or chosen not in names:
            self.strange = _difference(self._depth, plan.enabled, names, chosen)
            return None
        return chosen

    def _new(
        self, names: tuple[Who, ...], by_name: dict[Who, Step], enabled: list[Step]
    ) -> Who | None:
        """Return who moves at a new node; None if all sleep."""
        chosen: Who | None = None
        chain = self.plan.chain
        if self._follows and self.followed < len(chain):
            chosen = chain[self.followed]
            if chosen in by_name and chosen not in self._sleep:
                self.followed += 1
            else:
                chosen = None
        if chosen is None:
            self._follows = False
            chosen = self._first(by_name)
        also = _unasked(enabled, chosen) if len(names) > 1 else ()
        self.points.append(Point(names, self._order.passed_over, chosen, self._sleep, also))
        self.asleep = chosen is None
        return chosen

    def _first(self, by_name: dict[Who, Step]) -> Who | None:
        """Return the first actor awake; a `free` timer only if no other is, and never a crash."""
        found = None
        for who, step in by_name.items():
            if who not in self._sleep:
                if not step.free:
                    return who
                if who[0] != CRASH:
                    found = found or who
        return found

    def choices(self) -> tuple[int, ...]:
        """Return the index of each choice, at points with more than one possibility.

        Trailing zeros are omitted: they are the default order.
        """
        found = self._places
        count = len(found)
        while count and not found[count - 1]:
            count -= 1
        return tuple(found[:count])


def _still_asleep(
    asleep: dict[Who, Marks] | tuple[Who, ...], step: Step, by_name: dict[Who, Step]
) -> dict[Who, Marks]:
    """Return who still sleeps after `step`: those whose step does not conflict with it."""
    if not asleep:
        return {}
    marks = step.marks()
    return {
        who: by_name[who].marks()
        for who in asleep
        if who != step.who and who in by_name and not marks.meets(by_name[who].marks())
    }


def _unasked(enabled: Steps[Step], chosen: Who | None) -> tuple[tuple[Who, Marks], ...]:
    """Return the alternatives to `chosen` that no race implies."""
    if chosen is not None and chosen[0] == END:
        return tuple((step.who, step.marks()) for step in enabled if step.who != chosen)
    settles = [step for step in enabled if isinstance(step.what, Op) and step.what.kind == "settle"]
    if len(settles) < 2:
        return ()
    return tuple((step.who, step.marks()) for step in settles if step.who != chosen)


def _difference(depth: int, before: Steps[Who], now: Steps[Who], chosen: Who) -> str:
    """Describe who could move before step `depth` of an earlier run, and who can now."""
    gone = [who for who in (*before, chosen) if who not in now]
    new = [who for who in now if who not in before]
    return f"step {depth + 1}: {gone or 'the same'} could move before, {new or 'nobody else'} now"


class ChoiceNode:
    """A point at which runs choose."""

    __slots__ = (
        "asleep",
        "depth",
        "done",
        "enabled",
        "parent",
        "passed_over",
        "queued",
        "races",
        "tree",
        "via",
    )

    def __init__(
        self, parent: "ChoiceNode | None", via: Taken | None, point: Point, found: Races
    ) -> None:
        self.parent = parent
        self.races = found  # of the run that came here first
        self.via = via  # the step from the parent to this node
        self.passed_over = point.passed_over
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.enabled = point.enabled
        self.asleep = point.asleep
        self.done: dict[Who, Marks] = {}  # explored, or being explored
        self.tree: list[Branch] = []  # still to be explored
        self.queued = False

    def covers(self, sequence: Sequence) -> bool:
        """Whether the sleeping or tried steps cover the sequence."""
        return is_covered(sequence, chain(self.asleep.items(), self.done.items()))

    def line(self) -> "list[ChoiceNode]":
        """Return the path to this node: the nodes from the first one on."""
        found: list[ChoiceNode] = []
        node: ChoiceNode | None = self
        while node is not None:
            found.append(node)
            node = node.parent
        found.reverse()
        return found


class Started(NamedTuple):
    """A plan in progress: its starting node, and its branch."""

    plan: Plan
    node: ChoiceNode | None = None
    branch: Branch | None = None


def _started(node: ChoiceNode, branch: Branch, done: Iterable[Who]) -> Started:
    """Return the run for a branch of a node from which `done` has been explored."""
    asleep = tuple([who for who in (*node.asleep, *done) if who != branch.who])
    line = node.line()
    prefix = tuple([other.via for other in line[1:] if other.via is not None])
    both = zip(line, prefix, strict=False)
    places = tuple([old.enabled.index(via.who) for old, via in both if len(old.enabled) > 1])
    chain_ = tuple(branch.chain())
    plan = Plan(prefix, places, node.passed_over, node.enabled, asleep, chain_)
    return Started(plan, node, branch)


def _turn(entry: tuple[int, int, ChoiceNode]) -> tuple[int, int]:
    return entry[:2]


class ChoiceTree:
    """All points of a search with something left to try, deepest first."""

    def __init__(self) -> None:
        self._open: list[tuple[int, int, ChoiceNode]] = []
        self._count = 0
        self._last: ChoiceNode | None = None
        self.branches = 0  # still to explore

    def start(self) -> Started:
        """Return the very first run: the default order."""
        return Started(Plan())

    def next(self) -> Started | None:
        """Return the next run to carry out; None if nothing is left."""
        while self._open:
            node = self._open[0][2]
            if not node.tree:
                heappop(self._open)
                node.queued = False
                continue
            self.branches -= 1
            branch = node.tree.pop(0)
            started = _started(node, branch, node.done)
            node.done[branch.who] = branch.marks
            return started
        return None

    def upcoming(self) -> Iterator[tuple[Branch, Callable[[], Started]]]:
        """Yield the entries of the tree, roughly in the order in which they will be tried.

        Nothing learned meanwhile changes these plans: branches are only appended.
        """
        for _, _, node in sorted(self._open, key=_turn):
            before = dict(node.done)
            for branch in node.tree:
                yield branch, partial(_started, node, branch, before)
                before[branch.who] = branch.marks

    def add(
        self, started: Started, points: Steps[Point], followed: int, found: Races
    ) -> list[ChoiceNode]:
        """Add the new nodes of a run, whose races are `found`; return all nodes on its path."""
        steps = found.steps
        node, branch = started.node, started.branch
        line = [] if node is None else node.line()
        siblings = [] if branch is None else branch.children
        taken = 1
        for point in points:
            node = ChoiceNode(node, steps[len(line) - 1] if line else None, point, found)
            line.append(node)
            if siblings:
                node.tree = siblings[1:]
                self.branches += len(node.tree)
                siblings = siblings[0].children if taken < followed else []
                taken += 1
            if point.chosen is not None:
                node.done[point.chosen] = EVERYTHING
            for who, marks in point.also:
                known = who in node.asleep or any(other.who == who for other in node.tree)
                if not known:
                    node.tree.append(Branch(who, marks))
                    self.branches += 1
            self._opened(node)
        self._last = node
        return line

    def learn(
        self,
        line: Steps[ChoiceNode],
        steps: Steps[Taken],
        found: Races,
        lost: Steps[Lost],
        limits: Limits,
        partial: bool,
    ) -> None:
        """Request runs with each race of a run reversed, and with each step that it lost.

        `partial`: the run was given up, so its later steps are unknown.
        """
        for node, step in zip(line, steps, strict=False):
            node.done[step.who] = step.marks
        trace = FinishedRun(steps, found)
        rests: dict[int, int] = {}
        for earlier, later in found.pairs:
            rest = rests.get(earlier)
            if rest is None:
                rest = rests[earlier] = trace.not_after(earlier)
            self._ask(line[earlier], Sequence(trace, rest | 1 << later, partial))
        for each in lost:
            rest = still_possible(trace, trace.not_after(each.place), each, limits)
            needed = closed(each.step.past, found.before)
            if needed & ~(rest | (1 << each.place) - 1):
                continue  # the steps after the one that it must precede
            place = trace.add(each.step, rest)
            self._ask(line[each.place], Sequence(trace, rest | 1 << place, partial))
            trace.drop()

    def _ask(self, node: ChoiceNode, sequence: Sequence) -> None:
        """Request the exploration of the sequence from the node, unless it is covered."""
        if not node.covers(sequence) and insert(sequence, node.tree):
            self.branches += 1
            self._opened(node)

    def _opened(self, node: ChoiceNode) -> None:
        if node.tree and not node.queued:
            node.queued = True
            self._count += 1
            heappush(self._open, (-node.depth, self._count, node))

    def explored(self) -> float:
        """Return an estimate of the explored share of the search, from 0 to 1."""
        done, share = 0.0, 1.0
        for node in [] if self._last is None else self._last.line():
            left = len(node.tree)
            tried = max(0, len(node.done) - 1)
            share /= 1 + left + tried
            done += share * tried
        return done
