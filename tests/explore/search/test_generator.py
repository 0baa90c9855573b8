"""Random programs use every operation, and no footprint changes without a conflict."""

import ast
import inspect
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from kvshell.explore.search.single_run import execute
from kvshell.otp import agent, dynamic_supervisor, gen_server, registry, supervisor, sys, task
from kvshell.otp.gen import naming
from kvshell.runtime import ets, process, shared
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.steps import CRASH, FaultModel, Marks, Numbers, Step, Who
from tests.explore.search import otp_actions, program_actions, table_actions
from tests.explore.search.all_actions import ACTIONS
from tests.explore.search.random_programs import RandomProgram

MODULES = (
    process, ets, gen_server, agent, task, supervisor, dynamic_supervisor, registry, sys, naming,
    shared,
)  # fmt: skip

# Functions that no action calls itself: who calls them instead, or why they are no operations.
ELSEWHERE = {
    ("agent", "function"): "makes a term of a Python function",
    ("gen_server", "reply"): "the helper calls it",
    ("naming", "checked"): "checks an argument",
    ("naming", "is_global_or_via"): "checks an argument",
    ("naming", "whereis"): "a server's name is looked up by it",
    ("naming", "register"): "a server that starts calls it",
    ("naming", "holder"): "a server that cannot start calls it",
    ("naming", "unregister"): "a server whose init fails calls it",
    ("process", "group_leader"): "reads a mark of its own process",
    ("process", "set_group_leader"): "sets a mark that only output reads",
    ("registry", "start_link"): "the set-up calls it",
    ("registry", "child_spec"): "makes a map",
    ("supervisor", "child_spec"): "makes a map",
    ("supervisor", "init"): "makes a term",
    ("dynamic_supervisor", "init"): "makes a term",
    ("agent", "child_spec"): "makes a map",
    ("task", "child_spec"): "makes a map",
    ("supervisor", "start"): "the set-up calls it",
    ("supervisor", "start_link"): "as start, with a link",
    ("dynamic_supervisor", "start_link"): "the set-up calls it",
    ("agent", "start"): "the set-up calls it",
    ("agent", "start_link"): "as start, with a link",
}


def public(module: ModuleType) -> list[str]:
    """Return the names of the public functions of a module."""
    named = getattr(module, "__all__", None)
    names = [name for name in named or vars(module) if not name.startswith("_")]
    return [
        name
        for name in names
        if inspect.isfunction(found := getattr(module, name))
        and (named or found.__module__ == module.__name__)
    ]


def called() -> set[tuple[str, str]]:
    """Return the functions that the actions call, each as module and name."""
    files = (program_actions, otp_actions, table_actions)
    texts = (Path(str(module.__file__)).read_text(encoding="utf-8") for module in files)
    return {
        (node.value.id, node.attr)
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_function_is_in_the_generator(module: ModuleType) -> None:
    """A new function must be added to program_actions.py, or to ELSEWHERE with a reason."""
    short = module.__name__.rpartition(".")[2]
    known = called() | set(ELSEWHERE)

    assert [name for name in public(module) if (short, name) not in known] == []


def test_no_exemption_outlives_its_function() -> None:
    offered = {
        (module.__name__.rpartition(".")[2], name) for module in MODULES for name in public(module)
    }

    assert set(ELSEWHERE) <= offered


class Comparing:
    """A chooser that takes random steps, and compares waiting footprints before and after each."""

    def __init__(self, random: Random, numbers: Numbers) -> None:
        self._random = random
        self._numbers = numbers
        self._waited: dict[Who, tuple[object, Marks]] = {}
        self._taken: Step | None = None
        self.changed: list[str] = []

    def choose(self, enabled: list[Step]) -> Step | None:
        taken = self._taken
        for step in enabled:
            what, before = self._waited.get(step.who, (None, None))
            same = what is step.what or (what is not None and step.who[0] == CRASH)
            if taken is None or before is None or not same or taken.marks().meets(before):
                continue
            if step.marks() != before:
                self.changed.append(f"{step.who} {self._objects(before, step.marks())}")
        self._waited = {step.who: (step.what, step.marks()) for step in enabled}
        crashes = [step for step in enabled if step.who[0] == CRASH]
        others = [step for step in enabled if step.who[0] != CRASH] or crashes
        rare = crashes and self._random.random() < 0.05
        self._taken = self._random.choice(crashes if rare else others)
        return self._taken

    def _objects(self, before: Marks, after: Marks) -> list[object]:
        changed = 0
        for one, other in zip(before, after, strict=True):
            changed |= one ^ other
        return [what for what, bit in self._numbers.objects.items() if bit & changed]


def changes(model: FaultModel, program: RandomProgram, seed: int) -> list[str]:
    """Return the footprints that were changed by a step that is independent of them."""
    threads, numbers = Threads(), Numbers()
    chooser = Comparing(Random(seed), numbers)
    try:
        execute(program, model, chooser, threads, numbers)
    finally:
        threads.close()
    return chooser.changed


KINDS = (FaultModel(spec=False, crashes=1), FaultModel(timeouts=True))


@pytest.mark.parametrize("model", KINDS, ids=str)
def test_a_footprint_depends_on_nothing_independent(model: FaultModel) -> None:
    for seed in range(20):
        program = RandomProgram(seed, most_actions=3)
        assert changes(model, program, seed) == [], program.clients


@pytest.mark.slow
@pytest.mark.parametrize("model", KINDS, ids=str)
@pytest.mark.parametrize("name", ACTIONS)
def test_the_footprint_of_each_operation_depends_on_nothing_independent(
    name: str, model: FaultModel
) -> None:
    """Each operation is run beside others, which may or may not be related to it."""
    random = Random(name)
    for seed in range(4):
        clients = [[name, random.choice(list(ACTIONS))] for _ in range(2)]
        program = RandomProgram(0, only=[*clients, [random.choice(list(ACTIONS))]])
        assert changes(model, program, seed) == [], program.clients
