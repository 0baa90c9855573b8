"""Finds blocks that look as if they run but do not.

To Markdown, a fence inside other HTML, after an unclosed comment or in an unclosed fence is text,
and ```` ```KVShell ```` is a block of another language. Both look right in an editor, and would be
tests that never fail.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kvshell.transcript.format.attributes import read_front, slips
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.fences import MarkdownPart, split_fences
from kvshell.transcript.format.grammar import FENCE_WORD

_FENCE = re.compile(r"(?P<before>[^`~]*?)(?P<fence>`{3,}|~{3,})\s*(?P<info>[^\n]*)")
_LEAD = re.compile(r"[\s>*+\-\d.)]*")
_DECORATED = re.compile(r"[\s\"'`{}()\[\].,:;=_-]+")
_PROMPT = re.compile(r"kv(\[\w+\])?(\(\d+\))?> ")
_SHORT = frozenset({"kv", "kvsh"})


class Unseen(NamedTuple):
    """A block that does not run: its line, and the reason.

    `is_sure` is false if that may be intended, as for a prompt in a block of another language.
    """

    line: int
    message: str
    is_sure: bool = True


def unseen(document: Document) -> list[Unseen]:
    """Return the blocks that the author probably expects to run, by line."""
    source = document.source
    if FENCE_WORD not in (text := source.text.casefold()) and "kv" not in text:
        return []  # nothing to search for, as in most documents
    _, skipped = read_front(source)
    parts = split_fences(source.text[source.after(skipped) :], skipped)
    found = [each for part in parts if part.kind == "fence" for each in _misnamed(part)]
    found += _hidden(document, parts, skipped)
    return sorted(found)


def passed_over(document: Document) -> int:
    """Return how many blocks look as if they run but do not; fast if there are none."""
    opens = {block.line for block in document.blocks}
    if all(number in opens for number in _fences(document)):
        return 0
    return sum(each.is_sure for each in unseen(document))


def _fences(document: Document) -> Iterator[int]:
    """Yield the numbers of the lines that look like the opening fence of our blocks."""
    for line in document.source.lines:
        text = line.text
        if "`" in text or "~" in text:
            found = _FENCE.match(text)
            if found is not None and is_meant(found["info"], exactly=True):
                yield line.number


def _misnamed(part: MarkdownPart) -> Iterator[Unseen]:
    """Yield blocks whose language resembles `kvshell` but is another one."""
    info = part.text
    if info.split(None, 1)[:1] == [FENCE_WORD]:
        return
    if is_meant(info):
        word = info.split(None, 1)[0]
        message = f"this block is not run: its language is {word}, not {FENCE_WORD}"
        yield Unseen(part.first, message)
    elif any(_PROMPT.match(line) for line in part.inner[:1]):
        why = (
            f"its language is {info.split(None, 1)[0]}, not {FENCE_WORD}"
            if info
            else "it names no language"
        )
        message = f"this block has a prompt but is not run: {why}"
        yield Unseen(part.first, message, is_sure=False)


def is_meant(info: str, *, exactly: bool = False) -> bool:
    """Whether an info string resembles `kvshell`: `KVShell`, `{.kvshell}`, `kvshell,norun`.

    With `exactly`, the exact word counts as well.
    """
    if info.split(None, 1)[:1] == [FENCE_WORD]:
        return exactly
    first, *rest = info.casefold().split(None, 2) or [""]
    if FENCE_WORD in rest[:1] or first + "".join(rest[:1]) == FENCE_WORD:
        return True  # `console kvshell`, `kv shell`
    if "/" in first or first.endswith((".py", ".md")):
        return False  # the name of a file
    word = _DECORATED.sub("", first)
    if word in _SHORT or word.endswith(FENCE_WORD):
        return True
    if word.startswith(FENCE_WORD):  # `kvshell,norun`, but not `kvshellfish`
        behind = first[first.find(FENCE_WORD) + len(FENCE_WORD) :]
        if not behind[:1].isalnum():
            return True
    return len(word) > 3 and slips(word, FENCE_WORD) <= (2 if word[0] in "kк" else 1)


def _hidden(document: Document, parts: list[MarkdownPart], skipped: int) -> Iterator[Unseen]:
    """Yield lines that look like the opening fence of our blocks but are not one in Markdown."""
    opens = {part.first for part in parts if part.kind == "fence"}
    for line in document.source.lines[skipped:]:
        found = _FENCE.match(line.text)
        if found is None or line.number in opens:
            continue
        if not is_meant(found["info"], exactly=True):
            continue
        around = next((part for part in parts if part.first <= line.number <= part.last), None)
        why = _why(found, line.text, around)
        if why:
            yield Unseen(line.number, f"this block does not run: {why}")


def _why(found: re.Match[str], text: str, around: MarkdownPart | None) -> str:
    """Return why such a line opens no block; "" if it is meant as an example."""
    before, fence = found["before"], found["fence"]
    if around is not None and around.kind == "fence":
        outer = around.marker
        if fence[0] != outer[0] or len(fence) < len(outer):
            return ""  # a longer fence around it: an example
        return f"the block of line {around.first} goes on here, it needs a closing {outer} above"
    if around is not None and around.kind == "comment":
        return _in_html(around)
    if not _LEAD.fullmatch(before):
        return "" if "`" in text[found.end("fence") :] else "a fence begins a line of its own"
    if "`" in found["info"] and fence[0] == "`":
        return "no ` may stand behind a fence of `"
    indent = len(before.expandtabs(4)) - len(before.expandtabs(4).lstrip())
    if indent >= 4:
        return "Markdown reads four spaces or a tab as code: take them away"
    return "Markdown reads it as a part of the text: put an empty line before it"


def _in_html(around: MarkdownPart) -> str:
    text = around.text.lstrip()
    if text.startswith("<!--"):
        if "-->" in text:
            return ""  # commented out by its author
        return f"the comment of line {around.first} is never closed: it needs a -->"
    return f"the HTML of line {around.first} goes on here: put an empty line before it"
