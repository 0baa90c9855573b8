"""Compares a document with an engine: the BEAM answers, and kvshell's judge decides.

    same       it printed what the document says: holes, gaps and events as in a replay
    different  it printed something else
    by_chance  it printed something else, but not when run again on fresh systems
    skipped    the line was not run, or cannot be compared; never counts as the same
    not_rested the node did not settle in time, so the outcome of the line is unknown

A line that differs is run again, with everything before it, and the report says how often it
differed: `1 of 200`. Differences by chance are allowed by the BEAM and do not count.

On the reference versions, Elixir 1.14 and OTP 25, texts must be equal. On others, values are
compared as terms and errors by their first line, because the printed forms have changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from time import monotonic
from typing import Final, NamedTuple

from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import Result
from kvshell.engines.beam.decoding import REFERENCE
from kvshell.engines.beam.sources import REFUSED
from kvshell.engines.beam_runner import BeamRunner
from kvshell.runtime import Event
from kvshell.systems.designs.own_lines import OWN
from kvshell.transcript.format.document import (
    CodeBlock,
    Document,
    DocumentEntry,
    Hole,
    run_order,
)
from kvshell.transcript.format.holes import output_lines, visible
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.engine_answers import (
    equal_terms,
    expected_text,
    in_document_form,
    in_order_of,
    orders,
)
from kvshell.transcript.match.judge import judge, rules_of
from kvshell.views import DOCUMENT, Caps, render

REST_S: Final = 10.0  # a call that times out takes its real five seconds
AGAIN: Final = 200
AGAIN_S: Final = 20.0  # and no longer than this
_TOLD_ALWAYS: Final = {"answer", "exit", "output"}
_LEVELS: Final = {"off": (), "info": ("error", "warning", "notice", "info")}


# Commands that are not compared, with the reason: only kvshell's own runtime can run them.
SKIPPED: Final = {
    **{words: sentence.split(":")[0].split(",")[0] for words, sentence in REFUSED.items()},
    "replay": "replay reads another document",
    "record": "record writes a document",
    "help": "help is kvshell's own text",
}
# Those of them that change the system, so that later lines cannot be compared either.
CHANGES: Final = {"load", "messages", "deliver", OWN}
NODES: Final = "the document starts its own nodes of the BEAM: replay it without --engine"
_OWN: Final = "own is made of the reader's modules, on kvshell's own runtime"
_TESTS: Final = "the tests of a document run on kvshell's own runtime"


class LineVerdict(Enum):
    """The verdict on one line; the module's docstring explains each."""

    same = "same"
    different = "different"
    by_chance = "by chance"
    skipped = "skipped"
    not_rested = "not at rest"


class Compared(NamedTuple):
    """The verdict on one line of a document.

    Attributes:
        line: the number of the line.
        text: the line as typed.
        verdict: the verdict.
        why: the reason, or a description of the difference in one sentence.
        expected: the expected output, if it differs.
        printed: the engine's output.
        differed: the number of differing runs and of all runs, if the line was run again.
    """

    line: int
    text: str
    verdict: LineVerdict
    why: str = ""
    expected: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()
    differed: tuple[int, int] = (0, 0)


