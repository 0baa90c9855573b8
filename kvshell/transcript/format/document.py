"""The records of a parsed document, and its source text, to which all spans refer.

Bytes are decoded strictly and nothing is converted, so encoding the text gives the same bytes
again, including byte order mark, CRLF and a missing final newline.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from kvshell.transcript.format.grammar import MAX_BYTES, MAX_LINES, ParseError

_NEWLINE = re.compile(r"\r\n?|\n")  # CommonMark's line endings, and nothing else


class SourceLine(NamedTuple):
    """A source line: its number from 1, its span without the line end, and its text."""

    number: int
    start: int
    end: int
    text: str


class Source:
    """A document's text, split into lines."""

    __slots__ = ("lines", "newline", "path", "starts", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines: list[SourceLine] = []
        self.starts: list[int] = []
        start = 1 if text.startswith("\ufeff") else 0
        endings = []
        for found in _NEWLINE.finditer(text, start):
            self._add(start, found.start())
            endings.append(found.group())
            start = found.end()
        if start < len(text):
            self._add(start, len(text))
        crlf = endings.count("\r\n")
        self.newline = "\r\n" if crlf * 2 > len(endings) else "\n"
        if len(self.lines) > MAX_LINES:
            raise self.error(MAX_LINES + 1, 1, f"more than {MAX_LINES:,} lines")

    def _add(self, start: int, end: int) -> None:
        self.lines.append(SourceLine(len(self.lines) + 1, start, end, self.text[start:end]))
        self.starts.append(start)

    def error(self, line: int, column: int, message: str) -> ParseError:
        """Return a ParseError for this position, which the caller raises."""
        return ParseError(self.path, line, column, message)

    def after(self, number: int) -> int:
        """Return the offset after line `number`, where the next line or the end of the text is."""
        return self.starts[number] if number < len(self.starts) else len(self.text)

    def line_of(self, place: int) -> int:
        """Return the number of the line that contains the offset `place`."""
        return max(1, bisect_right(self.starts, place))


def decode(path: str, data: bytes) -> Source:
    """Decode a document; ParseError if it is too long or contains a byte that is not UTF-8."""
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, 1, f"{len(data):,} bytes; a transcript has at most {MAX_BYTES:,}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = len(_NEWLINE.findall(before.decode("utf-8"))) + 1
        start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
        column = len(before[start:].decode("utf-8")) + 1
        message = f"not UTF-8: byte 0x{data[error.start]:02x}"
        raise ParseError(path, line, column, message) from None
    return Source(path, text)


class Span(NamedTuple):
    """A range of the source text, from offset `start` to `end`."""

    start: int
    end: int


class Hole(NamedTuple):
    """A placeholder for text of one kind; `name` is "" if it binds nothing.

    `kind` is "" in a bare `${x}` until the parser fills in the kind of `x`.
    """

    name: str
    kind: str
    text: str


Pattern = tuple[str | Hole, ...]


class Out(NamedTuple):
    """An expected line of output; `text` is as written, without the block's indent."""

    line: int
    text: str
    pattern: Pattern


class Gap(NamedTuple):
    """A gap, `...`: any number of output lines, none of which may begin an error."""

    line: int


class EventLine(NamedTuple):
    """An expected event, `~ pattern`: its line, its text, and the parsed pattern."""

    line: int
    text: str
    pattern: Pattern


Expected = Out | Gap


class CommandLine(NamedTuple):
    """A command as written in a document.

    Attributes:
        line: its first line.
        last_line: its last line, if it continues.
        column: the column where it starts.
        prompt: its prompt as written.
        text: the command as written, with its holes.
        pattern: the same, parsed.
    """

    line: int
    last_line: int
    column: int
    prompt: str
    text: str
    pattern: Pattern


class DocumentEntry(NamedTuple):
    """A command and its expected output.

    Attributes:
        command: the command.
        out: the expected lines and gaps.
        events: the expected events.
        span: the text that `--update` may replace: the lines below the command up to the last
            expected one.
        stated: whether any output is expected, even if only an explicit empty line.
        last_line: the last line of the entry.
    """

    command: CommandLine
    out: tuple[Expected, ...]
    events: tuple[EventLine, ...]
    span: Span
    stated: bool
    last_line: int


class Attributes(NamedTuple):
    """The attributes of a block, as `grammar.py` explains them; absent ones have the default."""

    fresh: bool = False
    session: str = ""
    timeout_ms: int | None = None
    fails: str = ""
    skip: str = ""
    setup: bool = False
    teardown: bool = False
    settle: bool = True
    id: str = ""
    norun: bool = False
    flex: bool = False
    async_: str = ""
    goal: bool = False
    wrong: bool = False
    say: str = ""


class CodeBlock(NamedTuple):
    """A block that is fenced or hidden in a comment.

    Attributes:
        line: its first line.
        last_line: its last line.
        attributes: its attributes.
        entries: its commands and their expected output.
        hidden: whether it is hidden in a comment.
        indent: the text before each of its lines in a list or a quote.
        step: the number of its step.
        after_explore: whether it is below the directive `explore`.
    """

    line: int
    last_line: int
    attributes: Attributes
    entries: tuple[DocumentEntry, ...]
    hidden: bool
    indent: str
    step: int
    after_explore: bool

    @property
    def runs(self) -> bool:
        """Whether a replay runs the block: it is not `norun`, `skip` or `wrong`."""
        given = self.attributes
        return not (given.norun or given.skip or given.wrong)


class Directive(NamedTuple):
    """A directive, `<!-- kv:WORD TEXT -->`: its lines, its word, its text, and its step."""

    line: int
    last_line: int
    word: str
    text: str
    step: int


class DocumentStep(NamedTuple):
    """A step: a `##` heading and what follows it; step 0 is everything before the first heading."""

    line: int
    title: str
    id: str


class Front(NamedTuple):
    """The front matter of a document; `grammar.py` explains its keys."""

    title: str = ""
    prev_page: str = ""
    next_page: str = ""
    width: int = 80
    height: int = 25
    design: str = ""
    law: str = "beam"
    clock: str = "virtual"
    timeout_ms: int = 2000
    logs: str = "off"
    nodes: int = 0
    elixir: str = "show"
    id: str = ""

    @property
    def is_timed(self) -> bool:
        """Whether the document sets its own time limit for lines."""
        return self.timeout_ms != Front().timeout_ms


class Document(NamedTuple):
    """A parsed transcript.

    Attributes:
        source: the source text.
        front: the front matter.
        title: the title of the document.
        steps: the steps; the first is everything before the first `##` heading.
        blocks: the blocks, in document order.
        directives: the directives, in document order.
        kinds: the kinds of names, one mapping for each part that begins with a `fresh` block.
        has_events: whether there is a `~` line; then all events are compared.
        prose: the number of lines of Elixir that are shown and not run.
        tutorial: whether its Elixir runs only because of `--elixir`.
        test_lines: for each line of the module of tests written outside modules, the line of the
            document that it is from, or 0.
    """

    source: Source
    front: Front
    title: str
    steps: tuple[DocumentStep, ...]
    blocks: tuple[CodeBlock, ...]
    directives: tuple[Directive, ...]
    kinds: tuple[Mapping[str, str], ...]
    has_events: bool
    prose: int = 0
    tutorial: bool = False
    test_lines: tuple[int, ...] = ()

    @property
    def path(self) -> str:
        """The path as given by the user."""
        return self.source.path

    def commands(self) -> int:
        """The number of commands that a replay runs."""
        return sum(len(block.entries) for block in self.blocks if block.runs)


def run_order(document: Document) -> list[CodeBlock]:
    """Return the blocks in the order in which a replay runs them, including skipped ones."""
    ordered: list[CodeBlock] = []
    goals: list[CodeBlock] = []
    teardowns: list[CodeBlock] = []
    step = 0
    for block in document.blocks:
        given = block.attributes
        if given.norun or given.wrong:
            continue
        fresh = given.fresh and block.runs
        if block.step != step or fresh:
            ordered += goals
            goals.clear()
            step = block.step
        if fresh:
            ordered += teardowns
            teardowns.clear()
        if given.teardown:
            teardowns.append(block)
        elif given.goal:
            goals.append(block)
        else:
            ordered.append(block)
    return ordered + goals + teardowns
