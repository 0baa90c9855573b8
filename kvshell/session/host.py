"""Runs the lines of a mode: one conversation with one runner.

Batch, prompt, replayed document, lesson and piped recording all use `Host.line`: it runs a line,
shows the answers, carries out each `Open`, lets the system settle, and takes the events. They
differ in what they pass in. The clients of a search never settle, so they have no host.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from time import perf_counter
from typing import Final, NamedTuple, Protocol

from kvshell.commands.result import Open, Result
from kvshell.commands.snapshot import Snapshot
from kvshell.runtime import Event, Interrupted, NotAtRest
from kvshell.session.interrupts import Interrupts


class Waiting(NamedTuple):
    """What a process waits for: the name of a process, its status, and the time left."""

    name: str
    status: str
    left_ms: int | None


class Runner(Protocol):
    """Runs lines: a Session, or an engine that drives a real BEAM."""

    def run(self, text: str, *, counted: bool = True) -> list[Result]:
        """Run one line; return one result per command up to the first error, none for a blank line.

        A line that is not `counted` is left out of the history and does not advance the number.

        Raises:
            NotAtRest: the line waits for something that can never happen.
        """

    def run_as(self, client: str, text: str, timeout_s: float | None = None) -> list[Result]:
        """Hand a line to another client, settle, and return its answers.

        Empty if the client is still waiting; its later answer is an event.
        """

    def settle(self, timeout_s: float | None = None) -> bool:
        """Let the system settle; return False if it takes longer than `timeout_s` of real time.

        Raises:
            NotAtRest: the system never settles, or it is impossible to tell when it does.
            Interrupted: settling was interrupted from outside.
        """

    def events(self) -> list[Event]:
        """Return what happened in the background since the last call."""

    def interrupt(self) -> None:
        """End the current line's wait; safe in a signal handler, as it only sets a flag."""

    def waiting(self) -> Waiting | None:
        """Return what the current line waits for, if anything. Safe in a signal handler."""

    def snapshot(self) -> Snapshot:
        """Return a snapshot for toolbar, completion and help; never waits."""

    def close(self) -> None:
        """End everything that runs. A second call does nothing."""


class Ran(NamedTuple):
    """A line and its outcome: everything a mode needs to know.

    Attributes:
        text: the line.
        results: its results; an `Open` is replaced by the results of its opener.
        events: events until the system settled; a command's own events are in its result.
        ms: the total time in milliseconds.
        rested: whether the system settled in time.
        stuck: why the system can never settle, if that is certain.
        overdue: whether the time limit was reached.
        abandoned: whether the line was abandoned, which makes the runner unusable.
        interrupted: whether Ctrl-C was pressed.
        partial: whether Ctrl-C cut short what was opened, so its results are partial.
        left: whether the line was `exit`.
        code: the highest exit code of anything opened.
    """

    text: str = ""
    results: tuple[Result, ...] = ()
    events: tuple[Event, ...] = ()
    ms: float = 0.0
    rested: bool = True
    stuck: NotAtRest | None = None
    overdue: bool = False
    abandoned: bool = False
    interrupted: bool = False
    partial: bool = False
    left: bool = False
    code: int = 0

    @property
    def failed(self) -> bool:
        """Whether the line ended in an error."""
        return self.stuck is not None or any(not result.ok for result in self.results)


class Writer(Protocol):
    """Shows the results of lines in a mode. Its methods run outside the line's Ctrl-C scope."""

    def record(self, text: str, results: Sequence[Result]) -> None:
        """Called with a line and its results before anything is shown or opened."""

    def answer(self, text: str, number: int, result: Result) -> None:
        """Show the answer of command `number` of the line, before the system settles.

        An `Open` is shown before it is carried out, and its results afterwards.
        """

    def events(self, events: Sequence[Event]) -> None:
        """Show events that happened while the system settled or in the background."""

    def ended(self, ran: Ran) -> None:
        """Called when a line has ended, after all its output."""


