"""Where a Markdown document holds blocks, comments and headings; markdown-it-py finds them.

Only the block rules run: no inline text is parsed, and link definitions are left as paragraphs
(neither can change where a fence or a comment begins).
"""

from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kvshell.transcript.grammar import MAX_NESTING


class Part(NamedTuple):
    """A piece of the document with its first and last line, counted from 1.

    `kind` is "fence", "comment" (any HTML block) or "heading"; `text` is the info string, the
    HTML or the heading's text; `inner` the lines of a fence without its container's indent.
    """

    kind: str
    first: int
    last: int
    text: str
    inner: tuple[str, ...] = ()
    marker: str = ""
    top: bool = True


def find(markdown: str, skipped: int) -> list[Part]:
    """Return the parts in order; `skipped` lines (the front matter) stand before `markdown`.

    A part of kind "deep" stands where the nesting is more than we follow.
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
            parts.append(Part("deep", first, last, ""))
        if token.type == "fence":
            parts.append(_fence(token, first, last, top))
        elif token.type == "html_block":
            parts.append(Part("comment", first, last, token.content, top=top))
        elif token.type == "heading_open" and token.tag == "h2" and top:
            parts.append(Part("heading", first, last, tokens[place + 1].content, marker="##"))
        elif token.type == "heading_open" and token.tag == "h1" and top:
            parts.append(Part("heading", first, last, tokens[place + 1].content, marker="#"))
    return parts


def _fence(token: Token, first: int, last: int, top: bool) -> Part:
    lines = token.content.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return Part("fence", first, last, token.info.strip(), tuple(lines), token.markup, top)
