"""Markdown text -> Document, or a ParseError that names file, line and column.

The way: source (bytes to lines) - front matter by hand - `fences` (markdown-it-py) - the entries
of each block, line by line - patterns, whose names have one kind in the whole document.
"""

import re

from kvshell.transcript import fences, values
from kvshell.transcript.attributes import read_attributes
from kvshell.transcript.blocks import BlockReader, Inner
from kvshell.transcript.document import Attributes, Block, Directive, Document, Entry, Step
from kvshell.transcript.fences import Part
from kvshell.transcript.front import read_front
from kvshell.transcript.grammar import (
    DIRECTIVE_START,
    FENCE_WORD,
    HEADING_ID,
    HIDDEN_START,
    ID,
    MAX_NESTING,
)
from kvshell.transcript.kinds import Kinds
from kvshell.transcript.patterns import unhide
from kvshell.transcript.source import Source, decode

_HIDDEN = re.compile(rf"{HIDDEN_START}(?=\s|-->|$)")
_DIRECTIVE = re.compile(
    rf"{DIRECTIVE_START}(?P<word>{ID.pattern})(?:\s+(?P<text>.*?))?\s*-->\s*", re.DOTALL
)
_LEAD = " \t>"


def parse(path: str, text: str | bytes) -> Document:
    """Return the document. The only exception is ParseError."""
    source = decode(path, text) if isinstance(text, bytes) else Source(path, text)
    return _Parser(source).document()


class _Parser:
    """Collects the document's parts from first to last."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.title = ""
        self.steps = [Step(1, "", "")]
        self.blocks: list[Block] = []
        self.directives: list[Directive] = []
        self.kinds = Kinds(source)
        self.explored = False

    def document(self) -> Document:
        source = self.source
        front, skipped = read_front(source)
        for part in fences.find(source.text[source.after(skipped) :], skipped):
            match part.kind:
                case "fence":
                    self._fence(part)
                case "comment":
                    self._comment(part)
                case "heading":
                    self._heading(part)
                case _:
                    message = f"lists and quotes nested deeper than {MAX_NESTING}"
                    raise source.error(part.first, 1, message)
        return Document(
            source,
            front,
            front.title or self.title,
            tuple(self.steps),
            tuple(self.blocks),
            tuple(self.directives),
            self.kinds.parts(),
            any(entry.events for block in self.blocks for entry in block.entries),
        )

    def _heading(self, part: Part) -> None:
        found = HEADING_ID.search(part.text)
        title = (part.text[: found.start()] if found else part.text).strip()
        if part.marker == "#":
            self.title = self.title or title
        else:
            self.steps.append(Step(part.first, title, found["id"] if found else ""))

    def _fence(self, part: Part) -> None:
        if part.text.split(None, 1)[:1] != [FENCE_WORD]:
            return
        opening = self.source.lines[part.first - 1].text
        fence = opening.index(part.marker)
        start = opening.index(FENCE_WORD, fence) + len(FENCE_WORD)
        attributes = read_attributes(self.source, part.first, opening, start)
        if len(part.inner) != part.last - part.first - 1:
            message = f"this block is never closed: expected a line {part.marker}"
            raise self.source.error(part.first, fence + 1, message)
        self._block(part, attributes, list(part.inner), hidden=False)

    def _comment(self, part: Part) -> None:
        opening = self.source.lines[part.first - 1].text
        text = opening.lstrip(_LEAD)
        if _HIDDEN.match(text):
            self._hidden(part, opening)
        elif text.startswith(DIRECTIVE_START):
            self._directive(part, opening)
        else:
            self._nothing_lost(part)

    def _nothing_lost(self, part: Part) -> None:
        """Refuse a block or directive inside other HTML, where it would silently not count."""
        for line in self.source.lines[part.first - 1 : part.last]:
            for word in (HIDDEN_START, DIRECTIVE_START):
                if (place := line.text.find(word)) >= 0:
                    message = f"{word} inside other HTML: put an empty line before it"
                    raise self.source.error(line.number, place + 1, message)

    def _hidden(self, part: Part, opening: str) -> None:
        column = opening.index(HIDDEN_START)
        first, *inner = part.text.rstrip("\n").split("\n")
        if "-->" in first:
            raise self.source.error(part.first, column + 1, "no command in this block")
        start = column + len(HIDDEN_START)
        attributes = read_attributes(self.source, part.first, opening, start)
        if not inner or "-->" not in inner[-1]:
            message = "this block is never closed: expected a line `-->`"
            raise self.source.error(part.first, column + 1, message)
        if inner[-1].strip() != "-->":
            message = "`-->` ends the block and stands alone; inside it, write `--\\>`"
            raise self.source.error(part.last, 1, message)
        self._block(part, attributes, inner[:-1], hidden=True)

    def _directive(self, part: Part, opening: str) -> None:
        column = opening.index(DIRECTIVE_START) + 1
        found = _DIRECTIVE.fullmatch(part.text.lstrip(_LEAD).rstrip())
        if not found or "-->" in (found["text"] or ""):
            message = "expected `<!-- kv:word text -->` on lines of its own"
            raise self.source.error(part.first, column, message)
        word, text = found["word"], " ".join((found["text"] or "").split())
        try:
            values.directive(word, text)
        except ValueError as error:
            raise self.source.error(part.first, column, str(error)) from None
        self.explored = self.explored or word == "explore"
        step = len(self.steps) - 1
        self.directives.append(Directive(part.first, part.last, word, text, step))

    def _block(self, part: Part, attributes: Attributes, inner: list[str], hidden: bool) -> None:
        lines = [self._inner(part.first + 1 + i, text) for i, text in enumerate(inner)]
        indent = self._indent(lines)
        block = Block(
            part.first,
            part.last,
            attributes,
            (),
            hidden,
            indent,
            len(self.steps) - 1,
            self.explored,
        )
        if attributes.fresh and block.runs:
            self.kinds.fresh()
        if not attributes.norun:
            block = block._replace(entries=self._entries(block, lines))
        self.blocks.append(block)

    def _entries(self, block: Block, lines: list[Inner]) -> tuple[Entry, ...]:
        if block.hidden:
            lines = [line._replace(text=unhide(line.text)) for line in lines]
        if not block.runs:
            self.kinds.set_aside()
        reader = BlockReader(self.source, self.kinds, lines, block.attributes.session)
        entries = reader.entries()
        self.kinds.restore()
        if not entries:
            raise self.source.error(block.line, 1, "no command in this block")
        return entries

    def _inner(self, number: int, text: str) -> Inner:
        """Find an inner line in its source line, behind what a list or a quote puts before it."""
        written = self.source.lines[number - 1].text.replace("\0", "\ufffd")
        while not written.endswith(text) and text.startswith(" "):
            text = text[1:]  # a space that stands for a part of a tab
        if not written.endswith(text):
            raise self.source.error(number, 1, "this line cannot be told from its indent")
        return Inner(number, len(written) - len(text) + 1, text)

    def _indent(self, lines: list[Inner]) -> str:
        """What stands before the block's lines in the source."""
        for line in lines:
            if line.text.strip():
                return self.source.lines[line.number - 1].text[: line.column - 1]
        return ""
