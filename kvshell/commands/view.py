"""What a command shows when its answer is not one value: tables, trees, panels, text.

Records only. A handler builds them, `views` draws them, and nothing in between looks inside,
so the same answer is a rich table on a terminal, plain lines in a pipe and `rows` in JSON.
"""

from enum import Enum
from typing import NamedTuple


class Role(Enum):
    """What a piece of text is; one file of `views` maps each role to a colour."""

    command = "command"
    name = "name"
    pid = "pid"
    atom = "atom"
    string = "string"
    number = "number"
    error = "error"
    hint = "hint"
    fresh = "fresh"
    pending = "pending"
    stale = "stale"
    dead = "dead"
    plain = "plain"
    title = "title"


class Cell(NamedTuple):
    """A piece of text and what it is. The text may hold anything; `views` escapes it."""

    text: str
    role: Role = Role.plain


class Column(NamedTuple):
    """A table's column: on a narrow terminal the highest `priority` is dropped first; 0 stays."""

    name: str
    priority: int = 0
    justify: str = "left"


class Text(NamedTuple):
    """Lines of cells, set one after another without spaces of their own.

    Prose is broken between words where it is too long; `kept` lines never are, as answers that
    one reads or compares line by line.
    """

    lines: tuple[tuple[Cell, ...], ...]
    kept: bool = False


class Markdown(NamedTuple):
    """A text in Markdown, as the command table keeps it."""

    text: str


class Table(NamedTuple):
    """Rows of cells under named columns; `caption` is the sentence below it."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


class Tree(NamedTuple):
    """A label and the trees below it."""

    label: tuple[Cell, ...]
    children: tuple["Tree", ...] = ()


class Arrow(NamedTuple):
    """One event of a chart: a signal from `source` to `target`, or a note at `source` alone.

    `kind` is sent, flight (dotted: still on its way) or note; `source` and `target` are places in
    the chart's `lanes`.
    """

    source: int
    target: int
    label: str
    kind: str = "sent"
    role: Role = Role.plain


class Chart(NamedTuple):
    """A message-sequence chart: `lanes` side by side, `arrows` from top to bottom.

    A list of lines where the chart would be too wide to read: more than six lanes, or a narrow
    terminal.
    """

    title: str
    lanes: tuple[Cell, ...]
    arrows: tuple[Arrow, ...]
    caption: str = ""


class Panel(NamedTuple):
    """Views one below the other under one title."""

    title: str
    body: tuple["View", ...]


View = Text | Markdown | Table | Tree | Panel | Chart
