"""The terminal between two prompts: answers, narration, pages."""

import re
import select
import sys
from collections.abc import Iterable
from typing import Final

from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import store_typeahead
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import Output
from prompt_toolkit.utils import get_cwidth

from kvshell.shell.emitter import write
from kvshell.shell.host import Block

_SGR: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")

_PAGE: Final = (" ", "f", Keys.PageDown, Keys.ControlF, Keys.ControlV)
_LINE: Final = ("j", Keys.ControlM, Keys.ControlJ, Keys.Down)
_ALL: Final = ("G", Keys.End)
_STOP: Final = ("q", "Q", Keys.Escape, Keys.ControlC, Keys.ControlD)


class Screen:
    """Writes blocks to the prompt's output while no prompt is on it; pages what is too tall."""

    def __init__(self, output: Output, keys: Input, *, narrate: bool, paged: bool = True) -> None:
        self.output = output
        self._keys = keys
        self._narrate = narrate
        self._pressed: list[KeyPress] = []
        self.paged = paged

    def columns(self) -> int:
        """The width of this moment; a window is resized between two looks."""
        return self.output.get_size().columns

    def raw(self, text: str) -> None:
        """Write control sequences as they are."""
        self.output.write_raw(text)
        self.output.flush()

    def show(self, blocks: Iterable[Block]) -> None:
        """Write blocks as they come; narration only where a person reads it."""
        for block in blocks:
            if block.wipes:
                self._wipe()
            elif not block.narration:
                self._answer(block.text)
            elif self._narrate:
                write(self.output, block.text)

    def _wipe(self) -> None:
        self.output.erase_screen()
        self.output.cursor_goto(0, 0)
        self.output.flush()

    def _answer(self, text: str) -> None:
        lines = text.split("\n")
        if not self.paged or self._fits(lines):
            write(self.output, text)
        else:
            with self._keys.raw_mode():
                self._page(lines)
            # What was typed ahead of the last page is for the next prompt.
            store_typeahead(self._keys, self._pressed)
            self._pressed = []

    def _fits(self, lines: list[str]) -> bool:
        rows = self.output.get_size().rows
        return len(lines) < rows and sum(self._height(line) for line in lines) < rows

    def _height(self, line: str) -> int:
        width = get_cwidth(_SGR.sub("", line))
        return max(1, -(-width // self.columns()))

    def _page(self, lines: list[str]) -> None:
        """A page, a question, a page: less would take the scrolled-back lines away on leaving."""
        at, wanted = 0, self.output.get_size().rows - 1
        while at < len(lines):
            room = wanted
            first = at
            while at < len(lines) and (room >= self._height(lines[at]) or at == first):
                room -= self._height(lines[at])
                at += 1
            write(self.output, "\n".join(lines[first:at]))
            if at < len(lines):
                rows = self.output.get_size().rows
                answer = self._ask(f"-- line {at} of {len(lines)}: Space, Enter, q --")
                if answer == "stop":
                    write(self.output, f"... {len(lines) - at} more lines")
                    return
                wanted = {"page": rows - 2, "line": 1, "all": sys.maxsize}[answer]

    def _ask(self, question: str) -> str:
        self.raw(f"\x1b[7m{question[: self.columns() - 1]}\x1b[0m")
        try:
            while True:
                press = self._press()
                if press is None or press.key in _STOP:
                    return "stop"
                if press.key in _PAGE:
                    return "page"
                if press.key in _LINE:
                    return "line"
                if press.key in _ALL:
                    return "all"
        finally:
            self.raw("\r\x1b[K")

    def _press(self) -> KeyPress | None:
        """The next key; None when there will be none."""
        while not self._pressed:
            if self._keys.closed:
                return None
            select.select([self._keys.fileno()], [], [])
            self._pressed = self._keys.read_keys()
            # A lone Escape is the beginning of something until nothing follows it.
            if not self._pressed and not select.select([self._keys.fileno()], [], [], 0.05)[0]:
                self._pressed = self._keys.flush_keys()
        return self._pressed.pop(0)
