"""A plain session at the prompt: its lines, its answers, its toolbar."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from kvshell.commands import Problem
from kvshell.commands.advice import advice
from kvshell.commands.result import Open, Result
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.view import Role
from kvshell.runtime import Event, NotAtRest
from kvshell.session import Session, Waiting
from kvshell.shell.command_words import CommandWords, reading
from kvshell.shell.host import WIPE, Block, Status
from kvshell.shell.sentences import given_up, parts, said, welcome
from kvshell.views import Caps, render, render_event, render_line, render_note, render_view

SETTLE_S: Final = 0.1
EVENTS_AT_ONCE: Final = 40
SAME_WAIT_MS: Final = 50

Door = Callable[[Open], Iterable[Block]]


class SessionHost:
    """Hosts one Session.

    Args:
        session: what runs the lines.
        caps: asked for every drawing, as the width may have changed.
        doors: what carries out an `Open` besides `exit` and `clear`.
        remember: told every line, for the report of an internal fault.
        heard: told every line with what it answered, for a recording.
    """

    def __init__(
        self,
        session: Session,
        caps: Callable[[], Caps],
        doors: dict[str, Door] | None = None,
        remember: Callable[[str], None] = lambda _: None,
        heard: Callable[[str, list[Result]], None] = lambda _line, _results: None,
    ) -> None:
        self._session = session
        self._caps = caps
        self._doors = doors or {}
        self._remember = remember
        self._heard = heard
        self._snapshot = session.snapshot()
        self._lately: deque[str] = deque(maxlen=3)
        self._watched: str | None = None
        self._busy = False
        self._hint = ""
        self._progress: tuple[int, int] | None = None
        self._given_up: Waiting | None = None
        self._waited: tuple[str, float] | None = None
        self.words = CommandWords(lambda: self._snapshot)
        self.left = False
        self.prompt = ""
        self.alert = False
        self.status = Status()
        session.on_progress = self._went_on
        self._look()

    def welcome(self) -> Iterator[Block]:
        """Three lines; the last is the first thing to type."""
        caps = self._caps()
        for line in welcome(caps.width or 80, tab=caps.interactive):
            yield Block(line)
        yield Block(f"Try: {render_line('start manager', Role.command, caps)}")

    def feed(self, line: str) -> Iterator[Block]:
        """Run the line, and return what is to be shown."""
        self._remember(line)
        self._lately.append(line.strip())
        self._hint, self._progress, self._given_up, self._waited = "", None, None, None
        try:
            results = self._session.run(line)
        except NotAtRest as stuck:
            return iter([self._stuck(stuck)])
        self._heard(line, results)
        return self._blocks(line, results)

    def rest(self) -> Iterator[Block]:
        """Let the system come to rest for a moment; events, the watched table."""
        try:
            self._busy = not self._session.settle(SETTLE_S)
        except NotAtRest as stuck:
            yield self._stuck(stuck)
        yield from self.news()
        if self._session.options["watch"] == "registry":
            yield from self._watch()
        else:
            self._watched = None
        self._look()

    def _said(self, event: Event, caps: Caps) -> str:
        """Write one event; what a line sent as a diagram where there is room for it."""
        view = self._session.view("messages show") if event.kind == "messages" else None
        return render_event(event, caps) if view is None else render_view(view, caps)

    def news(self) -> list[Block]:
        """What happened since the last look."""
        events = self._session.events()
        caps = self._caps()
        blocks = [Block(self._said(event, caps)) for event in events[-EVENTS_AT_ONCE:]]
        if len(events) > EVENTS_AT_ONCE:
            left_out = f"~ {len(events) - EVENTS_AT_ONCE:,} earlier events left out"
            blocks.insert(0, Block(render_line(left_out, Role.hint, caps)))
        if events:
            self._look()
        return blocks

    def on_news(self, call: Callable[[], None]) -> None:
        """Have `call` called when an event comes, from whatever thread."""
        self._session.on_event = lambda _event: call()

    def busy(self) -> bool:
        """Whether the system still moves; looks again only while it did."""
        if self._busy and self._session.settle(0):
            self._busy = False
            self._look()
        return self._busy

    def interrupt(self) -> None:
        """End the running command's wait, and remember whom it leaves behind."""
        self._given_up = self._session.waiting()
        self._session.interrupt()

    def waits(self) -> bool:
        """Whether the running command waits."""
        return self._session.waiting() is not None

    def notice(self) -> str | None:
        """What the running command waits for, or how far it has come.

        A wait is worth a word when it is the one of the last look; a `repeat` waits at every
        round, each time for a moment.
        """
        waiting, before = self._session.waiting(), self._waited
        until = None if waiting is None else _until(waiting)
        self._waited = until
        if waiting is not None and until is not None and before is not None:
            same = until[0] == before[0] and abs(until[1] - before[1]) < SAME_WAIT_MS
            if same:
                return said(waiting)
        if self._progress is not None:
            done, total = self._progress
            return f"{done:,} of {total:,}; Ctrl-C stops"
        return None

    def close(self) -> None:
        """End every process of the session."""
        self._session.close()

    def _went_on(self, done: int, total: int) -> None:
        self._progress = done, total

    def _blocks(self, line: str, results: list[Result]) -> Iterator[Block]:
        narrate = self._session.options["hints"] == "on"
        for number, result in enumerate(results):
            caps = self._caps()
            if narrate and result.error is not None:
                yield from self._carets(line, number, caps)
            if text := render(result, caps):
                yield Block(text)
            for event in result.events:
                yield Block(render_event(event, caps))
            if result.open is not None:
                yield from self._open(result.open)
            if result.hint is not None:
                self._hint = result.hint.line
                if narrate and (caps.interactive or not result.hint.needs_tab):
                    yield _narrated(f"hint: {result.hint.text}", caps)
        if narrate and self._given_up is not None and self._given_up.status:
            yield _narrated(given_up(self._given_up), self._caps())

    def _carets(self, line: str, number: int, caps: Caps) -> Iterator[Block]:
        """Mark the place of the problem, below the line as it stands on the screen."""
        parts = reading(line).parts
        problems: list[Problem] = parts[number].problems if number < len(parts) else []
        if not problems:
            return
        start, end = problems[0].start, max(problems[0].end, problems[0].start + 1)
        end = min(end, len(line) + 1)
        if line.isascii() and start < end and len(self.prompt) + end <= (caps.width or 80):
            marks = " " * (len(self.prompt) + start) + "^" * (end - start)
            yield Block(render_line(marks, Role.error, caps), narration=True)

    def _open(self, wish: Open) -> Iterable[Block]:
        if wish.kind == "exit":
            self.left = True
            return []
        if wish.kind == "clear":
            return [WIPE]
        return self._doors[wish.kind](wish)

    def _watch(self) -> Iterator[Block]:
        view = self._session.view("registry")
        if view is None:
            return
        text = render_view(view, self._caps())
        if text != self._watched:
            self._watched = text
            yield Block(text)

    def _stuck(self, stuck: NotAtRest) -> Block:
        """A controlled system that nothing can move any more, or that never stops moving."""
        caps = self._caps()
        lines = (f"** {stuck}", *(f"    {line}" for line in stuck.waiting))
        return Block("\n".join(render_line(line, Role.error, caps) for line in lines))

    def _look(self) -> None:
        """Take the picture that keys, toolbar and prompt read until the next line."""
        self._snapshot = picture = self._session.snapshot()
        self.prompt = f"kv({picture.counter})> "
        self.alert = bool(picture.suspended or picture.stale or picture.flying)
        self.status = Status(tuple(parts(picture)), self._hint or self._next(picture))

    def _next(self, picture: Snapshot) -> str:
        """What to type next; nothing that was typed just now, so that Tab, Enter leads on."""
        proposals = (advised.line for advised in advice(picture))
        return next((line for line in proposals if line not in self._lately), "help")


def _until(waiting: Waiting) -> tuple[str, float]:
    """Which wait it is: for whom, and when it ends."""
    left = waiting.left_ms
    return waiting.name, 0.0 if left is None else time.monotonic() * 1000 + left


def _narrated(text: str, caps: Caps) -> Block:
    return Block(render_note(text, caps), narration=True)
