"""Colours of the line being typed."""

from collections.abc import Callable, Sequence

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer

from kvshell.shell.host import Span


class Highlighter(Lexer):
    """Paints the words with their roles; runs at every key and knows nothing of the system."""

    def __init__(self, spans: Callable[[str], Sequence[Span]]) -> None:
        self._spans = spans

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """The fragments of the document's lines, of which there is one."""
        lines = document.lines

        def line(number: int) -> StyleAndTextTuples:
            text = lines[number]
            return painted(text, self._spans(text)) if text else []

        return line


def painted(text: str, spans: Sequence[Span]) -> StyleAndTextTuples:
    """The text in fragments. A wrong word that is still being typed is not marked yet."""
    fragments: StyleAndTextTuples = []
    at = 0
    for start, end, role in sorted(spans):
        if start < at or end <= start:
            continue
        if start > at:
            fragments.append(("", text[at:start]))
        wrong_yet = role != "error" or end < len(text)
        fragments.append((f"class:{role}" if wrong_yet else "", text[start:end]))
        at = end
    if at < len(text):
        fragments.append(("", text[at:]))
    return fragments
