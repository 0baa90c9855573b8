"""A document as a program: set-up, concurrent clients, final checks.

Blocks with `session=a`, `session=b` are the clients; unlabelled blocks before them are the set-up,
those after them the final checks. Without such blocks, the lines after the `start` command, or
after `<!-- kv:explore -->`, are the only client. An `explore ...` line is not part of the program:
an article uses it to check its own claims.

A document with several fresh systems, in blocks with `fresh` or after `reset`, has several
programs. The one with session blocks is run, or else the first; a line number chooses another.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from kvshell.commands.arguments import Word
from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse as parse_command
from kvshell.explore.program.program import NOTHING
from kvshell.transcript.format.document import (
    CodeBlock,
    CommandLine,
    Document,
    DocumentEntry,
    Gap,
    Hole,
    Out,
    Span,
)
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.judge import Rules, rules_of

ALONE: Final = "client"  # the name of the only client of a document without session blocks
_START: Final = ("start", "manager")
_RESET: Final = ("reset",)


class ClientLine(NamedTuple):
    """A command of the document, and how its answer is judged.

    A line that `is_beside` does not concern the system: it is counted, but not run.
    """

    entry: DocumentEntry
    rules: Rules
    is_beside: bool = False

    @property
    def number(self) -> int:
        """Return the line number of the command."""
        return self.entry.command.line

    @property
    def text(self) -> str:
        """Return the command as written."""
        return self.entry.command.text

    @property
    def expected(self) -> str:
        """Return the expected output as written."""
        texts = ("..." if isinstance(item, Gap) else item.text for item in self._out())
        return "\n".join(texts) or NOTHING

    def _out(self) -> list[Gap | Out]:
        return [item for item in self.entry.out if isinstance(item, Gap | Out)]

    def filled(self, scope: Scope) -> str:
        """Return the command with its bound holes filled in; unbound ones stay."""
        pattern = self.entry.command.pattern
        if not pattern:
            return self.text
        filled = []
        for part in pattern:
            bound = scope.get(part.name) if isinstance(part, Hole) else None
            filled.append(part if isinstance(part, str) else bound.text if bound else part.text)
        return "".join(filled)


# Commands that do not act on the system, so no typed line may have them; and what to do instead.
_ALONE: Final = "type it without explore"
_ONE_NODE: Final = "a search has one node, and replay runs several"
FOR_THE_PROMPT: Final = {
    "as": "type it first, then `explore from here` lets the client go on; in a document "
    "session=b is a client",
    "back": _ALONE,
    "bench": _ALONE,
    "clear": _ALONE,
    "compare": "--design DESIGN explores another design",
    "connect": _ONE_NODE,
    "deliver": "a search itself decides what arrives when",
    "disconnect": _ONE_NODE,
    "exit": _ALONE,
    "explore": "one explore is enough",
    "history": _ALONE,
    "learn": _ALONE,
    "load": "type it first, then `explore from here LINE`",
    "messages": _ALONE,
    "next": _ALONE,
    "nodes": _ONE_NODE,
    "on": _ONE_NODE,
    "record": _ALONE,
    "repeat": "a search runs all of it again and again",
    "replay": _ALONE,
    "reset": "every schedule starts from the same state anyway",
    "set": f"{_ALONE}; --law LAW chooses the law",
    "start node": _ONE_NODE,
    "stop node": _ONE_NODE,
    "test": _ALONE,
    "watch": _ALONE,
}

# Commands a recording may contain but a search cannot run: harmless ones ...
_BESIDE: Final = frozenset({"compare", "explore", "learn", "messages", "record", "replay", "set"})
# ... and ones with effects.
_ONLY_TYPED: Final = {
    "as": "a search has its own clients, in blocks with session=b",
    **{words: FOR_THE_PROMPT[words] for words in ("deliver", "repeat")},
}

# Commands that end the process they are typed in, when they name it.
_DEADLY: Final = frozenset({"exit", "kill"})
_OWN: Final = frozenset({"self", "self()", "shell"})


def _refusal(match: Match) -> str:
    """Return why a search cannot run a command; "" if it can."""
    command = match.command
    if command is None:
        return ""
    if command.words in _ONLY_TYPED:
        return f"{command.words} is for the prompt: {_ONLY_TYPED[command.words]}"
    named = match.args.get("process")
    if command.words in _DEADLY and isinstance(named, Word) and named.text in _OWN:
        return f"{match.text} ends the client: a search has no next shell"
    return ""


def refused_line(line: str) -> str:
    """Return why a typed line cannot be explored, and what to do instead; "" if it can."""
    for match in parse_command(line).parts:
        command = match.command
        if command is None or (match.problems and match.text != command.words):
            continue
        if command.words == "exit" and match.args.get("process") is not None:
            continue  # the signal, which every process may send
        if reason := FOR_THE_PROMPT.get(command.words):
            return f"`{match.text}` cannot be explored: {reason}"
    return ""


def is_a_command(line: str) -> bool:
    """Whether `line` is one command, with all that it needs."""
    matches = parse_command(line).parts
    return len(matches) == 1 and matches[0].command is not None and not matches[0].problems


class Parts(NamedTuple):
    """A program: set-up lines, the lines of each client, and final checks.

    Attributes:
        rests: the system settles between two lines, as if they were typed; otherwise a client's
            lines run back to back, like code.
        lines: the first and the last line of the document that belong to it.
        others: the first lines of the document's other programs.
    """

    setup: tuple[ClientLine, ...]
    clients: dict[str, tuple[ClientLine, ...]]
    checks: tuple[ClientLine, ...]
    rests: bool = False
    lines: tuple[int, int] = (0, 0)
    others: tuple[int, ...] = ()


def parts(document: Document, at: int = 0) -> Parts | None:
    """Return the document's program, the one `at` a line if given; None if there is none.

    Raises:
        ParseError: another block is between those of the clients, or a line cannot run.
    """
    pieces = [piece for piece in _pieces(document) if _explorable(piece)]
    if not pieces:
        return None
    if at:
        piece = next((each for each in reversed(pieces) if _first_line(each) <= at), pieces[0])
    else:
        piece = min(pieces, key=_rank)
    several = any(block.attributes.session for block in piece)
    found = (_side_by_side if several else _alone)(document, piece)
    if found is None:
        return None
    lines = _first_line(piece), piece[-1].entries[-1].command.line
    others = tuple(_first_line(other) for other in pieces if other is not piece)
    return found._replace(lines=lines, others=others)


def _rank(piece: list[CodeBlock]) -> int:
    """Return which program to prefer: one with clients, then one with a mark."""
    if any(block.attributes.session for block in piece):
        return 0
    return 1 if any(block.after_explore for block in piece) else 2


def _first_line(piece: list[CodeBlock]) -> int:
    return piece[0].entries[0].command.line


def _explorable(piece: list[CodeBlock]) -> bool:
    """Whether the blocks have clients, or lines after a mark or after the start of the system."""
    if _rank(piece) < 2:
        return True
    entries = [entry for block in piece for entry in block.entries][:-1]
    return any(_path(entry) == _START for entry in entries)


def _path(entry: DocumentEntry) -> tuple[str, ...]:
    """Return the words of the entry's first command; none if it is Elixir or unknown."""
    matches = parse_command(entry.command.text).parts
    return matches[0].command.path if matches and matches[0].command is not None else ()


