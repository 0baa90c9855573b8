"""The prompt's key bindings: the actions of the rows in commands/assist/keys.py.

In addition, a paste is put on the prompt for review, the mouse and unbound sequences are ignored,
and cancelling a search restores the text typed before it.
"""

import os
import shlex
from collections.abc import Callable
from typing import Final

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER, EditingMode
from prompt_toolkit.filters import (
    Condition,
    Filter,
    completion_is_selected,
    emacs_insert_mode,
    emacs_mode,
    emacs_selection_mode,
    has_focus,
    is_searching,
    shift_selection_mode,
    vi_navigation_mode,
)
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.bindings.named_commands import get_by_name
from prompt_toolkit.keys import Keys
from prompt_toolkit.search import SearchDirection, start_search, stop_search

from kvshell.commands.assist.keys import KEYS
from kvshell.commands.language.message import Message
from kvshell.shell.hosts.protocol import TypingHelp
from kvshell.shell.prompt.entries import entries
from kvshell.shell.prompt.fitting_session import has_menu
from kvshell.shell.prompt.indenting import Indenting
from kvshell.shell.prompt.pairs import bind_pairs
from kvshell.shell.screen.editors import editor

LONGEST: Final = 64 * 1024


class Searching:
    """A switch that makes Up and Down search by prefix; it is on only during one key press.

    prompt_toolkit's `enable_history_search` would otherwise disable completion while typing.
    """

    def __init__(self) -> None:
        self.now = False

    def backward(self, buffer: Buffer, count: int) -> None:
        """Go to an older line with the same prefix."""
        self.now = True
        try:
            buffer.history_backward(count)
        finally:
            self.now = False

    def forward(self, buffer: Buffer, count: int) -> bool:
        """Go to a newer line with the same prefix; return False if there is none."""
        before = buffer.working_index
        self.now = True
        try:
            buffer.history_forward(count)
        finally:
            self.now = False
        return buffer.working_index != before


@Condition
def _empty() -> bool:
    return not get_app().current_buffer.text


@Condition
def _suggested() -> bool:
    buffer = get_app().current_buffer
    found = buffer.suggestion
    return found is not None and bool(found.text) and buffer.document.is_cursor_at_the_end


class Actions:
    """The actions that keys are bound to.

    Args:
        words: interprets the line being typed.
        searching: enables the search by prefix for one key press.
        next_line: returns the next suggestion.
        pasted: receives pasted text.
        show_message: shows a message above the prompt.
        say_how_to_leave: called for Ctrl-C on an empty line.
    """

    def __init__(
        self,
        words: Callable[[], TypingHelp],
        searching: Searching,
        next_line: Callable[[], str],
        pasted: Callable[[Buffer, str], None],
        show_message: Callable[[str], None],
        say_how_to_leave: Callable[[], None],
    ) -> None:
        self._words = words
        self._searching = searching
        self._next_line = next_line
        self._pasted = pasted
        self._show_message = show_message
        self._say_how_to_leave = say_how_to_leave
        self._before_search: tuple[int, Document] | None = None
        self._swallowing = False
        self.indenting = Indenting(words)

    # -- running ------------------------------------------------------------------------------

    def enter(self, event: KeyPressEvent) -> None:
        """Accept the selected menu entry, continue an unfinished line, or run the line."""
        buffer = event.current_buffer
        chosen = buffer.complete_state is not None and buffer.complete_state.current_completion
        if chosen and has_menu(event.app.output):
            self._take_entry(buffer)
        elif self._words().unfinished(buffer.text):
            self.open_line(event)
        else:
            self.indenting.settle(buffer)
            # The lines of a block are shown again, each with its answer, when they run.
            words = self._words()
            lines = entries(buffer.text, words.unfinished, words.within)
            event.app.erase_when_done = len(lines) > 1
            buffer.validate_and_handle()

    def _take_entry(self, buffer: Buffer) -> None:
        buffer.complete_state = None
        if not buffer.document.is_cursor_at_the_end:
            return
        if any(current for _, current in self._words().signature(f"{buffer.text} ")):
            buffer.insert_text(" ")
            buffer.start_completion()

    def open_line(self, event: KeyPressEvent) -> None:
        """Start a new line with the right indentation."""
        self.indenting.open_line(event.current_buffer)

    def drop(self, event: KeyPressEvent) -> None:
        """Clear the line; on an empty line, show how to leave."""
        buffer = event.app.layout.get_buffer_by_name(DEFAULT_BUFFER)
        if buffer is None:
            return  # a Ctrl-C that arrived while the prompt was closing
        if buffer.text:
            buffer.reset()
        else:
            self._say_how_to_leave()

    # -- completion and history ---------------------------------------------------------------

    def complete(self, event: KeyPressEvent) -> None:
        """Insert the next suggestion into an empty line."""
        event.current_buffer.insert_text(self._next_line())

    def older(self, event: KeyPressEvent) -> None:
        """Go up a line in a multi-line text, or to an older line of the history."""
        buffer = event.current_buffer
        if buffer.document.cursor_position_row > 0:
            buffer.cursor_up(event.arg)
        else:
            self._searching.backward(buffer, event.arg)

    def newer(self, event: KeyPressEvent) -> None:
        """Go down a line in a multi-line text, to a newer line of the history, or into the menu."""
        buffer = event.current_buffer
        if buffer.document.cursor_position_row < buffer.document.line_count - 1:
            buffer.cursor_down(event.arg)
        elif not self._searching.forward(buffer, event.arg) and buffer.complete_state:
            buffer.complete_next()

    def start_search(self, direction: SearchDirection) -> Callable[[KeyPressEvent], None]:
        """Return an action that starts a search and remembers the text typed before it."""

        def start(event: KeyPressEvent) -> None:
            buffer = event.current_buffer
            self._before_search = buffer.working_index, buffer.document
            start_search(direction=direction)

        return start

    def give_up_search(self, event: KeyPressEvent) -> None:
        """Cancel the search and restore the text typed before it."""
        stop_search()
        buffer = event.app.layout.get_buffer_by_name(DEFAULT_BUFFER)
        if buffer is not None and self._before_search is not None:
            index, document = self._before_search
            buffer.go_to_history(index)
            buffer.document = document

    # -- moving and editing -------------------------------------------------------------------

    def word_forward(self, event: KeyPressEvent) -> None:
        """Accept a word of the ghost text; without ghost text, move the cursor a word forward."""
        buffer = event.current_buffer
        if not _suggested() or buffer.suggestion is None:
            get_by_name("forward-word").handler(event)
            return
        text = buffer.suggestion.text
        space = len(text) - len(text.lstrip())
        end = text.find(" ", space)
        buffer.insert_text(text if end < 0 else text[: end + 1])

    def word_back(self, event: KeyPressEvent) -> None:
        """Move the cursor a word back."""
        get_by_name("backward-word").handler(event)

    def edit(self, event: KeyPressEvent) -> None:
        """Open the line in an editor; afterwards the text is on the prompt and not yet run."""
        words = editor()
        if not words:
            self._show_message(Message("no editor was found: set EDITOR"))
            return
        os.environ["VISUAL"] = shlex.join(words)  # prompt_toolkit would fail on a missing editor
        event.current_buffer.tempfile_suffix = ".exs"
        event.current_buffer.open_in_editor()

    def type_over_mark(self, event: KeyPressEvent) -> None:
        """End the selection that Ctrl-Space began, and insert the typed text."""
        event.current_buffer.exit_selection()
        event.current_buffer.insert_text(event.data)

    # -- what is ignored ----------------------------------------------------------------------

    @property
    def swallows(self) -> Condition:
        """Whether an unbound escape sequence is being ignored and has not ended yet."""
        return Condition(lambda: self._swallowing)

    def swallow(self, _event: KeyPressEvent) -> None:
        """Start to ignore an unbound escape sequence."""
        self._swallowing = True

    def swallow_on(self, event: KeyPressEvent) -> None:
        """Ignore one key of the sequence; a letter or `~` is the last one."""
        self._swallowing = not ("@" <= event.data[:1] <= "~")

    def paste(self, event: KeyPressEvent) -> None:
        """Pass the pasted text to `pasted`."""
        self._pasted(event.current_buffer, event.data)

    def ignore(self, _event: KeyPressEvent) -> None:
        """Do nothing."""


