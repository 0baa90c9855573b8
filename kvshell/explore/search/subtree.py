"""Subtree: what a helper can explore by itself, below one branch of the parent's tree.

The parent's tree may still get other branches there, from runs that come before. Then its plans
differ from those made here, and their runs are of no use. A run depends on its plan alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kvshell.explore.search.choices import ChoiceNode, ChoiceTree, Plan, Point, Started
from kvshell.explore.search.happens_before import NO_RACES
from kvshell.explore.search.wakeup_tree import Branch
from kvshell.explore.search.wakeup_tree import Sequence as Steps
from kvshell.runtime.search.steps import Who


class Root(NamedTuple):
    """A branch of the parent's tree as plain data.

    Attributes:
        plan: its plan.
        branch: what is to be explored after it.
        enabled: who can move at each node on the way to it.
        number: its number; the parent gives them in ascending order.
        waiting: the numbers of all roots that the parent has not reached, including this one.
    """

    plan: Plan
    branch: Branch
    enabled: tuple[tuple[Who, ...], ...]
    number: int
    waiting: tuple[int, ...]


def root_of(started: Started, number: int, waiting: tuple[int, ...]) -> Root:
    """Return the root for a branch, whose run has not begun yet."""
    assert started.node is not None
    assert started.branch is not None
    enabled = tuple([node.enabled for node in started.node.line()])
    return Root(started.plan, started.branch, enabled, number, waiting)


class _Above(ChoiceNode):
    """A node above the subtree, whose other branches are left to the parent."""

    def covers(self, sequence: Steps) -> bool:
        del sequence
        return True


def subtree(root: Root) -> tuple[ChoiceTree, Started]:
    """Return an empty tree that only grows below the branch, and the run that begins it."""
    node = _path(root.enabled, root.plan)
    return ChoiceTree(), Started(root.plan, node, root.branch)


def _path(enabled: Sequence[tuple[Who, ...]], plan: Plan) -> ChoiceNode | None:
    node: ChoiceNode | None = None
    for names, via in zip(enabled, (None, *plan.prefix), strict=True):
        node = _Above(node, via, Point(names, (), None, {}), NO_RACES)
    return node
