"""Translations of lessons: full copies whose blocks equal the original's, except for `say=`."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from kvshell.learn.lesson.lesson import digest, prose, read, source_of, step_id, translations
from kvshell.transcript.format.document import CodeBlock, Document
from kvshell.transcript.write.atomic_file import NotWrittenError, write_file

_SAY = re.compile(r'\s*say="(?:[^"\\]|\\.)*"')


NO_LESSON: Final = "ERROR no lesson found: a lesson is a file that ends in .md"


def sync_all(paths: Iterable[Path], write: Callable[[str], None]) -> int:
    """Copy the blocks of each lesson into its translations; return the exit code.

    It is 1 if a translation could not be updated, and 2 if there is no lesson.
    """
    code = 0
    paths = [*paths]
    if not paths:
        write(NO_LESSON)
        return 2
    for path in paths:
        original = read(path)
        for other in translations(path).values():
            document = read(other)
            text = synced(original, document)
            if text is None:
                write(f"{other.name}: its steps or blocks are not those of {path.name}")
                code = 1
            elif text == document.source.text:
                write(f"{other.name}: in sync")
            else:
                try:
                    write_file(other, text, over=document.source.text.encode("utf-8"))
                except NotWrittenError as error:
                    write(str(error))
                    return 1
                write(f"{other.name}: blocks taken over from {path.name}")
            for place, message in out_of_sync(original, read(other)):
                write(f"{other.name}: {place}: {message}")
    return code


def synced(original: Document, other: Document) -> str | None:
    """Return a translation with the original's blocks, or None if its blocks do not match."""
    replaced = []
    for number in range(len(original.steps)):
        place = _place(original, number, other)
        if place is None:
            return None
        theirs, mine = _blocks(original, number), _blocks(other, place)
        if len(theirs) != len(mine):
            return None
        for wanted, target in zip(theirs, mine, strict=True):
            if _text(original, wanted) != _text(other, target):
                replaced.append((target, _translated(original, wanted, other, target)))
    source = other.source
    text = source.text
    for block, new in sorted(replaced, key=lambda each: -each[0].line):
        start, end = source.lines[block.line - 1].start, source.lines[block.last_line - 1].end
        text = text[:start] + source.newline.join(new) + text[end:]
    return text


def out_of_sync(original: Document, other: Document) -> Iterator[tuple[str, str]]:
    """Yield the differences between a translation and its original as `(step, message)`."""
    front = original.front._replace(title="")
    if other.front._replace(title="") != front:
        yield "front matter", "only the title may differ"
    mine = [step_id(original, n) for n in range(1, len(original.steps))]
    theirs = [step_id(other, n) for n in range(1, len(other.steps))]
    if mine != theirs:
        yield "steps", f"they are {', '.join(theirs)}; should be {', '.join(mine)}"
        return
    for number in range(len(original.steps)):
        name = step_id(original, number) if number else "introduction"
        words, translated = prose(original, number), prose(other, number)
        pairs = _blocks(original, number), _blocks(other, number)
        if [_text(original, b) for b in pairs[0]] != [_text(other, b) for b in pairs[1]]:
            yield name, "its blocks differ: kvshell learn --sync takes them over"
        if len(words.hints) != len(translated.hints):
            yield name, f"{len(translated.hints)} hints; the original has {len(words.hints)}"
        if len(words.says) != len(translated.says):
            yield name, "a mistake without say= in this language"
        if source_of(other, number) != digest(words):
            yield name, f"stale: translate it again, then <!-- kv:src {digest(words)} -->"


def _place(original: Document, number: int, other: Document) -> int | None:
    if not number:
        return 0
    wanted = step_id(original, number)
    return next((n for n in range(1, len(other.steps)) if step_id(other, n) == wanted), None)


def _blocks(document: Document, number: int) -> list[CodeBlock]:
    return [block for block in document.blocks if block.step == number]


def _text(document: Document, block: CodeBlock) -> list[str]:
    """Return the lines of a block without the feedback on mistakes, which is translated."""
    lines = [line.text for line in document.source.lines[block.line - 1 : block.last_line]]
    return [_SAY.sub("", lines[0]), *lines[1:]]


def _translated(
    original: Document, source: CodeBlock, other: Document, target: CodeBlock
) -> list[str]:
    first, *rest = [line.text for line in original.source.lines[source.line - 1 : source.last_line]]
    message = _SAY.search(other.source.lines[target.line - 1].text)
    if message is not None:
        first = _SAY.sub(lambda _: message[0], first)
    return [first, *rest]
