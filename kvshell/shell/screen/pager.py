"""Shows long answers page by page: the built-in pager, or the user's.

The built-in pager prints a page, asks a question, prints the next page: unlike with `less`, the
text stays in the terminal's scroll-back. A page that begins inside a table repeats its header.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Sequence
from typing import Final

from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.utils import get_cwidth

from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.views.widths import tab_width

CONTROLS: Final = re.compile(r"(\x1b\[[0-9;]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\)")
TOPS: Final = ("╭", "┌", "+")
RULES: Final = ("├", "+", "┡")
ENDS: Final = ("╰", "└")

_ACTIONS: Final = {
    "page": (" ", "f", Keys.PageDown, Keys.ControlF, Keys.ControlV),
    "line": ("j", Keys.ControlM, Keys.ControlJ, Keys.Down),
    "back": ("b", Keys.PageUp, Keys.ControlB),
    "top": ("g", Keys.Home),
    "rest": ("G", Keys.End),
    "search": ("/",),
    "next": ("n",),
    "previous": ("N",),
    "wrap": ("w",),
    "stop": ("q", "Q", Keys.Escape, Keys.ControlC, Keys.ControlD),
}
ACTIONS: Final = {key: action for action, keys in _ACTIONS.items() for key in keys}
MORE: Final = "... {count} more lines"


def width_of(line: str) -> int:
    """Return the width of a line in columns, without control sequences and with tabs expanded."""
    column = 0
    for number, part in enumerate(CONTROLS.sub("", line).split("\t")):
        column += (tab_width(column) if number else 0) + get_cwidth(part)
    return column


def rows_of(line: str, columns: int) -> int:
    """Return how many rows a line takes on a terminal of `columns` columns."""
    if "\t" not in line:
        return max(1, -(-width_of(line) // columns))
    rows, column = 1, 0
    for char in CONTROLS.sub("", line):
        if char == "\t":  # never starts a new row
            column = max(column, min(column + tab_width(column), columns - 1))
            continue
        width = get_cwidth(char)
        if column + width > columns:
            rows, column = rows + 1, 0
        column += width
    return rows


def cut(line: str, columns: int) -> str:
    """Truncate a line to `columns` columns; if it is cut, its colours are reset."""
    if width_of(line) <= columns:
        return line
    kept, room, coloured = [], columns - 1, False
    for piece in CONTROLS.split(line):
        if CONTROLS.fullmatch(piece):
            kept.append(piece)
            coloured = True
            continue
        for char in piece:
            width = tab_width(columns - 1 - room) if char == "\t" else get_cwidth(char)
            if width > room:
                return "".join(kept) + "…" + ("\x1b[0m" if coloured else "")
            kept.append(char)
            room -= width
    return "".join(kept)


def header(lines: Sequence[str], at: int) -> list[str]:
    """Return the lines to repeat above line `at`: the header of the table that the line is in."""
    bare = [CONTROLS.sub("", line) for line in lines[:at]]
    for number in range(at - 1, -1, -1):
        if bare[number].startswith(ENDS):
            return []
        if bare[number].startswith(TOPS) and not bare[number].startswith(RULES[0]):
            rule = next((n for n in range(number + 1, at) if bare[n].startswith(RULES)), None)
            return [] if rule is None else list(lines[number : rule + 1])
    return []


class Pager:
    """Shows lines page by page on a terminal.

    Args:
        lines: the finished lines.
        size: returns the current number of rows and columns.
        write: writes finished lines and a newline.
        raw: writes control sequences.
        press: waits for the next key; returns None at the end of the input.
        texts: the language of the questions.
    """

    def __init__(
        self,
        lines: Sequence[str],
        size: Callable[[], tuple[int, int]],
        write: Callable[[str], None],
        raw: Callable[[str], None],
        press: Callable[[], KeyPress | None],
        texts: Texts = ENGLISH,
    ) -> None:
        self._texts = texts
        self._lines = lines
        self._size = size
        self._write = write
        self._raw = raw
        self._press = press
        self._wraps = True
        self._wanted = ""
        self._note = ""

    def run(self) -> None:
        """Show the pages until all are shown or the user quits."""
        top, at = 0, self._page(0, self._size()[0] - 1)
        while at < len(self._lines):
            rows = self._size()[0]
            match self._ask(at):
                case "stop":
                    left = len(self._lines) - at
                    self._write(self._texts.many("... {count} more line", MORE, left))
                    return
                case "page":
                    top, at = at, self._page(at, rows - 2)
                case "line":
                    at = self._page(at, 1, repeat=False)
                    top += 1
                case "rest":
                    top, at = at, self._page(at, len(self._lines), repeat=False, whole=True)
                case "back":
                    top = self._before(top, rows - 2)
                    at = self._page(top, rows - 2)
                case "top":
                    top, at = 0, self._page(0, rows - 1)
                case "wrap":
                    self._wraps = not self._wraps
                    at = self._page(top, rows - 2)
                case "search" | "next" | "previous" as way:
                    found = self._found(way, top)
                    if found is not None:
                        top, at = found, self._page(found, rows - 2)

    def _height(self, line: str) -> int:
        return rows_of(line, self._size()[1]) if self._wraps else 1

    def _page(self, at: int, room: int, *, repeat: bool = True, whole: bool = False) -> int:
        """Write a page that starts at line `at`; return the first line that does not fit.

        `room` is the number of rows. `repeat` repeats a table's header, `whole` writes all lines.
        """
        shown = header(self._lines, at) if repeat else []
        room -= sum(map(self._height, shown))
        first = at
        while at < len(self._lines) and (
            whole or at == first or room >= self._height(self._lines[at])
        ):
            room -= self._height(self._lines[at])
            shown.append(self._lines[at])
            at += 1
        columns = self._size()[1]
        self._write("\n".join(shown if self._wraps else (cut(line, columns) for line in shown)))
        return at

    def _before(self, top: int, room: int) -> int:
        """Return the first line of the page before line `top`."""
        at = top
        while at > 0 and room >= self._height(self._lines[at - 1]):
            at -= 1
            room -= self._height(self._lines[at])
        return at

    def _found(self, way: str, top: int) -> int | None:
        if way == "search":
            self._wanted = self._typed("/") or self._wanted
        if not self._wanted:
            return None
        wanted = self._wanted.lower()
        places = range(top - 1, -1, -1) if way == "previous" else range(top + 1, len(self._lines))
        for number in places:
            if wanted in CONTROLS.sub("", self._lines[number]).lower():
                return number
        self._note = self._texts(
            "{words}: no earlier line" if way == "previous" else "{words}: no further line",
            words=self._wanted,
        )
        return None

    def _ask(self, at: int) -> str:
        room = self._size()[1] - 1
        text = self._note or self._question(at, room)
        self._note = ""
        self._raw(f"\x1b[7m{cut(text, room)}\x1b[0m")
        try:
            while True:
                press = self._press()
                if press is None:
                    return "stop"
                if press.key in ACTIONS:
                    return ACTIONS[press.key]
        finally:
            self._raw("\r\x1b[K")

    def _question(self, at: int, room: int) -> str:
        """Return the position and the keys, abbreviated if space is short."""
        place = {"at": at, "all": len(self._lines)}
        long = self._texts("-- line {at} of {all}: Space, b, / searches, q --", **place)
        if width_of(long) <= room:
            return long
        return self._texts("-- {at} of {all}: Space, b, /, q --", **place)

    def _typed(self, question: str) -> str:
        """Read a text after the question; return "" if the user cancels."""
        text = ""
        try:
            while True:
                self._raw(f"\r\x1b[K{question}{cut(text, self._size()[1] - 2)}")
                press = self._press()
                if press is None or press.key in {Keys.Escape, Keys.ControlC, Keys.ControlG}:
                    return ""
                if press.key in {Keys.ControlM, Keys.ControlJ}:
                    return text
                if press.key in {Keys.ControlH, Keys.Backspace}:
                    text = text[:-1]
                elif len(press.key) == 1 and press.key.isprintable():
                    text += press.key
        finally:
            self._raw("\r\x1b[K")


def run_program(command: str, text: str) -> str:
    """Show `text` in the user's pager; return an error message, or ""."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        return f"pager: {command}: {error}"
    environment = {"LESS": "-R", **os.environ}  # colours, unless LESS is set
    try:
        with subprocess.Popen(  # noqa: S603  # the user's own pager
            words, stdin=subprocess.PIPE, env=environment, text=True, encoding="utf-8"
        ) as pager:
            assert pager.stdin is not None
            try:
                pager.stdin.write(f"{text}\n")
                pager.stdin.close()
            except BrokenPipeError:
                pass  # the user quit before the end
            while pager.poll() is None:
                try:
                    pager.wait()
                except KeyboardInterrupt:
                    continue  # Ctrl-C belongs to the pager
    except OSError as error:
        return f"pager: {words[0] if words else command}: {error.strerror}"
    return ""
