"""Writes new expectations into a document; everything else stays the same, byte by byte."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from kvshell.transcript.format.document import CodeBlock, Document, DocumentEntry, EventLine
from kvshell.transcript.format.holes import hide, names_processes, with_literals
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.difference import align
from kvshell.transcript.match.expectation import Expectation, Printed, match_events
from kvshell.transcript.match.judge import Rules, judge, rules_of
from kvshell.transcript.match.line_match import GaveUpError
from kvshell.transcript.match.outcome import Checked
from kvshell.transcript.write.compose import Composer, IdentityError, Piece
from kvshell.transcript.write.process_names import Namer, hints_of

_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})\s*kvshell")


class Edit(NamedTuple):
    """The new expectation for an entry."""

    entry: DocumentEntry
    pieces: tuple[Piece, ...]


def rewrite(document: Document, edits: Sequence[tuple[CodeBlock, Edit]]) -> str:
    """Return the text of a document with the edits applied."""
    source = document.source
    replaced: list[tuple[int, int, int, str]] = []  # position, order at the same position, text
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


def _line(document: Document, block: CodeBlock, entry: DocumentEntry, piece: Piece) -> str:
    source = document.source
    if piece.source:
        line = source.lines[piece.source - 1]
        return source.text[line.start : source.after(piece.source)]
    text = hide(piece.text) if block.hidden else piece.text
    command = source.lines[entry.command.last_line - 1]
    newline = source.text[command.end : source.after(entry.command.last_line)]
    return (block.indent + text if text else block.indent.rstrip()) + newline


def _longer_fence(
    document: Document, block: CodeBlock, edits: Sequence[Edit]
) -> list[tuple[int, int, int, str]]:
    """Return the replacements that lengthen a block's fence, if a new line would close it."""
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
    """Return the length of a fence of `marker` characters that the line would close; 0 if none."""
    text = line.strip()
    indent = len(line) - len(line.lstrip(" "))
    return len(text) if indent < 4 and text and not text.strip(marker) else 0


class Hunk(NamedTuple):
    """A change to the command that ran as the `number`th: its present lines and its new ones."""

    number: int
    entry: DocumentEntry
    old: tuple[str, ...]
    new: tuple[str, ...]


class Refusal(NamedTuple):
    """A command that fails and is not rewritten, with the reason; `number` as in Hunk."""

    number: int
    entry: DocumentEntry
    why: str


class Updated(NamedTuple):
    """The new text of a document, the changes, and the failing commands that are unchanged."""

    text: str
    changed: tuple[Hunk, ...]
    refused: tuple[Refusal, ...]


Ask = Callable[[Hunk], str]  # "y", "n" or "q"


