"""Runs lines one after another without a terminal, and writes an answer for each."""

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Protocol

from kvshell.batch.streams import (
    InputLine,
    Output,
    UnreadableError,
    given_lines,
    joined,
    narrate_on_terminal,
    read_lines,
)
from kvshell.commands.assist.hints import NOTHING_RUNS, START
from kvshell.commands.assist.proposals import needs_a_system
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import Open, Result, StreamedOutput
from kvshell.commands.view import Role
from kvshell.runtime import Event
from kvshell.session import Session, here, preload
from kvshell.session.host import NO_GUARD, Host, NoGuard, Opened, Ran, Runner, Silent, once, refuse
from kvshell.session.interrupts import INTERRUPTED, Interrupts, end_process
from kvshell.systems import Design
from kvshell.views import (
    Caps,
    render,
    render_event,
    render_line,
    render_note,
    safe,
    terminal_width,
    with_options,
)
from kvshell.views.caps import Flags
from kvshell.views.output import guests, narrate
from kvshell.views.safe import printed_lines
from kvshell.views.widths import cell_width


def carets(text: str, part: int, caps: Caps) -> str:
    """Return the line with carets below its first problem; empty if it has none or is too wide."""
    parts = parse(text).parts
    problems = parts[part].problems if part < len(parts) else []
    if not problems:
        return ""
    start, end = problems[0].start, problems[0].end
    before, marked = (cell_width(safe(piece)) for piece in (text[:start], text[start:end]))
    if before + marked > (caps.width or 80) - 2:
        return ""
    marks = " " * before + "^" * max(marked, 1)
    shown = render_line(text, Role.plain, caps)
    return f"  {shown}\n  {render_line(marks, Role.error, caps)}"


OK, FAILED, UNREADABLE, STUCK = 0, 1, 2, 4

# With `--free`: how long to wait for the system to settle before the next line is run.
REST_S = 2.0
LOOKED_AT = 1 << 20  # bytes of a file to search for unsupported commands
ENGINE_REST_S = 10.0  # on another engine, real calls time out after real seconds


def run(flags: Flags) -> int:
    """Run the lines of `-c`, of standard input, or both; return the exit code."""
    try:
        output = Output(sys.stdout, flags.caps)
        if flags.engine == "beam" or flags.nodes or flags.join:
            return _on_engine(flags, output)
        made = _session_class(flags.engine)
        with (
            made("free" if flags.free else "controlled", flags.design or "ets") as session,
            Interrupts(again=end_process) as interrupts,
        ):
            session.programs = here
            with _aside(flags.caps.json):
                failed = preload(session, flags.load)
            if failed is not None:
                return _stopped(failed.partition(") ")[2], UNREADABLE)
            with guests():
                return Batch(session, flags, output, interrupts).run(_lines(flags))
    except UnreadableError as error:
        return _stopped(f"cannot read standard input: {error}", UNREADABLE)


def _session_class(engine: str) -> type[Session]:
    """Return the session class for an engine that is kvshell's own runtime."""
    if engine != "elixir":
        return Session
    from kvshell.engines.elixir.session import ElixirSession  # noqa: PLC0415  # rarely needed

    return ElixirSession


def _on_engine(flags: Flags, output: Output) -> int:
    """Run the lines on the BEAM; return 2 if it is not available."""
    from kvshell.engines.available import (  # noqa: PLC0415  # rarely needed
        EngineError,
        refused,
        start,
    )

    if flags.load:
        return _stopped(
            "--load runs files on kvshell's own runtime: leave --engine out", UNREADABLE
        )
    if flags.free:
        return _stopped("--free is for kvshell's own runtime: leave --engine out", UNREADABLE)
    lines = (*flags.lines, *_lines_of_file())
    why = refused(lines, alone=not (flags.nodes or flags.join))
    if why and not flags.keep_going:
        return _stopped(why, UNREADABLE)
    try:
        runner = start(flags.engine, flags.design, flags.nodes, flags.join)
    except EngineError as error:
        return _stopped(str(error), UNREADABLE)
    with runner, Interrupts(again=end_process) as interrupts:
        if not flags.caps.json:
            runner.on_output = lambda text: output.write("\n".join(printed_lines(text)))
        code = Batch(runner, flags, output, interrupts).run(_lines(flags))
    if runner.left:
        narrate(runner.left)
    return code


