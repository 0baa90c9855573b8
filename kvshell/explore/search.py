"""Search: every schedule that can make a difference, each executed for real, none twice.

Stateless source-set DPOR with sleep sets (Abdulla, Aronsson, Jonsson, Sagonas, POPL 2014). A run is
re-run from the start with a forced prefix. After it, every pair of steps that race - they conflict
and nothing else orders them - asks for the other order at the earlier one's node: one member of the
source set joins that node's backtrack set. A sibling that has been explored sleeps until something
that conflicts with it wakes it; a run in which everything is asleep is given up and counted as
redundant.
"""

from typing import Literal, NamedTuple

from kvshell.explore.program import Ending, Program
from kvshell.runtime import NotAtRest, Runtime
from kvshell.runtime.footprint import conflict
from kvshell.runtime.stepped import Step, Stepped, Who
from kvshell.runtime.threads import Threads

STEPS = 500  # of one run: a program that does not end is "incomplete", never "passes"
BUDGET = 10_000

Law = Literal["spec", "beam"]


class Run(NamedTuple):
    """One schedule: its choices, its steps, what each knew before, and how it ended."""

    choices: tuple[Who, ...]
    steps: tuple[Step, ...]
    past: tuple[int, ...]
    ending: Ending
    reversals: int

    @property
    def fails(self) -> bool:
        """Whether an expectation was not met."""
        return bool(self.ending.failures)


class NotDeterministic(Exception):  # noqa: N818  # the refusal of a program, with the difference
    """Two runs with the same choices differ: the program keeps state outside its operations."""


class Node:
    """One point of the present path at which something was chosen."""

    __slots__ = ("backtrack", "chosen", "done", "reversed", "sleep")

    def __init__(self, chosen: Who, sleep: set[Who]) -> None:
        self.chosen = chosen
        self.sleep = sleep  # at the time the node was made
        self.done: set[Who] = set()  # explored siblings: they sleep, too
        self.backtrack = {chosen}
        self.reversed = False

    def next(self) -> Who | None:
        """Return a choice that is still to explore, or None."""
        left = self.backtrack - self.done - self.sleep - {self.chosen}
        return min(left, key=repr) if left else None


class Search:
    """The schedules of one program under one law, one after the other: `for run in search`."""

    def __init__(self, program: Program, law: Law = "spec", budget: int = BUDGET) -> None:
        self.program = program
        self.law = law
        self.budget = budget
        self.schedules = 0
        self.failing = 0
        self.redundant = 0
        self.complete = False
        self.too_long = 0
        self._nodes: list[Node] = []
        self._threads = Threads()

    def close(self) -> None:
        """End the threads that runs left idle."""
        self._threads.close()

    def __enter__(self) -> "Search":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def run(self) -> Run | None:
        """Execute the next schedule and return it; None when all are done, or the budget is used.

        Raises:
            NotDeterministic: a forced choice was not there.
            NotAtRest: a step blocks for real.
        """
        while self.schedules + self.redundant < self.budget:
            if self._nodes and not self._turn():
                self.complete = self.too_long == 0
                return None
            path = _Path(self._nodes)
            ending, scheduler = execute(self.program, self.law, path, self._threads)
            if path.strange:
                raise NotDeterministic(path.strange)
            past = self._race(scheduler.steps)
            if path.asleep:
                self.redundant += 1
            elif path.too_long:
                self.too_long += 1
                self.schedules += 1
            else:
                self.schedules += 1
                self.failing += bool(ending.failures)
                reversals = sum(node.reversed for node in self._nodes)
                choices = tuple(node.chosen for node in self._nodes)
                return Run(choices, tuple(scheduler.steps), past, ending, reversals)
            if not self._nodes:
                break
        return None

    def _turn(self) -> bool:
        """Go back to the deepest node with something left to explore; False when there is none."""
        while self._nodes:
            node = self._nodes[-1]
            following = node.next()
            if following is not None:
                node.done.add(node.chosen)
                node.chosen = following
                node.reversed = True
                return True
            self._nodes.pop()
        return False

    def _race(self, steps: list[Step]) -> tuple[int, ...]:
        """Find what happened before what, and ask for the other order of each race."""
        before: list[int] = []
        for later, step in enumerate(steps):
            known = step.past
            races = []
            for earlier in range(later - 1, -1, -1):
                other = steps[earlier]
                if known >> earlier & 1:  # what it caused is known as well
                    known |= before[earlier]
                    continue
                if other.who == step.who or conflict(other.footprint, step.footprint):
                    if other.who != step.who:
                        races.append(earlier)
                    known |= before[earlier] | 1 << earlier
            before.append(known)
            for earlier in races:
                self._ask(steps, before, earlier, later)
        return tuple(before)

    def _ask(self, steps: list[Step], before: list[int], earlier: int, later: int) -> None:
        """See that the node of `earlier` explores a schedule in which `later` comes first."""
        node = self._nodes[earlier]
        kept = [
            index for index in range(earlier + 1, later) if not before[index] >> earlier & 1
        ] + [later]
        seen = 0
        initials: list[Who] = []
        names: set[Who] = set()
        for index in kept:
            who = steps[index].who
            if not before[index] & seen and who not in names:
                initials.append(who)
            names.add(who)
            seen |= 1 << index
        if not node.backtrack.intersection(initials):
            node.backtrack.add(initials[0])


class _Path:
    """The chooser of one run: the forced prefix first, then the default order, sleepers left out."""

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._depth = 0
        self._sleep: set[Who] = set()
        self.asleep = False
        self.too_long = False
        self.strange = ""

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return the step of this run, or None to give it up."""
        if self._depth >= STEPS:
            self.too_long = True
            return None
        by_name = {step.who: step for step in enabled}
        if self._depth < len(self._nodes):
            node = self._nodes[self._depth]
            if node.chosen not in by_name:
                self.strange = f"step {self._depth + 1}: {node.chosen} could be taken, and now not"
                return None
            node.sleep = set(self._sleep)
        else:
            awake = [step for step in enabled if step.who not in self._sleep]
            if not awake:
                self.asleep = True
                return None
            node = Node(awake[0].who, set(self._sleep))
            self._nodes.append(node)
        self._depth += 1
        step = by_name[node.chosen]
        self._sleep = {
            who
            for who in (self._sleep | node.done)
            if who in by_name
            and who != step.who
            and not conflict(by_name[who].footprint, step.footprint)
        }
        return step


def execute(
    program: Program, law: Law, chooser: "_Path", threads: Threads
) -> tuple[Ending, Stepped]:
    """Run `program` once under `chooser`, in a runtime of its own. Any thread may call it."""
    schedulers: list[Stepped] = []

    def scheduler(runtime: Runtime) -> Stepped:
        made = Stepped(runtime, threads, chooser, law == "spec")
        schedulers.append(made)
        return made

    runtime = Runtime(scheduler)
    stepped = schedulers[0]
    try:
        with runtime.attach() as pid:
            clients = program.begin(runtime)
            stepped.clients = tuple(client.record for client in clients)
            stepped.explore(pid.record)
            return program.end(runtime), stepped
    finally:
        runtime.stop()


__all__ = ["BUDGET", "Law", "NotAtRest", "NotDeterministic", "Run", "Search", "execute"]
