"""The output of every command fits on small and large screens, and the prompt follows it."""

import re
import signal
from collections.abc import Callable, Iterable
from itertools import pairwise

import pyte
import pytest

from kvshell.commands.table import COMMANDS
from kvshell.commands.table.row import Command
from kvshell.session import Session
from kvshell.shell.hosts.session_prompt import SessionPrompt
from kvshell.views import Caps
from kvshell.views.widths import cell_width
from tests.shell.terminal import Terminal, shown_by, talking

PATIENCE_S = 120
LEFT_OUT = {"exit", "sleep"}  # the end, and nothing to see
QUESTION = re.compile(r"-- (line )?\d+ of \d+")
PROMPT = re.compile(r"kv\(\d+\)>\s*")
EDGES = "╭╮╰╯│├┤"


def lines_of(command: Command) -> tuple[str, ...]:
    example = command.examples[0]
    begin = ["reset", "start manager"] if example.started else ["reset"]
    return (*begin, *example.setup, example.line)


def columns_of_edges(row: dict[int, pyte.screens.Char]) -> list[int]:
    return [x for x in sorted(row) if row[x].data in EDGES]


def broken_tables(rows: list[dict[int, pyte.screens.Char]]) -> list[str]:
    """Return the lines of boxes whose right edge is not aligned with the line above."""
    wrong = []
    for above, below in pairwise(rows):
        first, second = columns_of_edges(above), columns_of_edges(below)
        if not first or not second or first[0] != second[0]:
            continue
        if above[first[0]].data in "╰" or below[second[0]].data == "╭":
            continue
        if first[-1] != second[-1]:
            wrong.append("".join(char.data for _, char in sorted(below.items())))
    return wrong


def row_text(terminal: Terminal, y: int) -> str:
    row = terminal.screen.buffer[y % terminal.rows]
    return "".join(row[x].data for x in range(terminal.columns)).rstrip()


def at_cursor(terminal: Terminal) -> str:
    return row_text(terminal, terminal.screen.cursor.y)


class Reading:
    """A person who looks at each screen, pages through long answers, and presses Enter.

    Args:
        turns: the lines to run, as if typed, one before each prompt.
        queue: called with the next line.
    """

    def __init__(
        self, turns: list[tuple[str, ...]], queue: Callable[[Iterable[str]], None]
    ) -> None:
        self.turns = turns
        self.wrong: list[str] = []
        self._queue = queue

    def ready(self, terminal: Terminal) -> bool:
        """Whether a question, or a prompt with its toolbar, waits for a key."""
        line = at_cursor(terminal)
        return bool(QUESTION.match(line) or (PROMPT.fullmatch(line) and row_text(terminal, -1)))

    def act(self, terminal: Terminal) -> None:
        """Check the screen, and press the key to continue."""
        self.wrong += broken_tables([terminal.screen.buffer[y] for y in range(terminal.rows)])
        terminal.steps.append((self.ready, lambda: self.act(terminal)))
        if QUESTION.match(at_cursor(terminal)):
            terminal.keys.send_text(" ")
        elif self.turns:
            self._queue(self.turns.pop(0))
            terminal.keys.send_text("\r")
        else:
            terminal.steps.clear()
            terminal.keys.send_text("\x04")


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "rows"), [(40, 12), (40, 6)])
def test_every_commands_output_fits_a_screen(columns: int, rows: int) -> None:
    caps = Caps(tty=True, width=columns, plain=False, interactive=True)
    turns = [lines_of(command) for command in COMMANDS if command.words not in LEFT_OUT]
    turns += [("help",), ("help put",), ("help keys",)]
    with Session() as session:
        host = SessionPrompt(session, lambda: caps)
        with talking(host, [], columns=columns, rows=rows) as (loop, terminal):
            reading = Reading(turns, loop._source.queue)  # type: ignore[attr-defined]  # a Reader
            terminal.steps = [(reading.ready, lambda: reading.act(terminal))]

            def give_up(*_: object) -> None:
                raise AssertionError(f"before {reading.turns[:1]}\n{terminal.text}")

            before = signal.signal(signal.SIGALRM, give_up)
            signal.alarm(PATIENCE_S)
            try:
                loop.run()
            finally:
                signal.alarm(0)
                signal.signal(signal.SIGALRM, before)

    assert reading.wrong == []
    assert reading.turns == []


# Without zero-width joiners and keycaps: pyte drops the text after them.
NAMES = ["日本", "שלום", "مرحبا", "é́", "❤️", "👍🏽", "한글", "a" * 60]


@pytest.mark.parametrize("columns", [40, 80])
def test_a_table_of_wide_and_right_to_left_names_is_a_box(columns: int) -> None:
    caps = Caps(tty=True, width=columns, plain=False, interactive=True)
    screen = pyte.Screen(columns, 60)
    with Session() as session:
        host = SessionPrompt(session, lambda: caps)
        shown_by(host, "start manager")
        for name in NAMES[: None if columns > 40 else -3]:
            shown_by(host, f'create store "{name}"')
        text = "\n".join(block.text for block in shown_by(host, "registry"))

    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))

    assert "日本" in text
    assert broken_tables([screen.buffer[y] for y in range(60)]) == []
    ends = {row[-1] for y in range(60) if (row := columns_of_edges(screen.buffer[y]))}
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("text", "columns"),
    [("日本", 4), ("שלום", 4), ("👩‍👩‍👧", 2), ("❤️", 1), ("1️⃣", 1), ("👍🏽", 4), ("🇫🇷", 2), ("ﷺ", 1)],
)
def test_widths_are_those_of_a_terminal(text: str, columns: int) -> None:
    """The widths are those by which tmux 3.3 moves its cursor."""
    assert cell_width(text) == columns
