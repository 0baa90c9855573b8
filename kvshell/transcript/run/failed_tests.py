"""The failed tests of a document, reported by ExUnit's text, with the lines of the document."""

import re
from collections.abc import Sequence
from typing import Final

from kvshell.transcript.format.document import Document
from kvshell.transcript.match.outcome import Mismatch

_FAILED: Final = re.compile(r"(?ms)^  \d+\) .*?(?=^  \* |^\S|\Z)")  # up to the next test
_HEAD: Final = re.compile(r" +\d+\) test (?P<name>.+) \((?P<module>[\w.]+)\)")
_COUNTS: Final = re.compile(r"\d+ (?:doc)?tests?, ")
_PLACE: Final = re.compile(r"\biex:(\d+)")
_TEST: Final = re.compile(r'\s*(?:>\s*)*test[ (]"(?P<name>[^"]+)"')
_REWRITTEN: Final = "DocumentTest"  # the module of the loose tests: its lines are its own


def failed_tests(failure: Mismatch, printed: Sequence[str], document: Document) -> Mismatch:
    """Return the failure with ExUnit's report of each failed test, if the line ran tests."""
    told = [each.rstrip().split("\n") for each in _FAILED.findall("\n".join(printed) + "\n")]
    counts = next((line for line in printed if _COUNTS.match(line)), "")
    if not told:
        return failure
    sentences = [line for each in told for line in (*_placed(each, document), "")]
    return Mismatch("tests", failure.line, counts, sentences=(*sentences, counts))


def _placed(lines: list[str], document: Document) -> list[str]:
    """Return the report with the lines of the document where the test is found in it."""
    head = _HEAD.match(lines[0])
    place = _PLACE.search(lines[1]) if len(lines) > 1 else None
    line = 0 if head is None else _line_of(head["name"], document)
    if head is None or place is None or not line:
        return lines
    moved = line - int(place[1])
    if head["module"] == _REWRITTEN:
        return [lines[0], _PLACE.sub(f"{document.path}:{line}", lines[1]), *lines[2:]]
    return [_PLACE.sub(lambda it: f"{document.path}:{int(it[1]) + moved}", each) for each in lines]


def _line_of(name: str, document: Document) -> int:
    """Return the line of a test, the last one of that name; 0 if there is none."""
    found = ((line.number, _TEST.match(line.text)) for line in document.source.lines)
    mine = [
        at for at, test in found if test is not None and f" {name}".endswith(f" {test['name']}")
    ]
    return mine[-1] if mine else 0
