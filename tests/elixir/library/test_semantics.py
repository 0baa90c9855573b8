"""Elixir 1.14's own answers to ordinary Elixir, character by character: semantics.json.

The file lies beside the checkout, not in it; without it these tests are skipped.
"""

import json
import re
from functools import cache
from typing import Any

import pytest

from tests.elixir.library.iex import comparable, iex
from tests.elixir.oracle import ORACLE

pytestmark = pytest.mark.slow  # some five hundred lines, each in a session

SEMANTICS = ORACLE.parent / "elixir" / "semantics.json"
_MODULES = re.compile(r"\b(defmodule|defprotocol|defimpl)\b")

# Which inputs answer otherwise here, and why: (item, step).
DIFFERENT = {
    (5, 7): "a word near a command keeps the shell's did-you-mean",
    (30, 0): "characters that no terminal shows are escaped, as later releases of Elixir do",
    (47, 7): "no did-you-mean for raise of a module that is no exception",
    (70, 1): "maps over 32 keys are sorted, so that documents stay stable",
    (70, 2): "maps over 32 keys are sorted, so that documents stay stable",
    (74, 10): "the shell ends the line that was printed before an answer",
    (86, 6): "a question mark alone is the shell's help",
    (93, 0): "the first line of a session that is one unknown word is a command that there is not",
    (93, 4): "a word near a command keeps the shell's did-you-mean",
    (98, 3): "there is no warning of an empty () in a closure",
    (102, 0): "callbacks are listed by name and arity, without types",
    (102, 5): "the path of Elixir's own sources is no place here",
    (102, 7): "there is no byte code to load",
    (102, 8): "types are not part of this shell's Elixir",
    (102, 9): "there is no Mix",
    (103, 7): "the folder is another one",
    (103, 8): "files are read in trusted sessions only",
    (106, 1): "there are no ports",
    (114, 5): "a stack has no entries of Erlang's evaluator",
    (130, 2): "there is no warning of an unused literal in an interpolation",
    (137, 4): "a crash is told before the end of the shell process that it caused",
    (138, 2): "the end of the shell process is told for :normal, too",
    (142, 5): "the answer of a call that ends its caller is not printed",
    (143, 5): "dbg does not stop in a session of its own",
}


@cache
def _items() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(SEMANTICS.read_text(encoding="utf-8"))
    return [
        item for item in found if not any(_MODULES.search(step["in"]) for step in item["steps"])
    ]


def _wrong(items: list[dict[str, Any]]) -> dict[tuple[int, int], str]:
    """Return what answers otherwise, by item and step."""
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
def test_ordinary_elixir_answers_as_in_iex(part: int) -> None:
    wrong = _wrong(_items()[part::6])

    unlisted = {place: text for place, text in wrong.items() if place not in DIFFERENT}
    assert not unlisted, "\n\n".join(f"{place} {text}" for place, text in unlisted.items())


@pytest.mark.skipif(not SEMANTICS.exists(), reason=f"{SEMANTICS} is not there")
def test_at_most_one_input_in_twenty_answers_otherwise() -> None:
    inputs = sum(len(item["steps"]) for item in _items())

    assert len(DIFFERENT) <= inputs * 0.05
