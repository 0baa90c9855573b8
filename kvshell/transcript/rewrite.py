"""Put new expectations into a document: everything else stays byte for byte (U1)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from kvshell.transcript.compose import Piece
from kvshell.transcript.document import Block, Document, Entry
from kvshell.transcript.patterns import hide

_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})\s*kvshell")


class Edit(NamedTuple):
    """What an entry expects from now on."""

    entry: Entry
    pieces: tuple[Piece, ...]


def rewrite(document: Document, edits: Sequence[tuple[Block, Edit]]) -> str:
    """Return the document's text with the edits in place."""
    source = document.source
    replaced: list[tuple[int, int, int, str]] = []  # where, in which order at one place, what
    for block, edit in edits:
        text = "".join(_line(document, block, edit.entry, piece) for piece in edit.pieces)
        replaced.append((*edit.entry.span, 0, text))
    for block in {id(block): block for block, _ in edits}.values():
        mine = [edit for other, edit in edits if other is block]
        replaced += _longer_fence(document, block, mine)
    text = source.text
    for start, end, _, new in sorted(replaced, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _line(document: Document, block: Block, entry: Entry, piece: Piece) -> str:
    source = document.source
    if piece.source:
        line = source.lines[piece.source - 1]
        return source.text[line.start : source.after(piece.source)]
    text = hide(piece.text) if block.hidden else piece.text
    command = source.lines[entry.command.last_line - 1]
    newline = source.text[command.end : source.after(entry.command.last_line)]
    return (block.indent + text if text else block.indent.rstrip()) + newline


def _longer_fence(
    document: Document, block: Block, edits: Sequence[Edit]
) -> list[tuple[int, int, int, str]]:
    """Lengthen the block's fence if a new line would close it."""
    source = document.source
    opening = source.lines[block.line - 1]
    found = None if block.hidden else _FENCE.search(opening.text)
    if found is None:
        return []
    fence = found["fence"]
    longest = max(
        (fence_length(piece.text, fence[0]) for edit in edits for piece in edit.pieces), default=0
    )
    if longest < len(fence):
        return []
    more = fence[0] * (longest + 1 - len(fence))
    closing = source.lines[block.last_line - 1]
    places = [opening.start + found.start(), closing.start + closing.text.index(fence[0])]
    return [(place, place, 1, more) for place in places]


def fence_length(line: str, marker: str) -> int:
    """How long a fence of `marker` the line could close; 0 if none."""
    text = line.strip()
    indent = len(line) - len(line.lstrip(" "))
    return len(text) if indent < 4 and text and not text.strip(marker) else 0
