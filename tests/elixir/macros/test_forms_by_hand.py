"""Quoted forms built by hand: each has a value or an Elixir error, whatever a form holds.

Names and numbers of a form must never become part of the Python text that runs.
"""

from pathlib import Path

import pytest

from kvshell.elixir.compile.writing.source import CompilationUnit
from kvshell.elixir.modules.support import HELPERS
from tests.elixir.core.evaluating import shell

LINES = Path(__file__).with_name("by_hand.txt").read_text(encoding="utf-8").splitlines()


def test_a_form_built_by_hand_is_no_fault() -> None:
    with shell() as prompt:
        for line in LINES:
            prompt.run(line)  # an exception of Python fails here


@pytest.mark.parametrize("text", ["__import__('os')", "().__class__.__base__", "import os", "open"])
def test_python_that_no_line_of_elixir_becomes_is_not_run(text: str) -> None:
    unit = CompilationUnit("iex")
    unit.text = ["def line():", f"    {text}"]

    with pytest.raises(RuntimeError, match="no line of Elixir refers to"):
        unit.bind(HELPERS, lambda *_: None)
