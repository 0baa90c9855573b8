"""The prompt of a lesson: the commands of a session, plus the learner's words such as `:hint`."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from kvshell.commands.language.texts import Texts
from kvshell.commands.result import Open, Result
from kvshell.commands.view import Role
from kvshell.learn.drawing import draw, is_accessible
from kvshell.learn.walk.learner_commands import WORDS, word_of
from kvshell.learn.walk.lesson_host import (
    Answered,
    Echo,
    LessonMessage,
    Narration,
    Piece,
    StepFrame,
)
from kvshell.learn.walk.lesson_run import LessonRun
from kvshell.session.host import Ran
from kvshell.shell.hosts.protocol import (
    WIPE,
    CompletionItem,
    Display,
    Pieces,
    ScreenBlock,
    StyledSpan,
    ToolbarItem,
    ToolbarStatus,
    TypingHelp,
)
from kvshell.shell.hosts.sentences import parts
from kvshell.shell.hosts.session_prompt import ScreenOpener, StillPrompt, in_language
from kvshell.views import Caps, render, render_event, render_line


class LessonWords:
    """Typing help of a session plus the learner's words; `steps` are the arguments of `:goto`."""

    def __init__(self, inner: TypingHelp, texts: Texts, steps: Callable[[], Sequence[str]]) -> None:
        self._inner = inner
        self._texts = texts
        self._steps = steps

    def spans(self, text: str) -> Sequence[StyledSpan]:
        """Return the roles of the words in `text`."""
        if not text.lstrip().startswith(":"):
            return self._inner.spans(text)
        start = len(text) - len(text.lstrip())
        end = start + len(text.split()[0])
        known = word_of(text) is not None
        spans = [StyledSpan(start, end, "command" if known else "error")]
        if known and text[end:].strip():
            spans.append(StyledSpan(end, len(text), "name"))
        return spans

    def in_pieces(self, text: str) -> Pieces | None:
        """Return the session's answer."""
        return self._inner.in_pieces(text)

    def complete(self, text: str) -> Sequence[CompletionItem]:
        """Return the candidates for the end of `text`."""
        if not text.startswith(":"):
            return self._inner.complete(text)
        word, space, rest = text.partition(" ")
        if not space:
            return [
                CompletionItem(each, 0, self._texts(message))
                for each, message in WORDS.items()
                if each.startswith(word)
            ]
        choices = {":goto": self._steps(), ":resume": ("keep",)}.get(word, ())
        return [
            CompletionItem(each, len(word) + 1, "") for each in choices if each.startswith(rest)
        ]

    def signature(self, text: str) -> Sequence[tuple[str, bool]]:
        """Return the usage of the command being typed."""
        named = word_of(text)
        if named is None:
            return self._inner.signature(text)
        usage = {":goto": [("STEP", True)], ":resume": [("[keep]", True)]}.get(named[0], [])
        return [(named[0], not usage), *usage]

    def drop_prompt(self, text: str) -> str | None:
        """Return a line without the pasted prompt at its start, or None if it has no prompt."""
        bare = text.removeprefix("kv(play)> ")
        return bare if bare != text else self._inner.drop_prompt(text)

    def unfinished(self, text: str) -> bool:
        """Return the session's answer; the learner's words take one line."""
        return not text.startswith(":") and self._inner.unfinished(text)

    def within(self, text: str) -> Container[int]:
        """Return the session's answer."""
        return self._inner.within(text)

    def indentation(self, text: str) -> int:
        """Return the session's answer."""
        return self._inner.indentation(text)

    def outdentation(self, text: str) -> int | None:
        """Return the session's answer."""
        return self._inner.outdentation(text)


