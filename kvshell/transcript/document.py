"""What a transcript consists of once it is parsed. Records only.

Every record knows its line; what `--update` may rewrite knows its span too: characters of the
source text, from the start of its first line to the start of the line after it.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kvshell.transcript.source import Source


class Span(NamedTuple):
    """Characters `start` to `end` of the source text."""

    start: int
    end: int


class Hole(NamedTuple):
    """A place for a text of one kind; `name` is "" where nothing is bound.

    `kind` is "" in a bare `${x}`: the parser puts the kind of x there before anything matches.
    """

    name: str
    kind: str
    text: str


Pattern = tuple[str | Hole, ...]


class Out(NamedTuple):
    """One expected line; `text` is as written, without the block's indent."""

    line: int
    text: str
    pattern: Pattern


class Gap(NamedTuple):
    """Any number of lines, none of them an error's first."""

    line: int


class EventLine(NamedTuple):
    """One expected event: `~ pattern`."""

    line: int
    text: str
    pattern: Pattern


Expected = Out | Gap


class Command(NamedTuple):
    """What is typed: the prompts as written, and the text with its holes."""

    line: int
    last_line: int
    column: int
    prompt: str
    text: str
    pattern: Pattern


class Entry(NamedTuple):
    """A command and what it must print.

    `span` is what `--update` may replace: the lines from below the command to the last expected
    one. `stated` is whether anything is expected at all, be it an explicit empty line.
    """

    command: Command
    out: tuple[Expected, ...]
    events: tuple[EventLine, ...]
    span: Span
    stated: bool
    last_line: int


class Attributes(NamedTuple):
    """What stands behind the word `kvshell`, checked; the default is what an absent one means."""

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


class Block(NamedTuple):
    """A fenced or hidden block. `indent` stands before each of its lines (in a list, a quote)."""

    line: int
    last_line: int
    attributes: Attributes
    entries: tuple[Entry, ...]
    hidden: bool
    indent: str
    step: int
    after_explore: bool

    @property
    def runs(self) -> bool:
        """Whether a replay runs it: neither display only, nor skipped, nor a wrong answer."""
        given = self.attributes
        return not (given.norun or given.skip or given.wrong)


class Directive(NamedTuple):
    """`<!-- kv:word text -->`."""

    line: int
    last_line: int
    word: str
    text: str
    step: int


class Step(NamedTuple):
    """A `##` heading and what follows it; step 0 is what stands before the first one."""

    line: int
    title: str
    id: str


class Front(NamedTuple):
    """The front matter, checked."""

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


class Document(NamedTuple):
    """A parsed transcript.

    `kinds` maps, per part that a `fresh` begins, each name to its kind; `has_events` is whether
    any `~` line exists: then every event counts.
    """

    source: Source
    front: Front
    title: str
    steps: tuple[Step, ...]
    blocks: tuple[Block, ...]
    directives: tuple[Directive, ...]
    kinds: tuple[Mapping[str, str], ...]
    has_events: bool

    @property
    def path(self) -> str:
        """The path as it was given."""
        return self.source.path

    def commands(self) -> int:
        """How many commands a replay runs."""
        return sum(len(block.entries) for block in self.blocks if block.runs)
