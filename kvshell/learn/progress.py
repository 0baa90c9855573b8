"""progress.json: what has been done of each lesson, and the journal to come back by."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kvshell.learn import way
from kvshell.learn.journal import Typed
from kvshell.learn.lock import alone
from kvshell.learn.moves import lost
from kvshell.learn.pieces import Piece, Said
from kvshell.learn.run import LessonRun
from kvshell.learn.step import Lesson
from kvshell.learn.texts import SaidError
from kvshell.terms import inspect
from kvshell.transcript.writing import NotWrittenError, write_file

VERSION = 1
MAX_BYTES = 10_000_000


class ProgressError(SaidError):
    """The file cannot be read or written."""


class Saved(NamedTuple):
    """One lesson as it was left.

    Attributes:
        hash: the lesson's own, of then.
        step: the id of the step one was at.
        done: ids of steps.
        skipped: those of them that the lesson did.
        misses: how often a step was missed, by its id.
        journal: the learner's lines.
        bindings: names bound at the prompt, as printed.
        locale: the language it was walked in.
        finished: whether it was walked to its end.
    """

    hash: str
    step: str
    done: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    misses: tuple[tuple[str, int], ...] = ()
    journal: tuple[Typed, ...] = ()
    bindings: tuple[tuple[str, str], ...] = ()
    locale: str = "en"
    finished: bool = False


def saved(run: LessonRun) -> Saved:
    """Return a run as the file keeps it."""
    ids = [step.id for step in run.lesson.steps]
    bound = run.world.session.bindings
    return Saved(
        run.lesson.hash,
        run.step.id,
        tuple(each for each in ids if each in run.done),
        tuple(each for each in ids if each in run.skipped),
        tuple(sorted(run.misses.items())),
        tuple(run.journal),
        tuple((name, inspect(bound[name], width=None)) for name in sorted(bound)),
        run.texts.language,
        run.finished,
    )


def restore(run: LessonRun, kept: Saved) -> list[Piece]:
    """Bring a new run to where it was left; what to show. Says so when that could not be."""
    texts = run.texts
    ids = {step.id for step in run.lesson.steps}
    done = set(kept.done) & ids
    run.misses = {name: count for name, count in kept.misses if name in ids}
    run.skipped = set(kept.skipped) & ids
    run.done = set(done)
    if kept.finished:
        run.skipped = set()
        note = texts("you have walked this lesson to its end: here it is again")
        return [Said("note", "", note), *run.begin()]
    index = run.lesson.place(kept.step)
    as_it_was = index >= 0 and kept.hash == run.lesson.hash
    if as_it_was and way.rewind(run, kept.journal, index):
        run.done |= done
        note = texts("welcome back; your {count} lines were played again", count=_typed(kept))
        passed = run.praise() if run.passed and not run.step.reading else []
        return [Said("note", "", note), *run.opening, *passed, *lost(run)]
    if not as_it_was:
        undone = (i for i, step in enumerate(run.lesson.steps) if step.id not in done)
        index = next(undone, max(index, 0))
    way.canonical(run, index)
    run.done = done
    note = (
        texts("your lines do not print what they did: the lesson's own were played up to this step")
        if as_it_was
        else texts(
            "the lesson has changed since you left: its own commands were played up to this step"
        )
    )
    return [Said("note", "", note), *run.opening]


def _typed(kept: Saved) -> int:
    return sum(1 for entry in kept.journal if not entry.auto)


class Progress:
    """The file; lessons by their id. Nothing is read before it is asked for.

    Attributes:
        shared: whether somebody else wrote a lesson while it was walked here.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.shared = False
        self._known: dict[str, Saved | None] = {}

    def all(self) -> dict[str, Saved]:
        """Return every lesson that was begun.

        Raises:
            ProgressError: the file is not one of ours.
        """
        try:
            if self.path.stat().st_size > MAX_BYTES:
                raise ProgressError("{path} is too long to be progress", path=self.path)
            data = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ProgressError(
                "cannot read {path}: {why}", path=self.path, why=error.strerror
            ) from None
        except ValueError:
            raise ProgressError(
                "{path} is not JSON: move it away to begin anew", path=self.path
            ) from None
        try:
            return {name: _read(each) for name, each in data["lessons"].items()}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ProgressError(
                "{path} is not the progress of lessons: move it away to begin anew", path=self.path
            ) from None

    def get(self, lesson: Lesson) -> Saved | None:
        """Return what was done of a lesson."""
        self._known[lesson.id] = kept = self.all().get(lesson.id)
        return kept

    def put(self, lesson: Lesson, kept: Saved) -> None:
        """Write one lesson; whoever reads sees the old file or the new one.

        What another terminal has done of it meanwhile stays done; the place is the one given.

        Raises:
            ProgressError: it cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with alone(self.path.resolve()):  # between reading and writing nobody else writes
                self._replace(lesson, kept)
        except NotWrittenError as error:
            raise ProgressError(
                "cannot write {path}: {why}", path=self.path, why=error.why
            ) from None
        except OSError as error:
            raise ProgressError(
                "cannot write {path}: {why}", path=self.path, why=error.strerror
            ) from None

    def _replace(self, lesson: Lesson, kept: Saved) -> None:
        lessons = self.all()
        theirs = lessons.get(lesson.id)
        if theirs is not None and theirs != self._known.get(lesson.id, theirs):
            self.shared = True
            kept = _together(lesson, kept, theirs)
        lessons[lesson.id] = kept
        data = {"v": VERSION, "lessons": {name: _written(each) for name, each in lessons.items()}}
        write_file(self.path, json.dumps(data, ensure_ascii=False, indent=1))
        self._known[lesson.id] = kept


def _together(lesson: Lesson, mine: Saved, theirs: Saved) -> Saved:
    done = {*mine.done, *theirs.done}
    by_hand = set(mine.done) - set(mine.skipped) | set(theirs.done) - set(theirs.skipped)
    skipped = {*mine.skipped, *theirs.skipped} - by_hand
    misses = dict(theirs.misses)
    for name, count in mine.misses:
        misses[name] = max(count, misses.get(name, 0))
    ids = [step.id for step in lesson.steps]
    return mine._replace(
        done=tuple(each for each in ids if each in done),
        skipped=tuple(each for each in ids if each in skipped),
        misses=tuple(sorted((name, misses[name]) for name in ids if name in misses)),
    )


def default_path() -> Path:
    """Return the file in the user's state folder."""
    from platformdirs import user_state_path  # noqa: PLC0415  # only who learns needs it

    return user_state_path("kvshell", appauthor=False) / "progress.json"


def _written(kept: Saved) -> dict[str, Any]:
    return {
        **kept._asdict(),
        "misses": dict(kept.misses),
        "bindings": dict(kept.bindings),
        "journal": [
            [each.step, each.text, each.digest, *([1] if each.auto else [])]
            for each in kept.journal
        ],
    }


def _read(data: Mapping[str, Any]) -> Saved:
    return Saved(
        str(data["hash"]),
        str(data["step"]),
        tuple(map(str, data["done"])),
        tuple(map(str, data["skipped"])),
        tuple((str(name), int(count)) for name, count in data["misses"].items()),
        tuple(
            Typed(str(step), str(text), str(digest), bool(auto))
            for step, text, digest, *auto in data["journal"]
        ),
        tuple((str(name), str(value)) for name, value in data["bindings"].items()),
        str(data["locale"]),
        bool(data["finished"]),
    )
