"""Panels break their lines elsewhere when pids are longer, which is not a difference."""

import pytest

from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.judge import Rules, judge
from kvshell.transcript.match.outcome import Mismatch

WRITTEN = """
╭─ s1 ───────────────────────────╮
│ #PID<s1> was started, and the  │
│ table says so.                 │
│ next: step manager             │
╰────────────────────────────────╯
"""
LONGER = """
╭─ s1 ───────────────────────────╮
│ #PID<0.1104.0> was started,    │
│ and the table says so.         │
│ next: step manager             │
╰────────────────────────────────╯
"""


def judged(written: str, printed: str, scope: Scope | None = None) -> Mismatch | None:
    text = f"# T\n\n```kvshell\nkv> registry s1\n{written.strip()}\n```\n"
    ((entry,),) = [block.entries for block in parse("t.md", text.encode()).blocks]
    return judge(
        entry, printed.strip().split("\n"), (), Scope() if scope is None else scope, Rules()
    )


def test_a_line_may_break_elsewhere_and_its_names_are_bound() -> None:
    scope = Scope()

    assert judged(WRITTEN, LONGER, scope) is None
    bound = scope.get("s1")
    assert bound is not None
    assert bound.text == "#PID<0.1104.0>"


@pytest.mark.parametrize(
    "wrong",
    [
        LONGER.replace("table", "taint"),
        LONGER.replace("│ next: step manager             │\n", ""),
        LONGER.replace("╭─ s1 ──", "╭─ s2 ──"),
        LONGER.replace("0.1104.0", "nobody"),
    ],
)
def test_different_words_are_a_difference(wrong: str) -> None:
    assert judged(WRITTEN, wrong) is not None


def test_a_panel_without_a_hole_is_compared_line_by_line() -> None:
    plain = WRITTEN.replace("#PID<s1>", "somebody")

    assert judged(plain, LONGER.replace("#PID<0.1104.0>", "somebody")) is not None


def test_the_cells_of_a_table_are_not_joined() -> None:
    table = "╭───┬──────────╮\n│ a │ #PID<a>  │\n│ b │ c        │\n╰───┴──────────╯"

    assert judged(table, table.replace("#PID<a> ", "#PID<0.7.0>")) is None
    assert judged(table, "╭─╮\n│ a #PID<0.7.0> │\n│ b c │\n╰─╯") is not None


def test_a_panel_with_a_gap_is_compared_line_by_line() -> None:
    gap = WRITTEN.replace("│ next: step manager             │", "...")

    assert judged(gap, WRITTEN.replace("#PID<s1> ", "#PID<0.7.0> ")) is None
    assert judged(gap, LONGER) is not None
