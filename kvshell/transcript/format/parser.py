"""Parses Markdown text into a Document, or raises ParseError with file, line and column.

The stages: bytes to lines (`document`), front matter (`attributes`), blocks and comments (`fences`,
with markdown-it-py), the entries of each block, line by line (`blocks`), and patterns, whose names
have one kind in the whole document.
"""

import re
from typing import TYPE_CHECKING

from kvshell.transcript.format import attributes as values
from kvshell.transcript.format import fences
from kvshell.transcript.format.attributes import read_attributes, read_front
from kvshell.transcript.format.blocks import BlockReader, Inner, Kinds
from kvshell.transcript.format.document import (
    Attributes,
    CodeBlock,
    CommandLine,
    Directive,
    Document,
    DocumentEntry,
    DocumentStep,
    Expected,
    Gap,
    Out,
    Source,
    Span,
    decode,
)
from kvshell.transcript.format.fences import MarkdownPart
from kvshell.transcript.format.grammar import (
    CONT,
    DIRECTIVE_START,
    ELIXIR_WORD,
    FENCE_WORD,
    HEADING_ID,
    HIDDEN_START,
    ID,
    MAX_NESTING,
    PROMPT,
)
from kvshell.transcript.format.holes import literal_name, read_pattern, unhide

if TYPE_CHECKING:
    from kvshell.transcript.format.elixir_blocks import DocumentElixir

_HIDDEN = re.compile(rf"{HIDDEN_START}(?=\s|-->|$)")
_DIRECTIVE = re.compile(
    rf"{DIRECTIVE_START}(?P<word>{ID.pattern})(?:\s+(?P<text>.*?))?\s*-->\s*", re.DOTALL
)
_LITERAL = re.compile(r"#(PID|Reference)<([\d.]+)>")
_LEAD = " \t>"
MOST_CLIENTS = 200


def parse(path: str, text: str | bytes, *, elixir: bool = False) -> Document:
    """Parse a document; the only exception raised is ParseError.

    With `elixir`, its blocks of Elixir run even if its front matter does not say so, on a running
    system of its design.
    """
    source = decode(path, text) if isinstance(text, bytes) else Source(path, text)
    return _Parser(source, tutorial=elixir).document()


