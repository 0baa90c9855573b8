"""Draws tables, trees and panels with rich; `markdown` builds on this.

Imports rich, so this module is imported only when a view needs it. Width, colours and encoding are
passed to rich, so it guesses nothing.
"""

from collections.abc import Sequence
from io import StringIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel as RichPanel
from rich.table import Table as RichTable
from rich.text import Text as RichText
from rich.theme import Theme
from rich.tree import Tree as RichTree

from kvshell.commands.view import Cell, Panel, Role, Tree
from kvshell.views.caps import Caps
from kvshell.views.colours import role_style, style
from kvshell.views.safe import safe, to_ascii

# The width passed to rich where lines are unlimited, so that nothing wraps.
ENDLESS = 10_000

# rich counts an emoji with a skin tone as one character, but terminals give the tone two columns of
# its own, so rich gets a placeholder: two columns wide, and unlikely in any text.
_TONES = {0x1F3FB + tone: 0x2F800 + tone for tone in range(5)}
_TONES_BACK = {stand_in: tone for tone, stand_in in _TONES.items()}


class _File(StringIO):
    """A file whose encoding tells rich to use box lines or ASCII."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read-only in the stub, too
        return self._encoding


def drawn(thing: RenderableType, caps: Caps, theme: Theme | None = None) -> list[str]:
    """Return the lines that rich draws for `thing`, without trailing spaces."""
    file = _File("utf-8" if caps.unicode else "ascii")
    coloured = caps.colour != "none"
    console = Console(
        file=file,
        width=caps.width or ENDLESS,
        height=25,
        force_terminal=coloured,
        color_system="standard" if coloured else None,
        no_color=not coloured,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        theme=theme,
        _environ={},
    )
    console.print(thing, soft_wrap=False)
    text = file.getvalue() if caps.unicode else to_ascii(file.getvalue())
    return [line.rstrip(" ") for line in text.rstrip("\n").split("\n")]


def wrapped_table(
    columns: Sequence[tuple[str, str, int]], rows: Sequence[Sequence[Cell]], caps: Caps
) -> list[str]:
    """Draw a table in a box; cells are wrapped to the width of their column.

    Each column is a tuple of name, justification and width.
    """
    table = RichTable(
        box=box.ROUNDED if caps.unicode else box.ASCII2,
        header_style=rich_style("", Role.title, caps),
        safe_box=False,
    )
    for name, justify, width in columns:
        table.add_column(
            RichText(name),
            justify=justify,  # type: ignore[arg-type]  # a value that rich defines
            width=width,
            overflow="fold",
        )
    for row in rows:
        styled = ((c.text.translate(_TONES), rich_style(c.text, c.role, caps)) for c in row)
        table.add_row(*(RichText(text, role) for text, role in styled))
    return [line.translate(_TONES_BACK) for line in drawn(table, caps)]


def draw_tree(tree: Tree, caps: Caps) -> list[str]:
    """Draw a tree with guide lines; if a node has many children, only the first are shown."""
    root = RichTree(_label(tree.label, caps), guide_style=rich_style("", Role.hint, caps))
    _grow(root, tree, caps)
    return drawn(root, caps)


def _grow(branch: RichTree, tree: Tree, caps: Caps) -> None:
    for child in tree.children[: caps.rows]:
        _grow(branch.add(_label(child.label, caps)), child, caps)
    hidden = len(tree.children[caps.rows :]) if caps.rows is not None else 0
    if hidden:
        branch.add(RichText(f"and {hidden:,} more", rich_style("", Role.hint, caps)))


def _label(cells: Sequence[Cell], caps: Caps) -> RichText:
    label = RichText(overflow="fold")
    for cell in cells:
        text = safe(cell.text, unicode=caps.unicode)
        label.append(text, rich_style(text, cell.role, caps))
    return label


def draw_panel(panel: Panel, body: Sequence[Sequence[str]], caps: Caps) -> list[str]:
    """Draw a box around views; `body` holds their lines, which must be four columns narrower."""
    inside = [RichText.from_ansi("\n".join(lines), overflow="fold") for lines in body]
    return drawn(
        RichPanel(
            Group(*inside),
            box=box.ROUNDED if caps.unicode else box.ASCII2,
            title=RichText(
                safe(panel.title, unicode=caps.unicode), rich_style("", Role.title, caps)
            ),
            title_align="left",
            border_style=rich_style("", Role.hint, caps),
            expand=False,
            safe_box=False,
        ),
        caps,
    )


def rich_style(text: str, role: Role, caps: Caps) -> str:
    """Return the style of a role in rich's syntax; if `text` is a pid, that of its process."""
    return role_style(text, role, caps).rich if text else style(caps.theme, role).rich