class Updater:
    """Updates the commands of a replay, in the order in which they ran."""

    def __init__(
        self,
        document: Document,
        checked: Sequence[Checked],
        *,
        new_only: bool = False,
        accept: bool = False,
        left_alone: Mapping[int, str] | None = None,
    ) -> None:
        self._document = document
        self._checked = checked
        self._new_only = new_only
        self._accept = accept
        self._left_alone = dict(left_alone or {})
        self._scope = Scope()
        self._edits: list[tuple[CodeBlock, Edit]] = []
        self._changed: list[Hunk] = []
        self._refused: list[Refusal] = []
        self._part = -1
        self._quit = False

    def update(self, ask: Ask | None = None) -> Updated:
        """Return the updated document; `ask` is asked about each change."""
        finals = final_bindings(self._document, self._checked)
        block = None
        taken: dict[str, str] = {}
        for number, each in enumerate(self._checked):
            if each.block is not block:
                block = each.block
                if self._part < 0 or (block.attributes.fresh and block.runs):
                    self._part += 1
                    self._scope = Scope()
                    taken = dict.fromkeys(self._kinds(), "") | finals[self._part]
            if each.ran and not self._passes(each):
                self._entry(number, each, taken, ask)
        text = rewrite(self._document, self._edits)
        return Updated(text, tuple(self._changed), tuple(self._refused))

    def _kinds(self) -> Sequence[str]:
        kinds = self._document.kinds
        return list(kinds[min(self._part, len(kinds) - 1)])

    def _passes(self, each: Checked) -> bool:
        """Whether a command passes with the names bound so far; if so, bind its names."""
        scope = self._scope.copy()
        rules = rules_of(self._document, each.block)
        if judge(each.entry, each.printed, each.events, scope, rules) is None:
            self._scope = scope
            return True
        return False

    def _entry(self, number: int, each: Checked, taken: dict[str, str], ask: Ask | None) -> None:
        """Update a command that fails, or record why it is not updated."""
        why = self._left_alone.get(number) or self._why_not(each)
        if not why:
            try:
                scope, pieces = self._composed(each, taken)
            except IdentityError as conflict:
                why = f"another process: {conflict} (--accept-identity writes it)"
            except GaveUpError:
                why = "its holes and gaps can be placed in too many ways"
            else:
                hunk = self._hunk(number, each, pieces)
                if ask is not None:
                    answer = ask(hunk)
                    self._quit = answer == "q"
                    why = "" if answer == "y" else "not wanted"
                if not why:
                    self._scope = scope
                    self._changed.append(hunk)
                    self._edits.append((each.block, Edit(each.entry, tuple(pieces))))
                    return
        judge(each.entry, each.printed, each.events, self._scope, self._rules(each))
        if not each.block.attributes.fails:
            self._refused.append(Refusal(number, each.entry, why))

    def _why_not(self, each: Checked) -> str:
        if each.block.attributes.fails:
            return "it is expected to fail"
        if self._quit:
            return "not wanted"
        if self._new_only and each.entry.stated:
            return "something was expected; --update=all rewrites it"
        return ""

    def _rules(self, each: Checked) -> Rules:
        return rules_of(self._document, each.block)

    def _composed(self, each: Checked, taken: dict[str, str]) -> tuple[Scope, list[Piece]]:
        entry = each.entry
        scope = self._scope.copy()
        printed = Printed(each.printed)
        expectation = Expectation(entry.out, flex=each.block.attributes.flex)
        composer = Composer(
            Namer(scope, taken),
            hints_of(entry.command.text),
            entry.command.line,
            accept=self._accept,
            pids=not names_processes(entry.command.text),
        )
        pairs = align(expectation, printed, scope)
        pieces = composer.again(expectation, printed, pairs)
        composed = self._with_events(each, pieces, scope, composer)
        return scope, [piece._replace(text=with_literals(piece.text)) for piece in composed]

    def _with_events(
        self, each: Checked, pieces: list[Piece], scope: Scope, composer: Composer
    ) -> list[Piece]:
        """Insert the expected events at their place, without those that did not occur."""
        rules = self._rules(each)
        if not rules.events:
            return pieces
        expected = each.entry.events
        matched = match_events(expected, each.events, scope, subset=rules.events == "subset")
        for name, kind, text, line in matched.bindings:
            if scope.get(name) is None:
                scope.bind(name, kind, text, line)
        kept = [event for event in expected if event not in matched.missing]
        merged: list[Piece] = []
        for piece in pieces:
            while kept and kept[0].line < piece.at:
                merged.append(_event_piece(kept.pop(0)))
            merged.append(piece)
        merged += [_event_piece(event) for event in kept]
        merged += [Piece(f"~ {text}") for text in composer.events(matched.extra)]
        return merged

    def _hunk(self, number: int, each: Checked, pieces: Sequence[Piece]) -> Hunk:
        lines = self._document.source.lines
        first, last = each.entry.command.last_line + 1, each.entry.last_line
        indent = len(each.block.indent)
        old = tuple(lines[at - 1].text[indent:] for at in range(first, last + 1))
        return Hunk(number, each.entry, old, tuple(piece.text for piece in pieces))


def _event_piece(event: EventLine) -> Piece:
    return Piece(event.text, event.line)


def final_bindings(document: Document, checked: Sequence[Checked]) -> list[dict[str, str]]:
    """Return the text that each name has at the end, for each part that `fresh` begins."""
    parts: list[dict[str, str]] = []
    scope = Scope()
    block = None
    for each in checked:
        if each.block is not block:
            block = each.block
            if not parts or (block.attributes.fresh and block.runs):
                scope = Scope()
                parts.append({})
        if each.ran:
            judge(each.entry, each.printed, each.events, scope, rules_of(document, each.block))
            parts[-1] = {name: bound.text for name, bound in scope}
    return parts
