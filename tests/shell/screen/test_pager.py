import os
import sys
from pathlib import Path

import pytest
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys

from kvshell.shell.screen.pager import Pager, cut, header, rows_of, run_program, width_of

TABLE = [
    "╭────┬─────╮",
    "│ n  │ pid │",
    "├────┼─────┤",
    *(f"│ s{n:02} │ {n:3} │" for n in range(1, 31)),
    "╰────┴─────╯",
    "30 stores",
]


def shown(lines: list[str], *keys: str | Keys, rows: int = 10, columns: int = 20) -> list[str]:
    """Return what the pager writes, page by page; `| text` stands for a question."""
    written: list[str] = []
    left = iter(keys)

    def press() -> KeyPress | None:
        key = next(left, None)
        return None if key is None else KeyPress(key)

    Pager(lines, lambda: (rows, columns), written.append, lambda _text: None, press).run()
    return written


def test_a_page_inside_a_table_repeats_its_header() -> None:
    _first, second, *_ = shown(TABLE, " ", "q")

    assert second.split("\n")[:3] == TABLE[:3]
    assert second.split("\n")[3] == TABLE[9]


def test_after_the_table_no_header_is_repeated() -> None:
    assert header(TABLE, len(TABLE) - 1) == []
    assert header(["plain", "lines"], 1) == []


def test_search_goes_to_the_line_and_n_to_the_next() -> None:
    _first, found, following, *_ = shown(
        TABLE, "/", "s", "1", "\x7f" and Keys.ControlH, "2", Keys.ControlM, "n", "q"
    )

    assert found.split("\n")[3] == "│ s20 │  20 │"
    assert following.split("\n")[3] == "│ s21 │  21 │"


def test_search_goes_backwards_and_reports_a_missing_text() -> None:
    pages = shown(TABLE, "/", *"s20", Keys.ControlM, "/", *"s05", Keys.ControlM, "N", "q")

    assert pages[2].split("\n")[3] == "│ s05 │   5 │"


def test_back_top_and_rest_move_through_the_text() -> None:
    lines = [f"line {n}" for n in range(40)]

    first, second, back, top, rest = shown(lines, " ", "b", "g", "G")

    assert back.split("\n")[0] == "line 1"
    assert top == first
    assert second.split("\n")[0] == "line 9"
    assert rest.split("\n")[-1] == "line 39"


def test_unwrapped_lines_are_truncated() -> None:
    lines = ["x" * 50] * 20

    _first, cut_page, *_ = shown(lines, "w", "q")

    assert cut_page.split("\n")[0] == "x" * 19 + "…"


def test_a_truncated_line_resets_its_colours() -> None:
    assert cut("\x1b[31mabcdef\x1b[0m", 4) == "\x1b[31mabc…\x1b[0m"
    assert cut("漢字漢字", 4) == "漢…"
    assert cut("abc", 3) == "abc"


def test_a_tab_goes_to_the_next_multiple_of_eight() -> None:
    assert width_of("a\tb") == 9
    assert width_of("\x1b[31m漢\t\tb\x1b[0m") == 17
    assert cut("a\tbcd", 10) == "a\tb…"
    assert cut("abc\td", 7) == "abc…"


def test_a_page_has_room_for_lines_with_tabs() -> None:
    lines = ["a\tb\tc\tde"] * 20  # two rows of 20 columns each

    first, *_ = shown(lines, "q")

    assert len(first.split("\n")) == 4


@pytest.mark.parametrize(
    ("line", "rows"),
    [("", 1), ("x" * 20, 1), ("x" * 21, 2), ("x" * 19 + "\t", 1), ("x" * 18 + "\ty", 1),
     ("x" * 18 + "\tyz", 2), ("x" * 20 + "\t", 1), ("x" * 20 + "\ty", 2), ("\t\t\t\tx", 1)],
)  # fmt: skip
def test_a_tab_does_not_go_beyond_the_last_column(line: str, rows: int) -> None:
    assert rows_of(line, 20) == rows


def test_the_end_of_input_stops_the_pager() -> None:
    assert shown(TABLE)[-1] == "... 26 more lines"


def test_the_users_pager_gets_the_text(tmp_path: Path) -> None:
    out = tmp_path / "out"
    script = tmp_path / "pager"
    script.write_text(
        f"#!{sys.executable}\nimport sys, os\nopen({str(out)!r}, 'w').write("
        "os.environ['LESS'] + sys.stdin.read())\n"
    )
    script.chmod(0o755)

    assert run_program(str(script), "a\nb") == ""
    assert out.read_text() == os.environ.get("LESS", "-R") + "a\nb\n"


@pytest.mark.parametrize(
    ("command", "problem"),
    [("no-such-pager -x", "pager: no-such-pager: No such file"), ("'", "pager: ': No closing")],
)
def test_a_pager_that_cannot_start_is_reported(command: str, problem: str) -> None:
    assert run_program(command, "text").startswith(problem)


def test_the_question_names_every_key_at_forty_columns() -> None:
    asked: list[str] = []

    Pager(TABLE, lambda: (10, 40), lambda _: None, asked.append, lambda: None).run()

    assert "-- 9 of 35: Space, b, /, q --" in asked[0]
