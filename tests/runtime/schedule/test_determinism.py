"""The controlled scheduler produces the same trace, byte for byte, in every run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.story import story

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "times",
    [
        5,
        pytest.param(20, marks=pytest.mark.slow),
        # Ten runs of 100: on a busy machine, one run of 1,000 looked like a deadlock.
        *[pytest.param(100, marks=[pytest.mark.slow, pytest.mark.slower])] * 10,
    ],
)
def test_the_same_bytes_in_every_repetition(times: int) -> None:
    first = story()

    assert len(first.splitlines()) > 1_000
    for _ in range(times):
        assert story() == first


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_same_bytes_under_every_hash_seed(seed: str) -> None:
    """Each seed needs a separate Python process."""
    told = subprocess.run(
        [sys.executable, "-c", "from tests.runtime.story import story; print(story())"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        timeout=60,
    )

    assert told.stdout.decode().rstrip("\n") == story()
