"""Builds a system again, from the learner's journal or from the lesson's own commands."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from kvshell.learn.walk.goal import filled, fits
from kvshell.learn.walk.lesson_host import Answered, Echo, Piece, digest, printed
from kvshell.session import Session
from kvshell.transcript.match.bindings import Scope


class JournalLine(NamedTuple):
    """A line of the journal: its step, its text, and a hash of its output.

    An `auto` line was typed by the setup of the step, which types it again in a replay.
    """

    step: str
    text: str
    digest: str
    auto: bool = False


HELD: Final = "suspended "


def landmarks(session: Session) -> set[str]:
    """Return what later steps may rely on: the design, suspended processes, stores, bindings."""
    seen = session.snapshot()
    marks = {f"design {seen.design}"} | {f"{HELD}{name}" for name in seen.suspended}
    marks |= {f"store {row.name} {row.state}" for row in seen.stores}
    marks |= {f"bound {row.name}" for row in seen.bindings}
    return marks | {f"table {row.handle}" for row in seen.tables if "#" not in row.handle}


if TYPE_CHECKING:
    from kvshell.learn.walk.lesson_run import LessonRun


def rewind(run: "LessonRun", entries: Sequence[JournalLine], index: int) -> bool:
    """Replay a journal on an empty system up to a step; return whether all outputs matched."""
    _empty(run)
    same = True
    run.enter(0)
    for entry in entries:
        place = run.lesson.place(entry.step)
        if place < run.index:
            return False
        _walk_to(run, place)
        if not entry.auto:
            same = digest(printed(run.type(entry.text))) == entry.digest and same
    _walk_to(run, index)
    return same


def canonical(run: "LessonRun", index: int) -> None:
    """Build the system with the lesson's own commands, up to the beginning of a step."""
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
    """Type the commands of the solution, yielding what to show.

    Afterwards `as_written` says whether the answers were the expected ones.
    """
    run.as_written = True
    for do in run.step.solution:
        text = filled(do, run.scope)
        echo, before = Echo(run.prompt, text), run.scope
        ran = run.type(text)
        if do.entry.stated and not run.step.goal:
            run.as_written = run.as_written and fits(do, printed(ran), before) is not None
        yield echo
        yield Answered(ran)


def _empty(run: "LessonRun") -> None:
    if run.play is not None:
        run.play.close()
        run.play = None
        run.play_lines = []
    run.host.fresh()
    run.scope = Scope()
    run.journal = []
    run.starts = {}


def is_on_course(run: "LessonRun") -> bool:
    """Whether everything exists that the lesson's own commands would have created."""
    with closing(type(run)(run.lesson, run.texts, run.explore)) as other:
        other.trusted = True
        canonical(other, run.index)
        for _ in solve(other):
            pass
        theirs, mine = landmarks(other.session), landmarks(run.session)
        return theirs <= mine and not any(mark.startswith(HELD) for mark in mine - theirs)


def can_be_done(run: "LessonRun", lines: Sequence[str]) -> bool:
    """Whether the step can still be done after these lines; this is tried out in a copy."""
    with closing(type(run)(run.lesson, run.texts, run.explore)) as other:
        rewind(other, run.journal, run.index)
        for line in lines:
            other.type(line)
        if not other.passed or not other.step.goal:
            for _ in solve(other):
                pass
        return other.passed and other.missed is None and other.as_written