class Comparison:
    """Compares one document with an engine; the node `runner` is shared by several documents."""

    def __init__(
        self,
        document: Document,
        runner: BeamRunner,
        design: str = "",
        again: int = AGAIN,
        until: int = 0,
        rest_s: float = REST_S,
    ) -> None:
        self.document = document
        self._runner = runner
        self._design = design or document.front.design or "ets"
        self._again = again
        self._until = until
        self._rest_s = rest_s
        self._caps = DOCUMENT._replace(width=document.front.width)
        self._scope = Scope()
        self._lost = ""  # why later lines cannot be compared, until a fresh system
        self._prefix: list[tuple[CodeBlock, DocumentEntry]] = []  # the lines run on this system

    def lines(self) -> Iterator[Compared]:
        """Run the document, and yield a verdict for each line."""
        self._begin()
        front = self.document.front
        for block in run_order(self.document):
            given = block.attributes
            if given.fresh and block.runs:
                self._begin()
            for entry in block.entries:
                if self._until and entry.command.line > self._until and not given.teardown:
                    continue
                if given.skip:
                    yield _skipped(entry, f"the document skips it: {given.skip}")
                elif front.nodes:
                    yield _skipped(entry, NODES)
                elif front.law == "spec":
                    yield _skipped(entry, "the document keeps signals on their way (law: spec)")
                elif self._lost:
                    yield _skipped(entry, self._lost)
                else:
                    yield self._compared(block, entry)

    def _clean(self) -> None:
        self._runner.fresh(self._design)
        self._runner.options.update(hints="off", watch="off")

    def _begin(self) -> None:
        self._clean()
        self._scope = Scope()
        self._lost = ""
        self._prefix.clear()

    def _compared(self, block: CodeBlock, entry: DocumentEntry) -> Compared:
        text, unbound = filled(entry, self._scope)
        if unbound:
            return _skipped(entry, f"{unbound} is not bound: the line that binds it differed")
        why, words = why_skipped(text, SKIPPED)
        if why:
            if words in CHANGES:
                self._lost = f"follows from line {entry.command.line}, which was skipped"
            return _skipped(entry, why)
        self._prefix.append((block, entry))
        verdict, sentence, printed = self._run(block, entry, text, self._scope)
        if verdict is LineVerdict.not_rested:
            self._lost = (
                f"follows from line {entry.command.line}, which was not at rest at the time limit"
            )
        if block.attributes.fails and verdict is LineVerdict.different:
            return Compared(entry.command.line, text, LineVerdict.same, "expected to fail")
        if verdict is not LineVerdict.different:
            return Compared(entry.command.line, text, verdict, sentence)
        differed = self._run_again()
        if differed[0] < differed[1]:
            verdict = LineVerdict.by_chance
        return Compared(
            entry.command.line,
            text,
            verdict,
            sentence,
            tuple(map(expected_text, entry.out)) + tuple(f"~ {each.text}" for each in entry.events),
            tuple(printed),
            differed,
        )

    def _run(
        self, block: CodeBlock, entry: DocumentEntry, text: str, scope: Scope
    ) -> tuple[LineVerdict, str, Sequence[str]]:
        runner, given = self._runner, block.attributes
        if given.session:
            results = runner.run_as(given.session, text, self._rest_s)
        else:
            results = runner.run(text, counted=not given.goal)
        stopped_in = runner.busy if runner.overdue else ""
        rested = runner.settle(self._rest_s) if given.settle else True
        events = [event for result in results for event in result.events] + runner.events()
        printed = printed_lines(results, self._caps)
        if runner.overdue or not rested:
            limit = runner.overdue or self._rest_s
            who = stopped_in or runner.busy
            sentence = f"not at rest within {limit:g} s{f': {who}' if who else ''}"
            return LineVerdict.not_rested, sentence, printed
        logged = event_lines(self.document.front.logs, events)
        rules = rules_of(self.document, block)
        failure = None
        for shown in self._ways(scope, entry, printed, results):
            tried = scope.copy()
            found = judge(entry, shown, logged, tried, rules)
            if found is None:
                judge(entry, shown, logged, scope, rules)
                return LineVerdict.same, "", printed
            failure = failure or found
        assert failure is not None
        if not runner.node.versions.is_reference and equal_terms(entry, results, scope):
            failure = judge(entry._replace(out=()), (), logged, scope, rules)
            if failure is None:
                return LineVerdict.same, "as terms", printed
            return LineVerdict.different, failure.summary, [*printed, *(f"~ {x}" for x in logged)]
        judge(
            entry, in_document_form(entry, printed), logged, scope, rules
        )  # names a failed line owes
        return LineVerdict.different, failure.summary, [*printed, *(f"~ {line}" for line in logged)]

    def _ways(
        self, scope: Scope, entry: DocumentEntry, printed: list[str], results: Sequence[Result]
    ) -> Iterator[list[str]]:
        """Yield the forms of an output that count as the same."""
        yield from orders(in_document_form(entry, printed))
        if "ets list" in entry.command.text:
            yield in_document_form(entry, printed_lines(in_order_of(entry, results), self._caps))
        for _ in range(3):
            shown = {text for line in printed for text in REFERENCE.findall(line)}
            loose = [text for text in shown if scope.owner(text) is None]
            if not self._runner.decoder.lengthen(loose):
                return
            printed = printed_lines(self._runner.redrawn(), self._caps)
            yield in_document_form(entry, printed)

    def _run_again(self) -> tuple[int, int]:
        """Run everything on this system again, several times.

        Returns how often the last line differed, and the number of runs. A line that differs in the
        first three runs is taken to differ always, and is not run further.
        """
        differed = runs = 1
        until = monotonic() + AGAIN_S
        scope = self._scope
        while runs < self._again and (runs < 3 or differed < runs) and monotonic() < until:
            self._clean()
            scope = Scope()
            verdict = LineVerdict.same
            for block, entry in self._prefix:
                text, unbound = filled(entry, scope)
                if not unbound:
                    verdict, _why, _printed = self._run(block, entry, text, scope)
            runs += 1
            differed += verdict is LineVerdict.different
        self._scope = scope
        return differed, runs


def event_lines(logs: str, events: Sequence[Event]) -> tuple[str, ...]:
    """Return the lines of the events that a document with the setting `logs` sees."""
    lines: list[str] = []
    for event in events:
        if event.kind in _TOLD_ALWAYS:
            lines += event.text.split("\n")
        elif logs != "off":
            levels = _LEVELS.get(logs)
            if levels is None or event.level in levels:
                lines += f"[{event.level}] {event.text}".split("\n")
    return tuple(visible(line.rstrip()) for line in lines if line.strip())


def filled(entry: DocumentEntry, scope: Scope) -> tuple[str, str]:
    """Return a command with its holes filled in, and the name of an unbound hole, or ""."""
    parts = []
    for part in entry.command.pattern:
        if isinstance(part, Hole):
            bound = scope.get(part.name)
            if bound is None:
                return "", part.name
            parts.append(bound.text)
        else:
            parts.append(part)
    return "".join(parts), ""


def why_skipped(text: str, skipped: Mapping[str, str]) -> tuple[str, str]:
    """Return why an engine skips a line, and the command; both are "" if it does not skip it.

    `skipped` holds the reason for each command that the engine does not run.
    """
    if text.endswith("ExUnit.run()") or "use ExUnit.Case" in text:
        return _TESTS, "test"
    for part in parse(text).parts:
        found: Match | None = part
        while found is not None:
            words = found.command.words if found.command is not None else ""
            if words == "set" and found.args.get("option") == "law" and "deliver" in skipped:
                return "the BEAM has a law of its own", "deliver"
            if found.args.get("design") == OWN:
                return _OWN, OWN
            if words in skipped:
                return skipped[words], words
            inner = found.inner.parts if found.inner is not None else []
            found = inner[0] if inner else None
    return "", ""


def printed_lines(results: Sequence[Result], caps: Caps) -> list[str]:
    """Return the output of a line as the lines that are compared."""
    texts = [
        render(result, caps)
        for result in results
        if result.open is None or result.open.kind not in {"exit", "clear"}
    ]
    return list(output_lines("\n".join(filter(None, texts))))


def _skipped(entry: DocumentEntry, why: str) -> Compared:
    return Compared(entry.command.line, entry.command.text, LineVerdict.skipped, why)
