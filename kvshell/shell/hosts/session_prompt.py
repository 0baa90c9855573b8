"""The prompt of a session: its typing help, its lines and its toolbar."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from kvshell.commands import Problem, reading
from kvshell.commands.assist.advice import advice
from kvshell.commands.assist.proposals import works
from kvshell.commands.handlers.names import PROPOSAL
from kvshell.commands.language.message import Message
from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.commands.result import Open, Result, StreamedOutput
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.view import Panel, Role, Text
from kvshell.runtime import Event, NotAtRest
from kvshell.session import Waiting
from kvshell.session.host import Host, Opened, Opener, Runner, Silent
from kvshell.shell.hosts.command_words import CommandWords, typing_help
from kvshell.shell.hosts.protocol import (
    WIPE,
    Display,
    PromptRunner,
    ScreenBlock,
    ToolbarStatus,
)
from kvshell.shell.hosts.sentences import describe_wait, given_up, parts, welcome
from kvshell.views import Caps, render, render_event, render_line, render_note, render_view
from kvshell.views.safe import printed_lines

SETTLE_S: Final = 0.1
EVENTS_AT_ONCE: Final = 40
SAME_WAIT_MS: Final = 50

ScreenOpener = Callable[[Open, Host], Iterable[ScreenBlock]]
_NOTHING: Final = nullcontext()


class SessionPrompt(Silent):
    """Hosts a Session; also the Writer and the Guard of the session's Host.

    Args:
        session: runs the lines.
        caps: called for every drawing, because the width may change.
        screen_openers: the openers besides `exit` and `clear`.
        remember: called with every line, for the report of an internal error.
        record: called with every line and its results, for a recording; returns a message to show.
        texts: the language of messages.
    """

    def __init__(
        self,
        session: PromptRunner,
        caps: Callable[[], Caps],
        screen_openers: dict[str, ScreenOpener] | None = None,
        remember: Callable[[str], None] = lambda _: None,
        record: Callable[[str, Sequence[Result]], str] = lambda _line, _results: "",
        texts: Texts = ENGLISH,
    ) -> None:
        self._session = session
        self._caps = caps
        self._screen_openers = screen_openers or {}
        self._remember = remember
        self._record = record
        self._texts = texts
        self._labels = texts("Ctrl-D or `exit` leaves kvshell"), texts("next: "), texts("busy")
        self._record_note = ""
        self._host = Host(session, self, self._openers(), rest_s=SETTLE_S, guard=self)
        self._display: Display | None = None
        self._show: Callable[[Iterable[ScreenBlock]], object] = list
        self._snapshot = self._host.snapshot
        self._lately: deque[str] = deque(maxlen=3)
        self._watched: str | None = None
        self._busy = False
        self._hint = ""
        self._progress: tuple[int, int] | None = None
        self._waited: tuple[str, float] | None = None
        self.words = CommandWords(lambda: self._snapshot, lambda: typing_help(session))
        self.left = False
        self.prompt = ""
        self.alert = False
        self.status = ToolbarStatus()
        session.on_progress = self._went_on
        session.on_output = self._printed
        session.on_notice = self._noticed
        self._look()

    def welcome(self) -> Iterator[ScreenBlock]:
        """Return three lines, or four with another engine; the last suggests the first command."""
        caps = self._caps()
        for line in welcome(caps.width or 80, tab=caps.interactive, texts=self._texts):
            yield ScreenBlock(line)
        if self._session.engine:
            yield ScreenBlock(self._texts.translate(self._session.engine))
        first = render_line("start manager", Role.command, caps)
        yield ScreenBlock(f"{self._texts('Try: ')}{first}")

    def line(self, text: str, display: Display) -> None:
        """Run the line and show the results."""
        self._attach(display)
        self._remember(text)
        self._lately.append(text.strip())
        self._hint, self._progress, self._waited = "", None, None
        ran = self._host.line(text)
        if ran.stuck is not None:
            self._show([self._stuck(ran.stuck)])
        if ran.results:
            self._busy = not ran.rested
        self.left = self.left or ran.left
        if self._session.options["watch"] == "registry":
            self._show(self._watch())
        else:
            self._watched = None
        self._look()

    def _attach(self, display: Display) -> None:
        """Write output to `display` from now on."""
        if display is not self._display:
            self._display = display
            self._show = display.show
            self._host.interrupts = display.interrupts

    def around(self, runner: Runner, *, resting: bool) -> AbstractContextManager[object]:  # noqa: ARG002
        """Return the context in which a command runs on this terminal."""
        return _NOTHING if resting or self._display is None else self._display.running()

    overdue = False  # lines at a prompt have no time limit

    # -- results of a line ---------------------------------------------------------------------

    def record(self, text: str, results: Sequence[Result]) -> None:
        """Pass the line to the recording, which may return a message to show."""
        self._record_note = self._record(text, results)

    def answer(self, text: str, number: int, result: Result) -> None:
        """Show an answer, the events that came while its command ran, and a hint."""
        self._show(self._blocks(text, number, result))

    def _blocks(self, text: str, number: int, result: Result) -> Iterator[ScreenBlock]:
        caps = self._caps()
        narrate = self._session.options["hints"] == "on"
        if narrate and result.error is not None and not result.elixir:
            yield from self._carets(text, number, caps)
        if result.view is not None:
            result = in_language(result, self._texts)
        if isinstance(result.output, StreamedOutput):
            result = result._replace(output="")
        if shown := render(result, caps):
            yield ScreenBlock(shown)
        for event in result.events:
            yield ScreenBlock(self._worded(event, caps))
        if (line := _proposed(result)) and works(line, self._snapshot):
            self._hint = line
        if result.hint is not None:
            self._hint = result.hint.line
            if narrate and result.hint.text and (caps.interactive or not result.hint.needs_tab):
                hint = Message("hint: {text}", text=result.hint.text)
                yield self._narrated(hint, caps)

    def events(self, events: Sequence[Event]) -> None:
        """Show these events."""
        if self._record_note:
            note, self._record_note = self._record_note, ""
            self._show([self._narrated(note, self._caps())])
        given = self._session.given_up
        if given is not None and given.status and self._session.options["hints"] == "on":
            self._session.given_up = None
            self._show([self._narrated(given_up(given), self._caps())])
        if events:
            self._show(self._events(events))

    def _events(self, events: Sequence[Event]) -> Iterator[ScreenBlock]:
        caps = self._caps()
        if len(events) > EVENTS_AT_ONCE:
            left_out = self._texts.many(
                "~ {count:,} earlier event left out",
                "~ {count:,} earlier events left out",
                len(events) - EVENTS_AT_ONCE,
            )
            yield ScreenBlock(render_line(left_out, Role.hint, caps))
        for event in events[-EVENTS_AT_ONCE:]:
            yield ScreenBlock(self._event_text(event, caps))

    def _event_text(self, event: Event, caps: Caps) -> str:
        """Render an event; the messages of a line become a chart."""
        view = self._session.view("messages show") if event.kind == "messages" else None
        return self._worded(event, caps) if view is None else render_view(view, caps)

    def _worded(self, event: Event, caps: Caps) -> str:
        """Render an event, with kvshell's own sentences in the user's language."""
        return render_event(event._replace(text=self._texts.translate(event.text)), caps)

    def _openers(self) -> dict[str, Opener]:
        """Return the openers for a line: those given to the prompt, and `clear`."""

        def opener(opens: ScreenOpener) -> Opener:
            def carry_out(wish: Open, host: Host) -> Opened:
                self._show(opens(wish, host))
                return Opened()

            return carry_out

        screen_openers = {"clear": lambda _wish, _host: [WIPE], **self._screen_openers}
        return {kind: opener(opens) for kind, opens in screen_openers.items()}

    def _narrated(self, text: str, caps: Caps) -> ScreenBlock:
        return ScreenBlock(render_note(self._texts.translate(text), caps), narration=True)

    # -- between two lines ---------------------------------------------------------------------

    def news(self) -> list[ScreenBlock]:
        """Return the blocks for what has happened since the last call."""
        blocks: list[ScreenBlock] = []
        shown, self._show = self._show, blocks.extend
        try:
            self._host.news()
        finally:
            self._show = shown
        if blocks:
            self._look()
        return blocks

    def on_news(self, call: Callable[[], None]) -> None:
        """Set the function that is called from any thread on an event."""
        self._session.on_event = lambda _event: call()

    def descriptors(self) -> Sequence[int]:
        """Return the file descriptors of the session."""
        return self._session.descriptors()

    def busy(self) -> bool:
        """Whether the system is not at rest; it is checked again only if it was not before."""
        if self._busy and self._host.at_rest():
            self._busy = False
            self._look()
        return self._busy

    def interrupt(self) -> None:
        """End the wait of the running command."""
        self._session.interrupt()

    def waits(self) -> bool:
        """Whether the running command is waiting."""
        return self._session.waiting() is not None

    def notice(self) -> str | None:
        """Describe what the running command waits for, or its progress; None if there is nothing.

        A wait is reported only if it was already there at the previous call, because `repeat` waits
        briefly in every round.
        """
        waiting, before = self._session.waiting(), self._waited
        until = None if waiting is None else _until(waiting)
        self._waited = until
        vague = waiting is not None and not waiting.status and waiting.left_ms is None
        if self._progress is not None and vague:
            waiting = None  # the progress is more informative
        if waiting is not None and until is not None and before is not None:
            same = until[0] == before[0] and abs(until[1] - before[1]) < SAME_WAIT_MS
            if same:
                return describe_wait(waiting)
        if self._progress is not None:
            done, total = self._progress
            return Message("{done:,} of {total:,}; Ctrl-C stops", done=done, total=total)
        return None

    def close(self) -> None:
        """End all processes of the session."""
        self._session.close()

    def _printed(self, text: str) -> None:
        """Show the output of a line while it runs."""
        unicode = self._caps().unicode
        lines = "\n".join(printed_lines(text, unicode=unicode))
        self._show([ScreenBlock(lines, printed=True)])

    def _noticed(self, event: Event) -> None:
        """Show an event that the user should know of before the line has ended."""
        self._show(self._events([event]))

    def _went_on(self, done: int, total: int) -> None:
        self._progress = done, total

    def _carets(self, line: str, number: int, caps: Caps) -> Iterator[ScreenBlock]:
        """Mark the position of the problem with carets below the line on the screen."""
        parts = reading(line).parts
        problems: list[Problem] = parts[number].problems if number < len(parts) else []
        if not problems:
            return
        start, end = problems[0].start, max(problems[0].end, problems[0].start + 1)
        end = min(end, len(line) + 1)
        if line.isascii() and start < end and len(self.prompt) + end <= (caps.width or 80):
            marks = " " * (len(self.prompt) + start) + "^" * (end - start)
            yield ScreenBlock(render_line(marks, Role.error, caps), narration=True)

    def _watch(self) -> Iterator[ScreenBlock]:
        view = self._session.view("registry")
        if view is None:
            return
        text = render_view(view, self._caps())
        if text != self._watched:
            self._watched = text
            yield ScreenBlock(text)

    def _stuck(self, stuck: NotAtRest) -> ScreenBlock:
        """Describe a controlled system that can no longer make progress, or that never settles."""
        caps = self._caps()
        lines = (f"** {stuck}", *(f"    {line}" for line in stuck.waiting))
        return ScreenBlock("\n".join(render_line(line, Role.error, caps) for line in lines))

    def _look(self) -> None:
        """Take a new snapshot for the prompt, the toolbar and completion."""
        self._snapshot = snapshot = self._host.snapshot
        self.prompt = f"kv({snapshot.counter})> "
        self.alert = bool(snapshot.suspended or snapshot.stale or snapshot.flying)
        self.status = ToolbarStatus(
            tuple(parts(snapshot, self._texts)),
            self._hint or self._next(snapshot),
            *self._labels,
        )

    def _next(self, snapshot: Snapshot) -> str:
        """Return the next suggestion, but no recent line, so that Tab and Enter make progress."""
        proposals = (advised.line for advised in advice(snapshot))
        return next((line for line in proposals if line not in self._lately), "help")


def _until(waiting: Waiting) -> tuple[str, float]:
    """Identify a wait by its target and the time at which it ends, in ms; 0 if it never does."""
    left = waiting.left_ms
    return waiting.name, 0.0 if left is None else time.monotonic() * 1000 + left


def _proposed(result: Result) -> str:
    """Return the line proposed at the end of a view, as in `next: get s1 milk`, or ""."""
    view = result.view
    last = view.body[-1] if isinstance(view, Panel) and view.body else view
    if not isinstance(last, Text) or not last.lines:
        return ""
    row = last.lines[-1]
    return row[-1].text if len(row) == 2 and row[0] == PROPOSAL else ""


def in_language(result: Result, texts: Texts) -> Result:
    """Return a result with help in the user's language; answers are not translated."""
    view = result.view
    if texts.language == "en" or not isinstance(view, Text) or view.translated is None:
        return result
    return result._replace(view=view.translated(texts))


class StillPrompt(SessionPrompt):
    """Hosts a session that is at rest between lines, because its time is virtual or it is paused.

    Subclasses define in `line` what a line does, and in `_look` what the prompt shows then.
    """

    def news(self) -> list[ScreenBlock]:
        """Return nothing, because nothing happens while the prompt waits."""
        return []

    def on_news(self, call: Callable[[], None]) -> None:
        """Do nothing, because there is never any news."""

    def busy(self) -> bool:
        """Return False, because the system is always at rest between lines."""
        return False
