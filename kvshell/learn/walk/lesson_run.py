"""`LessonRun`: one learner's walk through one lesson.

The learner's lines run on a LessonHost and are recorded in a journal; a step is done when its goal
is met, by whatever lines. Everything that goes back - `:back`, `:reset`, a copy, resuming - replays
the journal; if that fails, the lesson's own commands are used instead, and a message says so.
"""

from collections.abc import Sequence
from typing import Final

from kvshell.commands.language.texts import Texts
from kvshell.learn.lesson.lesson import Do, Lesson, LessonStep
from kvshell.learn.walk import feedback
from kvshell.learn.walk import learner_commands as moves
from kvshell.learn.walk import rebuild as way
from kvshell.learn.walk.goal import GoalState, Missed, expected, filled, fits, form, see
from kvshell.learn.walk.learner_commands import word_of
from kvshell.learn.walk.lesson_host import (
    FRESH,
    Answered,
    Echo,
    LessonHost,
    LessonMessage,
    Narration,
    Piece,
    Searches,
    StepFrame,
    digest,
    printed,
)
from kvshell.learn.walk.rebuild import JournalLine
from kvshell.session import Session
from kvshell.session.host import Ran
from kvshell.transcript.format.holes import names_processes
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.run.exploring import Explore, explored

# Answers that too many commands have to tell which command was meant.
COMMON: Final = frozenset({(":ok",), ("true",), ("false",), ("nil",), (":error",), ()})


