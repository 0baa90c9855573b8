"""The completion menu: what the host's words offer at the cursor, with what is said beside it."""

from collections.abc import Callable, Iterable, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from kvshell.shell.host import Entry


class WordCompleter(Completer):
    """Runs in the prompt's loop, not in a thread: a second render per key would make it blink."""

    def __init__(self, complete: Callable[[str], Sequence[Entry]]) -> None:
        self._complete = complete

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """The entries for the text before the cursor; while typing, none that is typed already."""
        text = document.text_before_cursor
        for entry in self._complete(text):
            if complete_event.text_inserted and text[entry.start :] == entry.text:
                continue
            yield Completion(
                entry.text,
                start_position=entry.start - len(text),
                display_meta=entry.description,
            )
