"""Views: what a command shows if its answer is not a single value.

These are plain records. A handler builds them, `kvshell.views` renders them, and no code in between
looks inside, so the same answer is a table on a terminal, plain lines in a pipe and `rows` in JSON.
"""

from collections.abc import Callable
from enum import Enum
from typing import Final, NamedTuple

from kvshell.commands.language.texts import Texts


class Role(Enum):
    """The role of a piece of text; `views/colours.py` maps each role to a colour."""

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
    """A table: rows of cells below column headings, and a sentence below it, the `caption`."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


class Tree(NamedTuple):
    """A tree: a label and its subtrees."""

    label: tuple[Cell, ...]
    children: tuple["Tree", ...] = ()


class Arrow(NamedTuple):
    """One arrow of a chart: a signal from `source` to `target`, or a note at `source` alone.

    `kind` is sent, flight (dotted: still in flight), lost (the receiver is dead) or note; `source`
    and `target` index the chart's `lanes`.
    """

    source: int
    target: int
    label: str
    kind: str = "sent"
    role: Role = Role.plain


class Chart(NamedTuple):
    """A message-sequence chart: `lanes` side by side, `arrows` from top to bottom.

    Rendered as a list of lines if the chart would be too wide: more than six lanes, or a narrow
    terminal. `shape` overrides this: `list`, or `diagram` at any width.
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
