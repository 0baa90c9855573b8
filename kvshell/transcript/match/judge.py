"""Decides whether a command passes, and finds names that would need two meanings."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from kvshell.transcript.format.document import (
    CodeBlock,
    Document,
    DocumentEntry,
    EventLine,
    Hole,
    Out,
    Pattern,
)
from kvshell.transcript.match.bindings import DISTINCT, Known, Scope
from kvshell.transcript.match.byte_code import lines_without_byte_code, without_byte_code
from kvshell.transcript.match.difference import Pair, align, difference
from kvshell.transcript.match.expectation import (
    EventMatch,
    Expectation,
    OutputMatch,
    Printed,
    match_events,
)
from kvshell.transcript.match.line_match import Budget, GaveUpError, LinePattern
from kvshell.transcript.match.outcome import Mismatch, ShownOutput
from kvshell.transcript.match.panels import flowed, flowed_lines


class Conflict(NamedTuple):
    """A hole that matches `text` but may not be bound to it, at line `line` of the file.

    Either its name `was` bound to another text at line `since`, or `text` has the name `other`.
    """

    hole: Hole
    line: int
    text: str
    was: str = ""
    since: int = 0
    other: str = ""

    def sentences(self) -> tuple[str, ...]:
        """The sentences for a report."""
        if self.other:
            return (
                f"identity: {self.other} and {self.hole.name} are both {self.text}; "
                f"different names must be different {_things(self.hole.kind)}.",
            )
        kind = {"pid": "process", "ref": "reference"}.get(self.hole.kind)
        who = f"a *different {kind}* answered" if kind == "process" else f"a different {kind}"
        message = who if kind else "the value is a different one"
        return (
            f"identity: {self.hole.text} was {self.was} at line {self.since}, "
            f"here it is {self.text}.",
            f"The line matches in every other respect: {message}. "
            "(not fixed by --update; see --accept-identity)",
        )

    @property
    def summary(self) -> str:
        """The summary in one line."""
        if self.other:
            return f"{self.other} and {self.hole.name} are both {self.text}"
        return f"{self.hole.text} was {self.was} at line {self.since}, here it is {self.text}"


def find_conflict(
    expectation: Expectation, printed: Printed, loose: OutputMatch, scope: Scope
) -> Conflict | None:
    """Return the first name that conflicts, given the match in which names are ignored."""
    new: dict[str, tuple[str, int]] = {}
    owners: dict[str, str] = {}
    for item, line, mode, place in zip(
        expectation.out, expectation.lines, expectation.modes, loose.pairs, strict=True
    ):
        if line is None or not line.names or not isinstance(item, Out):
            continue
        for hole, text in hole_texts(line, printed.form(mode)[place]):
            bound = scope.get(hole.name)
            was = new.get(hole.name) or ((bound.text, bound.line) if bound else None)
            if was is None:
                other = owners.get(text) or scope.owner(text)
                if hole.kind in DISTINCT and other is not None:
                    return Conflict(hole, item.line, text, other=other)
                new[hole.name] = (text, item.line)
                if hole.kind in DISTINCT:
                    owners[text] = hole.name
            elif was[0] != text:
                return Conflict(hole, item.line, text, was=was[0], since=was[1])
    return None


def hole_texts(line: LinePattern, text: str) -> list[tuple[Hole, str]]:
    """Return the named holes of a line, each with the text that it would match in `text`.

    What the names are bound to is ignored.
    """
    holes: list[Hole] = []
    parts: list[str | Hole] = []
    for part in line.parts:
        if isinstance(part, str):
            parts.append(part)
        else:
            # Each position gets a name of its own, so that equal names may match different texts,
            # and `distinct` is off, so that different names may match the same pid.
            parts.append(part._replace(name=f"{len(holes)}"))
            holes.append(part)
    single = LinePattern(tuple(parts), cells=line.cells)
    found = next(single.bindings(text, Known(Scope(), distinct=False), Budget()), ())
    texts = {name: value for name, _, value in found}
    return [
        (hole, texts[str(index)])
        for index, hole in enumerate(holes)
        if hole.name and str(index) in texts
    ]


def _things(kind: str) -> str:
    return "references" if kind == "ref" else "processes"


class Rules(NamedTuple):
    """How the entries of a block are judged.

    Attributes:
        unstated_acts: whether a line without expected output may print anything.
        flex: whether all tables are compared by their cells, without padding.
        events: "exact" or "subset"; "" if events are not compared.
        logs: which log events count.
        path: the path of the document, for reports.
    """

    unstated_acts: bool = False
    flex: bool = False
    events: str = ""
    logs: str = "off"
    path: str = "FILE"


def rules_of(document: Document, block: CodeBlock) -> Rules:
    """Return the rules for the entries of a block."""
    given = block.attributes
    return Rules(
        unstated_acts=bool(given.session) or block.after_explore,
        flex=given.flex,
        events=(given.async_ or "exact") if document.has_events else "",
        logs=document.front.logs,
        path=document.path,
    )


def judge(
    entry: DocumentEntry, printed: Sequence[str], events: Sequence[str], scope: Scope, rules: Rules
) -> Mismatch | None:
    """Return why an entry fails, or None if it passes; its holes are bound in `scope`."""
    if rules.unstated_acts and not entry.stated:
        return None
    expectation = Expectation(entry.out, flex=rules.flex)
    lines = Printed(printed)
    try:
        match = expectation.match(lines, scope, Budget()) or _flowed(entry, printed, scope, rules)
        match = match or _without_byte_code(entry, printed, scope, rules)
    except GaveUpError:
        return gave_up(entry)
    if match is None:
        failure, follow = _mismatch(entry, expectation, lines, scope, rules)
        bind = _tentative(expectation, lines, align(expectation, lines, scope), scope)
        _bind(bind, scope, entry.command.line)
        _owe(entry, scope)
        return failure._replace(follows=follow)
    _bind(match.bindings, scope)
    if not rules.events:
        return None
    try:
        matched = match_events(entry.events, events, scope, subset=rules.events == "subset")
    except GaveUpError:
        return gave_up(entry)
    tentative = entry.command.line if matched.missing or matched.extra else 0
    _bind(matched.bindings, scope, tentative)
    if not tentative:
        return None
    _owe(entry, scope)
    return _event_failure(entry, matched, events, scope, rules)


def _flowed(
    entry: DocumentEntry, printed: Sequence[str], scope: Scope, rules: Rules
) -> OutputMatch | None:
    """Return the match of output that differs only in where the lines of a panel break."""
    out = flowed(entry.out)
    if out is None:
        return None
    return Expectation(out, flex=rules.flex).match(Printed(flowed_lines(printed)), scope, Budget())


def _without_byte_code(
    entry: DocumentEntry, printed: Sequence[str], scope: Scope, rules: Rules
) -> OutputMatch | None:
    """Return the match of output that differs only in the byte code of a module."""
    out = without_byte_code(entry.out)
    if out is None:
        return None
    given = Printed(lines_without_byte_code(printed))
    return Expectation(out, flex=rules.flex).match(given, scope, Budget())


def names_of(pattern: Pattern) -> set[str]:
    """Return the names that a pattern's holes bind or refer to."""
    return {part.name for part in pattern if isinstance(part, Hole) and part.name}


