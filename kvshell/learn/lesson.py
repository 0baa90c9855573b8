"""A file, and its translation beside it -> Lesson."""

import hashlib
import re
from pathlib import Path

from kvshell.learn.prose import digest, prose, source_of
from kvshell.learn.step import Do, Lesson, Prose, Step, Wrong
from kvshell.transcript.document import Block, Document
from kvshell.transcript.parse import parse

TRANSLATED = re.compile(r"\.([a-z]{2})\.md$")


def read(path: Path) -> Document:
    """Parse a file.

    Raises:
        ParseError: it is no transcript.
        OSError: it cannot be read.
    """
    return parse(str(path), path.read_bytes())


def translations(path: Path) -> dict[str, Path]:
    """Return the translations beside a lesson, by the code of their language."""
    found = {}
    for other in sorted(path.parent.glob(f"{path.stem}.*.md")):
        named = TRANSLATED.search(other.name)
        if named and other.name == f"{path.stem}.{named[1]}.md":
            found[named[1]] = other
    return found


def load(path: Path, language: str = "en") -> Lesson:
    """Read a lesson in a language, or in the original where it was not translated."""
    document = read(path)
    others = translations(path)
    other = read(others[language]) if language in others else None
    return make(path.stem, document, other, languages=("en", *others))


def make(
    name: str,
    document: Document,
    other: Document | None = None,
    *,
    languages: tuple[str, ...] = ("en",),
) -> Lesson:
    """Return the lesson that a document is, in the words of `other` where it has them."""
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
    """Return the id of a step: as given, else its title in small letters."""
    step = document.steps[number]
    return step.id or re.sub(r"\W+", "-", step.title.lower()).strip("-") or f"step-{number}"


def _step(document: Document, number: int, other: Document | None) -> Step:
    blocks = [block for block in document.blocks if block.step == number]
    words, original = _words(document, number, other)
    plain = [b for b in blocks if b.runs and not (b.attributes.goal or b.attributes.teardown)]
    wrongs = [block for block in blocks if block.attributes.wrong]
    return Step(
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


def _commands(blocks: list[Block]) -> tuple[Do, ...]:
    return tuple(Do(block, entry) for block in blocks for entry in block.entries)


def _words(document: Document, number: int, other: Document | None) -> tuple[Prose, Prose | None]:
    """The words of a step, and the original ones if the translation is older than they are."""
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
    """What a journal depends on: the steps, what they type, what they check."""
    text = [document.front.design]
    for number in range(len(document.steps)):
        text.append(f"## {step_id(document, number)}")
        for block in document.blocks:
            if block.step == number and block.runs:
                source = document.source
                text += [line.text for line in source.lines[block.line - 1 : block.last_line]]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()[:12]
