"""A lesson at the prompt: its frames, the learner's answers, what the toolbar says meanwhile."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from kvshell.commands.result import Open, Result
from kvshell.commands.view import Role
from kvshell.learn.drawing import draw, is_accessible
from kvshell.learn.pieces import Answered, Echo, Frame, Piece, Said, Told
from kvshell.learn.run import LessonRun
from kvshell.learn.words import word_of
from kvshell.learn.world import Ran
from kvshell.shell.host import WIPE, Block, Part, Status
from kvshell.shell.lesson_words import LessonWords
from kvshell.shell.sentences import parts
from kvshell.shell.session_host import Door
from kvshell.shell.still_host import StillHost
from kvshell.views import Caps, render, render_event, render_line


class LessonHost(StillHost):
    """Hosts one LessonRun.

    Args:
        run: the machine, begun already; its system is closed with the prompt.
        opening: what it showed when it began.
        caps: asked for every drawing, as the width may have changed.
        accessible: whether frames and marks are to be left out.
        save: told after every line that did something, and at the end.
        doors: what carries out an `Open` that a lesson allows.
        remember: told every line, for the report of an internal fault.
    """

    def __init__(
        self,
        run: LessonRun,
        opening: Sequence[Piece],
        caps: Callable[[], Caps],
        *,
        accessible: Callable[[int], bool] = lambda width: is_accessible(False, {}, width),
        save: Callable[[LessonRun], None] = lambda _: None,
        doors: dict[str, Door] | None = None,
        remember: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._run = run
        self._opening = opening
        self._accessible = accessible
        self._save = save
        super().__init__(run.session, caps, doors, remember)
        self.words = LessonWords(  # type: ignore[assignment]  # both are Words
            self.words, run.texts, lambda: [step.id for step in run.lesson.steps]
        )

    def welcome(self) -> Iterator[Block]:
        """The introduction and the first frame, or where one left off."""
        yield from self._drawn(self._opening, "")

    def feed(self, line: str) -> Iterator[Block]:
        """Give the lesson a line; draw what it says."""
        self._remember(line)
        self._given_up = self._progress = self._waited = None
        before = self._kept()
        pieces = self._run.feed(line)
        self._session = self._run.session
        self.left = self._run.left
        if before != self._kept() or word_of(line) is not None:
            self._save(self._run)  # after each line: a window can be closed at any of them
        return self._drawn(pieces, line)

    def close(self) -> None:
        """Keep what was done, and end every process."""
        self._save(self._run)
        self._run.close()

    def _kept(self) -> tuple[int, int, int]:
        """What a line changes of that which is kept."""
        return self._run.index, len(self._run.done), len(self._run.journal)

    def _drawn(self, pieces: Iterable[Piece], line: str) -> Iterator[Block]:
        for piece in pieces:
            caps = self._caps()
            accessible = self._accessible(caps.width or 80)
            if isinstance(piece, Answered):
                typed = line if piece.ran.text == line else ""
                yield from self._answers(piece.ran, typed, caps)
                continue
            text = draw(piece, self._run.texts, caps, accessible=accessible)
            if text:
                if isinstance(piece, Frame) or self._after(piece):
                    text = f"\n{text}"
                yield Block(text, narration=isinstance(piece, Said | Echo))

    def _after(self, piece: Piece) -> bool:
        """Whether this is what is told once a step is done, and stands apart from the answer."""
        return isinstance(piece, Told) and piece.text != self._run.lesson.intro

    def _answers(self, ran: Ran, line: str, caps: Caps) -> Iterator[Block]:
        for number, result in enumerate(ran.results):
            if line and result.error is not None:
                yield from self._carets(line, number, caps)
            yield from self._answer(result, caps)
        for event in ran.events:
            yield Block(render_event(event, caps))
        if ran.stuck is not None:
            yield self._stuck(ran.stuck)

    def _answer(self, result: Result, caps: Caps) -> Iterator[Block]:
        for event in result.events:
            yield Block(render_event(event, caps))
        if text := render(result, caps):
            yield Block(text)
        if result.open is not None:
            yield from self._open(result.open)

    def _open(self, wish: Open) -> Iterable[Block]:
        if wish.kind == "clear":
            return [WIPE]
        if wish.kind == "exit":
            self._run.left = self.left = True
            return []
        if wish.kind in self._doors:
            return self._doors[wish.kind](wish)
        said = f"** (CommandError) {self._run.texts('not in a lesson: :quit first')}"
        return [Block(render_line(said, Role.error, self._caps()))]

    def _look(self) -> None:
        """Take the picture that keys, toolbar and prompt read until the next line."""
        run = self._run
        self._snapshot = picture = run.session.snapshot()
        self.prompt = run.prompt
        self.alert = bool(picture.suspended or picture.stale)
        words = run.texts(
            "step {number}/{total}", number=run.index + 1, total=len(run.lesson.steps)
        )
        goes_on = run.passed and run.play is None
        go_on = (Part(run.enter_goes(), "fresh", 1),) if goes_on else ()
        self.status = Status(
            (Part(words, "command", 0), *go_on, *parts(picture, run.texts)),
            ":play" if goes_on else ":hint" if run.play is None else ":resume",
            run.texts("Ctrl-D or :quit saves and leaves"),
            run.texts("next: "),
        )
