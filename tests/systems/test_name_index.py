"""An index of names that is updated incrementally always equals a new one."""

from collections.abc import Iterator
from random import Random

import pytest

from kvshell.otp import sys
from kvshell.runtime import Runtime, process
from kvshell.systems import DESIGNS, Design
from kvshell.systems.designs.name_index import NameIndex
from kvshell.terms import A
from tests.nodes import node


@pytest.fixture
def rt() -> Iterator[Runtime]:
    with node("controlled") as runtime:
        yield runtime


def same(kept: NameIndex, design: Design, rt: Runtime) -> bool:
    """Whether the index `kept`, brought up to date, equals a new one."""
    kept.follow(design, rt)
    made = NameIndex()
    made.follow(design, rt)
    pids = [made.pid(name) for name in made.order]
    return (
        kept.order == made.order
        and [kept.pid(name) for name in kept.order] == pids
        and all(kept.name_of(pid) == made.name_of(pid) for pid in pids if pid is not None)
    )


@pytest.mark.parametrize("design", DESIGNS.values(), ids=list(DESIGNS))
def test_the_index_follows_every_change(rt: Runtime, design: Design) -> None:
    chance = Random(design.name)
    design.start()
    kept = NameIndex()
    for number in range(400):
        name = f"s{chance.randrange(120)}"
        pid = design.pid(rt, name)
        match chance.randrange(10):
            case 0 | 1 if pid is not None:
                process.exit(pid, A.kill)
            case 2:
                design.create(f"many{number}")
            case 3:
                design.create((A.a, number % 7))
            case 4 if design.supervised and not number % 50:
                process.exit(rt.whereis(design.manager), A.kill)  # type: ignore[arg-type]
            case _:
                design.create(name)
        rt.settle()
        if not number % 5:
            assert same(kept, design, rt)
    assert same(kept, design, rt)


@pytest.mark.parametrize("design", DESIGNS.values(), ids=list(DESIGNS))
def test_a_designs_answers_for_one_name_and_for_all_agree(rt: Runtime, design: Design) -> None:
    design.start()
    for name in ("a", "b", "c"):
        design.create(name)
    rt.settle()
    sys.suspend(design.cleaner or design.manager)
    process.exit(design.pid(rt, "a"), A.kill)  # type: ignore[arg-type]
    rt.settle()

    assert [design.row(rt, row.name) for row in design.rows(rt)] == design.rows(rt)
    assert [row.state for row in design.rows(rt)][1:] == ["fresh", "fresh"]
    assert list(design.stale(rt)) == (["a"] if design.supervised else [])
    b = design.pid(rt, "b")
    assert b is not None
    assert design.name_of(rt, b) == "b"
