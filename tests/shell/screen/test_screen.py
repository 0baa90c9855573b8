from collections.abc import Callable

import pytest

from kvshell.shell.hosts.protocol import WIPE, ScreenBlock
from tests.shell.terminal import FakeHost, talk


def many(count: int) -> Callable[[], list[ScreenBlock]]:
    return lambda: [ScreenBlock("\n".join(f"row {n}" for n in range(count)))]


@pytest.fixture
def host() -> FakeHost:
    host = FakeHost()
    host.answers["stores"] = many(100)
    return host


def test_text_that_fits_is_not_paged(host: FakeHost) -> None:
    host.answers["stores"] = many(15)

    terminal = talk(host, ("kv(1)>", "stores\r"), ("kv(2)>", "\x04"))

    assert "-- line" not in "".join(terminal.written)


def test_space_turns_the_page_and_nothing_is_missing(host: FakeHost) -> None:
    terminal = talk(
        host,
        ("kv(1)>", "stores\r"),
        ("-- line 15 of 100", " "),
        ("-- line 29 of 100", " "),
        ("-- line 43 of 100", "\r"),
        ("-- line 44 of 100", "G"),
        ("kv(2)>", "\x04"),
    )

    rows = [line for line in terminal.scrolled if line.startswith("row ")]
    assert rows == [f"row {n}" for n in range(100)]
    assert "-- line" not in "\n".join(terminal.scrolled)


@pytest.mark.parametrize("key", ["q", "\x03", "\x04", "\x1b"])
def test_the_rest_can_be_skipped(host: FakeHost, key: str) -> None:
    terminal = talk(
        host, ("kv(1)>", "stores\r"), ("-- line 15", key), ("kv(2)>", "lookup x\r"), ("= l", "\x04")
    )

    assert "... 85 more lines" in terminal.text
    assert host.lines == ["stores", "lookup x"]


def test_a_wrapped_line_counts_as_the_rows_it_takes() -> None:
    host = FakeHost()
    host.answers["stores"] = lambda: [ScreenBlock("\n".join(["x" * 150] * 6))]

    talk(host, ("kv(1)>", "stores\r"), ("-- line 5 of 6", " "), ("kv(2)>", "\x04"))


def test_clear_empties_the_screen() -> None:
    host = FakeHost()
    host.answers["stores"] = lambda: [WIPE]

    terminal = talk(host, ("kv(1)>", "lookup x\rstores\r"), ("kv(3)>", "\x04"))

    assert terminal.lines[0] == "kv(3)>"
