"""The records of a lesson, which are read from its file once and never changed."""

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from kvshell.transcript.format.attributes import read_front
from kvshell.transcript.format.document import CodeBlock, Document, DocumentEntry
from kvshell.transcript.format.parser import parse


class Do(NamedTuple):
    """A command of a step, and the block that contains it."""

    block: CodeBlock
    entry: DocumentEntry

    @property
    def text(self) -> str:
        """The command as written in the document, with its placeholders."""
        return self.entry.command.text


class Wrong(NamedTuple):
    """A mistake that the lesson expects, and the feedback on it."""

    say: str
    commands: tuple[Do, ...]


class Prose(NamedTuple):
    """The text of a step in one language.

    Attributes:
        title: the title of the step.
        task: the text before the solution.
        after: the text shown once the step is done.
        hints: the hints, in order.
        says: the feedback on the expected mistakes, in order.
    """

    title: str
    task: str
    after: str
    hints: tuple[str, ...]
    says: tuple[str, ...]


class LessonStep(NamedTuple):
    """A step of a lesson.

    Attributes:
        id: identifies the step in saved progress.
        prose: its text in the learner's language.
        original: the original text, if the translation is outdated; otherwise None.
        fresh: whether the step starts with an empty system.
        setup: commands that the lesson types when the step begins.
        solution: the commands that the learner has to find.
        goal: read-only commands, and what they must show.
        wrongs: the mistakes that the lesson expects.
    """

    id: str
    prose: Prose
    original: Prose | None
    fresh: bool
    setup: tuple[Do, ...]
    solution: tuple[Do, ...]
    goal: tuple[Do, ...]
    wrongs: tuple[Wrong, ...]

    @property
    def reading(self) -> bool:
        """Whether there is nothing to do in this step but to read."""
        return not self.solution and not self.goal


class Lesson(NamedTuple):
    """A lesson in the learner's language; its commands are always the original's.

    Attributes:
        id: its name in saved progress: the front matter's `id`, or the file name without extension.
        title: its title.
        intro: the text before the first step.
        steps: its steps, in order.
        document: the original document.
        hash: a hash that changes if a command, a goal or the order of the steps changes.
        languages: the codes of its languages.
    """

    id: str
    title: str
    intro: str
    steps: tuple[LessonStep, ...]
    document: Document
    hash: str
    languages: tuple[str, ...]

    def place(self, step_id: str) -> int:
        """Return the index of the step with this id, or -1."""
        return next((i for i, step in enumerate(self.steps) if step.id == step_id), -1)


_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def prose(document: Document, number: int) -> Prose:
    """Return the text of a step; step 0 is the text before the first heading."""
    cuts = [
        (block.line, block.last_line)
        for block in document.blocks
        if block.step == number and (block.hidden or not block.attributes.norun)
    ]
    cuts += [(each.line, each.last_line) for each in document.directives if each.step == number]
    first, last = _lines(document, number)
    split = next(
        (
            block.line
            for block in document.blocks
            if block.step == number and block.runs and not block.hidden and _is_task(block)
        ),
        last + 1,
    )
    return Prose(
        document.steps[number].title if number else document.title,
        _text(document, first, split - 1, cuts),
        _text(document, split, last, cuts),
        tuple(d.text for d in document.directives if d.step == number and d.word == "hint"),
        tuple(
            block.attributes.say
            for block in document.blocks
            if block.step == number and block.attributes.wrong
        ),
    )


def digest(words: Prose) -> str:
    """Return a short hash of a step's text; a translation contains that of its original."""
    text = "\n\n".join([words.title, words.task, words.after, *words.hints, *words.says])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def source_of(document: Document, number: int) -> str:
    """Return the hash of the original that a translated step contains, or ""."""
    return next((d.text for d in document.directives if d.step == number and d.word == "src"), "")


def _is_task(block: CodeBlock) -> bool:
    given = block.attributes
    return not (given.setup or given.goal or given.teardown)


def _lines(document: Document, number: int) -> tuple[int, int]:
    """Return the first and last line of a step, without its heading."""
    steps, lines = document.steps, document.source.lines
    last = steps[number + 1].line - 1 if number + 1 < len(steps) else len(lines)
    if number:
        return steps[number].line + 1, last
    first = read_front(document.source)[1] + 1
    while first <= last and not lines[first - 1].text.strip():
        first += 1
    if first <= last and lines[first - 1].text.startswith("# "):
        first += 1
    return first, last


