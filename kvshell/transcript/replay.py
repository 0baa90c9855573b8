"""Replays the documents named on the command line, and returns the exit code."""

from collections.abc import Callable
from shlex import join
from time import perf_counter

from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.targets import Target
from kvshell.transcript.format.unseen import passed_over
from kvshell.transcript.match.outcome import Checked, Played, Status
from kvshell.transcript.report.failures import last_line, listing, selected_steps
from kvshell.transcript.report.replay_options import ReplayOptions
from kvshell.transcript.report.reports import (
    FAILING,
    ReplayProgress,
    Report,
    TextReport,
    TraceReport,
    Write,
    totals_of,
)
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings, elapsed_ms

PASSED, FAILED, MALFORMED, NOTHING, STUCK, INTERRUPTED = 0, 1, 2, 3, 4, 130


def make_report(kind: str, write: Write, options: ReplayOptions) -> Report:
    """Return the report of this kind: text, trace, json, junit or github."""
    if kind == "trace":
        return TraceReport(write, options.caps)
    if kind == "text":
        return TextReport(write, options.caps)
    from kvshell.transcript.report.data_reports import (  # noqa: PLC0415  # requested by programs rather than people
        GithubReport,
        JsonReport,
        JunitReport,
    )

    match kind:
        case "json":
            return JsonReport(write)
        case "junit":
            return JunitReport(write)
        case _:
            return GithubReport(write)


class Replay:
    """A replay of several documents with the same options."""

    def __init__(
        self, options: ReplayOptions, report: Report, progress: ReplayProgress, narrate: Write
    ) -> None:
        self._options = options
        self._report = report
        report.command = _command(options)
        self._progress = progress
        self._narrate = narrate
        self._played: list[Played] = []
        self._malformed = 0
        self._begun = perf_counter()

    def run(self, targets: list[Target]) -> int:
        """Play each document and report it; return the exit code."""
        for target in targets:
            document = self._read(target)
            if document is None:
                continue
            self._passed_over(document)
            update = self._update if self._options.update else self.play
            played = update(document, target)
            if played is None:
                continue
            self._played.append(played)
            if played.interrupted:
                break
            if self._options.stop_first and played.code:
                break
        code = self.code()
        self._progress.clear()
        self._report.finish(totals_of(self._played, self._malformed, elapsed_ms(self._begun), code))
        return code

    def _read(self, target: Target) -> Document | None:
        data = target.read()
        if not self._options.elixir and not target.is_ours(data):
            return None
        try:
            return target.parse(data, elixir=self._options.elixir)
        except ParseError as error:
            self._malformed += 1
            self._progress.clear()
            self._report.malformed(error)
            return None

    def _passed_over(self, document: Document) -> None:
        """Report how many blocks of a document look as if they run but do not."""
        count = passed_over(document)
        if count:
            blocks = "1 block is" if count == 1 else f"{count} blocks are"
            check = join(["kvshell", "check", document.path])
            self._narrate(f"{document.path}: {blocks} passed over: {check}")

    def play(self, document: Document, target: Target) -> Played | None:
        """Play a document; return None if it has nothing to run, or `-k` selects no step of it."""
        until = target.until
        steps: set[int] | None = None
        if self._options.match:
            steps = selected_steps(document, self._options.match)
            if not steps:
                return None
            until = min(until or 1 << 60, last_line(document, steps))
        self._report.begin(document)
        options = self._options
        settings = Settings(
            options.design,
            until,
            stop_first=options.stop_first,
            trust=options.trust,
            load=options.load,
        )
        played = play_document(
            document, settings, lambda each: self._report_progress(document, each, steps)
        )
        if steps is not None:
            kept = tuple(each for each in played.checked if _counts(each, steps))
            played = played._replace(checked=kept)
        if not played.checked and not played.interrupted:
            return None
        self._progress.clear()
        self._report.played(played)
        return played

    def _update(self, document: Document, target: Target) -> Played | None:
        """Play a document and rewrite it; the report shows the rewritten document."""
        from kvshell.transcript.write.atomic_file import (  # noqa: PLC0415
            NotWrittenError,
            write_file,
        )
        from kvshell.transcript.write.updating import (  # noqa: PLC0415  # most replays change nothing
            NotUpdatedError,
            Rewritten,
            ask_person,
        )

        options = self._options
        settings = Settings(until=target.until, trust=options.trust, load=options.load)
        rewritten = Rewritten(document, lambda each: play_document(each, settings, _quietly))
        if not rewritten.played.checked:
            return None
        first = rewritten.played
        try:
            rewritten.rewrite(
                new_only=options.update == "new",
                accept=options.accept_identity,
                ask=ask_person(document) if options.update == "ask" else None,
            )
            if rewritten.lines and target.file is not None and not rewritten.played.interrupted:
                seen = document.source.text.encode("utf-8")
                write_file(target.file, rewritten.document.source.text, over=seen)
                lines = ", ".join(str(line) for line in sorted(rewritten.lines.values()))
                what = "line" if len(rewritten.lines) == 1 else "lines"
                self._narrate(f"updated {document.path}: the answers of {what} {lines}")
        except (NotUpdatedError, NotWrittenError) as error:
            self._narrate(f"{document.path} is left as it is: {error}")
            rewritten.played = first
        played = rewritten.played
        self._report.begin(played.document)
        for each in played.checked:
            self._report.checked(played.document, each)
        self._report.played(played)
        for refusal in rewritten.refused.values():
            line = played.checked[refusal.number].line
            self._narrate(f"{document.path}:{line} is left as it is: {refusal.why}")
        return played

    def _report_progress(
        self, document: Document, checked: Checked, steps: set[int] | None
    ) -> None:
        self._progress.report(document.path, checked.line, len(document.source.lines))
        if steps is None or _counts(checked, steps):
            if checked.status in FAILING:
                self._progress.clear()
            self._report.checked(document, checked)

    def code(self) -> int:
        """The exit code of the replay: that of the most serious outcome.

        It is 3 only if no document had anything to run.
        """
        codes = {played.code for played in self._played}
        if self._malformed:
            codes.add(MALFORMED)
        for code in (INTERRUPTED, STUCK, MALFORMED, FAILED):
            if code in codes:
                return code
        return PASSED if PASSED in codes else NOTHING


