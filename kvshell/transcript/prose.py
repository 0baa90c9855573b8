"""The article around the blocks, in pieces that stand between them."""

from typing import NamedTuple

from kvshell.transcript.document import Document
from kvshell.transcript.fences import find
from kvshell.transcript.front import read_front
from kvshell.transcript.grammar import FENCE_WORD, HEADING_ID


class Chunk(NamedTuple):
    """Markdown that stands together: the number of its first line, and its text."""

    line: int
    text: str


def chunks(document: Document) -> list[Chunk]:
    """Return what is to be read, without blocks, comments and front matter."""
    source = document.source
    _, skipped = read_front(source)
    hidden = set(range(1, skipped + 1))
    headings: set[int] = set()
    for part in find(source.text[source.after(skipped) :], skipped):
        is_block = part.kind == "fence" and part.text.split(None, 1)[:1] == [FENCE_WORD]
        if is_block or part.kind == "comment":
            hidden.update(range(part.first, part.last + 1))
        elif part.kind == "heading":
            headings.update(range(part.first, part.last + 1))
    found: list[Chunk] = []
    lines: list[str] = []
    for line in source.lines:
        if line.number not in hidden:
            # The id of a step is for lessons and their translations, not for whoever reads.
            text = HEADING_ID.sub("", line.text) if line.number in headings else line.text
            lines.append(text)
        elif lines:
            found.append(Chunk(line.number - len(lines), "\n".join(lines)))
            lines = []
    if lines:
        found.append(Chunk(len(source.lines) - len(lines) + 1, "\n".join(lines)))
    return [chunk for chunk in found if chunk.text.strip()]