def _mismatch(
    entry: DocumentEntry, expectation: Expectation, printed: Printed, scope: Scope, rules: Rules
) -> tuple[Mismatch, int]:
    """Return why an entry fails, and the line of an earlier failure that caused it, or 0."""
    if not entry.stated:
        return _silence(entry, printed, rules), 0
    try:
        loose = expectation.match(printed, None, Budget())
    except GaveUpError:
        loose = None
    conflict = find_conflict(expectation, printed, loose, scope) if loose else None
    if conflict is not None:
        names = {conflict.hole.name, conflict.other} - {""}
        failure = Mismatch(
            "identity", conflict.line, conflict.summary, sentences=conflict.sentences()
        )
        return failure, _follows(names, scope)
    pairs = align(expectation, printed, scope)
    wrong = {pair.expected for pair in pairs if not pair.matches and pair.expected >= 0}
    found = _with_empty_line_named(difference(entry, expectation, printed, pairs, scope), entry)
    extra = any(pair.expected < 0 for pair in pairs)
    names = set[str]()
    for index in wrong:
        item = expectation.out[index]
        if isinstance(item, Out):
            mine = names_of(item.pattern)
            if not mine:
                return found, 0
            names |= mine
    return found, 0 if extra else _follows(names, scope)


_EMPTY: Final = (
    "an empty line stands between the command and its answer: take it out; "
    "where an empty line is printed, write a \\ on it"
)


