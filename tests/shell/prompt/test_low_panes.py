"""On a terminal of few rows, lines are typed and answered without a menu."""

import pytest

from tests.shell.terminal import FakeHost, Terminal, talk

TOO_SMALL = "too small"


@pytest.mark.parametrize("rows", [6, 5, 4, 3, 2])
def test_a_line_can_be_typed_and_answered_in_a_low_pane(rows: int) -> None:
    host = FakeHost()

    terminal = talk(
        host,
        ("Tab: ", "lookup s"),
        ("kv(1)> lookup s", "1\r"),
        ("kv(2)>", "\x04"),
        rows=rows,
    )

    assert all(TOO_SMALL not in seen and "a store" not in seen for seen in terminal.seen)
    assert host.lines == ["lookup s1"]


def test_a_pane_of_one_row_shows_only_the_line() -> None:
    host = FakeHost()

    terminal = talk(host, ("kv(1)>", "stores"), ("kv(1)> stores", "\r"), ("kv(2)>", "\x04"), rows=1)

    assert host.lines == ["stores"]
    assert all(TOO_SMALL not in seen for seen in terminal.seen)


def test_tab_completes_without_a_menu_and_enter_runs_the_line() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "lookup sh"),
        ("kv(1)> lookup sh", "\t"),
        ("kv(1)> lookup shop", "\r"),
        ("= lookup shop", "\x04"),
        rows=5,
    )

    assert host.lines == ["lookup shop"]


def test_the_menu_returns_when_there_is_room() -> None:
    host = FakeHost()

    def grown(terminal: Terminal) -> bool:
        if "kv(1)> lookup" not in terminal.text:
            return False
        terminal.resize(60, 16)
        return True

    talk(
        host,
        ("kv(1)>", "lookup"),
        (grown, " s"),
        ("a store", "\r"),
        ("= lookup s", "\x04"),
        rows=5,
    )

    assert host.lines == ["lookup s"]
