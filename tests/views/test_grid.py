"""Our own boxes equal rich's byte for byte; long tables are cut, and narrow ones are records."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text as RichText

from kvshell.commands.view import Cell, Column, Role, TableView
from kvshell.views import DOCUMENT, Caps, render_view
from kvshell.views.grid import draw_table
from kvshell.views.rich_drawing import wrapped_table
from kvshell.views.safe import safe
from kvshell.views.widths import cell_width
from tests.views.samples import MAILBOX, STALE, TWO_STORES, registry

TERMINAL = Caps(tty=True, colour="16", width=80, plain=False)
# Without spaces at the ends of a cell, which rich drops and we keep.
CELLS = st.builds(
    Cell,
    st.text(max_size=6).map(str.strip) | st.sampled_from(["日本", "👨‍👩‍👧", "🇩🇪", "e\u0301"]),
    st.sampled_from(Role),
)


@st.composite
def tables(draw: st.DrawFn) -> TableView:
    justify = st.sampled_from(["left", "right", "center"])
    columns = draw(
        st.lists(
            st.builds(Column, st.text("abc", min_size=1), st.just(0), justify),
            min_size=1,
            max_size=4,
        )
    )
    rows = draw(st.lists(st.tuples(*[CELLS] * len(columns)), max_size=4))
    return TableView("", tuple(columns), tuple(rows))


def by_rich(table: TableView, caps: Caps) -> list[str]:
    widths = [
        max(
            cell_width(safe(text))
            for text in [column.name, *(row[index].text for row in table.rows)]
        )
        for index, column in enumerate(table.columns)
    ]
    columns = [(c.name, c.justify, w) for c, w in zip(table.columns, widths, strict=True)]
    rows = [[Cell(safe(c.text), c.role) for c in row] for row in table.rows]
    return wrapped_table(columns, rows, caps)


@pytest.mark.slow
@given(tables())
def test_a_box_is_the_box_that_rich_draws(table: TableView) -> None:
    assert draw_table(table, DOCUMENT._replace(width=None)) == by_rich(
        table, DOCUMENT._replace(width=None)
    )


@pytest.mark.slow
@given(tables())
def test_an_ascii_box_is_the_one_that_rich_draws(table: TableView) -> None:
    caps = Caps(plain=False, unicode=False)
    ascii_cells = TableView(
        "",
        table.columns,
        tuple(tuple(Cell(safe(c.text, unicode=False), c.role) for c in row) for row in table.rows),
    )

    assert draw_table(table, caps) == by_rich(ascii_cells, caps)


def test_a_coloured_box_shows_what_rich_shows() -> None:
    from rich.console import Console

    table = TWO_STORES
    console = Console()

    for ours, theirs in zip(draw_table(table, TERMINAL), by_rich(table, TERMINAL), strict=True):
        mine, other = RichText.from_ansi(ours), RichText.from_ansi(theirs)
        assert mine.plain == other.plain
        for index, char in enumerate(mine.plain):
            if char != " ":
                style = mine.get_style_at_offset(console, index)
                assert style == other.get_style_at_offset(console, index), (ours, char)


def test_the_registry_is_drawn_as_in_the_article() -> None:
    assert render_view(TWO_STORES, DOCUMENT).splitlines() == [
        "╭──────┬───────────────┬─────────┬───────┬───────┬───────╮",
        "│ name │ pid           │ process │ owner │ table │ state │",
        "├──────┼───────────────┼─────────┼───────┼───────┼───────┤",
        "│ s1   │ #PID<0.104.0> │ alive   │ yes   │ yes   │ fresh │",
        "│ s2   │ #PID<0.105.0> │ alive   │ yes   │ yes   │ fresh │",
        "╰──────┴───────────────┴─────────┴───────┴───────┴───────╯",
    ]


def test_dropped_columns_are_mentioned() -> None:
    lines = draw_table(TWO_STORES, DOCUMENT._replace(width=40))

    assert lines[1] == "│ name │ pid           │ state │"
    assert lines[-1] == "too narrow for: process, owner, table"


def test_a_very_narrow_terminal_gets_records_with_everything() -> None:
    lines = draw_table(TWO_STORES, DOCUMENT._replace(width=24))

    assert lines[:7] == [
        "─ 1 ────────────────────",
        "name     s1",
        "pid      #PID<0.104.0>",
        "process  alive",
        "owner    yes",
        "table    yes",
        "state    fresh",
    ]


@pytest.mark.parametrize("width", [80, 50, 40, 24, 12])
@pytest.mark.parametrize("table", [STALE, MAILBOX, TWO_STORES])
def test_no_line_is_wider_than_the_terminal(table: TableView, width: int) -> None:
    caps = TERMINAL._replace(width=width)

    widths = [cell_width(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in draw_table(table, caps)]

    assert max(widths) <= max(width, 22)  # a label, eight columns, and no broken word


def test_a_long_cell_is_wrapped_and_keeps_every_letter() -> None:
    lines = draw_table(MAILBOX, DOCUMENT._replace(width=50))
    cells = [line.split("│")[2].strip() for line in lines if line.startswith("│")]

    assert "".join(cells).replace(" ", "").startswith("message{:DOWN,#Reference<0.1.2.3>,:process")


def test_a_table_of_many_rows_shows_some_and_says_how_to_see_the_rest() -> None:
    table = registry(*((f"s{n}", n, "alive", "fresh") for n in range(10_000)))

    lines = draw_table(table, TERMINAL._replace(colour="none", rows=200))

    assert len(lines) == 205
    assert lines[-1].startswith("200 of 10,000 rows: ")


def test_an_empty_table_has_its_headings() -> None:
    assert len(draw_table(registry(), DOCUMENT)) == 4


def test_a_caption_is_broken_between_words() -> None:
    lines = draw_table(STALE, DOCUMENT._replace(width=40))

    assert "1 stale row: its :DOWN waits in the" in lines
    assert "mailbox of KV.Registry" in lines


def test_a_very_long_cell_is_truncated() -> None:
    columns = (Column("name", 0), Column("state", 0))
    table = TableView("", columns, ((Cell("x" * 3_000), Cell("fresh")),))

    drawn = draw_table(table, TERMINAL._replace(colour="none"))

    assert len(drawn) < 15
    assert "x... " in "\n".join(drawn)
    assert "x" * 3_000 in render_view(table, Caps())
