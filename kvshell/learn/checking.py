"""The ten checks that every lesson must pass, in every language.

 1  it passes as a transcript
 2  each goal fails before its solution
 3  and holds after it
 4  each known mistake misses the goal
 5  whatever is skipped, the later steps can be done
 6  it can be left and taken up again at every step
 7  every step has hints, and the last one is the solution
 8  every step is reached by :goto
 9  its translations are in sync
10  nothing is wider than 80 columns, and each task fits on a screen
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from kvshell.learn import way
from kvshell.learn.finding import Finding
from kvshell.learn.fitting import widths
from kvshell.learn.lesson import load, make, read, translations
from kvshell.learn.look import is_look
from kvshell.learn.pieces import Said
from kvshell.learn.progress import restore, saved
from kvshell.learn.run import LessonRun
from kvshell.learn.same import form
from kvshell.learn.step import Lesson
from kvshell.learn.sync import out_of_sync
from kvshell.learn.texts import LANGUAGES, Texts
from kvshell.learn.why import why
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.outcome import Status
from kvshell.transcript.play import Settings
from kvshell.transcript.replay import play_document

LOOKS = "in a goal may stand lookup, get, keys, state, registry, cache, mailbox, alive and the like"
IDS = "give each heading an {#id} of its own"
SHOWN = "let the step show its commands in a ```kvshell block"
SAME = "let its setup answer the same every time"
STRICTER = "let the goal look at what the solution alone brings about"


def check_all(paths: Iterable[Path], write: Callable[[str], None]) -> int:
    """Check lessons and write a line for each; 1 if anything was found, 2 if one cannot be read."""
    code = 0
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
    """Return everything that is wrong with a lesson, translations included."""
    lesson = load(path)
    findings = [*_form(lesson), *_replays(lesson)]
    if findings:
        return findings  # the others would say the same in other words
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
    """What the checks themselves rely on."""
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
            text = "nobody types what stands before the first step: move it below a ## heading"
            yield Finding(1, f"line {block.line}", text)


def _replays(lesson: Lesson) -> Iterator[Finding]:
    played = play_document(lesson.document, Settings(), lambda _: None, ctrl_c=False)
    for each in played.checked:
        if each.status in {Status.failed, Status.hung, Status.unreached}:
            summary = each.failure.summary if each.failure is not None else each.status.value
            replay = f"kvshell replay {lesson.document.path} shows it"
            yield Finding(1, f"line {each.line}", f"{summary}; {replay}")


def _goals(lesson: Lesson) -> Iterator[Finding]:
    with _walk(lesson) as run:
        for index, step in enumerate(lesson.steps):
            way.canonical(run, index)
            if step.reading:
                continue
            if run.passed:
                yield Finding(2, step.id, f"it is done before anything was typed: {STRICTER}")
            for wrong in step.wrongs:
                way.canonical(run, index)
                mine = form(run.session, wrong.commands[-1].text)
                if any(form(run.session, do.text) == mine for do in step.solution):
                    yield Finding(
                        4, step.id, f"`{wrong.commands[-1].text}` is no mistake: it is the solution"
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
                    3, step.id, "it changes the system: write a goal that looks at what changed"
                )
            if not run.passed:
                missed = f": {why(run.session, run.missed, run.texts)}" if run.missed else ""
                yield Finding(3, step.id, f"the solution does not meet the goal{missed}")


def _skips(lesson: Lesson) -> Iterator[Finding]:
    """Skip each step alone, all but it, all, none; also where the learner had gone astray."""
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
    """The id of the step that could not be done; None when all could."""
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
                    said = f"coming back {how} leads to step {again.index + 1}: {IDS}"
                    yield Finding(6, step.id, said)
                elif again.prompt != prompt:
                    said = f"coming back {how}, the prompt is {again.prompt.strip()}: {SAME}"
                    yield Finding(6, step.id, said)
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
            texts = [each[0].text for each in (last, shown) if isinstance(each[0], Said)]
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
    """What can be seen of every process and table."""
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


def parsed(name: str, text: str) -> Lesson:
    """Return the lesson that a text is: for tests and for who writes one."""
    from kvshell.transcript.parse import parse  # noqa: PLC0415  # for authors only

    return make(name, parse(f"{name}.md", text))