def _counts(checked: Checked, steps: set[int]) -> bool:
    """Whether the report of a replay with `-k` includes this command.

    It does if its step is selected, or if it hung, because then no later step was reached.
    """
    return checked.block.step in steps or checked.status is Status.hung


def _quietly(checked: Checked) -> None:
    del checked


def play_document(
    document: Document,
    settings: Settings,
    on_progress: Callable[[Checked], None],
    *,
    ctrl_c: bool = True,
) -> Played:
    """Play a document from start to end on a system of its own.

    With `ctrl_c`, an interrupt ends the replay in an orderly way; otherwise the caller handles it.
    """
    begun = perf_counter()
    checked: list[Checked] = []
    interrupted = False
    with LineTimeout(ctrl_c=ctrl_c) as watchdog:
        player = Player(document, settings, watchdog)
        try:
            for each in player.steps():
                checked.append(each)
                on_progress(each)
                if watchdog.interrupted:
                    interrupted = True
                    break
        except KeyboardInterrupt:
            if not ctrl_c:
                raise
            interrupted = True
        finally:
            player.close()
    return Played(document, tuple(checked), elapsed_ms(begun), interrupted)


def list_steps(targets: list[Target], write: Write, *, elixir: bool) -> int:
    """Write the steps that a replay would run, without running them; return the exit code."""
    code, found = PASSED, False
    for target in targets:
        data = target.read()
        if not target.is_ours(data):
            continue
        try:
            document = target.parse(data, elixir=elixir)
        except ParseError as error:
            write(f"ERROR {error}")
            code = MALFORMED
            continue
        for line in listing(document):
            found = True
            write(line)
    return code or (PASSED if found else NOTHING)


def _command(options: ReplayOptions) -> str:
    """Return this replay's command line without paths, with the options that affect results."""
    words = ["kvshell"]
    for path in options.load:
        words += ["--load", path]
    words.append("replay")
    if options.trust:
        words.append("--trust")
    if options.design:
        words += ["--design", options.design]
    return join(words)
