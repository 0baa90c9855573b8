"""Parts: a document as a program - set-up, clients that run side by side, final checks.

Blocks with `session=a`, `session=b` are the clients; unlabelled blocks before them are the set-up,
those after them the final checks. Without any such block the lines after the `start` command, or
after `<!-- kv:explore -->`, are the one client. A line that is itself `explore ...` is no part of a
program: that is how an article proves what it says about itself.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from kvshell.commands.matching import parse as parse_command
from kvshell.transcript.document import Block, Command, Document, Entry, Gap, Hole, Out, Span
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.judge import Rules, rules_of
from kvshell.transcript.scope import Scope

ALONE: Final = "client"  # what the one client of a document without session blocks is called
_START: Final = ("start", "manager")


class Line(NamedTuple):
    """A command of the document, and how its answer is judged."""

    entry: Entry
    rules: Rules

    @property
    def number(self) -> int:
        """Where it stands."""
        return self.entry.command.line

    @property
    def text(self) -> str:
        """The command as written."""
        return self.entry.command.text

    @property
    def expected(self) -> str:
        """What is to come, as written."""
        texts = ("..." if isinstance(item, Gap) else item.text for item in self._out())
        return "\n".join(texts) or "nothing"

    def _out(self) -> list[Gap | Out]:
        return [item for item in self.entry.out if isinstance(item, Gap | Out)]

    def filled(self, scope: Scope) -> str:
        """Return the command with what its holes are bound to; a hole that is not stays."""
        pattern = self.entry.command.pattern
        if all(isinstance(part, str) for part in pattern):
            return "".join(map(str, pattern)) if len(pattern) > 1 else self.text
        filled = []
        for part in pattern:
            bound = scope.get(part.name) if isinstance(part, Hole) else None
            filled.append(part if isinstance(part, str) else bound.text if bound else part.text)
        return "".join(filled)


class Parts(NamedTuple):
    """A program: lines to prepare, the lines of each client, lines to check."""

    setup: tuple[Line, ...]
    clients: dict[str, tuple[Line, ...]]
    checks: tuple[Line, ...]


def parts(document: Document) -> Parts | None:
    """Return the document's program; None when it has nothing to explore.

    Raises:
        ParseError: it has two programs, or a block stands between those of the clients.
    """
    pieces = _pieces(document)
    sessions = [piece for piece in pieces if any(block.attributes.session for block in piece)]
    if len(sessions) > 1:
        first = next(block for block in sessions[1] if block.attributes.session)
        raise _error(document, first, "a second program: explore runs one to a document")
    if sessions:
        return _side_by_side(document, sessions[0])
    marked = [piece for piece in pieces if any(block.after_explore for block in piece)]
    for piece in marked[:1] or pieces:
        found = _alone(document, piece)
        if found is not None:
            return found
    return None


def _pieces(document: Document) -> list[list[Block]]:
    """The blocks that run, a list for each system."""
    pieces: list[list[Block]] = [[]]
    for block in document.blocks:
        given = block.attributes
        if not block.runs or given.teardown or given.goal:
            continue
        if given.fresh:
            pieces.append([])
        pieces[-1].append(block)
    return [piece for piece in pieces if piece]


def _side_by_side(document: Document, piece: list[Block]) -> Parts:
    setup: list[Line] = []
    clients: dict[str, list[Line]] = {}
    checks: list[Line] = []
    for block in piece:
        lines = _lines(document, block)
        name = block.attributes.session
        if name:
            if checks:
                message = "a client's block after the final checks: put it above them"
                raise _error(document, block, message)
            clients.setdefault(name, []).extend(lines)
        else:
            (checks if clients else setup).extend(lines)
    return Parts(tuple(setup), {name: tuple(own) for name, own in clients.items()}, tuple(checks))


def _alone(document: Document, piece: list[Block]) -> Parts | None:
    setup: list[Line] = []
    client: list[Line] = []
    marked = any(block.after_explore for block in piece)
    began = False
    for block in piece:
        began = began or block.after_explore
        for line in _lines(document, block):
            (client if began else setup).append(line)
            if not marked and not began:
                matches = parse_command(line.text).parts
                command = matches[0].command if matches else None
                began = command is not None and command.path == _START
    return Parts(tuple(setup), {ALONE: tuple(client)}, ()) if client else None


def starts_in(setup: Sequence[Line]) -> tuple[Line, str] | None:
    """Return the line of a set-up that starts a design by its name, and that name."""
    for line in setup:
        for match in parse_command(line.text).parts:
            starts = match.command is not None and match.command.path == _START
            if starts and match.args.get("design"):
                return line, str(match.args["design"])
    return None


def _lines(document: Document, block: Block) -> list[Line]:
    rules = rules_of(document, block)._replace(events="")
    found = []
    for written in block.entries:
        entry, judged = written, rules
        matches = parse_command(entry.command.text).parts
        command = matches[0].command if matches else None
        if command is not None and command.words == "explore":
            continue
        if block.attributes.fails:  # what is expected there is known not to come
            entry = entry._replace(out=(), stated=False)
            judged = rules._replace(unstated_acts=True)
        found.append(Line(entry, judged))
    return found


def typed(setup: tuple[str, ...], line: str) -> Parts:
    """Return the program of a line at the prompt: it only acts, every answer is an outcome.

    `a; b` are two lines of the one client, as each says something of its own.
    """
    texts = [match.text for match in parse_command(line).parts] or [line]
    return Parts(
        tuple(Line(_entry(text), _ACTS) for text in setup),
        {ALONE: tuple(Line(_entry(text), _ACTS) for text in texts)},
        (),
    )


_ACTS: Final = Rules(unstated_acts=True)


def _entry(text: str) -> Entry:
    command = Command(0, 0, 0, "", text, (text,))
    return Entry(command, (), (), Span(0, 0), False, 0)


def _error(document: Document, block: Block, message: str) -> ParseError:
    return document.source.error(block.line, 1, message)