class Silent:
    """A Writer that shows nothing, for modes that use the return value of `Host.line` instead."""

    def record(self, text: str, results: Sequence[Result]) -> None:
        """Do nothing."""

    def answer(self, text: str, number: int, result: Result) -> None:
        """Do nothing."""

    def events(self, events: Sequence[Event]) -> None:
        """Do nothing."""

    def ended(self, ran: Ran) -> None:
        """Do nothing."""


class Guard(Protocol):
    """Wraps a running line, for a time limit, a notice or separate output."""

    def around(self, runner: Runner, *, resting: bool) -> AbstractContextManager[object]:
        """Return the context manager for a running line or, if `resting`, for settling after it.

        Raises:
            OverdueError: inside the context, if the runner does not react to an interrupt.
        """

    @property
    def overdue(self) -> bool:
        """Whether the time limit has been reached since the last `around`."""


class OverdueError(BaseException):
    """A line neither ended nor waited and was abandoned; no Elixir `catch` can catch this."""


class NoGuard:
    """A Guard that does nothing."""

    overdue = False

    def around(self, runner: Runner, *, resting: bool) -> AbstractContextManager[object]:  # noqa: ARG002  # a protocol
        """Return a context manager that does nothing."""
        return _NOTHING


_NOTHING: Final = nullcontext()
SILENT: Final = Silent()
NO_GUARD: Final = NoGuard()


class Opened(NamedTuple):
    """The outcome of carrying out an `Open`.

    Attributes:
        results: the results shown instead of the `Open`, as answers of the same command.
        code: the exit code.
        partial: whether Ctrl-C ended it with partial results.
    """

    results: tuple[Result, ...] = ()
    code: int = 0
    partial: bool = False


Opener = Callable[[Open, "Host"], Opened]


def refuse(sentence: str) -> Opener:
    """Return an opener that answers with an error; `{kind}` in it is the kind of the `Open`."""

    def opener(wish: Open, _host: "Host") -> Opened:
        error = f"** (CommandError) {sentence.format(kind=wish.kind)}"
        return Opened((Result(0, "", ok=False, error=error),), code=1)

    return opener


def once(wish: Open, host: "Host") -> Opened:
    """Open a `watch` by showing its view a single time, where watching is not possible."""
    return Opened(tuple(host.runner.run(wish.args["line"], counted=False)))


