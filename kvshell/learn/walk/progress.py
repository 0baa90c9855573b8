"""`LearnerProgress`: the progress file, guarded by a lock between processes.

The kernel holds the lock, so a process that dies releases it. The lock is on a separate file,
because the progress file is replaced rather than modified. The lock file is never deleted:
otherwise two processes could hold the lock at once, one through the old file and one through a new
one.
"""

import errno
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from kvshell.commands.language.texts import TranslatableError
from kvshell.learn.lesson.lesson import Lesson
from kvshell.learn.walk import rebuild as way
from kvshell.learn.walk.learner_commands import lost
from kvshell.learn.walk.lesson_host import LessonMessage, Piece
from kvshell.learn.walk.lesson_run import LessonRun
from kvshell.learn.walk.rebuild import JournalLine
from kvshell.terms import inspect
from kvshell.transcript.write.atomic_file import NotWrittenError, write_file

_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP})


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """A context that holds the lock for `path`, waiting for its current holder.

    On a file system without locks, such as some shared folders, there is no lock. Raises OSError if
    the folder cannot be written.
    """
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
        yield
    finally:
        os.close(descriptor)  # this also releases the lock


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


VERSION = 1
MAX_BYTES = 10_000_000
MAX_COUNT = 1 << 31


class ProgressError(TranslatableError):
    """The progress file cannot be read or written."""


class Saved(NamedTuple):
    """The saved state of a lesson.

    Attributes:
        hash: the lesson's hash when it was saved.
        step: the id of the current step.
        done: the ids of the steps that are done.
        skipped: the ids of the steps that the learner has skipped.
        misses: the number of failed attempts, by step id.
        journal: the learner's lines.
        bindings: the learner's variables and their values, as printed.
        locale: the language used.
        finished: whether the lesson was completed.
    """

    hash: str
    step: str
    done: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    misses: tuple[tuple[str, int], ...] = ()
    journal: tuple[JournalLine, ...] = ()
    bindings: tuple[tuple[str, str], ...] = ()
    locale: str = "en"
    finished: bool = False


def saved(run: LessonRun) -> Saved:
    """Return the state of a run, to be saved."""
    ids = [step.id for step in run.lesson.steps]
    bound = run.host.session.bindings
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
    """Restore a saved state in a new run; return what to show, also if that failed."""
    texts = run.texts
    ids = {step.id for step in run.lesson.steps}
    done = set(kept.done) & ids
    run.misses = {name: count for name, count in kept.misses if name in ids}
    run.skipped = set(kept.skipped) & ids
    run.done = set(done)
    if kept.finished:
        run.skipped = set()
        note = texts("you have finished this lesson: here it is again")
        return [LessonMessage("note", "", note), *run.begin()]
    index = run.lesson.place(kept.step)
    as_it_was = index >= 0 and kept.hash == run.lesson.hash
    if as_it_was and way.rewind(run, kept.journal, index):
        run.done |= done
        note = texts("welcome back; your {count} lines were run again", count=_typed(kept))
        passed = run.praise() if run.passed and not run.step.reading else []
        return [LessonMessage("note", "", note), *run.opening, *passed, *lost(run)]
    if not as_it_was:
        undone = (i for i, step in enumerate(run.lesson.steps) if step.id not in done)
        index = next(undone, max(index, 0))
    way.canonical(run, index)
    run.done = done
    note = (
        texts(
            "your lines no longer print what they did, so the lesson's own were run up to this step"
        )
        if as_it_was
        else texts(
            "the lesson has changed since you left, so its own commands were run up to this step"
        )
    )
    return [LessonMessage("note", "", note), *run.opening]


def _typed(kept: Saved) -> int:
    return sum(1 for entry in kept.journal if not entry.auto)


