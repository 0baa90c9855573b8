"""Rewrite what a document expects so that it is what was printed: the rules U1 to U7.

Pure: a document and what a replay of it printed go in, the new text and what was left alone come
out. Who asks, and whether the file may be written, is `updating`'s business.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from kvshell.transcript.align import align
from kvshell.transcript.compose import Composer, IdentityError, Piece
from kvshell.transcript.document import Block, Document, Entry, EventLine
from kvshell.transcript.events import match_events
from kvshell.transcript.expect import Expectation, Printed
from kvshell.transcript.judge import Rules, judge, rules_of
from kvshell.transcript.lines import GaveUpError
from kvshell.transcript.naming import Namer, hints_of
from kvshell.transcript.outcome import Checked
from kvshell.transcript.patterns import names_processes
from kvshell.transcript.rewrite import Edit, rewrite
from kvshell.transcript.scope import Scope


class Hunk(NamedTuple):
    """A change to the command that ran as the `number`th: the lines there now, and then."""

    number: int
    entry: Entry
    old: tuple[str, ...]
    new: tuple[str, ...]


class Refusal(NamedTuple):
    """A command that fails and is left as it is, and why."""

    number: int
    entry: Entry
    why: str


class Updated(NamedTuple):
    """The new text, what changed, and what was left alone."""

    text: str
    changed: tuple[Hunk, ...]
    refused: tuple[Refusal, ...]


Ask = Callable[[Hunk], str]  # "y", "n" or "q"


class Updater:
    """Goes through the commands of a replay in the order in which they ran."""

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
        self._edits: list[tuple[Block, Edit]] = []
        self._changed: list[Hunk] = []
        self._refused: list[Refusal] = []
        self._part = -1
        self._quit = False

    def update(self, ask: Ask | None = None) -> Updated:
        """Return the document as it would be."""
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
        """Judge it with the names as they are now; whether there is nothing to do."""
        scope = self._scope.copy()
        rules = rules_of(self._document, each.block)
        if judge(each.entry, each.printed, each.events, scope, rules) is None:
            self._scope = scope
            return True
        return False

    def _entry(self, number: int, each: Checked, taken: dict[str, str], ask: Ask | None) -> None:
        """Change a failing entry, or say why not."""
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
        return scope, self._with_events(each, pieces, scope, composer)

    def _with_events(
        self, each: Checked, pieces: list[Piece], scope: Scope, composer: Composer
    ) -> list[Piece]:
        """Put the event lines back where they stood, without those that did not come."""
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
    """What each name of the document came to stand for, for each part that `fresh` begins."""
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
