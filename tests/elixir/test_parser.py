"""The parser against Elixir's own: parsed.txt holds what Elixir 1.14 makes of each snippet.

Where `elixir` is installed it is asked again, for these snippets and, where the oracle lies beside
the checkout, for everything that was typed and written there. To extend parsed.txt, add the snippet
and run `python tests/elixir/ask_judge.py`.
"""

import shutil

import pytest

from tests.elixir import judged, oracle

PARSED = judged.stored()


def test_each_snippet_parses_as_in_elixir() -> None:
    assert {snippet: judged.shown(snippet) for snippet in PARSED} == PARSED


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("elixir") is None, reason="elixir is not installed")
def test_the_installed_elixir_parses_the_same() -> None:
    snippets = [*PARSED, *oracle.snippets()]

    answers = judged.asked(snippets)

    assert [judged.shown(snippet) for snippet in snippets] == answers
