"""The way to a place in a lesson: by what the learner typed, or by the lesson's own commands."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from kvshell.learn.goal import filled, fits
from kvshell.learn.journal import HELD, Typed, landmarks
from kvshell.learn.pieces import Answered, Echo, Piece
from kvshell.transcript.scope import Scope

if TYPE_CHECKING:
    from kvshell.learn.run import LessonRun


def rewind(run: "LessonRun", entries: Sequence[Typed], index: int) -> bool:
    """Play a journal on an empty world up to a step; whether all printed what it did then."""
    _empty(run)
    same = True
    run.enter(0)
    for entry in entries:
        place = run.lesson.place(entry.step)
        if place < run.index:
            return False
        _walk_to(run, place)
        if not entry.auto:
            same = run.type(entry.text).digest == entry.digest and same
    _walk_to(run, index)
    return same


def canonical(run: "LessonRun", index: int) -> None:
    """Make the world as the lesson's own commands make it, up to the beginning of a step."""
    _empty(run)
    run.enter(0)
    for place in range(index):
        for _ in solve(run):
            pass
        run.done.add(run.step.id)
        run.enter(place + 1)


def _walk_to(run: "LessonRun", index: int) -> None:
    while run.index < index:
        if run.step.reading:
            run.done.add(run.step.id)
        run.enter(run.index + 1)


def solve(run: "LessonRun") -> Iterator[Piece]:
    """Type the commands of the solution; `as_written` says whether they answered so."""
    run.as_written = True
    for do in run.step.solution:
        text = filled(do, run.scope)
        echo, before = Echo(run.prompt, text), run.scope
        ran = run.type(text)
        if do.entry.stated and not run.step.goal:
            run.as_written = run.as_written and fits(do, ran.printed, before) is not None
        yield echo
        yield Answered(ran)


def _empty(run: "LessonRun") -> None:
    if run.play is not None:
        run.play.close()
        run.play = None
        run.play_lines = []
    run.world.fresh()
    run.scope = Scope()
    run.journal = []
    run.starts = {}


def is_on_course(run: "LessonRun") -> bool:
    """Whether nothing is missing here that the lesson's own commands would have made."""
    with closing(type(run)(run.lesson, run.texts, run.explore)) as other:
        other.trusted = True
        canonical(other, run.index)
        for _ in solve(other):
            pass
        theirs, mine = landmarks(other.session), landmarks(run.session)
        return theirs <= mine and not any(mark.startswith(HELD) for mark in mine - theirs)


def can_be_done(run: "LessonRun", lines: Sequence[str]) -> bool:
    """Whether the step can still be done after these lines: tried out in a copy."""
    with closing(type(run)(run.lesson, run.texts, run.explore)) as other:
        rewind(other, run.journal, run.index)
        for line in lines:
            other.type(line)
        if not other.passed or not other.step.goal:
            for _ in solve(other):
                pass
        return other.passed and other.missed is None and other.as_written
