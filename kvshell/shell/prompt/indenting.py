"""Indents the lines of a multi-line text as they are typed."""

from collections.abc import Callable

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyPressEvent

from kvshell.shell.hosts.protocol import TypingHelp


class Indenting:
    """Indents new lines, and moves a line that closes a block to the left at Enter.

    Users who indent by hand, and terminals that send a paste as keys, do not need this: the first
    space typed on an indented line replaces its indentation.
    """

    def __init__(self, words: Callable[[], TypingHelp]) -> None:
        self._words = words
        self._opened: str | None = None  # the text up to an indentation just inserted

    def open_line(self, buffer: Buffer) -> None:
        """Start a new line with the indentation that fits the lines before it."""
        self.settle(buffer)
        before = buffer.document.text_before_cursor
        indentation = " " * self._words().indentation(before)
        buffer.insert_text("\n" + indentation)
        self._opened = f"{before}\n{indentation}" if indentation else None

    def settle(self, buffer: Buffer) -> None:
        """Move the last line to the left if it closes a block and was not indented by hand."""
        text = buffer.text
        before, newline, line = text.rpartition("\n")
        if not newline or not buffer.document.is_cursor_at_the_end:
            return
        code = line.lstrip(" ")
        automatic = self._words().indentation(before)
        if not code or len(line) - len(code) != automatic:
            return
        wanted = self._words().outdentation(text)
        if wanted is not None and wanted < automatic:
            buffer.delete_before_cursor(len(line))
            buffer.insert_text(" " * wanted + code)

    @property
    def untouched(self) -> Condition:
        """Whether nothing has been typed since a new line was indented."""
        return Condition(self._is_untouched)

    def _is_untouched(self) -> bool:
        return self._opened is not None and get_app().current_buffer.text == self._opened

    def indent_by_hand(self, event: KeyPressEvent) -> None:
        """Replace the automatic indentation by the space that the user typed."""
        buffer = event.current_buffer
        buffer.delete_before_cursor(len(buffer.document.current_line_before_cursor))
        buffer.insert_text(" ")
        self._opened = None