class _Parser:
    """Parses one document, collecting its parts in order."""

    def __init__(self, source: Source, *, tutorial: bool = False) -> None:
        self.source = source
        self.tutorial = tutorial
        self.elixir: DocumentElixir | None = None
        self.prose = 0
        self.title = ""
        self.steps = [DocumentStep(1, "", "")]
        self.blocks: list[CodeBlock] = []
        self.directives: list[Directive] = []
        self.kinds = Kinds(source)
        self.explored = False
        self.runs_elixir = False
        self.clients = {""}

    def document(self) -> Document:
        source = self.source
        front, skipped = read_front(source)
        self.runs_elixir = self.tutorial or front.elixir == "run"
        self.tutorial = self.tutorial and front.elixir != "run"  # `run` starts its own system
        for part in fences.split_fences(source.text[source.after(skipped) :], skipped):
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
        if self.elixir is not None and (tests := self.elixir.tests()):
            self._tests(tests)
        return Document(
            source,
            front,
            front.title or self.title,
            tuple(self.steps),
            tuple(self.blocks),
            tuple(self.directives),
            self.kinds.parts(),
            any(entry.events for block in self.blocks for entry in block.entries),
            self.prose,
            self.tutorial,
            () if self.elixir is None else self.elixir.test_lines,
        )

    def _heading(self, part: MarkdownPart) -> None:
        found = HEADING_ID.search(part.text)
        title = (part.text[: found.start()] if found else part.text).strip()
        if part.marker == "#":
            self.title = self.title or title
        else:
            self.steps.append(DocumentStep(part.first, title, found["id"] if found else ""))

    def _fence(self, part: MarkdownPart) -> None:
        word = part.text.split(None, 1)[:1]
        if word == [ELIXIR_WORD] and self.runs_elixir:
            self._elixir(part)
        if word != [FENCE_WORD]:
            return
        opening = self.source.lines[part.first - 1].text
        fence = opening.index(part.marker)
        start = opening.index(FENCE_WORD, fence) + len(FENCE_WORD)
        attributes = read_attributes(self.source, part.first, opening, start)
        if len(part.inner) != part.last - part.first - 1:
            message = f"this block is never closed: expected a line {part.marker}"
            raise self.source.error(part.first, fence + 1, message)
        self._block(part, attributes, list(part.inner), hidden=False)

    def _elixir(self, part: MarkdownPart) -> None:
        """Parse a block of Elixir: lines with prompts, modules, parts of modules, or prose."""
        inner = list(part.inner)
        if self.elixir is None:
            from kvshell.transcript.format.elixir_blocks import (  # noqa: PLC0415  # few documents contain Elixir
                DocumentElixir,
            )

            self.elixir = DocumentElixir()
            if self.tutorial:  # as `mix test` would do
                self._line(part, "start manager", (Gap(part.first),))
        first = next((i for i, line in enumerate(inner) if PROMPT.match(line)), len(inner))
        if any(line.strip() for line in inner[:first]):
            found = self.elixir.block("\n".join(inner[:first]), part.first + 1)
            self.prose += found.prose
            if found.source:
                self._line(part, found.source.rstrip("\n"), (Gap(part.last),))
        if first < len(inner):
            part = part._replace(first=part.first + first)
            given = self._literals_named(inner[first:])
            self._block(part, Attributes(), inner[first:], hidden=False, answers=given)

    def _tests(self, source: str) -> None:
        """Add a block at the end that runs the document's tests, none of which may fail."""
        last = len(self.source.lines)
        part = MarkdownPart("fence", last, last, "")
        text = "%{excluded: 0, failures: 0, skipped: ${_:int}, total: ${_:int}}"
        answer = Out(last, text, self.kinds.expected(read_pattern(text), text, last, 1))
        self._line(part, source, (Gap(last), answer))

    def _line(self, part: MarkdownPart, text: str, expected: tuple[Expected, ...]) -> None:
        """Add a block that runs one line."""
        end = self.source.after(part.last)
        command = CommandLine(part.first, part.last, 1, "kv> ", text, (text,))
        entry = DocumentEntry(command, expected, (), Span(end, end), True, part.last)
        step = len(self.steps) - 1
        self.blocks.append(
            CodeBlock(part.first, part.last, Attributes(), (entry,), False, "", step, self.explored)
        )

    def _literals_named(self, inner: list[str]) -> list[str]:
        """Return the lines of a block, with holes for literal pids, references and table ids."""
        found, makes_a_table = [], False
        for line in inner:
            if PROMPT.match(line) or CONT.match(line):
                makes_a_table = ":ets.new(" in line
                found.append(line)
                continue
            named = _LITERAL.sub(lambda it: f"#{it[1]}<{literal_name(it[2])}>", line)
            if makes_a_table and line.strip().isdigit():
                named = f"#Reference<table_{line.strip()}>"
            found.append(named)
        return found

    def _comment(self, part: MarkdownPart) -> None:
        opening = self.source.lines[part.first - 1].text
        text = opening.lstrip(_LEAD)
        if _HIDDEN.match(text):
            self._hidden(part, opening)
        elif text.startswith(DIRECTIVE_START):
            self._directive(part, opening)
        else:
            self._nothing_lost(part)

    def _nothing_lost(self, part: MarkdownPart) -> None:
        """Reject a block or directive inside other HTML, where it would be ignored."""
        for line in self.source.lines[part.first - 1 : part.last]:
            for word in (HIDDEN_START, DIRECTIVE_START):
                if (place := line.text.find(word)) >= 0:
                    message = f"{word} inside other HTML: put an empty line before it"
                    raise self.source.error(line.number, place + 1, message)

    def _hidden(self, part: MarkdownPart, opening: str) -> None:
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

    def _directive(self, part: MarkdownPart, opening: str) -> None:
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

    def _block(
        self,
        part: MarkdownPart,
        attributes: Attributes,
        inner: list[str],
        hidden: bool,
        answers: list[str] | None = None,
    ) -> None:
        """Add a block; `answers` are its lines as they are compared, if not as in the source."""
        lines = [self._inner(part.first + 1 + i, text) for i, text in enumerate(inner)]
        indent = self._indent(lines)
        block = CodeBlock(
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
        self.clients.add(attributes.session)
        if len(self.clients) > MOST_CLIENTS + 1:
            message = f"more than {MOST_CLIENTS} clients in one document"
            raise self.source.error(part.first, 1, message)
        if answers is not None:
            lines = [line._replace(text=text) for line, text in zip(lines, answers, strict=True)]
        if not attributes.norun:
            block = block._replace(entries=self._entries(block, lines))
        self.blocks.append(block)

    def _entries(self, block: CodeBlock, lines: list[Inner]) -> tuple[DocumentEntry, ...]:
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
        """Find a block's line in the source, where the prefix of a list or a quote precedes it."""
        written = self.source.lines[number - 1].text.replace("\0", "\ufffd")
        while not written.endswith(text) and text.startswith(" "):
            text = text[1:]  # a space that stands for part of a tab
        if not written.endswith(text):
            raise self.source.error(number, 1, "this line cannot be separated from its indent")
        return Inner(number, len(written) - len(text) + 1, text)

    def _indent(self, lines: list[Inner]) -> str:
        """Return the prefix that precedes the block's lines in the source."""
        for line in lines:
            if line.text.strip():
                return self.source.lines[line.number - 1].text[: line.column - 1]
        return ""
