"""Text of nodes: written.txt holds what `Macro.to_string` of Elixir 1.14 writes."""

import re

import pytest

from kvshell.elixir.syntax.parser import parse
from kvshell.elixir.syntax.text import text_of
from tests.elixir import judged

WRITTEN = judged.written()


@pytest.mark.parametrize("snippet", WRITTEN, ids=lambda snippet: snippet[:40])
def test_nodes_are_formatted_as_elixir_does(snippet: str) -> None:
    assert text_of(parse(snippet)) == WRITTEN[snippet]


@pytest.mark.parametrize("snippet", WRITTEN, ids=lambda snippet: snippet[:40])
def test_what_is_written_reads_back_as_the_same(snippet: str) -> None:
    if snippet in {"if a, do: b, other: 1", ':"Elixir.Foo"', '<<"abc">>', '<<"a", "b">>'}:
        return  # Elixir writes these as something else
    places = re.compile(r" \d+:\d+")

    again = judged.shown(text_of(parse(snippet)))

    assert places.sub("", again) == places.sub("", judged.shown(snippet))
