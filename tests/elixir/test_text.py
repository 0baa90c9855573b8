"""Nodes are written as `Macro.to_string` of Elixir 1.14 writes them: see written.txt."""

import re

from kvshell.elixir.syntax.parser import parse
from kvshell.elixir.syntax.text import text_of
from tests.elixir import judged

WRITTEN = judged.written()


def test_nodes_are_formatted_as_elixir_does() -> None:
    assert {snippet: text_of(parse(snippet)) for snippet in WRITTEN} == WRITTEN


def test_what_is_written_reads_back_as_the_same() -> None:
    places = re.compile(r" \d+:\d+")
    # Elixir writes these as something else
    others = {"if a, do: b, other: 1", ':"Elixir.Foo"', '<<"abc">>', '<<"a", "b">>'}
    snippets = WRITTEN.keys() - others

    again = {each: places.sub("", judged.shown(text_of(parse(each)))) for each in snippets}

    assert again == {each: places.sub("", judged.shown(each)) for each in snippets}