def _text(document: Document, first: int, last: int, cuts: list[tuple[int, int]]) -> str:
    kept: list[str] = []
    for line in document.source.lines[first - 1 : last]:
        if any(start <= line.number <= end for start, end in cuts):
            continue
        if line.text.strip() or (kept and kept[-1]):
            kept.append(line.text.rstrip())
    return _COMMENT.sub("", "\n".join(kept)).strip()


TRANSLATED = re.compile(r"\.([a-z]{2})\.md$")


def read(path: Path) -> Document:
    """Parse the document at `path`.

    Raises:
        ParseError: the file is not a transcript.
        OSError: the file cannot be read.
    """
    return parse(str(path), path.read_bytes())


def translations(path: Path) -> dict[str, Path]:
    """Return the paths of a lesson's translations by language code."""
    found = {}
    for other in sorted(path.parent.glob(f"{path.stem}.*.md")):
        named = TRANSLATED.search(other.name)
        if named and not other.is_fifo() and other.name == f"{path.stem}.{named[1]}.md":
            found[named[1]] = other
    return found


def load(path: Path, language: str = "en") -> Lesson:
    """Read a lesson in a language, or in the original if there is no translation.

    Raises:
        ParseError: the file is not a transcript, or has no steps.
        OSError: the file cannot be read.
    """
    document = read(path)
    if len(document.steps) < 2:
        raise document.source.error(1, 1, "a lesson has steps: begin one with ## TITLE {#ID}")
    others = translations(path)
    other = read(others[language]) if language in others else None
    return make(document.front.id or path.stem, document, other, languages=("en", *others))


def make(
    name: str,
    document: Document,
    other: Document | None = None,
    *,
    languages: tuple[str, ...] = ("en",),
) -> Lesson:
    """Build a lesson from a document, with the text of its translation `other` where possible."""
    steps = tuple(_step(document, number, other) for number in range(1, len(document.steps)))
    words, _ = _words(document, 0, other)
    return Lesson(
        name,
        words.title or name,
        words.task,
        steps,
        document,
        _hash(document),
        languages,
    )


def step_id(document: Document, number: int) -> str:
    """Return a step's id; without one, its title in lower case."""
    step = document.steps[number]
    return step.id or re.sub(r"\W+", "-", step.title.lower()).strip("-") or f"step-{number}"


def _step(document: Document, number: int, other: Document | None) -> LessonStep:
    blocks = [block for block in document.blocks if block.step == number]
    words, original = _words(document, number, other)
    plain = [b for b in blocks if b.runs and not (b.attributes.goal or b.attributes.teardown)]
    wrongs = [block for block in blocks if block.attributes.wrong]
    return LessonStep(
        step_id(document, number),
        words,
        original,
        any(block.attributes.fresh for block in plain),
        _commands([block for block in plain if block.attributes.setup]),
        _commands([block for block in plain if not block.attributes.setup]),
        _commands([block for block in blocks if block.attributes.goal and block.runs]),
        tuple(
            Wrong(say, _commands([block])) for say, block in zip(words.says, wrongs, strict=False)
        ),
    )


def _commands(blocks: list[CodeBlock]) -> tuple[Do, ...]:
    return tuple(Do(block, entry) for block in blocks for entry in block.entries)


def _words(document: Document, number: int, other: Document | None) -> tuple[Prose, Prose | None]:
    """Return a step's text, and the original text if its translation is outdated (else None)."""
    original = prose(document, number)
    if other is None:
        return original, None
    place = _same_step(document, number, other)
    if place is None:
        return original, None
    words = prose(other, place)
    if len(words.says) != len(original.says):
        words = words._replace(says=original.says)
    return words, None if source_of(other, place) == digest(original) else original


def _same_step(document: Document, number: int, other: Document) -> int | None:
    if not number:
        return 0
    wanted = step_id(document, number)
    return next((n for n in range(1, len(other.steps)) if step_id(other, n) == wanted), None)


def _hash(document: Document) -> str:
    """Return a hash of what saved progress depends on: steps, commands and goals."""
    text = [document.front.design]
    for number in range(len(document.steps)):
        text.append(f"## {step_id(document, number)}")
        for block in document.blocks:
            if block.step == number and block.runs:
                source = document.source
                text += [line.text for line in source.lines[block.line - 1 : block.last_line]]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()[:12]
