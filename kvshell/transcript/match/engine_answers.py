"""Compares an engine's answers with those that a document expects from kvshell.

Details that only one of the two systems has do not count as differences: the number of a function,
kvshell's counters, the order of a set on the BEAM.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, permutations
from typing import Final

from kvshell.commands.result import Result
from kvshell.terms import List, Pid, ReadError, Term, equal, inspect, read, sort_key
from kvshell.transcript.format.document import DocumentEntry, Expected, Hole, Out
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.judge import Rules, judge

_FUNCTION: Final = re.compile(r"#Function<\d+\.\d+/(\d+) in ([^>]+)>")
_UNREADABLE: Final = re.compile(
    r"\*\* \((?:SyntaxError|TokenMissingError|MismatchedDelimiterError|CompileError)\)"
)
_OWN_FACT: Final = re.compile(r"│ (handled|memory|reads|hits|misses) +│")
_CAPTION: Final = re.compile(r"([\d,]+ rounds?); one schedule .*")
_PIDS: Final = re.compile(r"#PID<[\d.]+>(?:, #PID<[\d.]+>)+")


def in_document_form(entry: DocumentEntry, printed: Sequence[str]) -> list[str]:
    """Return the output with the details that only one system has replaced by the document's.

    These are the numbers of functions within their module, counters such as `handled` and `reads`,
    memory sizes, and the schedules that `repeat` reports.
    """
    wanted = list(map(expected_text, entry.out))
    functions = {
        (found[1], found[2]): found[0] for line in wanted for found in _FUNCTION.finditer(line)
    }
    facts = {found[1]: line for line in wanted if (found := _OWN_FACT.search(line))}
    captions = {found[1]: line for line in wanted if (found := _CAPTION.fullmatch(line))}

    def swap(found: re.Match[str]) -> str:
        return functions.get((found[1], found[2]), found[0])

    lines = []
    for line in printed:
        own = _OWN_FACT.search(line)
        if own is not None and own[1] in facts:
            lines.append(facts[own[1]])
        else:
            lines.append(_FUNCTION.sub(swap, captions.get(line, line)))
    return lines


def in_order_of(entry: DocumentEntry, results: Sequence[Result]) -> list[Result]:
    """Return the results with the rows of tables in the document's order, as a set has none."""
    wanted = "\n".join(map(expected_text, entry.out))

    def place(row: Term) -> tuple[int, object]:
        return wanted.find(inspect(row, width=None)), sort_key(row)

    return [
        result._replace(value=List(sorted(result.value, key=place)))
        if type(result.value) is List and "ets list" in result.input
        else result
        for result in results
    ]


def equal_terms(entry: DocumentEntry, results: Sequence[Result], scope: Scope) -> bool:
    """Whether the answers are the same terms as in the document.

    Of errors, the kind and the first line are compared; of text that does not compile, only the
    kind.
    """
    wanted = [each for each in entry.out if isinstance(each, Out)]
    if len(results) != 1 or not wanted:
        return False
    (result,) = results
    if result.error is not None:
        first = entry._replace(out=entry.out[:1])
        expected = wanted[0].text if isinstance(entry.out[0], Out) else ""
        if all(_UNREADABLE.match(text) for text in (expected, result.error)):
            return True
        return judge(first, [result.error.split("\n")[0]], (), scope, Rules()) is None
    texts = [_bound(each.pattern, scope) for each in wanted]
    pids: dict[str, Pid] = {}
    try:
        shown = inspect(result.value, width=None, limit=None)
        left = _read(" ".join(texts), pids)
        return equal(left, _read(shown, pids))
    except (ReadError, TypeError):
        return False


def _read(text: str, pids: dict[str, Pid]) -> Term:
    return read(
        text,
        pid=lambda number: pids.setdefault(str(number), Pid(number)),
        ref=lambda number: pids.setdefault(f"ref {number}", Pid(number)),
    )


def _bound(pattern: Sequence[str | Hole], scope: Scope) -> str:
    """Return the text of a line in the document, with the values of its bound holes filled in."""
    parts = []
    for part in pattern:
        known = scope.get(part.name) if isinstance(part, Hole) else None
        parts.append(part if isinstance(part, str) else known.text if known else part.text)
    return "".join(parts).strip()


def orders(printed: list[str]) -> Iterator[list[str]]:
    """Yield the output with the pids within a cell in every order, because the BEAM has none."""
    rows = [n for n, line in enumerate(printed) if _PIDS.search(line)]
    yield printed
    for row in rows:
        found = _PIDS.search(printed[row])
        assert found is not None
        pids = found[0].split(", ")
        for order in islice(permutations(pids), 1, 24):
            changed = list(printed)
            changed[row] = printed[row].replace(found[0], ", ".join(order))
            yield changed


def expected_text(expected: Expected) -> str:
    """Return an expected line as it is written in the document."""
    return expected.text if isinstance(expected, Out) else "..."
