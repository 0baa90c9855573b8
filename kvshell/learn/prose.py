"""The prose of a step: its Markdown without the blocks that run."""

import hashlib
import re

from kvshell.learn.step import Prose
from kvshell.transcript.document import Block, Document
from kvshell.transcript.front import read_front

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def prose(document: Document, number: int) -> Prose:
    """Return the words of step `number`; 0 is what stands before the first step."""
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
    """Return the short hash by which a translation knows what it was made from."""
    text = "\n\n".join([words.title, words.task, words.after, *words.hints, *words.says])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def source_of(document: Document, number: int) -> str:
    """Return the hash that a translated step carries, or ""."""
    return next((d.text for d in document.directives if d.step == number and d.word == "src"), "")


def _is_task(block: Block) -> bool:
    given = block.attributes
    return not (given.setup or given.goal or given.teardown)


def _lines(document: Document, number: int) -> tuple[int, int]:
    """The first and last line of a step, below its heading."""
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
