"""Builds the page of all figures, `transcripts/reference/figures.md`, for tests.benchmarks."""

from pathlib import Path
from typing import Final

from tests.pages.figure_titles import TITLES

PAGE: Final = Path(__file__).resolve().parents[2] / "transcripts" / "reference" / "figures.md"
PIPE: Final = r"\|"  # in a cell
_HEAD = """---
title: Figures
---
# Figures

What kvshell costs, beside what it is compared with, and the target of each figure. They change
from machine to machine; `python -m tests.benchmarks --write` measures them here and writes this
page and the short table of [README](../../README.md#figures).
"""


def page(measured: str) -> str:
    """Return the page with the table of figures in it."""
    return f"{_HEAD}\n{measured}\n"


def titles_in(text: str) -> list[str]:
    """Return the first column of a table of figures."""
    rows = [line for line in text.splitlines() if line.startswith("| ") and line.endswith(" |")]
    return [row.split(" | ")[0].removeprefix("| ").replace(PIPE, "|") for row in rows[1:]]


def expected(found: list[str], *, telling: bool) -> list[str]:
    """Return the titles that a table should have; an optional one only if it is in `found`."""
    return [
        each.text
        for each in TITLES
        if (each.telling or not telling) and (not each.optional or each.text in found)
    ]
