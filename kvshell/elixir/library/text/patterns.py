"""Patterns of String functions: a string, a list of strings, or a compiled pattern."""

import re
from collections.abc import Iterator
from typing import Any

from kvshell.elixir.library.failures import is_struct, no_clause
from kvshell.elixir.library.text.graphemes import chars
from kvshell.terms import ArgumentError, List, alias

REGEX = alias("Regex")


def needles(pattern: Any, name: str) -> list[Any]:
    """Return the strings of a pattern; `name` is the function to name in an error."""
    if type(pattern) in {str, bytes}:
        return [pattern]
    if type(pattern) is List and all(type(each) in {str, bytes} for each in pattern.items):
        return list(pattern.items)
    if type(pattern) is tuple and len(pattern) == 2 and type(pattern[1]) is List:
        return list(pattern[1].items)  # a result of :binary.compile_pattern
    if type(pattern) is List:
        raise ArgumentError.at(2, "not a valid pattern")
    raise no_clause("String", name, ("", pattern))


def is_regex(term: Any) -> bool:
    """Whether a term is a Regex struct."""
    return is_struct(term, REGEX)


def matches(whole: str, pattern: Any, name: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of each match; of several strings the longest wins."""
    texts = [chars(each) for each in needles(pattern, name)]
    if not texts:
        return
    if "" in texts:
        raise ArgumentError.at(2, "not a valid pattern")
    if len(texts) == 1:
        start = whole.find(texts[0])
        while start >= 0:
            yield start, start + len(texts[0])
            start = whole.find(texts[0], start + len(texts[0]))
        return
    texts.sort(key=len, reverse=True)
    for found in re.finditer("|".join(map(re.escape, texts)), whole):
        yield found.span()
