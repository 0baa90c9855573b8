"""Parses the values of attributes and front-matter keys.

Each parser raises ValueError with what is expected; the caller adds the position.
"""

import re
from typing import Any

from kvshell.transcript.format.document import Attributes, Front, Source
from kvshell.transcript.format.grammar import (
    ATTRIBUTES,
    DIRECTIVES,
    EXCLUSIVE,
    ID,
    KEYS,
    NAME,
    REQUIRES,
)

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m)?")
MAX_TIMEOUT_MS = 60_000  # an untrusted document must not be able to run for an hour
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, None: 1}
_LIST = re.compile(r"\[(.*)\]")
_FIELDS = {"async": "async_", "timeout": "timeout_ms"}

LONGEST_SHOWN = 60


def duration_ms(text: str) -> int:
    """Parse a duration to milliseconds: `5s`, `200ms`, `1m`, or a plain number."""
    found = _DURATION.fullmatch(text)
    if not found or not (milliseconds := round(float(found[1]) * _UNITS[found[2]])):
        raise ValueError("a duration: 200ms, 5s or 1m")
    if milliseconds > MAX_TIMEOUT_MS:
        raise ValueError(f"a time of at most {MAX_TIMEOUT_MS // 1000}s")
    return milliseconds


def _size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 20 <= int(text[:6]) <= 1000:
        raise ValueError("a number from 20 to 1000")
    return int(text)


def _read(shape: str, value: str) -> Any:
    match shape:
        case "text":
            if not value.strip():
                raise ValueError("a text in quotes")
            return value
        case "name":
            if not re.fullmatch(NAME, value) or value == "_":
                raise ValueError("a name of letters, digits and _")
            return value
        case "id":
            if not ID.fullmatch(value):
                raise ValueError("a word of letters, digits, - and _")
            return value
        case "duration":
            return duration_ms(value)
        case "size":
            return _size(value)
        case "off":
            if value != "off":
                raise ValueError("off")
            return False
        case _:
            choices = shape.split("|")
            if value not in choices:
                raise ValueError(" or ".join(choices))
            return value


def nearest(word: str, words: "list[str] | tuple[str, ...]") -> str:
    """Return `: did you mean x?` for a known word within two typos, otherwise all known words."""
    lowered = word.lower()
    for known in words:
        if known.startswith(lowered) or lowered.startswith(known):
            return f": did you mean {known}?"
    away, near = min((slips(lowered, known), known) for known in words)
    if away <= (2 if len(lowered) > 3 else 1):
        return f": did you mean {near}?"
    return f"; known are {', '.join(words)}"


def slips(left: str, right: str) -> int:
    """Return the edit distance of two words: the letters changed, added or dropped."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left[:40], 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def attribute(word: str, value: str | None) -> tuple[str, Any]:
    """Parse an attribute; return the name of its field in Attributes, and its value."""
    shape = ATTRIBUTES.get(word)
    if shape is None:
        raise ValueError(f"no attribute {word!r}{nearest(word, list(ATTRIBUTES))}")
    field = _FIELDS.get(word, word)
    if shape == "flag":
        if value is not None:
            raise ValueError(f"{word} takes no value")
        return field, True
    if value is None:
        raise ValueError(f"{word} needs a value: {word}={_example(shape)}")
    try:
        return field, _read(shape, value)
    except ValueError as error:
        raise ValueError(f"{word}={_short(value)} should be {error}") from None


def key(word: str, written: str) -> tuple[str, Any]:
    """Parse a front-matter key; return the name of its field in Front, and its value."""
    shape = KEYS.get(word)
    if shape is None:
        raise ValueError(f"no front-matter key {word!r}{nearest(word, list(KEYS))}")
    if _LIST.fullmatch(written):
        raise ValueError(f"{word} takes one value, not a list")
    value = written
    if len(written) >= 2 and written[0] == written[-1] and written[0] in "\"'":
        value = written[1:-1]
    if not value.strip():
        raise ValueError(f"{word} needs a value")
    try:
        read = _read(shape, value)
        return _FIELDS.get(word, word), int(read) if word == "nodes" else read
    except ValueError as error:
        raise ValueError(f"{word}: {_short(value)} should be {error}") from None


def directive(word: str, text: str) -> None:
    """Check the word of a directive and its argument; ValueError if one is invalid."""
    shape = DIRECTIVES.get(word)
    if shape is None:
        raise ValueError(f"no directive {word!r}{nearest(word, list(DIRECTIVES))}")
    if shape == "text" and not text:
        raise ValueError(f"kv:{word} needs a text")
    if shape == "hex" and not re.fullmatch(r"[0-9a-f]{4,64}", text):
        raise ValueError(f"kv:{word} needs the hash of the source, in hex")


def _example(shape: str) -> str:
    return {"text": '"why"', "name": "b", "id": "step-1", "duration": "5s"}.get(shape, shape)


_ATTRIBUTE = re.compile(
    rf'\s*(?P<id>{ID.pattern})(?:=(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s"]*)))?(?=\s|$)'
)
_SPACE = re.compile(r"\s*")


def read_attributes(source: Source, line: int, text: str, start: int) -> Attributes:
    """Parse the attributes at `text[start:]`, where `text` is line number `line`."""
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
            field, read = attribute(word, value)
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


_RULE = "---"
_KEY_LINE = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?: +(?P<value>.*))?")


def read_front(source: Source) -> tuple[Front, int]:
    """Parse the front matter; return it and its number of lines, 0 if there is none."""
    lines = source.lines
    if len(lines) < 2 or lines[0].text.rstrip() != _RULE:
        return Front(), 0
    if lines[1].text.rstrip() != _RULE and not _KEY_LINE.fullmatch(lines[1].text):
        return Front(), 0  # a thematic break followed by prose
    given: dict[str, Any] = {}
    for line in lines[1:]:
        text = line.text.rstrip()
        if text == _RULE:
            return Front(**given), line.number
        found = _KEY_LINE.fullmatch(text)
        if not found:
            message = "expected `key: value`, or the `---` that closes the front matter"
            raise source.error(line.number, 1, message)
        try:
            field, value = key(found["key"], (found["value"] or "").strip())
        except ValueError as error:
            raise source.error(line.number, 1, str(error)) from None
        if field in given:
            raise source.error(line.number, 1, f"{found['key']} is given twice")
        given[field] = value
    raise source.error(1, 1, "the front matter is never closed: expected a line `---`")


def _short(value: str) -> str:
    """Return a value cut off to `LONGEST_SHOWN` characters."""
    return value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}..."
