"""Compares a document with the engine `elixir`, which runs the Elixir that `explain` shows.

Lines run under kvshell's own scheduler, so a line that differs would always differ and is not run
again. Commands that inspect the system work as usual, on what the Elixir before them has created.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kvshell.engines.elixir.lines import REFUSED
from kvshell.engines.elixir.session import ElixirSession
from kvshell.systems.designs.own_lines import OWN
from kvshell.transcript.format.document import Document, DocumentEntry
from kvshell.transcript.match.engine_answers import expected_text
from kvshell.transcript.match.judge import judge, rules_of
from kvshell.transcript.match.outcome import Checked, Status
from kvshell.transcript.run.engine_comparison import NODES, Compared, LineVerdict, why_skipped
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings

SKIPPED: Final = {words: sentence.split(":")[0] for words, sentence in REFUSED.items()} | {
    "replay": "replay reads another document",
    "record": "record writes a document",
}
NOT_REACHED: Final = "not reached: an earlier line ended the document"
# The module and number of a function: one typed in Elixir belongs to the shell, one that a command
# sends belongs to the module of that command.
_FUNCTION: Final = re.compile(r"#Function<\d+\.\d+/(\d+) in [^>]+>")


class ElixirComparison:
    """Compares one document with the engine `elixir`."""

    def __init__(
        self, document: Document, timeout: LineTimeout, design: str = "", until: int = 0
    ) -> None:
        self.document = document
        self._settings = Settings(design, until, session=ElixirSession)
        self._timeout = timeout
        self._lost = ""  # why what follows cannot be compared

    def lines(self) -> Iterator[Compared]:
        """Run the document, and yield a verdict for each line."""
        if self.document.front.nodes:
            for block in self.document.blocks:
                for entry in block.entries:
                    yield _skipped(entry, NODES)
            return
        player = Player(self.document, self._settings, self._timeout)
        try:
            for checked in player.steps():
                yield self._compared(checked, player)
        finally:
            player.close()

    def _compared(self, checked: Checked, player: Player) -> Compared:
        entry = checked.entry
        why, words = why_skipped(entry.command.text, SKIPPED)
        why = why or self._lost
        if words == OWN:
            self._lost = f"follows from line {entry.command.line}, which was skipped"
        if checked.status is Status.skipped:
            return _skipped(entry, f"the document skips it: {checked.block.attributes.skip}")
        if why:
            return _skipped(entry, why)
        line, text = entry.command.line, entry.command.text
        match checked.status:
            case Status.passed:
                return Compared(line, text, LineVerdict.same)
            case Status.xfailed:
                return Compared(line, text, LineVerdict.same, "expected to fail")
            case Status.unreached:
                return _skipped(entry, NOT_REACHED)
            case Status.hung:
                sentence = checked.failure.summary if checked.failure is not None else ""
                return Compared(line, text, LineVerdict.not_rested, sentence)
        printed = _as_expected(checked.printed, map(expected_text, entry.out))
        events = _as_expected(checked.events, (each.text for each in entry.events))
        rules = rules_of(self.document, checked.block)
        failure = judge(entry, printed, tuple(events), player.scope, rules)
        if failure is None:
            return Compared(line, text, LineVerdict.same)
        return Compared(
            line,
            text,
            LineVerdict.different,
            failure.summary,
            (*map(expected_text, entry.out), *(f"~ {each.text}" for each in entry.events)),
            (*checked.printed, *(f"~ {each}" for each in checked.events)),
        )


def _as_expected(lines: Sequence[str], wanted: Iterator[str]) -> list[str]:
    """Return the lines with each function replaced by the expected one, if the arities agree."""
    known = {found[1]: found[0] for line in wanted for found in _FUNCTION.finditer(line)}
    return [_FUNCTION.sub(lambda found: known.get(found[1], found[0]), line) for line in lines]


def _skipped(entry: DocumentEntry, why: str) -> Compared:
    return Compared(entry.command.line, entry.command.text, LineVerdict.skipped, why)
