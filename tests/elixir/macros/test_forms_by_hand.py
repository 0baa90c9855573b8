"""Quoted forms built by hand evaluate to a value or an Elixir error, whatever they contain.

Names and numbers in a form must never get into the Python source that runs.
"""

from pathlib import Path

import pytest

from kvshell.elixir.compile.writing.source import CompilationUnit
from kvshell.elixir.modules.support import HELPERS
from tests.elixir.core.evaluating import shell

LINES = Path(__file__).with_name("by_hand.txt").read_text(encoding="utf-8").splitlines()


def test_a_form_built_by_hand_raises_no_python_exception() -> None:
    with shell() as prompt:
        for line in LINES:
            prompt.run(line)  # raises for a Python exception


@pytest.mark.parametrize("text", ["__import__('os')", "().__class__.__base__", "import os", "open"])
def test_python_source_with_foreign_names_is_not_run(text: str) -> None:
    unit = CompilationUnit("iex")
    unit.text = ["def line():", f"    {text}"]

    with pytest.raises(RuntimeError, match="no line of Elixir refers to"):
        unit.bind(HELPERS, lambda *_: None)
