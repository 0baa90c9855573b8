"""Finds the blocks, comments and headings of a Markdown document with markdown-it-py.

Only the block rules run: inline text is not parsed, and link definitions stay paragraphs. Neither
affects where a fence or a comment begins.
"""

from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kvshell.transcript.format.attributes import read_front
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import FENCE_WORD, HEADING_ID, MAX_NESTING


class MarkdownPart(NamedTuple):
    """A part of a Markdown document.

    Attributes:
        kind: "fence", "comment" (any HTML block), "heading", or "deep" (nested too deeply).
        first: its first line, counted from 1.
        last: its last line.
        text: the info string of a fence, the HTML of a comment, the text of a heading.
        inner: the lines of a fence, without the indent of a list or quote around it.
        marker: the characters that open it: of a fence, or `#` and `##`.
    """

    kind: str
    first: int
    last: int
    text: str
    inner: tuple[str, ...] = ()
    marker: str = ""


def split_fences(markdown: str, skipped: int) -> list[MarkdownPart]:
    """Return the parts of a document in order; `skipped` lines of front matter precede `markdown`.

    A part of kind "deep" marks nesting beyond the supported depth.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.block.ruler.disable("reference")
    parts = []
    tokens = parser.parse(markdown)
    for place, token in enumerate(tokens):
        if token.map is None:
            continue
        first, last = token.map[0] + skipped + 1, token.map[1] + skipped
        top = token.level == 0
        if token.level >= MAX_NESTING - 1:
            parts.append(MarkdownPart("deep", first, last, ""))
        if token.type == "fence":
            parts.append(_fence(token, first, last))
        elif token.type == "html_block":
            parts.append(MarkdownPart("comment", first, last, token.content))
        elif token.type == "heading_open" and token.tag == "h2" and top:
            parts.append(
                MarkdownPart("heading", first, last, tokens[place + 1].content, marker="##")
            )
        elif token.type == "heading_open" and token.tag == "h1" and top:
            parts.append(
                MarkdownPart("heading", first, last, tokens[place + 1].content, marker="#")
            )
    return parts


def _fence(token: Token, first: int, last: int) -> MarkdownPart:
    lines = token.content.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return MarkdownPart("fence", first, last, token.info.strip(), tuple(lines), token.markup)


class Chunk(NamedTuple):
    """A continuous piece of Markdown: the number of its first line, and its text."""

    line: int
    text: str


def chunks(document: Document) -> list[Chunk]:
    """Return the prose of a document, without blocks that run, comments and front matter."""
    source = document.source
    _, skipped = read_front(source)
    hidden = set(range(1, skipped + 1))
    headings: set[int] = set()
    played = {block.line for block in document.blocks}
    for part in split_fences(source.text[source.after(skipped) :], skipped):
        is_block = part.kind == "fence" and part.text.split(None, 1)[:1] == [FENCE_WORD]
        is_elixir = part.kind == "fence" and not played.isdisjoint(range(part.first, part.last))
        if is_block or is_elixir or part.kind == "comment":
            hidden.update(range(part.first, part.last + 1))
        elif part.kind == "heading":
            headings.update(range(part.first, part.last + 1))
    found: list[Chunk] = []
    lines: list[str] = []
    for line in source.lines:
        if line.number not in hidden:
            # Readers do not see the id of a step, which is for lessons and translations.
            text = HEADING_ID.sub("", line.text) if line.number in headings else line.text
            lines.append(text)
        elif lines:
            found.append(Chunk(line.number - len(lines), "\n".join(lines)))
            lines = []
    if lines:
        found.append(Chunk(len(source.lines) - len(lines) + 1, "\n".join(lines)))
    return [chunk for chunk in found if chunk.text.strip()]
