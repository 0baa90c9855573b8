"""Views: what a command shows if its answer is not a single value.

These are plain records. A handler builds them, `kvshell.views` renders them, and no code in between
looks inside, so the same answer is a table on a terminal, plain lines in a pipe and `rows` in JSON.
"""

from collections.abc import Callable
from enum import Enum
from typing import Final, NamedTuple

from kvshell.commands.language.texts import Texts


class Role(Enum):
    """What a piece of text is, such as a name or an error; `views/colours.py` has its colour."""

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
    """A piece of text and its role; the text may contain anything, as `views` escapes it."""

    text: str
    role: Role = Role.plain


class Column(NamedTuple):
    """A table column.

    On a narrow terminal the columns with the highest `priority` are dropped first; 0 is always
    kept.
    """

    name: str
    priority: int = 0
    justify: str = "left"


class Text(NamedTuple):
    """Lines of cells, joined without spaces.

    Long prose is wrapped between words, unless `kept` is set, as it is for answers that are
    compared line by line. `translated`, if set, builds a help text again in the user's language.
    """

    lines: tuple[tuple[Cell, ...], ...]
    kept: bool = False
    translated: "Callable[[Texts], Text] | None" = None


class Markdown(NamedTuple):
    """Markdown text, as the command table stores it."""

    text: str


class TableView(NamedTuple):
    """A table.

    Attributes:
        title: the title, or empty.
        columns: the columns with their headings.
        rows: the rows of cells.
        caption: a sentence below the table.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


class Tree(NamedTuple):
    """A tree: a label and its subtrees."""

    label: tuple[Cell, ...]
    children: tuple["Tree", ...] = ()


class Arrow(NamedTuple):
    """An arrow of a chart: a signal, or a note at one process.

    Attributes:
        source: the index of the sender's lane, or of the note's.
        target: the index of the receiver's lane.
        label: the signal or the note.
        kind: sent, flight (dotted: still in flight), lost (the receiver is dead) or note.
        role: the role of the label.
    """

    source: int
    target: int
    label: str
    kind: str = "sent"
    role: Role = Role.plain


class Chart(NamedTuple):
    """A message-sequence chart.

    It is rendered as a list if it would be too wide: with more than six lanes, or on a narrow
    terminal.

    Attributes:
        title: the title, or empty.
        lanes: the processes, side by side.
        arrows: the signals, from top to bottom.
        caption: a sentence below the chart.
        shape: `list`, or `diagram` at any width, instead of the choice by width.
    """

    title: str
    lanes: tuple[Cell, ...]
    arrows: tuple[Arrow, ...]
    caption: str = ""
    shape: str = ""


class Panel(NamedTuple):
    """Views stacked under one title."""

    title: str
    body: tuple["View", ...]


View = Text | Markdown | TableView | Tree | Panel | Chart


# Characters special to Mermaid: `;` ends a statement, `#` begins an entity.
_ESCAPED: Final = str.maketrans({"#": "#35;", ";": "#59;", "\n": " "})


def mermaid(chart: Chart) -> str:
    """Render a chart as a Mermaid sequence diagram, for documents."""
    lines = ["sequenceDiagram"]
    for index, lane in enumerate(chart.lanes):
        lines.append(f"    participant p{index} as {_plain(lane.text)}")
    for arrow in chart.arrows:
        if arrow.kind == "note":
            lines.append(f"    Note over p{arrow.source}: {_plain(arrow.label)}")
        else:
            sign = {"flight": "--)", "lost": "-x"}.get(arrow.kind, "->>")
            lines.append(f"    p{arrow.source}{sign}p{arrow.target}: {_plain(arrow.label)}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    return text.translate(_ESCAPED)