class LessonPrompt(StillPrompt):
    """Hosts a LessonRun.

    Args:
        run: the run, already begun; its system is closed with the prompt.
        opening: what the run showed when it began.
        caps: called for every drawing, because the width may change.
        accessible: whether to omit frames and marks.
        save: called after every line that changes the progress, and at the end.
        screen_openers: the openers that a lesson allows.
        remember: called with every line, for the report of an internal error.
    """

    def __init__(
        self,
        run: LessonRun,
        opening: Sequence[Piece],
        caps: Callable[[], Caps],
        *,
        accessible: Callable[[int], bool] = lambda width: is_accessible(False, {}, width),
        save: Callable[[LessonRun], None] = lambda _: None,
        screen_openers: dict[str, ScreenOpener] | None = None,
        remember: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._run = run
        self._opening = opening
        self._accessible = accessible
        self._save = save
        super().__init__(run.session, caps, screen_openers, remember, texts=run.texts)
        self.words = LessonWords(  # type: ignore[assignment]  # both implement TypingHelp
            self.words, run.texts, lambda: [step.id for step in run.lesson.steps]
        )

    def welcome(self) -> Iterator[ScreenBlock]:
        """Return the introduction and the first frame, or where the learner left off."""
        yield from self._drawn(self._opening, "")

    def line(self, text: str, display: Display) -> None:
        """Pass a line to the lesson and show its output."""
        self._attach(display)
        self._remember(text)
        self._hint, self._progress, self._waited = "", None, None
        before = self._kept()
        with display.interrupts.line(self.interrupt), display.running():
            pieces = self._run.feed(text)
        self._session = self._run.session
        self.left = self._run.left
        if before != self._kept() or word_of(text) is not None:
            self._save(self._run)  # after each line: a window can be closed at any time
        display.show(self._drawn(pieces, text))
        self._look()

    def close(self) -> None:
        """Save the progress and end all processes."""
        self._save(self._run)
        self._run.close()

    def _kept(self) -> tuple[int, int, int]:
        """Return the part of the state that is saved, to see whether a line has changed it."""
        return self._run.index, len(self._run.done), len(self._run.journal)

    def _drawn(self, pieces: Iterable[Piece], line: str) -> Iterator[ScreenBlock]:
        for piece in pieces:
            caps = self._caps()
            accessible = self._accessible(caps.width or 80)
            if isinstance(piece, Answered):
                typed = line if piece.ran.text == line else ""
                yield from self._answers(piece.ran, typed, caps)
                continue
            text = draw(piece, self._run.texts, caps, accessible=accessible)
            if text:
                if isinstance(piece, StepFrame) or self._after(piece):
                    text = f"\n{text}"
                yield ScreenBlock(text, narration=isinstance(piece, LessonMessage | Echo))

    def _after(self, piece: Piece) -> bool:
        """Whether this piece belongs after a step is done, separate from the answer."""
        return isinstance(piece, Narration) and piece.text != self._run.lesson.intro

    def _answers(self, ran: Ran, line: str, caps: Caps) -> Iterator[ScreenBlock]:
        for number, result in enumerate(ran.results):
            error, hint = result.error or "", result.hint
            if hint is not None and hint.line in error:
                self._hint = hint.line  # the error has proposed it already
            if line and result.error is not None:
                yield from self._carets(line, number, caps)
            yield from self._answer(result, caps)
        for event in ran.events:
            yield ScreenBlock(render_event(event, caps))
        if ran.stuck is not None:
            yield self._stuck(ran.stuck)

    def _answer(self, result: Result, caps: Caps) -> Iterator[ScreenBlock]:
        for event in result.events:
            yield ScreenBlock(render_event(event, caps))
        if text := render(in_language(result, self._run.texts), caps):
            yield ScreenBlock(text)
        if result.open is not None:
            yield from self._open(result.open)

    def _open(self, wish: Open) -> Iterable[ScreenBlock]:
        if wish.kind == "clear":
            return [WIPE]
        if wish.kind == "exit":
            self._run.left = self.left = True
            return []
        if wish.kind in self._screen_openers:
            return self._screen_openers[wish.kind](wish, self._host)
        message = f"** (CommandError) {self._run.texts('not in a lesson: :quit first')}"
        return [ScreenBlock(render_line(message, Role.error, self._caps()))]

    def _look(self) -> None:
        """Take a new snapshot for the prompt, the toolbar and completion."""
        run = self._run
        self._snapshot = snapshot = run.session.snapshot()
        self.prompt = run.prompt
        self.alert = bool(snapshot.suspended or snapshot.stale)
        words = run.texts(
            "step {number}/{total}", number=run.index + 1, total=len(run.lesson.steps)
        )
        goes_on = run.passed and run.play is None
        go_on = (ToolbarItem(run.enter_goes(), "fresh", 1),) if goes_on else ()
        usual = ":play" if goes_on else ":hint" if run.play is None else ":resume"
        self.status = ToolbarStatus(
            (ToolbarItem(words, "command", 0), *go_on, *parts(snapshot, run.texts)),
            self._hint or usual,
            run.texts("Ctrl-D or :quit saves and leaves the lesson"),
            run.texts("next: "),
            run.texts("busy"),
        )
