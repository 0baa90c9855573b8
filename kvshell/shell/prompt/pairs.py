"""Closes brackets and quotes as they are typed, if `pairs` is on."""

from collections.abc import Callable
from typing import Final

from prompt_toolkit.filters import Filter
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

CLOSERS: Final = {"(": ")", "[": "]", "{": "}", '"': '"'}


def bind_pairs(keys: KeyBindings, when: Filter) -> None:
    """Bind the brackets, the quotes, and Backspace inside an empty pair."""
    for opener, closer in CLOSERS.items():
        keys.add(opener, filter=when)(_opened(opener, closer))
        if closer != opener:
            keys.add(closer, filter=when)(_closed(closer))
    keys.add("backspace", filter=when)(_erased)


def _opened(opener: str, closer: str) -> Callable[[KeyPressEvent], None]:
    def opened(event: KeyPressEvent) -> None:
        """Insert the pair, or only the opener if text follows that it should enclose."""
        buffer = event.current_buffer
        after = buffer.document.current_char
        if opener == closer == after:
            buffer.cursor_right()
            return
        before = buffer.document.char_before_cursor
        in_a_word = opener == closer and (before.isalnum() or before == opener)
        buffer.insert_text(opener)
        if not in_a_word and (not after.strip() or after in CLOSERS.values()):
            buffer.insert_text(closer, move_cursor=False)

    return opened


def _closed(closer: str) -> Callable[[KeyPressEvent], None]:
    def closed(event: KeyPressEvent) -> None:
        """Move past an existing closer instead of inserting another."""
        buffer = event.current_buffer
        if buffer.document.current_char == closer:
            buffer.cursor_right()
        else:
            buffer.insert_text(closer)

    return closed


def _erased(event: KeyPressEvent) -> None:
    """Delete the character before the cursor; inside an empty pair, delete both characters."""
    buffer = event.current_buffer
    before, after = buffer.document.char_before_cursor, buffer.document.current_char
    if before and CLOSERS.get(before) == after:
        buffer.delete()
    buffer.delete_before_cursor()
