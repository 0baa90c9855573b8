"""Fitting a table: which columns a narrow terminal shows."""

from hypothesis import given
from hypothesis import strategies as st

from kvshell.commands.view import Column
from kvshell.views.grid import NARROWEST, SHORT, fit
from tests.views.samples import REGISTRY_COLUMNS

NATURAL = (4, 13, 13, 5, 5, 5)  # of the registry's columns: 64 columns with the box


def names(width: int | None) -> list[str]:
    return [
        REGISTRY_COLUMNS[index].name
        for index in fit(REGISTRY_COLUMNS, NATURAL, NATURAL, width).shown
    ]


def test_columns_are_dropped_by_priority_name_pid_and_state_last() -> None:
    everything = ["name", "pid", "process", "owner", "table", "state"]

    assert names(None) == everything
    assert names(64) == everything
    assert names(63) == ["name", "pid", "process", "table", "state"]
    assert names(55) == ["name", "pid", "process", "state"]
    assert names(47) == ["name", "pid", "state"]
    assert names(32) == ["name", "pid", "state"]


def test_a_very_narrow_terminal_gets_no_table() -> None:
    assert names(31) == []


def test_long_cells_are_wrapped_before_a_column_is_dropped() -> None:
    columns = (Column("#"), Column("message"), Column("from", 1))

    layout = fit(columns, (1, 100, 13), (1, 11, 13), 40)

    assert layout.shown == (0, 1, 2)
    assert layout.wraps
    assert layout.widths == (1, 16, 13)


def test_a_column_is_dropped_before_a_word_is_broken() -> None:
    columns = (Column("a"), Column("b", 1))

    assert fit(columns, (40, 20), (20, 20), 44).shown == (0,)


def test_a_very_long_word_is_broken_for_a_column() -> None:
    columns = (Column("a"), Column("b", 1))

    assert fit(columns, (60, 5), (60, 5), 80 - 44).shown == (0, 1)


def test_the_last_columns_are_broken_before_records_are_used() -> None:
    columns = (Column("a"), Column("b"))

    assert fit(columns, (20, 20), (20, 20), 40).widths == (17, 16)
    assert fit(columns, (20, 20), (20, 20), 27).widths == (10, 10)
    assert fit(columns, (20, 20), (20, 20), 26).shown == ()


def test_of_two_equal_columns_the_right_one_is_dropped_first() -> None:
    columns = (Column("a", 1), Column("b", 1), Column("c"))

    assert fit(columns, (10, 10, 10), (10, 10, 10), 30).shown == (0, 2)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 60), st.integers(1, 60)),
        min_size=1,
        max_size=8,
    ),
    st.integers(1, 120),
)
def test_a_table_is_never_wider_than_the_terminal(
    columns: list[tuple[int, int, int]], width: int
) -> None:
    natural = [n for _, n, _ in columns]
    words = [min(word, n) for _, n, word in columns]

    layout = fit([Column("x", priority) for priority, *_ in columns], natural, words, width)

    if layout.shown:
        assert sum(layout.widths) + 3 * len(layout.shown) + 1 <= width
    for index, columns_ in zip(layout.shown, layout.widths, strict=True):
        assert columns_ >= min(natural[index], NARROWEST)
        assert columns_ <= natural[index]
        if natural[index] <= SHORT:  # broken between words at most
            assert columns_ >= words[index]
