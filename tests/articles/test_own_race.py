"""The page on a race in your own server is correct, with a real pytest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.articles import own_race

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that contains the page's `test_counter.py`."""
    (tmp_path / "test_counter.py").write_text(own_race.written(), encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str, typed: str = "") -> str:
    """Run pytest in the folder; return its output."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", *words],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, input=typed,
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_page_quotes_the_message_that_pytest_prints(folder: Path) -> None:
    printed = run(folder)

    lines = [line[4:] for line in printed.splitlines() if line.startswith("E   ")]
    assert "".join(f"{line}\n" for line in lines) == own_race.said()


def test_the_server_has_about_twenty_lines() -> None:
    assert len(own_race.server()) <= 20


@pytest.mark.slow
def test_the_schedule_it_names_stops_at_a_breakpoint(folder: Path) -> None:
    write = "    gen_server.call(counter, (A.write"
    text = own_race.written().replace(write, f"    breakpoint()\n{write}")
    replayed = text.replace("check(two_increments)", 'check(two_increments, replay="spec:0")')
    (folder / "test_counter.py").write_text(replayed, encoding="utf-8")

    printed = run(folder, "-s", typed="p ('count', count)\nc\np ('count', count)\nc\n")

    assert printed.count("('count', 0)") == 2
    assert "assert 1 == 2" in printed
