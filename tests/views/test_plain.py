"""Plain rendering, as in a pipe."""

import os
import subprocess
import sys

from kvshell.commands.view import Column, TableView, View
from kvshell.views import Caps, render_view
from kvshell.views.widths import cell_width
from tests.views.samples import HELP, MAILBOX, STALE, STORY, TREE, cell, registry

PIPE = Caps()


def lines(view: View, caps: Caps = PIPE) -> list[str]:
    return render_view(view, caps).split("\n")


def test_a_table_is_aligned_columns() -> None:
    table = registry(("s1", 104, "alive", "fresh"), ("milk store", 105, "dead: :normal", "stale"))

    assert lines(table) == [
        "name        pid            process        owner  table  state",
        "s1          #PID<0.104.0>  alive          yes    yes    fresh",
        "milk store  #PID<0.105.0>  dead: :normal  yes    yes    stale",
    ]


def test_a_row_is_always_one_line() -> None:
    assert lines(STALE) == [
        "registry",
        "name               pid            process        owner  table  state",
        "s1                 #PID<0.104.0>  dead: :normal  yes    yes    stale",
        "日本               #PID<0.105.0>  alive          yes    yes    fresh",
        "👨‍👩‍👧                 #PID<0.106.0>  alive          yes    yes    pending",
        "a\\e[31mb\\nc\\u202E  #PID<0.107.0>  alive          yes    yes    fresh",
        "1 stale row: its :DOWN waits in the mailbox of KV.Registry",
    ]


def test_wide_letters_keep_the_columns_aligned() -> None:
    starts = {cell_width(line.partition("#PID")[0]) for line in lines(STALE)[2:-1]}

    assert len(starts) == 1


def test_nothing_is_truncated() -> None:
    table = registry(*((f"s{n}", n, "alive", "fresh") for n in range(1_000)))

    assert len(lines(table)) == 1_001
    assert any(len(line) > 80 for line in lines(MAILBOX))


def test_numbers_are_right_aligned() -> None:
    table = TableView("", (Column("n", 0, "right"),), ((cell("1"),), (cell("100"),)))

    assert lines(table) == ["  n", "  1", "100"]


def test_a_tree_is_indented() -> None:
    assert lines(TREE) == [
        "KV.Supervisor #PID<0.101.0>",
        "  KV.BucketSupervisor #PID<0.102.0>",
        "    s1 #PID<0.104.0>",
        "    s2 #PID<0.105.0>",
        "  KV.Registry #PID<0.103.0>",
    ]


def test_a_panel_is_its_title_and_content() -> None:
    assert lines(STORY) == ["s1", "  written by #PID<0.103.0> at line 2", "  next: resume manager"]


def test_markdown_is_printed_unchanged() -> None:
    assert lines(HELP)[0] == "# put STORE KEY VALUE"


def test_colours_can_be_requested() -> None:
    head, row = lines(registry(("s1", 104, "alive", "fresh")), Caps(colour="16"))

    assert head.startswith("\x1b[1mname\x1b[0m  ")
    assert row.endswith("\x1b[32mfresh\x1b[0m")


def test_without_unicode_it_is_ascii() -> None:
    assert all(line.isascii() for line in lines(STALE, Caps(unicode=False)))


def test_no_plain_view_imports_rich() -> None:
    program = (
        "import sys\n"
        "from kvshell.views import Caps, render_view\n"
        "from tests.views.samples import HELP, MAILBOX, STORY, TREE\n"
        "for view in (HELP, MAILBOX, STORY, TREE): render_view(view, Caps())\n"
        "sys.exit(sorted(name for name in sys.modules if name.split('.')[0] == 'rich') or 0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={name: text for name, text in os.environ.items() if not name.startswith("COVERAGE_")},
    )

    assert (done.stderr, done.returncode) == ("", 0)
