"""Path: the choices of the present run, from its first step to its last, and what is left to try.

A run is forced along the path and then goes on in the default order, leaving out who sleeps: a
choice that was explored sleeps in its siblings until something that conflicts with it wakes it.
"""

from collections.abc import Iterable, Sequence

from kvshell.explore.races import Races, initials, unhindered
from kvshell.runtime.op import Op
from kvshell.runtime.step import Step, Who

STEPS = 500  # of one run: a program that does not end is "incomplete", never "passes"


class Node:
    """One point of the path: who could move, who did, and who is to be tried."""

    __slots__ = ("backtrack", "chosen", "done", "enabled", "sleep")

    def __init__(self, enabled: tuple[Who, ...], chosen: Who, sleep: set[Who]) -> None:
        self.enabled = enabled
        self.chosen = chosen
        self.sleep = sleep
        self.done: set[Who] = set()  # explored siblings: they sleep, too
        self.backtrack = {chosen}

    def next(self) -> Who | None:
        """Return a choice that is still to explore, or None."""
        for who in self.enabled:
            tried = who == self.chosen or who in self.done or who in self.sleep
            if who in self.backtrack and not tried:
                return who
        return None

    def ask(self, first: Sequence[Who]) -> None:
        """See that one of `first` is explored here."""
        if first and not self.backtrack.intersection(first):
            able = [who for who in first if who in self.enabled]
            self.backtrack.update(able[:1] or self.enabled)


class Order:
    """The order in which things are tried: what was passed over waits until nothing else can be.

    So a run that takes another way than the default one can be told in few words: which place in
    this order it took, and where.
    """

    def __init__(self) -> None:
        self._passed_over: list[Who] = []

    def of(self, enabled: list[Step]) -> dict[Who, Step]:
        """Return what can happen by name, in this order."""
        by_name = {step.who: step for step in enabled}
        if self._passed_over:
            self._passed_over = [who for who in self._passed_over if who in by_name]
            for who in self._passed_over:
                by_name[who] = by_name.pop(who)
        return by_name

    def takes(self, order: Sequence[Who], chosen: Who) -> None:
        """`chosen` is taken: what stands before it is passed over."""
        if chosen != order[0]:
            for who in order[: order.index(chosen)]:
                if who not in self._passed_over:
                    self._passed_over.append(who)
        if chosen in self._passed_over:
            self._passed_over.remove(chosen)


class Path:
    """The nodes of the present run; `choose` is asked at each of its steps."""

    def __init__(self, limit: int = STEPS) -> None:
        self.nodes: list[Node] = []
        self.limit = limit
        self.known = 0  # of the steps of this run, so many were those of the last one, too
        self.begin()

    def begin(self) -> None:
        """A run begins."""
        self._depth = 0
        self._sleep: set[Who] = set()
        self._order = Order()
        self.asleep = False
        self.too_long = False
        self.strange = ""

    def turn(self) -> bool:
        """Go back to the deepest node with something left to explore; False when there is none."""
        while self.nodes:
            node = self.nodes[-1]
            following = node.next()
            if following is not None:
                node.done.add(node.chosen)
                node.chosen = following
                self.known = len(self.nodes) - 1
                return True
            self.nodes.pop()
        return False

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return the step of this run, or None to give it up."""
        if self._depth >= self.limit:
            self.too_long = True
            return None
        by_name = self._order.of(enabled)
        names = tuple(by_name)
        if self._depth < len(self.nodes):
            node = self.nodes[self._depth]
            if node.enabled != names:
                self.strange = _difference(self._depth, node.enabled, names)
                return None
        else:
            first = self._first(by_name)
            if first is None:
                self.asleep = True
                return None
            node = Node(names, first, self._sleep)
            if len(names) > 1:
                node.backtrack.update(_free(enabled))
            self.nodes.append(node)
        self._depth += 1
        step = by_name[node.chosen]
        self._order.takes(node.enabled, node.chosen)
        if self._depth < self.known:
            return step  # who sleeps there is known
        if node.sleep or node.done:
            marks = step.marks()
            self._sleep = {
                who
                for who in node.sleep | node.done
                if who != step.who and who in by_name and not marks.meets(by_name[who].marks())
            }
        else:
            self._sleep = set()
        return step

    def _first(self, by_name: dict[Who, Step]) -> Who | None:
        """Return the first that is awake; a free step only where nothing else is."""
        asleep, found = self._sleep, None
        for who, step in by_name.items():
            if who not in asleep:
                if not step.free:
                    return who
                found = found or who
        return found

    def learn(
        self, steps: Sequence[Step], found: Races, cut: Iterable[tuple[int, Step]] = ()
    ) -> None:
        """Ask for the other order of each race of the run that has ended.

        `cut` are the steps that kept somebody from an operation for good, and from which.
        """
        for place, off in cut:
            self.nodes[place].ask((off.who,))
            self.nodes[place].ask(unhindered(steps, found.before, place, off))
        for earlier, later in found.new:
            self.nodes[earlier].ask(initials(steps, found.before, earlier, later))

    def explored(self) -> float:
        """Return how much of the search is done, 0 to 1: an estimate."""
        done, share = 0.0, 1.0
        for node in self.nodes:
            tried = len(node.done)
            left = len(node.backtrack - node.sleep - node.done)  # the present one included
            share /= max(1, tried + left)
            done += share * tried
        return done

    def choices(self) -> tuple[int, ...]:
        """Return the place of each choice among what could happen, where more than one thing could.

        Zeros at the end are left out: they are the default order.
        """
        places = [node.enabled.index(node.chosen) for node in self.nodes if len(node.enabled) > 1]
        while places and not places[-1]:
            places.pop()
        return tuple(places)


def _free(enabled: Iterable[Step]) -> list[Who]:
    """Return the choices that no race asks for: the search's own, and settles side by side."""
    free = [step.who for step in enabled if step.free]
    settles = [
        step.who for step in enabled if isinstance(step.what, Op) and step.what.kind == "settle"
    ]
    return free + (settles if len(settles) > 1 else [])


def _difference(depth: int, before: tuple[Who, ...], now: tuple[Who, ...]) -> str:
    gone = [who for who in before if who not in now]
    new = [who for who in now if who not in before]
    return f"step {depth + 1}: {gone or 'the same'} could move before, {new or 'nobody else'} now"
