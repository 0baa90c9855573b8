"""Wakeup trees: the initial parts of runs still to be explored from a point.

From "Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction" (Abdulla, Aronsson,
Jonsson, Sagonas, JACM 2017). A branch is a step and what follows it. A sequence of steps is
inserted below the first branch that could equally come first in it; otherwise it becomes a new
branch.
"""

from collections.abc import Iterable
from typing import NamedTuple

from kvshell.explore.search.happens_before import FinishedRun, places
from kvshell.runtime.search.steps import CRASH, TIMER, Lost, Marks, Who


class Branch:
    """A step to take next, and the branches after it."""

    __slots__ = ("children", "marks", "who")

    def __init__(self, who: Who, marks: Marks, children: "list[Branch] | None" = None) -> None:
        self.who = who
        self.marks = marks
        self.children: list[Branch] = children or []

    def chain(self) -> list[Who]:
        """Return the steps along the first branches, starting with this one."""
        found, here = [self.who], self
        while here.children:
            here = here.children[0]
            found.append(here.who)
        return found


class Sequence:
    """Steps of a finished run, to be taken in a different order."""

    __slots__ = ("_all_marks", "order", "partial", "trace")

    def __init__(self, trace: FinishedRun, order: int, partial: bool = False) -> None:
        """Select the steps `order` of a run; `partial`: it was given up, so more may follow."""
        self.trace = trace
        self.order = order
        self.partial = partial
        self._all_marks: Marks | None = None

    def is_weak_initial(self, who: Who, marks: Marks) -> bool:
        """Whether the step of `who` could equally come first: in the sequence or before it."""
        place = self.trace.first_of(who, self.order)
        if place is not None:
            return not self.trace.before[place] & self.order
        if self.partial or who[0] == CRASH:  # a run with a crash differs from one without
            return False
        if self._all_marks is None:
            self._all_marks = self.trace.marks_of(self.order)
        return not marks.meets(self._all_marks)

    def without(self, who: Who) -> "Sequence":
        """Return the rest of the sequence after the first step of `who`."""
        place = self.trace.first_of(who, self.order)
        if place is None:
            return self
        return Sequence(self.trace, self.order & ~(1 << place), self.partial)

    def branch(self) -> Branch:
        """Return the sequence as a single branch."""
        steps = self.trace.steps
        branch: Branch | None = None
        for place in reversed(list(places(self.order))):
            step = steps[place]
            branch = Branch(step.who, step.marks, None if branch is None else [branch])
        assert branch is not None
        return branch


def is_covered(sequence: Sequence, explored: Iterable[tuple[Who, Marks]]) -> bool:
    """Whether steps explored from here, with their marks, cover the sequence."""
    return any(sequence.is_weak_initial(who, marks) for who, marks in explored)


def insert(sequence: Sequence, tree: list[Branch]) -> bool:
    """Make sure that a branch of `tree` leads to the sequence; True if one was added."""
    while sequence.order:
        for branch in tree:
            if sequence.is_weak_initial(branch.who, branch.marks):
                if not branch.children:
                    return False
                sequence = sequence.without(branch.who)
                tree = branch.children
                break
        else:
            tree.append(sequence.branch())
            return True
    return False


class Limits(NamedTuple):
    """Limits on optional steps.

    Attributes:
        crashes: the maximum number of crashes.
        clients: the number of clients; timers fire at any moment only while one of them lives.
        ends: the indices in the run at which clients ended.
    """

    crashes: int = 0
    clients: int = 0
    ends: tuple[int, ...] = ()


def still_possible(trace: FinishedRun, rest: int, lost: Lost, limits: Limits) -> int:
    """Return the steps of `rest` after which the lost step was still possible."""
    who = lost.step.who
    out: list[int] = []
    if who[0] == CRASH:
        crashes = [place for place in range(trace.count) if trace.steps[place].who[0] == CRASH]
        before = sum(place < lost.place for place in crashes)
        later = [place for place in crashes if rest >> place & 1]
        out = later[max(0, limits.crashes - 1 - before) :]
    elif who[0] == TIMER and limits.ends:
        ended = sum(place < lost.place for place in limits.ends)
        ending = [place for place in limits.ends if rest >> place & 1]
        if ended + len(ending) == limits.clients:
            out = ending[-1:]
    if lost.until >= 0 and rest >> lost.until & 1:
        out.append(lost.until)
    if not out:
        return rest
    return rest & ~trace.after_any(sum(1 << place for place in out), rest)
