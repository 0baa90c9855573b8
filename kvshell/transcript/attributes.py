"""What stands behind the word `kvshell`: text -> Attributes, with the place of what is wrong."""

import re
from typing import Any

from kvshell.transcript import values
from kvshell.transcript.document import Attributes
from kvshell.transcript.grammar import EXCLUSIVE, ID, REQUIRES
from kvshell.transcript.source import Source

_ATTRIBUTE = re.compile(
    rf'\s*(?P<id>{ID.pattern})(?:=(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s"]*)))?(?=\s|$)'
)
_SPACE = re.compile(r"\s*")


def read_attributes(source: Source, line: int, text: str, start: int) -> Attributes:
    """Return what `text[start:]` gives, where `text` is the whole line `line`."""
    given: dict[str, Any] = {}
    places: dict[str, int] = {}
    place = start
    end = len(text.rstrip())
    while place < end:
        found = _ATTRIBUTE.match(text, place, end)
        begin = place + len((_SPACE.match(text, place, end) or "")[0])
        if not found:
            message = f"expected attributes, word or word=value, not {text[begin:end][:40]!r}"
            raise source.error(line, begin + 1, message)
        quoted = found["quoted"]
        value = found["word"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        word = found["id"]
        if word in places:
            raise source.error(line, begin + 1, f"{word} is given twice")
        try:
            field, read = values.attribute(word, value)
        except ValueError as error:
            raise source.error(line, begin + 1, str(error)) from None
        given[field] = read
        places[word] = begin + 1
        place = found.end()
    _check_together(source, line, places)
    return Attributes(**given)


def _check_together(source: Source, line: int, places: dict[str, int]) -> None:
    for group in EXCLUSIVE:
        both = [word for word in group if word in places]
        if len(both) > 1:
            column = max(places[word] for word in both)
            raise source.error(line, column, f"{' and '.join(both)} exclude each other")
    for word, other in REQUIRES.items():
        if word in places and other not in places:
            raise source.error(line, places[word], f"{word}= goes with {other}")
