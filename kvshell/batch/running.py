"""A batch: read a line, run it, print its answer, let the system come to rest.

Standard output is data: the answers, and after a line the events of the rest that followed it.
Standard error is narration, and only a person at a terminal gets any.
"""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from kvshell.batch.carets import carets
from kvshell.batch.interrupts import INTERRUPTED, Interrupts
from kvshell.batch.output import Output, UnwritableError, narrate
from kvshell.batch.reading import Line, UnreadableError, given_lines, read_lines
from kvshell.commands.result import Open, Result
from kvshell.runtime import Event, NotAtRest
from kvshell.session import Session, here, preload
from kvshell.views import render, render_event, render_note, terminal_width, with_options
from kvshell.views.flags import Flags

OK, FAILED, UNREADABLE, STUCK = 0, 1, 2, 4

# With --free: how long the system may take to come to rest before the next line is read.
REST_S = 2.0


def run(flags: Flags) -> int:
    """Run the lines of `-c`, or those of standard input, or both; return the exit code."""
    try:
        output = Output(sys.stdout, flags.caps)
        with (
            Session(scheduler="free" if flags.free else "controlled") as session,
            Interrupts(session.interrupt) as interrupts,
        ):
            session.programs = here
            with _aside(flags.caps.json):
                failed = preload(session, flags.load)
            if failed is not None:
                return _stopped(failed.partition(") ")[2], UNREADABLE)
            return Batch(session, flags, output, interrupts).run(_lines(flags))
    except UnwritableError as error:
        return _stopped(f"cannot write the answers: {error}", STUCK)
    except UnreadableError as error:
        return _stopped(f"cannot read standard input: {error}", UNREADABLE)


def _lines(flags: Flags) -> Iterator[Line]:
    given = given_lines(flags.lines)
    if (flags.lines and not flags.stay) or sys.stdin is None:
        return given
    return chain(given, read_lines(sys.stdin.buffer))


def _aside(json: bool) -> contextlib.AbstractContextManager[object]:
    """Keep what a loaded server prints out of the objects: it goes to standard error."""
    return contextlib.redirect_stdout(sys.stderr) if json else contextlib.nullcontext()


def _stopped(sentence: str, code: int) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"kvshell: {sentence}\n")
    return code


class Batch:
    """One batch on one session."""

    def __init__(
        self, session: Session, flags: Flags, output: Output, interrupts: Interrupts
    ) -> None:
        self._session = session
        self._flags = flags
        self._output = output
        self._interrupts = interrupts

    def run(self, lines: Iterable[Line]) -> int:
        """Run lines until one fails; with `--keep-going` all of them."""
        code = OK
        for line in lines:
            try:
                results = self._run_line(line)
            except NotAtRest as stuck:
                return _stopped(f"line {line.number}: {stuck}", STUCK)
            if self._interrupts.came:
                return INTERRUPTED
            if not all(result.ok for result in results):
                code = max(code, FAILED)
            wish = results[-1].open if results else None
            if wish is not None and wish.kind == "exit":
                return code
            if wish is not None:
                code = max(code, self._carry_out(wish))
            if code and not self._flags.keep_going:
                return code
        return code

    def _run_line(self, line: Line) -> list[Result]:
        """Run a line, write its answers, let the system rest, write what came of that."""
        self._flags.recent.append(line.text)
        json = self._flags.caps.json
        with self._interrupts.line(), _aside(json):
            results = self._results(line)
            # A JSON object holds the events of its line, so the last one waits for the rest.
            waiting = results[-1:] if json else []
            for number, result in enumerate(results[: len(results) - len(waiting)]):
                if not result.ok and not line.problem:
                    narrate(carets(line.text, number, self._flags.caps))
                self._write(result)
            rested = True
            try:
                if results:
                    rested = self._session.settle(REST_S if self._flags.free else None)
            finally:
                events = self._session.events()
                for result in waiting:
                    self._output.write(render(result, self._flags.caps, events))
                if not json:
                    self._write_events(events)
        if not rested:
            narrate(f"line {line.number}: the system still moves after {REST_S:g} s")
        return results

    def _results(self, line: Line) -> list[Result]:
        if not line.problem:
            return self._session.run(line.text)
        error = f"** (CommandError) {line.problem}"
        return [Result(self._session.counter, line.text, ok=False, error=error)]

    def _write(self, result: Result) -> None:
        caps = self._flags.caps
        if caps.tty:
            caps = caps._replace(width=terminal_width(os.environ, sys.stdout))
            caps = with_options(caps, self._session.options)
        self._output.write(render(result, caps))
        if not caps.json:
            self._write_events(result.events)
        if result.hint is not None and not result.hint.needs_tab:
            narrate(render_note(f"hint: {result.hint.text}", caps))

    def _write_events(self, events: Sequence[Event]) -> None:
        for event in events:
            self._output.write(render_event(event, self._flags.caps))

    def _carry_out(self, wish: Open) -> int:
        """Do what a command asked its host to do; the exit code of that."""
        if wish.kind == "clear":
            return OK  # there is no screen
        if wish.kind == "replay":
            from kvshell.transcript.command import replay  # noqa: PLC0415  # only when typed

            return replay(["--", wish.args["path"]], self._flags)
        if wish.kind == "explore":
            from kvshell.explore.doors import explored  # noqa: PLC0415  # as above

            design = self._session.design.name
            said, code = explored(wish.args["target"], design, self._flags.caps)
            self._output.write(said)
            return code
        if wish.kind == "bench":
            from kvshell.bench.command import bench  # noqa: PLC0415  # as above

            return bench([], self._flags)
        instead = "kvshell record PATH" if wish.kind == "record" else "kvshell"
        self._output.write(f"** (CommandError) {wish.kind} needs the prompt: {instead}")
        return FAILED
