"""Message-sequence charts at several widths."""

from kvshell.commands.view import Arrow, Cell, Chart, Role, mermaid
from kvshell.views import Caps, render_view
from kvshell.views.widths import cell_width

CHART = Chart(
    "one call",
    (Cell("shell", Role.name), Cell("KV.Registry", Role.name), Cell("日本", Role.name)),
    (
        Arrow(0, 1, 'call {:create, "s1"}'),
        Arrow(1, 2, "x" * 200),
        Arrow(1, 1, "insert\nrow", "note"),
        Arrow(2, 0, ":DOWN; #1", "flight", Role.error),
    ),
    "the end",
)


AT_80 = Caps(tty=True, width=80, plain=False)


def drawn(width: int, unicode: bool = True) -> list[str]:
    caps = Caps(tty=True, unicode=unicode, width=width, plain=False)
    return render_view(CHART, caps).splitlines()


def test_a_wide_terminal_gets_lanes_and_no_line_is_wider_than_it() -> None:
    for width in (80, 100, 120):
        lines = drawn(width)
        assert all(cell_width(line) <= width for line in lines)
        assert lines[1].split() == ["shell", "KV.Registry", "日本"]
        assert any(line.rstrip().endswith("▶│") or "▶│" in line for line in lines)


def test_a_note_beside_the_last_lane_stands_left_of_it_when_it_is_too_long() -> None:
    lanes = tuple(Cell(name) for name in ("a", "b", "c", "d"))

    (_, row) = render_view(
        Chart("", lanes, (Arrow(3, 3, 'deletes row "s"', "note"),)), AT_80
    ).splitlines()

    assert row.endswith('deletes row "s" │')


def test_a_note_that_fits_nowhere_is_broken_between_words() -> None:
    lanes = (Cell("a"), Cell("b"))
    note = " ".join(["word"] * 20)

    lines = render_view(Chart("", lanes, (Arrow(0, 0, note, "note"),)), AT_80).splitlines()

    assert len(lines) == 3
    assert all(cell_width(line) <= 80 for line in lines)
    assert " ".join(lines[1:]).split().count("word") == 20


def test_signals_in_flight_are_dotted() -> None:
    assert any("◀┈" in line for line in drawn(100))


def test_a_narrow_terminal_gets_a_list() -> None:
    assert drawn(60)[1] == 'shell -> KV.Registry  call {:create, "s1"}'
    assert drawn(60)[4] == "日本 ~> shell  :DOWN; #1"


def test_seven_processes_are_shown_as_a_list() -> None:
    lanes = tuple(Cell(str(number)) for number in range(7))
    many = Chart("", lanes, (Arrow(0, 6, "x"),))

    assert render_view(many, Caps(tty=True, unicode=True, width=200, plain=False)) == "0 -> 6  x"


def test_a_chart_can_be_drawn_in_ascii() -> None:
    assert all(line.isascii() or "\\u" in line for line in drawn(100, unicode=False))


def test_mermaids_special_characters_are_escaped() -> None:
    assert mermaid(CHART).splitlines()[-1] == "    p2--)p0: :DOWN#59; #35;1"
    assert "Note over p1: insert row" in mermaid(CHART)


def test_a_note_of_long_words_is_left_of_the_last_lane_where_there_is_more_room() -> None:
    lanes = tuple(map(Cell, "abcd"))
    note = "dies: (RuntimeError) because_of_this"

    lines = render_view(Chart("", lanes, (Arrow(3, 3, note, "note"),)), AT_80).splitlines()

    assert [line.rpartition("│")[0].rpartition("│")[2].strip() for line in lines[1:]] == [
        "dies:", "(RuntimeError)", "because_of_this",
    ]  # fmt: skip
    assert all(line.endswith(" │") for line in lines[1:])
