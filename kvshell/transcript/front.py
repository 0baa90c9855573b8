"""Front matter: flat `key: value` lines between two `---`, read by hand."""

import re
from typing import Any

from kvshell.transcript import values
from kvshell.transcript.document import Front
from kvshell.transcript.source import Source

_RULE = "---"
_KEY_LINE = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?: +(?P<value>.*))?")


def read_front(source: Source) -> tuple[Front, int]:
    """Return the front matter and how many lines it takes; 0 if there is none."""
    lines = source.lines
    if len(lines) < 2 or lines[0].text.rstrip() != _RULE:
        return Front(), 0
    if lines[1].text.rstrip() != _RULE and not _KEY_LINE.fullmatch(lines[1].text):
        return Front(), 0  # a rule, and then prose
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
            field, value = values.key(found["key"], (found["value"] or "").strip())
        except ValueError as error:
            raise source.error(line.number, 1, str(error)) from None
        if field in given:
            raise source.error(line.number, 1, f"{found['key']} is given twice")
        given[field] = value
    raise source.error(1, 1, "the front matter is never closed: expected a line `---`")