def _lines_of_file() -> list[str]:
    """Return the lines of standard input if it is a file; [] for a pipe, whose lines come later.

    Indented lines are left out: they may belong to a block of Elixir and are not commands.
    """
    try:
        descriptor = sys.stdin.fileno()
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return []
        data = os.pread(descriptor, LOOKED_AT, os.lseek(descriptor, 0, os.SEEK_CUR))
    except (AttributeError, OSError, ValueError):
        return []
    lines = data.decode("utf-8", "replace").splitlines()
    return [line for line in lines if line and not line[0].isspace()]


def _lines(flags: Flags) -> Iterator[InputLine]:
    given = given_lines(flags.lines)
    if (flags.lines and not flags.stay) or sys.stdin is None:
        return given
    return chain(given, read_lines(sys.stdin.buffer))


def _stopped(sentence: str, code: int) -> int:
    narrate(sentence)
    return code


def _aside(json: bool) -> contextlib.AbstractContextManager[object]:
    """A context that escapes what servers print and, in JSON mode, writes it to standard error."""
    return guests(sys.stderr if json else None)


class _Aside(NoGuard):
    """A Guard that keeps what servers print while a line runs apart from the JSON objects."""

    def around(self, runner: Runner, *, resting: bool) -> contextlib.AbstractContextManager[object]:  # noqa: ARG002
        """Return a context that redirects standard output to standard error."""
        return _aside(True)


class BatchRunner(Runner, Protocol):
    """A Runner with the line number for its prompt, and options for rendering answers."""

    busy: str
    on_notice: Callable[[Event], None] | None

    @property
    def counter(self) -> int:
        """The number of the next line."""

    @property
    def options(self) -> dict[str, str]:
        """The options of `set` and their values."""

    @property
    def design(self) -> Design:
        """The running design, or the default one."""

    def unfinished(self, text: str) -> bool:
        """Whether `text` is incomplete Elixir that continues on the next line."""


