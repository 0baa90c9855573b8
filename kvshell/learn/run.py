"""LessonRun: one learner on the way through one lesson.

The learner's lines run on a World and are kept in a journal; a step is done when its goal holds,
by whatever lines. Everything that goes back - `:back`, `:reset`, a fork, tomorrow - plays the
journal again; where that cannot be, the lesson's own commands take its place, and that is said.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

from kvshell.learn import moves
from kvshell.learn.goal import Missed, Seen, filled, fits, see
from kvshell.learn.pieces import Answered, Echo, Frame, Piece, Said, Told
from kvshell.learn.same import form
from kvshell.learn.step import Do, Lesson, Step
from kvshell.learn.texts import Texts
from kvshell.learn.why import why
from kvshell.learn.words import word_of
from kvshell.learn.world import FRESH, Ran, World
from kvshell.session import Session
from kvshell.transcript.scope import Scope

MISSES_BEFORE_HELP = 3
MISREAD = "** (CommandError)"  # the line was no command: the shell has said so
# Answers that are the same for too many commands to stand for one of them.
COMMON = frozenset({(":ok",), ("true",), ("false",), ("nil",), (":error",), ()})


class Typed(NamedTuple):
    """A line of the journal: in which step, what, and what it printed, as a hash.

    `auto` lines were typed by the step's beginning itself, and are typed again by it.
    """

    step: str
    text: str
    digest: str
    auto: bool = False


HELD = "suspended "


def landmarks(session: Session) -> set[str]:
    """Return what later steps may rely on: what runs, who is held, which names mean what."""
    seen = session.snapshot()
    marks = {f"design {seen.design}"} | {f"{HELD}{name}" for name in seen.suspended}
    marks |= {f"store {row.name} {row.state}" for row in seen.stores}
    marks |= {f"bound {row.name}" for row in seen.bindings}
    return marks | {f"table {row.handle}" for row in seen.tables if "#" not in row.handle}


class LessonRun:
    """The machine. `begin` it or `moves.restore` it, `feed` it lines, `close` it."""

    def __init__(self, lesson: Lesson, texts: Texts) -> None:
        self.lesson = lesson
        self.texts = texts
        self.world = World(lesson.document.front)
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
        self._seen: set[int] = set()
        self._found = Seen(self.scope, None)

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
        return self._found.missed

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
            self.play_lines.append(line)
            return [Answered(ran)]
        return self._line(line)

    def _enter_pressed(self) -> list[Piece]:
        return self.onward() if self.passed and self.play is None else []

    def onward(self) -> list[Piece]:
        """Go to the next step, or to the end of the lesson."""
        self.done.add(self.step.id)
        if self.index + 1 < len(self.lesson.steps):
            return [*self.enter(self.index + 1), *moves.lost(self)]
        self.finished = self.left = True
        return [Said("ok", self.texts("done"), self.texts("that was the last step"))]

    def _line(self, line: str) -> list[Piece]:
        before = self.passed
        wrong = self._wrong(line)
        progress = len(self._seen)
        ran = self.type(line)
        pieces: list[Piece] = [Answered(ran)]
        if before or any(result.open is not None for result in ran.results):
            return pieces if before or not self.passed else [*pieces, *self.praise()]
        if self.passed:
            return [*pieces, *self.praise()]
        if wrong:
            return [*pieces, self._not_yet(wrong), *self._help()]
        if len(self._seen) > progress:
            left = len(self.step.solution) - len(self._seen)
            if left > 0:
                said = self.texts.many("{count} more to do", "{count} more to do", left)
                return [*pieces, Said("note", self.texts("go on"), said)]
        if moves.only_looks(line) and not self._nearly(line):
            return pieces
        no = self._not_yet(self._reason(line, ran))
        misread = any((result.error or "").startswith(MISREAD) for result in ran.results)
        return [*pieces, *([] if misread else [no]), *self._help()]

    def _not_yet(self, text: str) -> Said:
        step = self.step.id
        self.misses[step] = self.misses.get(step, 0) + 1
        return Said("no", self.texts("not yet"), text)

    def _help(self) -> list[Piece]:
        if self.misses[self.step.id] % MISSES_BEFORE_HELP:
            return []
        text = self.texts(":hint gives a hint, :show the solution, :skip does the step for you")
        return [Said("note", self.texts("stuck?"), text), *moves.lost(self)]

    def _reason(self, line: str, ran: Ran) -> str:
        missed = self._found.missed
        if missed is not None:
            return why(self.world.session, missed, self.texts)
        if ran.failed:
            return self.texts("that line failed, so nothing came of it; :where shows the task")
        if self._nearly(line):
            return self.texts("that is the command, but with other words; :where shows the task")
        return self.texts("this step asks for something else; :where shows the task again")

    def _nearly(self, line: str) -> bool:
        """Whether the step has no goal, and the line is one of its commands with other words."""
        wanted = {words for do in self.step.solution for words in moves.commands(do.text)}
        return not self.step.goal and any(words in wanted for words in moves.commands(line))

    def _wrong(self, line: str) -> str:
        """What is said about the line if it is a mistake that the lesson knows."""
        session = self.world.session
        mine = form(session, line)
        for wrong in self.step.wrongs:
            last = wrong.commands[-1]
            if form(session, filled(last, self.scope)) == mine:
                return wrong.say
        return ""

    # -- the learner's world ---------------------------------------------------------------------

    def enter(self, index: int) -> list[Piece]:
        """Begin a step: type what it sets up, and show it."""
        self.index = index
        step = self.step
        self.starts[step.id] = len(self.journal)
        self._seen, self.hints, self.passed = set(), 0, step.reading
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
        if not any(
            result.open is not None and result.open.kind == "exit" for result in ran.results
        ):
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
            if number in self._seen:
                continue
            bound = fits(do, ran.printed, self.scope)
            stated = do.entry.stated
            # With a goal it is the system that counts: the same words may have come too late.
            same = wanted == mine and (bound is not None or not (self.step.goal and stated))
            alike = not self.step.goal and ran.printed not in COMMON and not ran.failed
            if same or (bound is not None and alike and stated):
                self._seen.add(number)
                self.scope = bound or self.scope
                return

    def _evaluate(self) -> None:
        step = self.step
        if step.goal:
            self._found = see(self.world.session, step, self.scope)
            met = self._found.missed is None
        else:
            self._found = Seen(self.scope, None)
            met = len(self._seen) == len(step.solution)
        if met and not self.passed:
            self.passed = True
            self.scope = self._found.scope
            self.done.add(step.id)

    def praise(self) -> list[Piece]:
        """What is said when a step has just been done."""
        self.skipped.discard(self.step.id)
        goals = [f"{look} → {answer}" if answer else look for look, answer in self._found.shown]
        if goals:
            said: Piece = Said("ok", self.texts("goal:"), "; ".join(goals))
        else:
            said = Said("ok", self.texts("done"), "")
        return [said, *self._afterwards()]

    def _afterwards(self) -> list[Piece]:
        after = self.step.prose.after
        return [*([Told(after)] if after else []), self.press_enter()]

    def press_enter(self) -> Said:
        """How to go on."""
        last = self.index + 1 == len(self.lesson.steps)
        text = self.texts("Enter: end of the lesson") if last else self.texts("Enter: next step")
        if not self.step.reading:
            text = f"{text}   ·   {self.texts(':play: experiment')}"
        return Said("note", "", text)

    # -- going back ------------------------------------------------------------------------------

    def rewind(self, entries: Sequence[Typed], index: int) -> bool:
        """Play a journal on an empty world up to a step; whether all printed what it did then."""
        self._empty()
        same = True
        self.enter(0)
        for entry in entries:
            place = self.lesson.place(entry.step)
            if place < self.index:
                return False
            self._walk_to(place)
            if not entry.auto:
                same = self.type(entry.text).digest == entry.digest and same
        self._walk_to(index)
        return same

    def canonical(self, index: int) -> None:
        """Make the world as the lesson's own commands make it, up to the beginning of a step."""
        self._empty()
        self.enter(0)
        for place in range(index):
            for _ in self.solve():
                pass
            self.done.add(self.step.id)
            self.enter(place + 1)

    def _walk_to(self, index: int) -> None:
        while self.index < index:
            if self.step.reading:
                self.done.add(self.step.id)
            self.enter(self.index + 1)

    def solve(self) -> Iterator[Piece]:
        """Type the commands of the solution; `as_written` says whether they answered so."""
        self.as_written = True
        for do in self.step.solution:
            text = filled(do, self.scope)
            echo, before = Echo(self.prompt, text), self.scope
            ran = self.type(text)
            if do.entry.stated and not self.step.goal:
                self.as_written = self.as_written and fits(do, ran.printed, before) is not None
            yield echo
            yield Answered(ran)

    def _empty(self) -> None:
        if self.play is not None:
            self.play.close()
            self.play = None
            self.play_lines = []
        self.world.fresh()
        self.scope = Scope()
        self.journal = []
        self.starts = {}

    def is_on_course(self) -> bool:
        """Whether nothing is missing here that the lesson's own commands would have made."""
        with closing(LessonRun(self.lesson, self.texts)) as other:
            other.canonical(self.index)
            for _ in other.solve():
                pass
            theirs, mine = landmarks(other.session), landmarks(self.session)
            return theirs <= mine and not any(mark.startswith(HELD) for mark in mine - theirs)

    def can_be_done(self, lines: Sequence[str]) -> bool:
        """Whether the step can still be done after these lines: tried out in a copy."""
        with closing(LessonRun(self.lesson, self.texts)) as other:
            other.rewind(self.journal, self.index)
            for line in lines:
                other.type(line)
            if not other.passed or not other.step.goal:
                for _ in other.solve():
                    pass
            return other.passed and other.missed is None and other.as_written