def _with_empty_line_named(failure: Mismatch, entry: DocumentEntry) -> Mismatch:
    """Explain an empty line that is expected right below the command, if none was printed."""
    first = entry.out[0] if entry.out else None
    if not isinstance(first, Out) or first.text:
        return failure
    rows = tuple(
        row._replace(note=_EMPTY) if row.mark == "-" and row.line == first.line else row
        for row in failure.rows
    )
    if rows == failure.rows:
        return failure
    return failure._replace(summary=f"line {first.line}: {_EMPTY}", rows=rows)


def _follows(names: set[str], scope: Scope) -> int:
    """Return the line of the first failure that made all of `names` uncertain.

    The result is 0 if one of them is certain.
    """
    lines = []
    for name in names:
        bound = scope.get(name)
        line = bound.tentative if bound is not None else scope.owed.get(name, 0)
        if not line:
            return 0
        lines.append(line)
    return min(lines, default=0)


def _bind(bindings: Sequence[tuple[str, str, str, int]], scope: Scope, tentative: int = 0) -> None:
    for name, kind, text, line in bindings:
        if scope.get(name) is None:
            scope.bind(name, kind, text, line, tentative)


def _owe(entry: DocumentEntry, scope: Scope) -> None:
    """Record that this entry should have bound those of its names that are not bound."""
    for item in (*entry.out, *entry.events):
        if isinstance(item, Out | EventLine):
            for name in names_of(item.pattern):
                if scope.get(name) is None:
                    scope.owed.setdefault(name, entry.command.line)


def _tentative(
    expectation: Expectation, printed: Printed, pairs: Sequence[Pair], scope: Scope
) -> list[tuple[str, str, str, int]]:
    """Return the bindings of lines that match on their own, except those that contradict others."""
    bound: list[tuple[str, str, str, int]] = []
    names: dict[str, str] = {}
    owners: set[str] = set()
    for pair in pairs:
        item = expectation.out[pair.expected] if pair.expected >= 0 else None
        line = expectation.lines[pair.expected] if pair.expected >= 0 else None
        if not pair.matches or pair.printed < 0 or line is None or not isinstance(item, Out):
            continue
        form = printed.form(expectation.modes[pair.expected])
        for hole, text in hole_texts(line, form[pair.printed]):
            taken = hole.kind in DISTINCT and (text in owners or scope.owner(text) is not None)
            if hole.name in names or scope.get(hole.name) is not None or taken:
                continue
            names[hole.name] = text
            owners.add(text)
            bound.append((hole.name, hole.kind, text, item.line))
    return bound


def _silence(entry: DocumentEntry, printed: Printed, rules: Rules) -> Mismatch:
    count = len(printed.lines)
    sentence = (
        f"printed {count} line{'' if count == 1 else 's'}; "
        f"`kvshell replay {rules.path} --update=new` fills in what is missing, `...` ignores it"
    )
    rows = tuple(ShownOutput(0, "+", line) for line in printed.lines[:10])
    if count > 10:
        rows += (ShownOutput(0, " ", f"... and {count - 10} more"),)
    return Mismatch("silence", entry.command.line, sentence, rows, (sentence,))


def gave_up(entry: DocumentEntry) -> Mismatch:
    """Return the mismatch of an entry that would take too long to judge."""
    sentence = (
        "the holes and gaps expected here can be placed in too many ways; "
        "write out a line between two gaps, or give a hole a narrower kind than any"
    )
    return Mismatch("effort", entry.command.line, sentence, sentences=(sentence,))


def _event_failure(
    entry: DocumentEntry, matched: EventMatch, events: Sequence[str], scope: Scope, rules: Rules
) -> Mismatch:
    rows = [ShownOutput(0, "-", each.text) for each in matched.missing]
    rows += [ShownOutput(0, "+", f"~ {text}") for text in matched.extra]
    seen = "; ".join(events) if events else "(none)"
    sentence = f"events until rest: {seen}"
    if (
        matched.missing
        and rules.logs == "off"
        and any(each.text.startswith("~ [") for each in matched.missing)
    ):
        sentence += '      log level is "off": set `logs: info` in the front matter'
    line = matched.missing[0].line if matched.missing else entry.command.line
    what = "missing event" if matched.missing else "unexpected event"
    first = matched.missing[0].text if matched.missing else f"~ {matched.extra[0]}"
    names = {name for each in matched.missing for name in names_of(each.pattern)}
    follows = 0 if matched.extra else _follows(names, scope)
    return Mismatch("event", line, f"{what}: {first}", tuple(rows), (sentence,), follows)