def _pieces(document: Document) -> list[list[CodeBlock]]:
    """Return the blocks that run, grouped by system."""
    pieces: list[list[CodeBlock]] = [[]]
    for block in document.blocks:
        given = block.attributes
        if not block.runs or given.teardown or given.goal:
            continue
        if given.fresh:
            pieces.append([])
        first, *more = [block] if given.session else _between_resets(block)
        pieces[-1].append(first)
        pieces += [[each] for each in more]
    found = ([block for block in piece if block.entries] for piece in pieces)
    return [piece for piece in found if piece]


def _between_resets(block: CodeBlock) -> list[CodeBlock]:
    """Return the block, divided at each `reset`, which starts a new system."""
    found: list[list[DocumentEntry]] = [[]]
    for entry in block.entries:
        if _path(entry) == _RESET:
            found.append([])
        else:
            found[-1].append(entry)
    return [block._replace(entries=tuple(entries)) for entries in found]


def _side_by_side(document: Document, piece: list[CodeBlock]) -> Parts:
    setup: list[ClientLine] = []
    clients: dict[str, list[ClientLine]] = {}
    checks: list[ClientLine] = []
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


def _alone(document: Document, piece: list[CodeBlock]) -> Parts | None:
    setup: list[ClientLine] = []
    client: list[ClientLine] = []
    marked = any(block.after_explore for block in piece)
    began = False
    for block in piece:
        began = began or block.after_explore
        for line in _lines(document, block, explores=not marked):
            matches = parse_command(line.text).parts
            command = matches[0].command if matches else None
            if not marked and command is not None:
                if command.words in _BESIDE:
                    line = line._replace(is_beside=True)  # noqa: PLW2901  # still on the same line
                if message := _refusal(matches[0]):
                    raise document.source.error(line.number, 1, message)
            (client if began else setup).append(line)
            if not marked and not began:
                began = command is not None and command.path == _START
    # A document that does not mention `explore` is a typed session with its expected output.
    return Parts(tuple(setup), {ALONE: tuple(client)}, (), rests=not marked) if client else None


def starts_in(setup: Sequence[ClientLine]) -> tuple[ClientLine, str] | None:
    """Return the set-up line that starts a design by name, and that name."""
    for line in setup:
        for match in parse_command(line.text).parts:
            starts = match.command is not None and match.command.path == _START
            if starts and match.args.get("design"):
                return line, str(match.args["design"])
    return None


def _lines(document: Document, block: CodeBlock, *, explores: bool = False) -> list[ClientLine]:
    """Return the block's lines; lines that explore are included only if `explores`."""
    rules = rules_of(document, block)._replace(events="")
    found = []
    for written in block.entries:
        entry, judged = written, rules
        matches = parse_command(entry.command.text).parts
        command = matches[0].command if matches else None
        if command is not None and command.words == "explore" and not explores:
            continue
        if block.attributes.fails:  # its expected output never occurs
            entry = entry._replace(out=(), stated=False)
            judged = rules._replace(unstated_acts=True)
        found.append(ClientLine(entry, judged))
    return found


def typed(setup: tuple[str, ...], line: str) -> Parts:
    """Return the program of a line at the prompt, where every answer is an outcome.

    `a; b` are two lines of the only client, because each has its own answer.
    """
    texts = [match.text for match in parse_command(line).parts] or [line]
    return Parts(
        tuple(ClientLine(_entry(text), _ACTS) for text in setup),
        {ALONE: tuple(ClientLine(_entry(text), _ACTS) for text in texts)},
        (),
    )


_ACTS: Final = Rules(unstated_acts=True)


def _entry(text: str) -> DocumentEntry:
    command = CommandLine(0, 0, 0, "", text, (text,))
    return DocumentEntry(command, (), (), Span(0, 0), False, 0)


def _error(document: Document, block: CodeBlock, message: str) -> ParseError:
    return document.source.error(block.line, 1, message)