def bindings(actions: Actions, paired: Filter) -> KeyBindings:
    """Return the key bindings of a prompt; while `paired` holds, brackets are closed when typed."""
    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)
    also: dict[str, Filter] = {
        "complete": _empty,
        "older": ~completion_is_selected,
        "newer": ~completion_is_selected,
    }
    modes: dict[str, Filter] = {
        "both": typing,
        "emacs": typing & emacs_mode,
        "vi": typing & vi_navigation_mode,
    }
    for row in KEYS:
        if not row.action:
            continue
        when = modes[row.mode]
        if row.action in also:
            when &= also[row.action]
        for sequence in row.sequences:
            keys.add(*sequence, filter=when)(getattr(actions, row.action))
    keys.add("<sigint>")(actions.drop)
    bind_pairs(keys, typing & paired & ~vi_navigation_mode)
    by_hand = typing & actions.indenting.untouched & ~vi_navigation_mode
    keys.add(" ", filter=by_hand)(actions.indenting.indent_by_hand)

    keys.add("c-r", filter=typing)(actions.start_search(SearchDirection.BACKWARD))
    keys.add("c-s", filter=typing)(actions.start_search(SearchDirection.FORWARD))
    for sequence in (("c-g",), ("c-c",)):
        keys.add(*sequence, filter=is_searching)(actions.give_up_search)

    # Text typed after Ctrl-Space is inserted; prompt_toolkit would drop it.
    over_mark = typing & emacs_selection_mode & ~shift_selection_mode
    keys.add(Keys.Any, filter=over_mark)(actions.type_over_mark)

    # An unbound Alt-letter would insert the letter, and an unknown sequence such as `ESC [ 1 ; 9 A`
    # its last character.
    keys.add("escape", Keys.Any, filter=typing & emacs_insert_mode)(actions.ignore)
    for introducer in "[O":
        keys.add("escape", introducer, filter=typing & emacs_insert_mode)(actions.swallow)
    keys.add(Keys.Any, filter=actions.swallows, eager=True)(actions.swallow_on)

    keys.add(Keys.BracketedPaste, filter=typing)(actions.paste)
    # A colour sequence in text pasted without brackets, `ESC [31m`, looks like an old mouse report,
    # and prompt_toolkit's own binding would fail on it.
    keys.add(Keys.Vt100MouseEvent)(actions.ignore)
    return keys


EDITING_MODES: Final = {"emacs": EditingMode.EMACS, "vi": EditingMode.VI}
