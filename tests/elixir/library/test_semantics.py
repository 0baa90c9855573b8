"""Ordinary Elixir gets Elixir 1.14's answers, which semantics.json holds, to the character.

The file lies beside the checkout, not in it; without it these tests are skipped.
"""

import json
from functools import cache
from typing import Any

import pytest

from tests.elixir.library.iex import comparable, iex
from tests.elixir.oracle import ORACLE

pytestmark = pytest.mark.slow  # 677 lines, each item in a session

SEMANTICS = ORACLE.parent / "elixir" / "semantics.json"

# Functions that are refused here because they write files, and lines that depend on them.
REFUSED = {*((122, step) for step in range(4)), (103, 8)}
# Answers that belong to that one session: its folder, and a module of its project.
ELSEWHERE = {(103, 7), (149, 2)}
# The inputs with another answer here, by (item, step), and why.
DIFFERENT = {
    (5, 7): "a word near a command keeps the shell's did-you-mean",
    (30, 0): "characters that no terminal shows are escaped, as later releases of Elixir do",
    (58, 17): "a struct that its own inspect cannot print is shown as a map",
    (70, 1): "maps over 32 keys are sorted, so that documents stay stable",
    (70, 2): "maps over 32 keys are sorted, so that documents stay stable",
    (79, 1): "the clauses that were tried are always told; iex has them of files only",
    (79, 2): "the clauses that were tried are always told; iex has them of files only",
    (86, 6): "a question mark alone is the shell's help",
    (90, 2): "recorded with the warnings of another line: asked again, iex has none",
    (93, 0): "the first line of a session that is one unknown word is a command that there is not",
    (93, 4): "a word near a command keeps the shell's did-you-mean",
    (98, 3): "recorded with the warning of the next line: asked again, iex has none here",
    (102, 5): "the path of Elixir's own sources is no place here",
    (102, 9): "there is no Mix",
    (106, 1): "there are no ports",
    (114, 5): "a stack has no entries of Erlang's evaluator",
    (135, 1): "a module that was typed has its own documentation, too",
    (135, 2): "a module that was typed has its own documentation, too",
    (137, 4): "a crash is told before the end of the shell process that it caused",
    (138, 2): "the end of the shell process is told for :normal, too",
    (142, 5): "a race that iex lost once: asked again, it prints no answer, either",
    (143, 5): "dbg does not stop in a session of its own",
    (145, 1): "the operands of an arithmetic error are always told",
    (145, 2): "the operands of an arithmetic error are always told",
    (149, 3): "no protocol is consolidated here: an implementation has effect",
}


@cache
def _items() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(SEMANTICS.read_text(encoding="utf-8"))
    return found


def _wrong(items: list[dict[str, Any]]) -> dict[tuple[int, int], str]:
    """Run all items; return the steps with answers that differ from Elixir's, by item."""
    found = {}
    for item in items:
        with iex() as prompt:
            for number, step in enumerate(item["steps"]):
                answer = comparable(prompt.ask(step["in"]))
                if answer != comparable(step["out"]):
                    found[item["id"], number] = f"{step['in']}\n{step['out']}\n{answer}"
    return found


@pytest.mark.skipif(not SEMANTICS.exists(), reason=f"{SEMANTICS} is not there")
@pytest.mark.parametrize("part", range(6))
def test_ordinary_elixir_gives_the_answers_of_iex(part: int) -> None:
    wrong = _wrong(_items()[part::6])

    listed = DIFFERENT.keys() | REFUSED | ELSEWHERE
    unlisted = {place: text for place, text in wrong.items() if place not in listed}
    assert not unlisted, "\n\n".join(f"{place} {text}" for place, text in unlisted.items())


@pytest.mark.skipif(not SEMANTICS.exists(), reason=f"{SEMANTICS} is not there")
def test_at_most_5_percent_of_inputs_give_another_answer() -> None:
    inputs = {(item["id"], step) for item in _items() for step in range(len(item["steps"]))}

    assert inputs >= DIFFERENT.keys() | REFUSED | ELSEWHERE
    assert len(DIFFERENT) <= len(inputs - REFUSED - ELSEWHERE) * 0.05
