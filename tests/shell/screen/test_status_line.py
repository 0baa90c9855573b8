"""The status line stays while the rest scrolls, and releases its row at the end."""

from os import terminal_size

import pyte
import pytest

from kvshell.shell.screen.status_line import StatusLine


class Foot:
    """A status line on a screen in memory."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.HistoryScreen(columns, rows, history=100)
        self.stream = pyte.Stream(self.screen)
        self.line = StatusLine(self.stream.feed, self.size)

    def size(self) -> terminal_size:
        return terminal_size((self.screen.columns, self.screen.lines))

    @property
    def rows(self) -> list[str]:
        return [row.rstrip() for row in self.screen.display]


@pytest.mark.parametrize("above", [0, 2, 10])
def test_the_status_line_stays_while_the_rest_scrolls(above: int) -> None:
    foot = Foot(20, 5)
    foot.stream.feed("".join(f"a{n}\r\n" for n in range(above)))

    foot.line.show("playing")
    foot.stream.feed("".join(f"line {n}\r\n" for n in range(7)) + "kv> ")
    foot.line.show("PAUSED")
    foot.stream.feed("x")

    assert foot.rows == ["line 4", "line 5", "line 6", "kv> x", "PAUSED"]


def test_the_status_line_follows_the_size_of_the_screen() -> None:
    foot = Foot(10, 5)

    foot.line.show("far too long for it")
    assert foot.rows[-1] == "far too l"
    foot.screen.resize(8, 10)
    foot.line.show("short")
    assert foot.rows[-1] == "short"


def test_closing_the_status_line_releases_its_row() -> None:
    foot = Foot(10, 4)
    foot.line.show("playing")

    foot.line.show("")
    foot.line.close()
    foot.stream.feed("a\r\nb\r\nc\r\nd\r\ne")

    assert foot.rows == ["b", "c", "d", "e"]


def test_a_screen_of_two_rows_gets_no_status_line() -> None:
    foot = Foot(10, 2)

    foot.line.show("playing")

    assert foot.rows == ["", ""]
