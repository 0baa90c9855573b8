"""Finds likely mistakes in valid transcripts, for `kvshell check`; these are only warnings."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse as parse_command
from kvshell.commands.table.row import text_for
from kvshell.commands.types.patterns import variables
from kvshell.transcript.format.attributes import read_front
from kvshell.transcript.format.document import (
    CodeBlock,
    Document,
    DocumentEntry,
    EventLine,
    Hole,
    Out,
)
from kvshell.transcript.format.fences import split_fences
from kvshell.transcript.format.grammar import DIRECTIVE_START, HIDDEN_START
from kvshell.transcript.format.holes import names_processes
from kvshell.transcript.format.unseen import unseen
from kvshell.transcript.match.line_match import SHAPES

_MISNAMED = re.compile(r"#(?:PID|Reference)<(?![\d.]+>)[^<>]*>|\$\{[^{}]*\}")
_LOOSE_HIDDEN = re.compile(r"<!--\s+kvshell\b")
_PROMPT = re.compile(r"^\s*kv(\(\d+\))?> ", re.MULTILINE)
_LOOKS = {"look", "read", "none"}
_ANSWERED_BY_LOOKING = {"lookup", "get", "keys"}  # allowed in a goal, which sends nothing


class Warning_(NamedTuple):  # noqa: N801  # Python has a Warning of its own
    """A warning and its position in the document."""

    line: int
    column: int
    message: str


def warnings(document: Document) -> list[Warning_]:
    """Return the warnings for a document, ordered by line."""
    found = list(_prose(document))
    found += [Warning_(each.line, 1, each.message) for each in unseen(document)]
    bound: set[str] = set()
    for block in document.blocks:
        for entry in block.entries:
            found += _literals(document, entry)
            found += _command(document, block, entry, bound)
    return sorted(found)


def _literals(document: Document, entry: DocumentEntry) -> Iterator[Warning_]:
    for item in (*entry.out, *entry.events):
        if not isinstance(item, Out | EventLine):
            continue
        for part in item.pattern:
            if isinstance(part, Hole):
                continue
            misnamed = None if names_processes(entry.command.text) else _MISNAMED.search(part)
            written = document.source.lines[item.line - 1].text
            column = written.find(misnamed.group()) + 1 if misnamed else 0
            if misnamed and column and written[: column - 1][-1:] != "\\":
                message = f"{misnamed.group()} is not a name: use letters, digits and _"
                yield Warning_(item.line, column, message)
            for kind in ("pid", "ref"):
                literal = SHAPES[kind].search(part)
                if literal:
                    column = max(written.find(literal.group()), 0) + 1
                    message = f"{literal.group()} is compared literally: give it a name"
                    yield Warning_(item.line, column, message)


def _command(
    document: Document, block: CodeBlock, entry: DocumentEntry, bound: set[str]
) -> Iterator[Warning_]:
    """Yield the warnings for a command, and add the names that it binds to `bound`."""
    command = entry.command
    elixir = document.front.elixir == "run" and command.prompt.startswith("iex")
    if elixir or any(isinstance(part, Hole) for part in command.pattern):
        return
    column = command.column + len(command.prompt)
    expects_error = any(isinstance(o, Out) and o.text.startswith("** (") for o in entry.out)
    for match in parse_command(command.text).parts:
        is_name = match.bare is not None and match.bare.lstrip("$") in bound
        bound.update(_binds(match))
        if match.problems and not expects_error and block.runs and not is_name:
            problem = match.problems[0]
            if problem.kind in {"unknown", "usage"}:
                yield Warning_(command.line, column, problem.message)
        if match.command is None:
            continue
        design = document.front.design or "ets"
        effects = set(text_for(match.command.effects, design).split())
        looks = effects <= _LOOKS or match.command.words in _ANSWERED_BY_LOOKING
        if block.attributes.goal and not looks:
            message = f"a goal only looks, and {match.command.words} does more"
            yield Warning_(command.line, column, message)
        if block.attributes.session and effects == {"look"} and _is_explored(document):
            message = f"{match.command.words} reads everything: it conflicts with every step"
            yield Warning_(command.line, column, message)


def _binds(match: Match) -> list[str]:
    """Return the names that a command binds, in whichever client."""
    if match.pattern is not None:
        return variables(match.pattern)
    line = match.args.get("line")
    if not isinstance(line, str):
        return []
    return [name for inner in parse_command(line).parts for name in _binds(inner)]


def _is_explored(document: Document) -> bool:
    """Whether `explore` can use the document as a program: it has two clients, or says so."""
    clients = {block.attributes.session for block in document.blocks} - {""}
    return len(clients) > 1 or any(each.word == "explore" for each in document.directives)


def _prose(document: Document) -> Iterator[Warning_]:
    """Yield warnings about blocks and directives that are misspelt or that Markdown ignores."""
    source = document.source
    covered: set[int] = set()
    _, skipped = read_front(source)
    for part in split_fences(source.text[source.after(skipped) :], skipped):
        if part.kind == "fence":
            covered.update(range(part.first, part.last + 1))
        elif part.kind == "comment":
            covered.update(range(part.first, part.last + 1))
            if _LOOSE_HIDDEN.match(part.text.lstrip()) and _PROMPT.search(part.text):
                yield Warning_(part.first, 1, f"a comment: {HIDDEN_START} (no space) runs")
    for line in source.lines:
        if line.number in covered or line.text.startswith(("    ", "\t")):
            continue
        for start in (HIDDEN_START, DIRECTIVE_START):
            place = line.text.find(start)
            if place >= 0 and line.text[:place].count("`") % 2 == 0:
                message = f"{start} inside a paragraph is prose: it begins a line of its own"
                yield Warning_(line.number, place + 1, message)
