"""The completion menu, as it is typed and as it is chosen from."""

from collections.abc import Callable

import pytest

from kvshell.shell.hosts.protocol import CompletionItem
from tests.shell.terminal import FakeHost, Terminal, talk

DOWN = "\x1b[B"


def test_enter_runs_the_line_even_if_the_menu_is_open() -> None:
    host = FakeHost()

    talk(host, ("kv(1)>", "lookup s"), ("a store", "\r"), ("= lookup s", "\x04"))

    assert host.lines == ["lookup s"]


def test_down_without_a_newer_line_enters_the_menu() -> None:
    host = FakeHost()

    talk(
        host,
        ("kv(1)>", "lookup s"),
        ("a store", DOWN),
        ("kv(1)> lookup s1", "\r"),
        (lambda terminal: "a store" not in terminal.text, "\r"),
        ("= lookup s1", "\x04"),
    )

    assert host.lines == ["lookup s1"]


def test_the_menu_stays_below_the_beginning_of_the_word() -> None:
    host = FakeHost()
    columns = []

    def shown(line: str) -> Callable[[Terminal], bool]:
        def is_shown(terminal: Terminal) -> bool:
            entry = next((row for row in terminal.lines if "a store" in row), None)
            if line not in terminal.lines or entry is None:
                return False
            columns.append(entry.index("s"))
            return True

        return is_shown

    talk(
        host,
        ("kv(1)>", "lookup s"),
        (shown("kv(1)> lookup s"), "h"),
        (shown("kv(1)> lookup sh"), "o"),
        (shown("kv(1)> lookup sho"), "\x15\x04"),
    )

    assert len(set(columns)) == 1, columns


def test_a_menu_shows_ten_entries_and_scrolls_to_the_others() -> None:
    host = FakeHost()
    items = [CompletionItem(f"s{n}", 0, f"number {n}") for n in range(10, 40)]
    host.words.complete = lambda text: items if text == "s" else []  # type: ignore[method-assign]
    entries = []

    def shown(last: str) -> Callable[[Terminal], bool]:
        def is_shown(terminal: Terminal) -> bool:
            rows = [row for row in terminal.lines if "number " in row]
            if not rows or last not in rows[-1]:
                return False
            entries.append(len(rows))
            return True

        return is_shown

    talk(host, ("kv(1)>", "s"), (shown("number 19"), "\x1b[Z"), (shown("number 39"), "\x15\x04"))

    assert entries == [10, 10]


def test_an_internal_error_in_the_menu_ends_the_prompt() -> None:
    host = FakeHost()

    def broken(text: str) -> list[CompletionItem]:
        raise ZeroDivisionError(text)

    host.words.complete = broken  # type: ignore[method-assign]

    with pytest.raises(ZeroDivisionError, match="lo"):
        talk(host, ("kv(1)>", "lo"))
