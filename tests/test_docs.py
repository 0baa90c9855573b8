"""Everything that is generated from the command table is current."""

import shutil
import subprocess
import sys

import pytest

from tests import docs, doctests
from tests.benchmarks.goals import Goal, with_noun
from tests.pages import figures, readme


def test_every_generated_file_is_up_to_date() -> None:
    files = docs.generated()
    stale = [
        path.relative_to(docs.ROOT).as_posix()
        for path, text in files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    stale += [path.relative_to(docs.ROOT).as_posix() for path in docs.superfluous(files)]

    assert not stale, f"out of date: {', '.join(stale)}; run python -m tests.docs"


@pytest.mark.parametrize("telling", [False, True], ids=["all", "README"])
def test_the_figures_are_those_of_the_benchmarks(telling: bool) -> None:
    """The values depend on the machine and the day; only the rows must be complete and current."""
    page = readme.README if telling else figures.PAGE
    text = page.read_text(encoding="utf-8")

    titles = figures.titles_in(readme.part(text, "figures") if telling else text)

    assert titles == figures.expected(titles, telling=telling), "python -m tests.benchmarks --write"


@pytest.mark.parametrize(
    ("goal", "value", "verdict"),
    [
        (Goal(1, "s"), 0.9, "met (at most 1 s)"),
        (Goal(1, "x"), 1.33, "**not met**: 1.33 x (at most 1 x)"),
        (Goal(100, "ms"), 100.3, "**not met**: just over 100 ms (at most 100 ms)"),
        (Goal(15, "x", at_least=True), 14.99, "**not met**: just under 15.0 x (at least 15 x)"),
    ],
)
def test_a_missed_target_is_told_from_its_limit(goal: Goal, value: float, verdict: str) -> None:
    assert goal.verdict(value) == verdict


def test_one_thread_is_not_threads() -> None:
    assert (with_noun(1, "thread"), with_noun(4, "thread")) == ("1 thread", "4 threads")


COUNT = """
from tests import doctests
print(doctests.counted(doctests.judged(list(doctests.published()))))
"""


@pytest.mark.slow  # asks the installed Elixir
@pytest.mark.skipif(shutil.which("elixir") is None, reason="no elixir is installed here")
def test_the_library_answers_as_many_examples_as_the_page_says() -> None:
    """In a separate process: `String.to_existing_atom` would know the atoms of other tests."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT], cwd=docs.ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == f"{doctests.published()}\n"
