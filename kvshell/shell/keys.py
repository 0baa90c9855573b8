"""The keys that differ from prompt_toolkit's own.

Enter       runs the line; with an entry of the menu chosen it takes the entry instead
Tab         on an empty line puts the next thing to type on it
Up, Down    with text and no entry chosen: the lines of the history that begin like it; Down opens
            the menu when there is no newer line
Ctrl-C      clears the line; on an empty one says how to leave
paste       several lines run one by one
mouse       ignored
"""

from collections.abc import Callable
from typing import Final

from prompt_toolkit.application.current import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, completion_is_selected, has_focus
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

LONGEST: Final = 64 * 1024


class Searching:
    """Whether Up and Down look for a beginning right now.

    prompt_toolkit's own `enable_history_search` would turn completion while typing off, so it is
    on for the length of one key press only.
    """

    def __init__(self) -> None:
        self.now = False

    def backward(self, buffer: Buffer, count: int) -> None:
        """Go to an older line with the same beginning."""
        self.now = True
        try:
            buffer.history_backward(count)
        finally:
            self.now = False

    def forward(self, buffer: Buffer, count: int) -> bool:
        """Go to a newer line with the same beginning; False when there is none."""
        before = buffer.working_index
        self.now = True
        try:
            buffer.history_forward(count)
        finally:
            self.now = False
        return buffer.working_index != before


def bindings(
    searching: Searching,
    next_line: Callable[[], str],
    goes_on: Callable[[str], bool],
    pasted: Callable[[Buffer, str], None],
    say_how_to_leave: Callable[[], None],
) -> KeyBindings:
    """The bindings of one prompt.

    `goes_on` says whether more words may follow a text; `pasted` gets what a paste brought.
    """
    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER)

    @Condition
    def empty() -> bool:
        return not get_app().current_buffer.text

    @keys.add("enter", filter=typing & completion_is_selected)
    def take_entry(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        buffer.complete_state = None
        if buffer.document.is_cursor_at_the_end and goes_on(buffer.text):
            buffer.insert_text(" ")
            buffer.start_completion()

    @keys.add("tab", filter=typing & empty)
    def put_next(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text(next_line())

    @keys.add("up", filter=typing & ~completion_is_selected)
    def older(event: KeyPressEvent) -> None:
        searching.backward(event.current_buffer, event.arg)

    @keys.add("down", filter=typing & ~completion_is_selected)
    def newer(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if not searching.forward(buffer, event.arg) and buffer.complete_state:
            buffer.complete_next()

    @keys.add("c-c", filter=typing)
    @keys.add("<sigint>")
    def clear(event: KeyPressEvent) -> None:
        buffer = event.app.layout.get_buffer_by_name(DEFAULT_BUFFER)
        assert buffer is not None
        if buffer.text:
            buffer.reset()
        else:
            say_how_to_leave()

    @keys.add(Keys.BracketedPaste, filter=typing)
    def paste(event: KeyPressEvent) -> None:
        pasted(event.current_buffer, event.data)

    # A colour in text pasted without brackets, `ESC [31m`, looks like an old mouse report, and
    # prompt_toolkit's own binding would fail on it.
    @keys.add(Keys.Vt100MouseEvent)
    def ignore(_event: KeyPressEvent) -> None:
        pass

    return keys
