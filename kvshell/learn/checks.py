"""The ten checks of a lesson, which `kvshell learn --check` runs."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from kvshell.commands.language.texts import LANGUAGES, Texts
from kvshell.learn.drawing import draw
from kvshell.learn.lesson.lesson import Lesson, load, read, translations
from kvshell.learn.lesson.translations import NO_LESSON, out_of_sync
from kvshell.learn.walk import rebuild as way
from kvshell.learn.walk.goal import form, is_look
from kvshell.learn.walk.lesson_host import LessonMessage, Narration, Piece, StepFrame
from kvshell.learn.walk.lesson_run import LessonRun
from kvshell.learn.walk.progress import restore, saved
from kvshell.learn.walk.why_not import why
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.match.outcome import Status
from kvshell.transcript.replay import play_document
from kvshell.transcript.run.player import Settings
from kvshell.views import DOCUMENT
from kvshell.views.widths import cell_width


class Finding(NamedTuple):
    """A problem in a lesson: the number of the check, the step or line, and a message."""

    check: int
    place: str
    text: str


WIDTH = 80
TALLEST = 20  # maximum lines of a frame: what fits above the prompt of a small terminal


def widths(lesson: Lesson, language: str) -> Iterator[Finding]:
    """Yield a finding for each text that is wider than a line or taller than a screen."""
    for do in (do for step in lesson.steps for do in step.solution):
        for line in f"{do.entry.command.prompt}{do.text}".split("\n"):
            if cell_width(line) > WIDTH:
                yield Finding(
                    10, f"line {do.entry.command.line}", f"wider than {WIDTH} columns: shorten it"
                )
    texts = Texts(language)
    with closing(LessonRun(lesson, texts)) as run:
        for number, step in enumerate(lesson.steps):
            run.index = number
            words = step.prose
            pieces: list[Piece] = [run.frame(), Narration(words.after)]
            pieces += [LessonMessage("hint", "", hint) for hint in words.hints]
            for piece in pieces:
                lines = draw(piece, texts, DOCUMENT, accessible=False).split("\n")
                if max(map(cell_width, lines)) > WIDTH:
                    yield Finding(
                        10, f"{language} {step.id}", f"wider than {WIDTH} columns: shorten it"
                    )
                if isinstance(piece, StepFrame | Narration) and len(lines) > TALLEST:
                    text = f"{len(lines)} lines, {TALLEST} fit on a screen: make two steps of it"
                    yield Finding(10, f"{language} {step.id}", text)


LONGEST_SAID = 300  # characters of output to show; a replay shows all of it
LOOKS = (
    "a goal may use lookup, get, keys, state, registry, cache, mailbox, alive and similar commands"
)
IDS = "give each heading an {#id} of its own"
SHOWN = "put the step's commands in a ```kvshell block"
SAME = "make its setup answer the same every time"
STRICTER = "make the goal check something that only the solution changes"


def check_all(paths: Iterable[Path], write: Callable[[str], None]) -> int:
    """Check lessons and write a line for each.

    Returns 0 if all pass, 1 if there are findings, 2 if there is no lesson or one cannot be read.
    """
    code = 0
    paths = [*paths]
    if not paths:
        write(NO_LESSON)
        return 2
    for path in paths:
        try:
            findings = check(path)
        except ParseError as error:
            write(f"ERROR {error}")
            code = 2
            continue
        for finding in findings:
            write(f"{path}: check {finding.check}: {finding.place}: {finding.text}")
            code = code or 1
        if not findings:
            languages = ", ".join(["en", *translations(path)])
            write(f"ok  {path.stem} (10 checks, {len(load(path).steps)} steps, {languages})")
    return code


def check(path: Path) -> list[Finding]:
    """Return all findings for a lesson and its translations."""
    lesson = load(path)
    findings = [*_form(lesson), *_replays(lesson)]
    if findings:
        return findings  # the other checks would report the same
    findings += [*_goals(lesson), *_skips(lesson), *_resumes(lesson)]
    findings += [*_hints(lesson), *_gotos(lesson)]
    for language, other in translations(path).items():
        findings += [
            Finding(9, f"{other.name} {place}", text)
            for place, text in out_of_sync(lesson.document, read(other))
        ]
        if language in LANGUAGES:
            findings += widths(load(path, language), language)
    return [*findings, *widths(lesson, "en")]


def _form(lesson: Lesson) -> Iterator[Finding]:
    """Yield findings about the structure on which the other checks rely."""
    document = lesson.document
    for number, step in enumerate(lesson.steps, 1):
        if not document.steps[number].id:
            yield Finding(8, step.id, "the heading has no id: write ## TITLE {#id}")
        for do in step.goal:
            if not is_look(do.text):
                yield Finding(2, step.id, f"the goal `{do.text}` does more than look: {LOOKS}")
    ids = [step.id for step in lesson.steps]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        yield Finding(8, twice, "two steps have this id: give one of them another")
    for block in document.blocks:
        if block.runs and (block.attributes.session or block.attributes.teardown):
            place = f"line {block.line}"
            yield Finding(1, place, "a learner has one prompt: write `as CLIENT LINE`")
        if block.runs and not block.step and not block.attributes.setup:
            text = "lines before the first step are never typed: move them below a ## heading"
            yield Finding(1, f"line {block.line}", text)


def _replays(lesson: Lesson) -> Iterator[Finding]:
    played = play_document(lesson.document, Settings(), lambda _: None, ctrl_c=False)
    for each in played.checked:
        if each.status in {Status.failed, Status.hung, Status.unreached}:
            summary = each.failure.summary if each.failure is not None else each.status.value
            replay = f"kvshell replay {lesson.document.path} shows it"
            message = summary if len(summary) <= LONGEST_SAID else f"{summary[:LONGEST_SAID]}..."
            yield Finding(1, f"line {each.line}", f"{message}; {replay}")


def _goals(lesson: Lesson) -> Iterator[Finding]:
    with _walk(lesson) as run:
        for index, step in enumerate(lesson.steps):
            way.canonical(run, index)
            if step.reading:
                continue
            if run.passed:
                yield Finding(2, step.id, f"the goal is met before anything is typed: {STRICTER}")
            for wrong in step.wrongs:
                way.canonical(run, index)
                mine = form(run.session, wrong.commands[-1].text)
                if any(form(run.session, do.text) == mine for do in step.solution):
                    yield Finding(
                        4,
                        step.id,
                        f"`{wrong.commands[-1].text}` is not a mistake: it is the solution",
                    )
                for do in wrong.commands:
                    run.type(do.text)
                if run.passed:
                    yield Finding(
                        4, step.id, f"`{wrong.commands[-1].text}` meets the goal: {STRICTER}"
                    )
                if not wrong.say:
                    yield Finding(4, step.id, 'a mistake without a sentence: write wrong say="..."')
            way.canonical(run, index)
            before = _print(run)
            _solve(run)
            if not step.goal and _print(run) != before:
                yield Finding(
                    3, step.id, "it changes the system: write a goal that checks what changed"
                )
            if not run.passed:
                missed = f": {why(run.session, run.missed, run.texts)}" if run.missed else ""
                yield Finding(3, step.id, f"the solution does not meet the goal{missed}")


def _skips(lesson: Lesson) -> Iterator[Finding]:
    """Yield findings about skipping steps: each one alone, all others, all, none.

    Each step is also skipped from a state in which its own commands do not work.
    """
    size = len(lesson.steps)
    everything = frozenset(range(size))
    sets = {frozenset[int](), everything}
    sets |= {frozenset({n}) for n in everything} | {everything - {n} for n in everything}
    for skipped in sorted(sets, key=sorted):
        for astray in (False, True) if len(skipped) == 1 else (False,):
            stuck = _walked(lesson, skipped, astray=astray)
            if stuck is not None:
                numbers = ", ".join(str(n + 1) for n in sorted(skipped))
                text = f"cannot be done after skipping steps {numbers or 'none'}: {STRICTER}"
                yield Finding(5, stuck, text)
                return


def _walked(lesson: Lesson, skipped: frozenset[int], *, astray: bool) -> str | None:
    """Walk through a lesson; return the id of the first step that could not be done, or None.

    The steps in `skipped` are skipped; with `astray`, after a `reset` that empties the system.
    """
    with _walk(lesson) as run:
        run.begin()
        for index, step in enumerate(lesson.steps):
            if run.index != index:
                return step.id
            if index in skipped and not step.reading:
                if astray:
                    run.feed("reset")
                run.feed(":skip")
                continue
            _solve(run)
            if not run.passed:
                return step.id
            run.feed("")
        return None if run.finished else lesson.steps[-1].id


def _resumes(lesson: Lesson) -> Iterator[Finding]:
    for index, step in enumerate(lesson.steps):
        with _walk(lesson) as run:
            way.canonical(run, index)
            kept, prompt = saved(run), run.prompt
        for changed in (False, True):
            with _walk(lesson) as again:
                restore(again, kept._replace(hash="0") if changed else kept)
                how = "by the lesson's commands" if changed else "by the journal"
                if again.index != index:
                    message = f"coming back {how} leads to step {again.index + 1}: {IDS}"
                    yield Finding(6, step.id, message)
                elif again.prompt != prompt:
                    message = f"coming back {how}, the prompt is {again.prompt.strip()}: {SAME}"
                    yield Finding(6, step.id, message)
                _solve(again)
                if not again.passed:
                    yield Finding(6, step.id, f"after coming back it cannot be done: {STRICTER}")


def _hints(lesson: Lesson) -> Iterator[Finding]:
    with _walk(lesson) as run:
        for index, step in enumerate(lesson.steps):
            if step.reading:
                continue
            if not step.prose.hints:
                yield Finding(7, step.id, "no hint: write <!-- kv:hint TEXT -->")
            way.canonical(run, index)
            last = [run.feed(":hint") for _ in range(len(step.prose.hints) + 1)][-1]
            shown = run.feed(":show")
            texts = [each[0].text for each in (last, shown) if isinstance(each[0], LessonMessage)]
            if len(texts) != 2 or texts[0] != texts[1] or not texts[0]:
                yield Finding(7, step.id, f"the last hint is not the solution: {SHOWN}")


def _gotos(lesson: Lesson) -> Iterator[Finding]:
    for index, step in enumerate(lesson.steps):
        with _walk(lesson) as run:
            run.begin()
            run.feed(f":goto {step.id}")
            if run.index != index:
                yield Finding(8, step.id, f":goto leads to step {run.index + 1}: {IDS}")


def _print(run: LessonRun) -> list[str]:
    """Return everything that can be observed of the processes and tables, as lines."""
    runtime = run.session.runtime
    typing = {run.session.shell, *run.session.clients.values()}
    seen = [runtime.observe(pid) for pid in runtime.processes() if pid not in typing]
    found = [f"{s.pid} {s.status} {s.state} {s.mailbox} {s.suspended}" for s in seen if s]
    return [*found, *(f"{table.shown()} {table.rows()}" for table in runtime.tables.all())]


def _solve(run: LessonRun) -> None:
    for _ in way.solve(run):
        pass


def _walk(lesson: Lesson) -> "closing[LessonRun]":
    return closing(LessonRun(lesson, Texts()))
