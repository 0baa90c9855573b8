"""Reports failed tests in a document: ExUnit's report, with line numbers of the document."""

import re
from collections.abc import Sequence
from typing import Final

from kvshell.transcript.format.document import Document
from kvshell.transcript.format.elixir_blocks import TEST_MODULE
from kvshell.transcript.match.outcome import Mismatch

_FAILED: Final = re.compile(r"(?ms)^  \d+\) .*?(?=^  \* |^\S|\Z)")  # up to the next test
_HEAD: Final = re.compile(r" +\d+\) test (?P<name>.+) \((?P<module>[\w.]+)\)")
_COUNTS: Final = re.compile(r"\d+ (?:doc)?tests?, ")
_PLACE: Final = re.compile(r"\biex:(\d+)")
_TEST: Final = re.compile(r'\s*(?:>\s*)*test[ (]"(?P<name>[^"]+)"')
# A place in the module made of the tests outside modules: a line alone, a test, or a function.
_OWN: Final = re.compile(rf"iex:\d+(?:$|: \(test\)|: .*\b{TEST_MODULE}\.)")


def failed_tests(failure: Mismatch, printed: Sequence[str], document: Document) -> Mismatch:
    """Return the mismatch of a line that ran tests, with ExUnit's report of each failed test.

    If no test failed, `failure` is returned unchanged.
    """
    failures = [each.rstrip().split("\n") for each in _FAILED.findall("\n".join(printed) + "\n")]
    counts = next((line for line in printed if _COUNTS.match(line)), "")
    if not failures:
        return failure
    sentences = [line for each in failures for line in (*_placed(each, document), "")]
    return Mismatch("tests", failure.line, counts, sentences=(*sentences, counts))


def _placed(lines: list[str], document: Document) -> list[str]:
    """Return the report of a test with the lines of the document, if the test is found there."""
    head = _HEAD.match(lines[0])
    place = _PLACE.search(lines[1]) if len(lines) > 1 else None
    if head is None or place is None:
        return lines
    if head["module"] == TEST_MODULE:
        return _own_lines(lines, document, int(place[1]), head["name"])
    line = _line_of(head["name"], document)
    if not line:
        return lines
    moved = line - int(place[1])
    return [_PLACE.sub(lambda it: f"{document.path}:{int(it[1]) + moved}", each) for each in lines]


def _own_lines(lines: list[str], document: Document, place: int, name: str) -> list[str]:
    """Return the report of a test outside any module, with the line numbers of the document.

    ExUnit reports the test at line `place`.
    """
    source = document.blocks[-1].entries[-1].command.text.split("\n")
    mine = [at for at, text in enumerate(source) if _is_test(text, name)]
    if not mine:
        return lines
    first = place - mine[-1]

    def moved(found: re.Match[str]) -> str:
        at = int(found[1]) - first
        number = document.test_lines[at] if 0 <= at < len(document.test_lines) else 0
        return f"{document.path}:{number}" if number else found[0]

    return [_PLACE.sub(moved, each) if _OWN.search(each) else each for each in lines]


def _line_of(name: str, document: Document) -> int:
    """Return the last line at which a test of this name begins; 0 if there is none."""
    mine = [line.number for line in document.source.lines if _is_test(line.text, name)]
    return mine[-1] if mine else 0


def _is_test(line: str, name: str) -> bool:
    """Whether a line begins the test that ExUnit reports as `name`, with its `describe`."""
    test = _TEST.match(line)
    return test is not None and f" {name}".endswith(f" {test['name']}")
