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


def test_lanes_are_closer_together_where_the_notes_of_the_last_do_not_fit() -> None:
    lanes = tuple(Cell(name) for name in ("a", "b", "c", "d"))
    note = 'deletes row "s" again'

    (_, row) = render_view(Chart("", lanes, (Arrow(3, 3, note, "note"),)), AT_80).splitlines()
    (_, other) = render_view(Chart("", lanes, (Arrow(3, 3, "dies", "note"),)), AT_80).splitlines()

    assert row.endswith(f"│ {note}")
    assert row.index(note) < other.index("dies")


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


def test_a_note_of_long_words_is_right_of_the_last_lane_and_whole() -> None:
    lanes = tuple(map(Cell, ("first process", "second process", "third process", "fourth process")))
    note = "dies: (RuntimeError) " + "because_of_this" * 5

    lines = render_view(Chart("", lanes, (Arrow(3, 3, note, "note"),)), AT_80).splitlines()

    assert all(cell_width(line) <= 80 for line in lines)
    assert {line.count("│") for line in lines[1:]} == {4}
    shown = [line.rpartition("│")[2].strip() for line in lines[1:]]
    assert shown[0] == "dies: (RuntimeError)"
    assert "".join(shown[1:]) == "because_of_this" * 5


def test_a_wide_character_is_shown_where_no_column_is_left_for_it() -> None:
    lanes = tuple(map(Cell, "abc"))
    lines = render_view(Chart("", lanes, (Arrow(2, 2, "日本" * 30, "note"),)), AT_80).splitlines()

    assert "".join(line.rpartition("│")[2].strip() for line in lines[1:]) == "日本" * 30
