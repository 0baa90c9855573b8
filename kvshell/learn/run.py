"""LessonRun: one learner on the way through one lesson.

The learner's lines run on a World and are kept in a journal; a step is done when its goal holds,
by whatever lines. Everything that goes back - `:back`, `:reset`, a fork, tomorrow - plays the
journal again; where that cannot be, the lesson's own commands take its place, and that is said.
"""

from collections.abc import Sequence
from typing import Final

from kvshell.learn import feedback, moves, way
from kvshell.learn.goal import Missed, Seen, expected, filled, fits, see
from kvshell.learn.journal import Typed
from kvshell.learn.pieces import Answered, Echo, Frame, Piece, Said, Told
from kvshell.learn.same import form
from kvshell.learn.searches import Searches
from kvshell.learn.step import Do, Lesson, Step
from kvshell.learn.texts import Texts
from kvshell.learn.words import word_of
from kvshell.learn.world import FRESH, Ran, World
from kvshell.session import Session
from kvshell.transcript.exploring import Explore, explored
from kvshell.transcript.patterns import names_processes
from kvshell.transcript.scope import Scope

# Answers that are the same for too many commands to stand for one of them.
COMMON: Final = frozenset({(":ok",), ("true",), ("false",), ("nil",), (":error",), ()})


class LessonRun:
    """The machine. `begin` it or `moves.restore` it, `feed` it lines, `close` it."""

    def __init__(self, lesson: Lesson, texts: Texts, explore: Explore = explored) -> None:
        self.lesson = lesson
        self.texts = texts
        self.explore = explore if isinstance(explore, Searches) else Searches(explore)
        self.world = World(lesson.document.front, self.explore)
        self.play: World | None = None
        self.play_lines: list[str] = []
        self.scope = Scope()
        self.journal: list[Typed] = []
        self.starts: dict[str, int] = {}
        self.done: set[str] = set()
        self.skipped: set[str] = set()
        self.misses: dict[str, int] = {}
        self.index = 0
        self.passed = False
        self.left = False
        self.finished = False
        self.hints = 0
        self.opening: list[Piece] = []  # what the step began with
        self.as_written = True
        self.trusted = False  # these are the lesson's own commands, on its own system
        self.ticked: set[int] = set()
        self.found = Seen(self.scope, None)

    # -- what a host reads -----------------------------------------------------------------------

    @property
    def step(self) -> Step:
        """The step one is at."""
        return self.lesson.steps[self.index]

    @property
    def session(self) -> Session:
        """What the next line runs on."""
        return (self.play or self.world).session

    @property
    def prompt(self) -> str:
        """The prompt's text."""
        return "kv(play)> " if self.play is not None else f"kv({self.session.counter})> "

    @property
    def missed(self) -> Missed | None:
        """The first line of the goal that does not hold, as of the last line."""
        return self.found.missed

    def close(self) -> None:
        """End the learner's systems."""
        if self.play is not None:
            self.play.close()
        self.world.close()

    # -- lines -----------------------------------------------------------------------------------

    def begin(self) -> list[Piece]:
        """Start at the first step."""
        pieces: list[Piece] = [Told(self.lesson.intro)] if self.lesson.intro else []
        return [*pieces, *self.enter(0)]

    def feed(self, line: str) -> list[Piece]:
        """Take one line of the learner: a command, one of the `:` words, or an empty one."""
        named = word_of(line)
        if named is not None:
            return moves.word(self, *named)
        if not line.strip():
            return self._enter_pressed()
        if self.play is not None:
            ran = self.play.run(line)
            if not _cut_short(ran):
                self.play_lines.append(line)
            return [Answered(ran)]
        return feedback.answer(self, line)

    def _enter_pressed(self) -> list[Piece]:
        return self.onward() if self.passed and self.play is None else []

    def onward(self) -> list[Piece]:
        """Go to the next step, or to the end of the lesson."""
        self.done.add(self.step.id)
        if self.index + 1 < len(self.lesson.steps):
            return [*self.enter(self.index + 1), *moves.lost(self)]
        self.finished = self.left = True
        return [Said("ok", self.texts("done"), self.texts("that was the last step"))]

    # -- the learner's world ---------------------------------------------------------------------

    def enter(self, index: int) -> list[Piece]:
        """Begin a step: type what it sets up, and show it."""
        self.index = index
        step = self.step
        self.starts[step.id] = len(self.journal)
        self.ticked, self.hints, self.passed = set(), 0, step.reading
        pieces: list[Piece] = [self.frame()]
        if step.fresh:
            self.world.fresh()
            self.scope.clear()
            self.journal.append(Typed(step.id, FRESH, "", auto=True))
        for do in step.setup:
            text = filled(do, self.scope)
            pieces += [Echo(self.prompt, text), Answered(self._auto(do, text))]
        self._evaluate()
        if step.reading:
            pieces.append(self.press_enter())
        elif self.passed:
            said = self.texts("your system is there already")
            pieces += [Said("ok", self.texts("done"), said), *self._afterwards()]
        self.opening = pieces
        return pieces

    def again(self) -> list[Piece]:
        """The task once more, and how to go on if it is done."""
        return [self.frame(), *([self.press_enter()] if self.passed else [])]

    def frame(self) -> Frame:
        """The box of the step one is at."""
        step, steps = self.step, self.lesson.steps
        original = "\n\n".join(filter(None, step.original[1:3])) if step.original else ""
        return Frame(
            self.lesson.title,
            step.prose.title,
            self.index + 1,
            len(steps),
            tuple(each.id in self.done for each in steps),
            step.prose.task,
            original,
        )

    def type(self, line: str) -> Ran:
        """Run a line in the learner's world, and see how far the step is."""
        session = self.world.session
        mine = form(session, line)
        forms = [form(session, filled(do, self.scope)) for do in self.step.solution]
        runtime = session.runtime
        ran = self.world.run(line)
        if session.runtime is not runtime:
            self.scope = Scope()  # `reset`: the same pids mean other processes now
        left = any(result.open is not None and result.open.kind == "exit" for result in ran.results)
        if not (left or _cut_short(ran)):
            self.journal.append(Typed(self.step.id, line, ran.digest))
        self._notice(ran, mine, forms)
        self._evaluate()
        return ran

    def _auto(self, do: Do, text: str) -> Ran:
        ran = self.world.run(text)
        self.journal.append(Typed(self.step.id, text, ran.digest, auto=True))
        self.scope = fits(do, ran.printed, self.scope) or self.scope
        return ran

    def _notice(self, ran: Ran, mine: object, forms: Sequence[object]) -> None:
        """Tick off the command of the solution that this line is, or that it answers like."""
        for number, (do, wanted) in enumerate(zip(self.step.solution, forms, strict=True)):
            if number in self.ticked:
                continue
            bound = fits(do, ran.printed, self.scope)
            stated = do.entry.stated
            # With a goal it is the system that counts: the same words may have come too late.
            same = wanted == mine and (bound is not None or not stated or self._counts(do, ran))
            alike = not self.step.goal and ran.printed not in COMMON and not ran.failed
            if same or (bound is not None and alike and stated):
                self.ticked.add(number)
                self.scope = bound or self.scope
                return

    def _counts(self, do: Do, ran: Ran) -> bool:
        """Whether the solution's own words count although they answered something else.

        They do not in a step with a goal, nor where the prose would speak of a system that is no
        longer there: a lookup that fails teaches nothing about the row that outlives its bucket.
        """
        if self.step.goal:
            return False
        if self.trusted:
            return True
        return ran.failed == expected(do).startswith("** (") and way.is_on_course(self)

    def _evaluate(self) -> None:
        step = self.step
        if step.goal:
            self.found = see(self.world.session, step, self.scope)
            met = self.found.missed is None
        else:
            self.found = Seen(self.scope, None)
            met = len(self.ticked) == len(step.solution)
        if met and not self.passed:
            self.passed = True
            self.scope = self.found.scope
            self.done.add(step.id)

    def praise(self) -> list[Piece]:
        """What is said when a step has just been done."""
        self.skipped.discard(self.step.id)
        shown = self.found.shown
        goals = [f"{look} → {answer}" for look, answer in shown if answer]
        goals = goals or [look for look, _ in shown]  # a table says nothing in one line
        if goals:
            said: Piece = Said("ok", self.texts("goal:"), "; ".join(goals))
        else:
            said = Said("ok", self.texts("done"), "")
        return [said, *self._afterwards()]

    def _afterwards(self) -> list[Piece]:
        after = self.step.prose.after
        return [*([Told(after)] if after else []), self.press_enter()]

    def enter_goes(self) -> str:
        """Say where Enter leads."""
        last = self.index + 1 == len(self.lesson.steps)
        return self.texts("Enter: end of the lesson") if last else self.texts("Enter: next step")

    def press_enter(self) -> Said:
        """How to go on."""
        text = self.enter_goes()
        if not self.step.reading:
            text = f"{text}   ·   {self.texts(':play: experiment')}"
        return Said("note", "", text)


def _cut_short(ran: Ran) -> bool:
    """Whether the line was a search that Ctrl-C ended: it is not worth playing again."""
    return ran.partial and names_processes(ran.text)
