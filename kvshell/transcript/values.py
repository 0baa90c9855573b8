"""Values of attributes and front-matter keys: text -> what the records hold.

Each reader raises ValueError with what was expected; the caller adds the place.
"""

import re
from typing import Any

from kvshell.transcript.grammar import ATTRIBUTES, DIRECTIVES, ID, KEYS, NAME

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m)?")
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, None: 1}
_LIST = re.compile(r"\[(.*)\]")
_FIELDS = {"async": "async_", "timeout": "timeout_ms"}


def duration_ms(text: str) -> int:
    """`5s`, `200ms`, `1m`, or a number of milliseconds."""
    found = _DURATION.fullmatch(text)
    if not found or not (milliseconds := round(float(found[1]) * _UNITS[found[2]])):
        raise ValueError("a time is 200ms, 5s or 1m")
    return milliseconds


def _size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 20 <= int(text[:6]) <= 1000:
        raise ValueError("a size is a number from 20 to 1000")
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
    """`: did you mean x?` for the known word that is a slip or two away, else the list of all."""
    lowered = word.lower()
    for known in words:
        if known.startswith(lowered) or lowered.startswith(known):
            return f": did you mean {known}?"
    away, near = min((slips(lowered, known), known) for known in words)
    if away <= (2 if len(lowered) > 3 else 1):
        return f": did you mean {near}?"
    return f"; known are {', '.join(words)}"


def slips(left: str, right: str) -> int:
    """How many letters must be changed, added or dropped to make one the other."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left[:40], 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def attribute(word: str, value: str | None) -> tuple[str, Any]:
    """Return the field of Attributes and its value."""
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
        raise ValueError(f"{word}={value} should be {error}") from None


def key(word: str, written: str) -> tuple[str, Any]:
    """Return the field of Front and its value."""
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
        return _FIELDS.get(word, word), _read(shape, value)
    except ValueError as error:
        raise ValueError(f"{word}: {value} should be {error}") from None


def directive(word: str, text: str) -> None:
    """Check a directive's word and what follows it."""
    shape = DIRECTIVES.get(word)
    if shape is None:
        raise ValueError(f"no directive {word!r}{nearest(word, list(DIRECTIVES))}")
    if shape == "text" and not text:
        raise ValueError(f"kv:{word} needs a text")
    if shape == "hex" and not re.fullmatch(r"[0-9a-f]{4,64}", text):
        raise ValueError(f"kv:{word} needs the hash of the source, in hex")


def _example(shape: str) -> str:
    return {"text": '"why"', "name": "b", "id": "step-1", "duration": "5s"}.get(shape, shape)
