"""The report of an engine comparison: the differences, a line per document, and totals."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from kvshell.commands.cells import many
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.holes import printable
from kvshell.transcript.run.engine_comparison import Compared, LineVerdict

Write = Callable[[str], None]

_ORDER: Final = (
    LineVerdict.same,
    LineVerdict.different,
    LineVerdict.by_chance,
    LineVerdict.skipped,
    LineVerdict.not_rested,
)


class ComparisonReport:
    """Writes the results of a comparison as they arrive."""

    def __init__(self, write: Write, rule: str) -> None:
        """Create the report.

        `rule` says which engine answered, and which answers count as the same.
        """
        self._write = write
        self._rule = rule
        self.total: Counter[LineVerdict] = Counter()
        self._here: Counter[LineVerdict] = Counter()
        self._files = 0
        self._reasons: Counter[str] = Counter()

    def compared(self, document: Document, line: Compared) -> None:
        """Count the verdict on a line, and show the line if it differs."""
        self._here[line.verdict] += 1
        self.total[line.verdict] += 1
        if line.verdict is LineVerdict.skipped:
            self._reasons[line.why] += 1
        if line.verdict not in {
            LineVerdict.different,
            LineVerdict.by_chance,
            LineVerdict.not_rested,
        }:
            return
        name = line.verdict.value.upper() if line.verdict is LineVerdict.different else "NOTE"
        head = f"{name} {document.path}:{line.line}  kv> {line.text}"
        self._write(printable(f"{head}  {self._how(line)}"))
        for text in line.expected:
            self._write(printable(f"  - {text}"))
        for text in line.printed:
            self._write(printable(f"  + {text}"))

    def _how(self, line: Compared) -> str:
        if line.verdict is LineVerdict.not_rested:
            return line.why
        differed, runs = line.differed
        return f"{line.why} (differed in {differed} of {runs} runs)" if runs else line.why

    def document(self, document: Document) -> Counter[LineVerdict]:
        """Write the totals of a document that is finished, and return them."""
        here, self._here = self._here, Counter()
        self._files += bool(here)
        self._write(printable(f"{document.path}  {_sum(here)}"))
        return here

    def finish(self) -> None:
        """Write the totals of all documents, and the rule."""
        if not self.total:
            return
        files = many(self._files, "file")
        for reason, count in self._reasons.most_common():
            self._write(f"  skipped {count:3}  {reason}")
        self._write(f"{files}, {_sum(self.total)}; {self._rule}")


def _sum(counts: "Counter[LineVerdict]") -> str:
    shown = [f"{counts[each]} {each.value}" for each in _ORDER if counts[each]]
    commands = many(counts.total(), "command")
    return f"{commands}: {', '.join(shown)}" if shown else "nothing to compare"