class LessonRun:
    """A walk as a state machine: `begin` or `restore` it, `feed` it lines, `close` it."""

    def __init__(self, lesson: Lesson, texts: Texts, explore: Explore = explored) -> None:
        self.lesson = lesson
        self.texts = texts
        self.explore = explore if isinstance(explore, Searches) else Searches(explore)
        self.host = LessonHost(lesson.document.front, self.explore)
        self.play: LessonHost | None = None
        self.play_lines: list[str] = []
        self.scope = Scope()
        self.journal: list[JournalLine] = []
        self.starts: dict[str, int] = {}
        self.done: set[str] = set()
        self.skipped: set[str] = set()
        self.misses: dict[str, int] = {}
        self.index = 0
        self.passed = False
        self.left = False
        self.finished = False
        self.hints = 0
        self.opening: list[Piece] = []  # the state at the beginning of the step
        self.as_written = True
        self.trusted = False  # whether only the lesson's own commands are run
        self.ticked: set[int] = set()
        self.found = GoalState(self.scope, None)

    # -- what a host reads -----------------------------------------------------------------------

    @property
    def step(self) -> LessonStep:
        """The step that the learner is at."""
        return self.lesson.steps[self.index]

    @property
    def session(self) -> Session:
        """The session in which the next line runs: the learner's, or the copy of `:play`."""
        return (self.play or self.host).session

    @property
    def prompt(self) -> str:
        """The text of the prompt, including the final space."""
        return "kv(play)> " if self.play is not None else f"kv({self.session.counter})> "

    @property
    def missed(self) -> Missed | None:
        """The first line of the goal that is not met, as of the last line; None if all are."""
        return self.found.missed

    def close(self) -> None:
        """End all processes of the learner's systems."""
        if self.play is not None:
            self.play.close()
        self.host.close()

    # -- lines -----------------------------------------------------------------------------------

    def begin(self) -> list[Piece]:
        """Begin with the first step; return the pieces to show."""
        pieces: list[Piece] = [Narration(self.lesson.intro)] if self.lesson.intro else []
        return [*pieces, *self.enter(0)]

    def feed(self, line: str) -> list[Piece]:
        """Process a line that the learner typed, and return the pieces to show.

        It is a command of the shell, a learner's command such as `:hint`, or empty, for Enter.
        """
        named = word_of(line)
        if named is not None:
            return moves.word(self, *named)
        if not line.strip():
            return self._enter_pressed()
        if line.strip() == "help":
            return moves.with_lesson_help(self, self._answered(line))
        return self._answered(line)

    def _answered(self, line: str) -> list[Piece]:
        if self.play is not None:
            ran = self.play.run(line)
            if not _cut_short(ran):
                self.play_lines.append(line)
            return [Answered(ran)]
        return feedback.answer(self, line)

    def _enter_pressed(self) -> list[Piece]:
        return self.onward() if self.passed and self.play is None else []

    def onward(self) -> list[Piece]:
        """Go to the next step, or end the lesson after the last one."""
        self.done.add(self.step.id)
        if self.index + 1 < len(self.lesson.steps):
            return [*self.enter(self.index + 1), *moves.lost(self)]
        self.finished = self.left = True
        return [LessonMessage("ok", self.texts("done"), self.texts("that was the last step"))]

    # -- the learner's system --------------------------------------------------------------------

    def enter(self, index: int) -> list[Piece]:
        """Begin a step: run its setup and return the pieces to show."""
        self.index = index
        step = self.step
        self.starts[step.id] = len(self.journal)
        self.ticked, self.hints, self.passed = set(), 0, step.reading
        pieces: list[Piece] = [self.frame()]
        if step.fresh:
            self.host.fresh()
            self.scope.clear()
            self.journal.append(JournalLine(step.id, FRESH, "", auto=True))
        for do in step.setup:
            text = filled(do, self.scope)
            pieces += [Echo(self.prompt, text), Answered(self._auto(do, text))]
        self._evaluate()
        if step.reading:
            pieces.append(self.press_enter())
        elif self.passed:
            message = self.texts("your system is already in that state")
            pieces += [LessonMessage("ok", self.texts("done"), message), *self._afterwards()]
        self.opening = pieces
        return pieces

    def again(self) -> list[Piece]:
        """Return the frame of the step again and, if the step is done, how to go on."""
        return [self.frame(), *([self.press_enter()] if self.passed else [])]

    def frame(self) -> StepFrame:
        """Return the frame of the current step, with its task."""
        step, steps = self.step, self.lesson.steps
        original = "\n\n".join(filter(None, step.original[1:3])) if step.original else ""
        return StepFrame(
            self.lesson.title,
            step.prose.title,
            self.index + 1,
            len(steps),
            tuple(each.id in self.done for each in steps),
            step.prose.task,
            original,
        )

    def type(self, line: str) -> Ran:
        """Run a line in the learner's system, and update which commands and goals are done."""
        session = self.host.session
        mine = form(session, line)
        forms = [form(session, filled(do, self.scope)) for do in self.step.solution]
        runtime = session.runtime
        ran = self.host.run(line)
        if session.runtime is not runtime:
            self.scope = Scope()  # after `reset`, the same pids refer to other processes
        if not (ran.left or _cut_short(ran)):
            self.journal.append(JournalLine(self.step.id, line, digest(printed(ran))))
        self._notice(ran, mine, forms)
        self._evaluate()
        return ran

    def _auto(self, do: Do, text: str) -> Ran:
        ran = self.host.run(text)
        self.journal.append(JournalLine(self.step.id, text, digest(printed(ran)), auto=True))
        self.scope = fits(do, printed(ran), self.scope) or self.scope
        return ran

    def _notice(self, ran: Ran, mine: object, forms: Sequence[object]) -> None:
        """Mark a command of the solution as done if the line is that command, or has its answer."""
        for number, (do, wanted) in enumerate(zip(self.step.solution, forms, strict=True)):
            if number in self.ticked:
                continue
            bound = fits(do, printed(ran), self.scope)
            stated = do.entry.stated
            # With a goal, the state of the system decides: the right command may come too late.
            same = wanted == mine and (bound is not None or not stated or self._counts(do, ran))
            alike = not self.step.goal and printed(ran) not in COMMON and not ran.failed
            if same or (bound is not None and alike and stated):
                self.ticked.add(number)
                self.scope = bound or self.scope
                return

    def _counts(self, do: Do, ran: Ran) -> bool:
        """Whether the solution's own command counts although its answer was not the expected one.

        It does not in a step with a goal, nor if the text would then describe a system that does
        not exist: a failing `lookup` teaches nothing about a row that outlives its bucket.
        """
        if self.step.goal:
            return False
        if self.trusted:
            return True
        return ran.failed == expected(do).startswith("** (") and way.is_on_course(self)

    def _evaluate(self) -> None:
        step = self.step
        if step.goal:
            self.found = see(self.host.session, step, self.scope)
            met = self.found.missed is None
        else:
            self.found = GoalState(self.scope, None)
            met = len(self.ticked) == len(step.solution)
        if met and not self.passed:
            self.passed = True
            self.scope = self.found.scope
            self.done.add(step.id)

    def praise(self) -> list[Piece]:
        """Return the messages for a step that has just been done."""
        self.skipped.discard(self.step.id)
        shown = self.found.shown
        goals = [f"{look} → {answer}" for look, answer in shown if answer]
        goals = goals or [look for look, _ in shown]  # a table cannot be summarised in one line
        if goals:
            message: Piece = LessonMessage("ok", self.texts("goal:"), "; ".join(goals))
        else:
            message = LessonMessage("ok", self.texts("done"), "")
        return [message, *self._afterwards()]

    def _afterwards(self) -> list[Piece]:
        after = self.step.prose.after
        return [*([Narration(after)] if after else []), self.press_enter()]

    def enter_goes(self) -> str:
        """Return the text that says where Enter leads."""
        last = self.index + 1 == len(self.lesson.steps)
        return self.texts("Enter: end of the lesson") if last else self.texts("Enter: next step")

    def press_enter(self) -> LessonMessage:
        """Return the message to press Enter."""
        text = self.enter_goes()
        if not self.step.reading:
            text = f"{text}   ·   {self.texts(':play: experiment')}"
        return LessonMessage("note", "", text)


def _cut_short(ran: Ran) -> bool:
    """Whether the line was a search that Ctrl-C cut short, which is not worth replaying."""
    return ran.partial and names_processes(ran.text)
