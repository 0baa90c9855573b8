"""Plays a document that runs on several BEAM nodes (`nodes: 3` in its front matter).

Without Elixir, every command is skipped, with that reason.
"""

from collections.abc import Iterator
from time import perf_counter
from typing import Final

from kvshell.engines.available import EngineError, start
from kvshell.engines.beam_runner import BeamRunner
from kvshell.transcript.format.document import CodeBlock, Document, DocumentEntry, run_order
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.judge import judge, rules_of
from kvshell.transcript.match.outcome import Checked, Mismatch, Status
from kvshell.transcript.run.engine_comparison import event_lines, filled, printed_lines
from kvshell.views import DOCUMENT

REST_S: Final = 15.0
LINE_S: Final = 60.0  # anything longer has failed: a document must end


class NodesPlayer:
    """Plays one document on several nodes; to be closed at the end."""

    def __init__(self, document: Document, until: int = 0) -> None:
        self.document = document
        self.scope = Scope()
        self._until = until
        self._runner: BeamRunner | None = None
        self._why_not = ""
        self._caps = DOCUMENT._replace(width=document.front.width)

    def close(self) -> None:
        """End all nodes."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.close()

    def steps(self) -> Iterator[Checked]:
        """Run the document, and yield each command once it is judged."""
        for block in run_order(self.document):
            given = block.attributes
            if given.fresh and block.runs:
                self.close()
                self.scope.clear()
            for entry in block.entries:
                if self._until and entry.command.line > self._until and not given.teardown:
                    continue
                if given.skip:
                    yield Checked(block, entry, Status.skipped)
                else:
                    yield self._entry(block, entry)

    def _entry(self, block: CodeBlock, entry: DocumentEntry) -> Checked:
        runner = self._running()
        if runner is None:
            skipped = block._replace(attributes=block.attributes._replace(skip=self._why_not))
            return Checked(skipped, entry, Status.skipped)
        text, unbound = filled(entry, self.scope)
        line = entry.command.line
        if unbound:
            sentence = f"not run: {unbound} is not bound"
            failure = Mismatch("unbound", line, sentence, (), (sentence,))
            return Checked(block, entry, Status.failed, failure)
        begun = perf_counter()
        results = runner.run(text)
        rested = runner.settle(REST_S)
        events = [event for result in results for event in result.events] + runner.events()
        ms = (perf_counter() - begun) * 1000
        printed = tuple(printed_lines(results, self._caps))
        logged = event_lines(self.document.front.logs, events)
        if not rested:
            sentence = f"the nodes are not at rest within {REST_S:g} s: {runner.busy}"
            failure = Mismatch("hang", line, sentence, sentences=(sentence,))
            return Checked(block, entry, Status.hung, failure, True, printed, logged, ms)
        failed = judge(entry, printed, logged, self.scope, rules_of(self.document, block))
        status = Status.passed if failed is None else Status.failed
        bound = tuple((name, each.text, each.line) for name, each in self.scope) if failed else ()
        return Checked(block, entry, status, failed, True, printed, logged, ms, bound)

    def _running(self) -> BeamRunner | None:
        """Return the runner of the nodes, started on first use; None if that is not possible."""
        if self._runner is None and not self._why_not:
            try:
                self._runner = start("beam", nodes=self.document.front.nodes)
                self._runner.line_s = LINE_S
            except EngineError as error:
                self._why_not = str(error)
        return self._runner