class Host:
    """One conversation with one runner, on the thread that created it.

    Args:
        runner: runs the lines.
        writer: shows their results.
        openers: functions that carry out an `Open`, by kind. An `Open` without an opener stays in
            the results, for the mode; `exit` needs none.
        interrupts: defines what Ctrl-C does.
        rest_s: how long the system may take to settle; None: no limit.
        guard: wraps a running line, and the settling after it.
    """

    def __init__(
        self,
        runner: Runner,
        writer: Writer = SILENT,
        openers: Mapping[str, Opener] | None = None,
        interrupts: Interrupts | None = None,
        rest_s: float | None = None,
        guard: Guard = NO_GUARD,
    ) -> None:
        self.runner = runner
        self.writer = writer
        self.openers: Mapping[str, Opener] = openers or {}
        self.interrupts = interrupts or Interrupts()
        self.rest_s = rest_s
        self.guard = guard
        self._snapshot: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The system when it last settled; taken once, on first use."""
        if self._snapshot is None:
            self._snapshot = self.runner.snapshot()
        return self._snapshot

    def line(
        self, text: str, *, client: str = "", counted: bool = True, settle: bool = True
    ) -> Ran:
        """Run one line to its end, and return its outcome.

        Args:
            text: the line; a blank one runs nothing.
            client: the client that runs it, instead of the shell.
            counted: whether the line gets a number and enters the history.
            settle: whether to let the system settle afterwards.
        """
        line = _Line(self, text)
        try:
            with (
                self.interrupts.line(self.runner.interrupt),
                self.guard.around(self.runner, resting=False),
            ):
                if problem := not_utf_8(text):
                    error = f"** (CommandError) {problem}"
                    results = [Result(self.snapshot.counter, text, ok=False, error=error)]
                elif client:
                    results = self.runner.run_as(client, text, self.rest_s)
                else:
                    results = self.runner.run(text, counted=counted)
            line.overdue = self.guard.overdue
            # `run_as` has already waited, so a single check tells whether everything is at rest.
            line.rests = settle and (bool(results) or bool(client))
            line.waited = bool(client)
            self.writer.record(text, results)
            line.show(results)
            line.rest()
        except NotAtRest as stuck:
            line.stuck = stuck
        except Interrupted:  # Ctrl-C or the time limit while the system settled
            line.rested = False
            line.overdue = line.overdue or self.guard.overdue
        except OverdueError:
            line.overdue = line.abandoned = True
        line.collect_events()
        self._snapshot = None
        ran = line.ran()
        self.writer.ended(ran)
        return ran

    def news(self) -> None:
        """Show the background events since the last line."""
        events = self.runner.events()
        if events:
            self._snapshot = None
            self.writer.events(events)

    def at_rest(self) -> bool:
        """Whether the system is at rest now; if so, the next `snapshot` takes a new one."""
        rested = self.runner.settle(0)
        if rested:
            self._snapshot = None
        return rested


def not_utf_8(text: str) -> str:
    """Return an error that names the first byte of a line that is not UTF-8; "" if there is none.

    A terminal, an argument or an old history file may contain any bytes. Those that cannot be
    decoded arrive as lone surrogates, which no term may contain.
    """
    if text.isascii():
        return ""
    for column, char in enumerate(text, 1):
        if "\ud800" <= char <= "\udfff":
            byte = ord(char) - 0xDC00
            what = f"byte 0x{byte:02x}" if 0x80 <= byte <= 0xFF else f"U+{ord(char):04X}"
            return f"not UTF-8: {what} at column {column}; the line was not run"
    return ""


class _Line:
    """A line in progress, with the results and events collected so far."""

    def __init__(self, host: Host, text: str) -> None:
        self.host = host
        self.text = text
        self.begun = perf_counter()
        self.results: list[Result] = []
        self.events: list[Event] = []
        self.rests = True
        self.waited = False
        self.rested = True
        self.collected = False
        self.stuck: NotAtRest | None = None
        self.overdue = self.abandoned = self.partial = self.left = False
        self.code = 0

    def show(self, results: Sequence[Result]) -> None:
        """Show the answers in order, and carry out each `Open` in its place."""
        for number, result in enumerate(results):
            self.host.writer.answer(self.text, number, result)
            if result.open is None or not self._opened(result.open, number, result):
                self.results.append(result)

    def _opened(self, wish: Open, number: int, result: Result) -> bool:
        """Carry out an `Open`; return whether an opener answered it."""
        if wish.kind == "exit":
            self.left = True
            return False
        opener = self.host.openers.get(wish.kind)
        if opener is None:
            return False
        self.rest()  # this system stands still while the other one runs
        self.collect_events()
        opened = opener(wish, self.host)
        self.code = max(self.code, opened.code)
        self.partial = self.partial or opened.partial
        for each in opened.results:
            answer = each._replace(line=result.line, input=result.input)
            self.results.append(answer)
            self.host.writer.answer(self.text, number, answer)
        return bool(opened.results)

    def rest(self) -> None:
        """Let the system settle; only the first call does anything."""
        if not self.rests:
            return
        self.rests = False
        host = self.host
        with (
            host.interrupts.rest(host.runner.interrupt),
            host.guard.around(host.runner, resting=True),
        ):
            self.rested = host.runner.settle(0 if self.waited else host.rest_s)
        self.overdue = self.overdue or host.guard.overdue

    def collect_events(self) -> None:
        """Show this line's events, including background ones, unless they are already shown."""
        if not self.collected:
            self.collected = True
            self.events += self.host.runner.events()
            self.host.writer.events(self.events)

    def ran(self) -> Ran:
        """Return the outcome of the line."""
        return Ran(
            self.text,
            tuple(self.results),
            tuple(self.events),
            (perf_counter() - self.begun) * 1000,
            self.rested,
            self.stuck,
            self.overdue,
            self.abandoned,
            self.host.interrupts.pressed,
            self.partial,
            self.left,
            self.code,
        )
