"""A few random programs of each kind give the same result here as on the BEAM."""

import shutil

import pytest

from tests.beam.compare import differences
from tests.beam.programs import KINDS, program


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("elixir") is None, reason="elixir is not on the PATH")
@pytest.mark.parametrize("kind", KINDS)
def test_programs_have_the_same_outcome_as_on_the_beam(kind: str) -> None:
    """`python -m tests.beam.compare` runs 200 of each kind."""
    assert differences(kind, range(8)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_program_each_time(kind: str) -> None:
    assert program(kind, 7) == program(kind, 7)
    assert len({program(kind, seed) for seed in range(20)}) > 10