class Batch:
    """A batch that runs on a session or on another engine."""

    def __init__(
        self, session: BatchRunner, flags: Flags, output: Output, interrupts: Interrupts
    ) -> None:
        self._session = session
        self._flags = flags
        self._output = output
        self._writer = (JsonWriter if flags.caps.json else TextWriter)(session, flags, output)
        session.on_notice = lambda event: self._writer.events([event])
        self._rest_s = REST_S if flags.free else ENGINE_REST_S if flags.engine == "beam" else None
        self._host = Host(
            session,
            self._writer,
            {
                "clear": lambda _wish, _host: Opened(),  # there is no screen
                "replay": self._replay,
                "explore": self._explore,
                "bench": self._bench,
                "test": self._test,
                "watch": once,
                "record": refuse("{kind} needs the prompt: kvshell record PATH"),
                "learn": refuse("{kind} needs the prompt: start kvshell in a terminal, without -c"),
            },
            interrupts,
            self._rest_s,
            _Aside() if flags.caps.json else NO_GUARD,
        )

    def run(self, lines: Iterable[InputLine]) -> int:
        """Run lines until one fails; with `--keep-going`, run all of them."""
        code = OK
        for line in joined(lines, self._unfinished):
            self._flags.recent.append(line.text)
            ran = self._misread(line) if line.problem else self._host.line(line.text)
            if not ran.rested and ran.stuck is None and not ran.interrupted:
                who = f": {self._session.busy}" if self._session.busy else ""
                message = f"the system is still busy after {self._rest_s:g} s{who}"
                narrate_on_terminal(f"line {line.number}: {message}")
            if ran.stuck is not None:
                return _stopped(f"line {line.number}: {ran.stuck}", STUCK)
            if ran.interrupted:
                return INTERRUPTED
            code = max(code, ran.code, FAILED if ran.failed else OK)
            if not line.problem:
                self._tell_idle(ran)
            if ran.failed and line.piped and not line.problem:
                more = "" if self._flags.keep_going else "; --keep-going continues after an error"
                narrate(f"line {line.number} failed{more}")
            if ran.left or (code and not self._flags.keep_going):
                return code
        return code

    def _tell_idle(self, ran: Ran) -> None:
        """Print that no system is running and how to start one, if the error does not say so."""
        result = ran.results[-1] if ran.results else None
        if result is None or result.elixir or START in (result.error or ""):
            return
        hint = result.hint
        if hint is not None and hint.text and hint.key == NOTHING_RUNS:
            narrate(str(hint.text))
        elif result.error is not None:  # hints are off, or there are none, as on the BEAM
            now = self._host.snapshot
            if (
                now.design is None
                and not now.gone
                and needs_a_system(parse(result.input).parts[0], now)
            ):
                narrate(f"{now.idle}: {START}")

    def _unfinished(self, text: str) -> bool:
        """Whether `text` must continue on the next line."""
        return self._session.unfinished(text)

    def _misread(self, line: InputLine) -> Ran:
        """Report a line that could not be read; return it as failed."""
        error = f"** (CommandError) {line.problem}"
        ran = Ran(line.text, (Result(self._session.counter, line.text, ok=False, error=error),))
        self._output.write(render(ran.results[0], self._flags.caps))
        return ran

    def _replay(self, wish: Open, _host: Host) -> Opened:
        from kvshell.transcript.command import replay_one  # noqa: PLC0415  # only when typed

        return Opened(code=replay_one(wish.args["path"], self._flags))

    def _explore(self, wish: Open, host: Host) -> Opened:
        from kvshell.explore.typed_explore import explored  # noqa: PLC0415  # as above

        design, target = self._session.design, wish.args["target"]
        with host.interrupts.search() as stop:
            session = self._session
            message, code = explored(
                target, design.name, self._flags.caps, stop, None, design.sources, session
            )
        self._output.write(message)
        return Opened(code=code)

    def _test(self, wish: Open, _host: Host) -> Opened:
        from kvshell.testing.command import test_path  # noqa: PLC0415  # as above

        return Opened(code=test_path(wish.args["path"], self._flags))

    def _bench(self, _wish: Open, _host: Host) -> Opened:
        from kvshell.bench.command import bench  # noqa: PLC0415  # as above

        return Opened(code=bench(None, self._flags))


class TextWriter(Silent):
    """Writes answers and events as text, each at once."""

    def __init__(self, session: BatchRunner, flags: Flags, output: Output) -> None:
        self._session = session
        self._flags = flags
        self._output = output

    def answer(self, text: str, number: int, result: Result) -> None:
        """Write an answer, and the events that came while its command ran."""
        caps = self._flags.caps
        if caps.tty:
            caps = caps._replace(width=terminal_width(os.environ, sys.stdout))
            caps = with_options(caps, self._session.options)
        if not result.ok and not result.elixir:
            narrate_on_terminal(carets(text, number, caps))
        if isinstance(result.output, StreamedOutput):
            result = result._replace(output="")
        self._output.write(render(result, caps))
        self.events(result.events)
        shown = result.hint is None or result.hint.needs_tab or result.hint.key == NOTHING_RUNS
        if not shown and result.hint is not None and result.hint.text:
            narrate_on_terminal(render_note(f"hint: {result.hint.text}", caps))

    def events(self, events: Sequence[Event]) -> None:
        """Write each event as text."""
        for event in events:
            self._output.write(render_event(event, self._flags.caps))


class JsonWriter(TextWriter):
    """Writes a JSON object per answer; the last object of a line includes the events after it."""

    def __init__(self, session: BatchRunner, flags: Flags, output: Output) -> None:
        super().__init__(session, flags, output)
        self._last: Result | None = None

    def answer(self, text: str, number: int, result: Result) -> None:  # noqa: ARG002  # a protocol
        """Write the object of the previous answer, and keep this one for the events."""
        self.events(())
        self._last = result

    def events(self, events: Sequence[Event]) -> None:
        """Write the object of the last answer, including the events."""
        result, self._last = self._last, None
        if result is not None:
            self._output.write(render(result, self._flags.caps, events))

    def ended(self, ran: Ran) -> None:  # noqa: ARG002  # a protocol
        """Write the object of the last answer if it is still pending."""
        self.events(())