class LearnerProgress:
    """The progress file, with the lessons by id; it is read only when needed.

    Attributes:
        shared: whether another process saved a lesson while it was open here.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.shared = False
        self._known: dict[str, Saved | None] = {}

    def all(self) -> dict[str, Saved]:
        """Return the saved state of every lesson that was begun, by the lesson's id.

        Raises:
            ProgressError: the file is not a progress file.
        """
        return self._read()[0]

    def _read(self) -> tuple[dict[str, Saved], bytes | None]:
        """Return the lessons in the file and its bytes; None if there is no file."""
        try:
            if self.path.is_fifo():  # a pipe: reading it would block until someone writes
                raise ProgressError("{path} is a pipe, not a file", path=self.path)
            if self.path.stat().st_size > MAX_BYTES:
                raise ProgressError("{path} is too long to be a progress file", path=self.path)
            content = self.path.read_bytes()
        except FileNotFoundError:
            return {}, None
        except OSError as error:
            raise ProgressError(
                "cannot read {path}: {why}", path=self.path, why=error.strerror
            ) from None
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):  # RecursionError: thousands of nested brackets
            raise ProgressError(
                "{path} is not JSON: move it away to start again", path=self.path
            ) from None
        try:
            lessons = _mapping(data)["lessons"]
            return {_text(name): _read(each) for name, each in _mapping(lessons).items()}, content
        except (KeyError, TypeError, ValueError):
            raise ProgressError(
                "{path} is not a progress file of lessons: move it away to start again",
                path=self.path,
            ) from None

    def get(self, lesson: Lesson) -> Saved | None:
        """Return the saved state of a lesson, or None."""
        self._known[lesson.id] = kept = self.all().get(lesson.id)
        return kept

    def put(self, lesson: Lesson, kept: Saved) -> None:
        """Save a lesson atomically: readers see the old file or the new one.

        Steps done meanwhile in another terminal stay done; the current step is the one of `kept`.

        Raises:
            ProgressError: the file cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with alone(self.path.resolve()):  # no other process writes between our read and write
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
        lessons, before = self._read()
        theirs = lessons.get(lesson.id)
        if theirs is not None and theirs != self._known.get(lesson.id, theirs):
            self.shared = True
            kept = _together(lesson, kept, theirs)
        lessons[lesson.id] = kept
        data = {"v": VERSION, "lessons": {name: _written(each) for name, each in lessons.items()}}
        write_file(self.path, json.dumps(data, ensure_ascii=False, indent=1), over=before)
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
    """Return the path of the progress file in the user's state folder."""
    from platformdirs import user_state_path  # noqa: PLC0415  # needed only for lessons

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


def _read(data: Any) -> Saved:
    """Parse the saved state of a lesson; TypeError, ValueError or KeyError if it is malformed."""
    data = _mapping(data)
    return Saved(
        _text(data["hash"]),
        _text(data["step"]),
        tuple(map(_text, _sequence(data["done"]))),
        tuple(map(_text, _sequence(data["skipped"]))),
        tuple((_text(name), _count(count)) for name, count in _mapping(data["misses"]).items()),
        tuple(map(_journal_line, _sequence(data["journal"]))),
        tuple((_text(name), _text(value)) for name, value in _mapping(data["bindings"]).items()),
        _text(data["locale"]),
        _flag(data["finished"]),
    )


def _journal_line(line: Any) -> JournalLine:
    step, text, digest, *auto = _sequence(line)
    if auto not in ([], [1]):
        raise ValueError
    return JournalLine(_text(step), _text(text), _text(digest), bool(auto))


# Malformed JSON: `"done": "abc"`, `"misses": {"a": Infinity}`, half a surrogate pair.


def _mapping(data: Any) -> Mapping[Any, Any]:
    if not isinstance(data, dict):
        raise TypeError
    return data


def _sequence(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError
    return data


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise TypeError
    data.encode("utf-8")
    return data


def _count(data: Any) -> int:
    if type(data) is not int or not 0 <= data <= MAX_COUNT:
        raise ValueError
    return data


def _flag(data: Any) -> bool:
    if type(data) is not bool:
        raise TypeError
    return data
