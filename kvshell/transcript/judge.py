"""What a command printed, against what its entry expects: binds names, or says what is wrong.

After a mismatch the lines that match by themselves still bind, tentatively (R12): a later failure
that touches such names alone is said to follow from this one.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kvshell.transcript.align import Pair, align
from kvshell.transcript.difference import difference
from kvshell.transcript.document import Block, Document, Entry, EventLine, Hole, Out, Pattern
from kvshell.transcript.events import EventMatch, match_events
from kvshell.transcript.expect import Expectation, Printed
from kvshell.transcript.identity import find_conflict, hole_texts
from kvshell.transcript.lines import Budget, GaveUpError
from kvshell.transcript.outcome import Failure, Shown
from kvshell.transcript.scope import DISTINCT, Scope


class Rules(NamedTuple):
    """How an entry is judged: R2, R7, R8 and the log level, for what a report says."""

    unstated_acts: bool = False  # a line without output only acts
    flex: bool = False
    events: str = ""  # "", "exact" or "subset"
    logs: str = "off"
    path: str = "FILE"


def rules_of(document: Document, block: Block) -> Rules:
    """How the entries of a block are judged."""
    given = block.attributes
    return Rules(
        unstated_acts=bool(given.session) or block.after_explore,
        flex=given.flex,
        events=(given.async_ or "exact") if document.has_events else "",
        logs=document.front.logs,
        path=document.path,
    )


def judge(
    entry: Entry, printed: Sequence[str], events: Sequence[str], scope: Scope, rules: Rules
) -> Failure | None:
    """Return why the entry fails, or None; its holes are bound in the scope."""
    if rules.unstated_acts and not entry.stated:
        return None
    expectation = Expectation(entry.out, flex=rules.flex)
    lines = Printed(printed)
    try:
        match = expectation.match(lines, scope, Budget())
    except GaveUpError:
        return _gave_up(entry)
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
        return _gave_up(entry)
    tentative = entry.command.line if matched.missing or matched.extra else 0
    _bind(matched.bindings, scope, tentative)
    if not tentative:
        return None
    _owe(entry, scope)
    return _event_failure(entry, matched, events, scope, rules)


def names_of(pattern: Pattern) -> set[str]:
    """The names that a pattern's holes bind or hold to."""
    return {part.name for part in pattern if isinstance(part, Hole) and part.name}


def _mismatch(
    entry: Entry, expectation: Expectation, printed: Printed, scope: Scope, rules: Rules
) -> tuple[Failure, int]:
    """The failure, and the line it follows from."""
    if not entry.stated:
        return _silence(entry, printed, rules), 0
    try:
        loose = expectation.match(printed, None, Budget())
    except GaveUpError:
        loose = None
    conflict = find_conflict(expectation, printed, loose, scope) if loose else None
    if conflict is not None:
        names = {conflict.hole.name, conflict.other} - {""}
        failure = Failure(
            "identity", conflict.line, conflict.summary, sentences=conflict.sentences()
        )
        return failure, _follows(names, scope)
    pairs = align(expectation, printed, scope)
    wrong = {pair.expected for pair in pairs if not pair.matches and pair.expected >= 0}
    found = difference(entry, expectation, printed, pairs, scope)
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


def _follows(names: set[str], scope: Scope) -> int:
    """The line of the first failure that all the names hang on; 0 if one of them is certain."""
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


def _owe(entry: Entry, scope: Scope) -> None:
    """Remember that this entry should have bound what is still unbound in it."""
    for item in (*entry.out, *entry.events):
        if isinstance(item, Out | EventLine):
            for name in names_of(item.pattern):
                if scope.get(name) is None:
                    scope.owed.setdefault(name, entry.command.line)


def _tentative(
    expectation: Expectation, printed: Printed, pairs: Sequence[Pair], scope: Scope
) -> list[tuple[str, str, str, int]]:
    """What the lines bind that match by themselves, as far as no two of them disagree."""
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


def _silence(entry: Entry, printed: Printed, rules: Rules) -> Failure:
    count = len(printed.lines)
    sentence = (
        f"printed {count} line{'' if count == 1 else 's'}; "
        f"`kvshell replay {rules.path} --update=new` fills in what is missing, `...` ignores it"
    )
    rows = tuple(Shown(0, "+", line) for line in printed.lines[:10])
    if count > 10:
        rows += (Shown(0, " ", f"... and {count - 10} more"),)
    return Failure("silence", entry.command.line, sentence, rows, (sentence,))


def _gave_up(entry: Entry) -> Failure:
    sentence = (
        "the holes and gaps expected here can be placed in too many ways; "
        "write out a line between two gaps, or give a hole a narrower kind than any"
    )
    return Failure("effort", entry.command.line, sentence, sentences=(sentence,))


def _event_failure(
    entry: Entry, matched: EventMatch, events: Sequence[str], scope: Scope, rules: Rules
) -> Failure:
    rows = [Shown(0, "-", each.text) for each in matched.missing]
    rows += [Shown(0, "+", f"~ {text}") for text in matched.extra]
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
    return Failure("event", line, f"{what}: {first}", tuple(rows), (sentence,), follows)
