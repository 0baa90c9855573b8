"""The completion menu: its entries, and the completer that creates them."""

from collections.abc import Callable, Iterable, Sequence

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText

from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.shell.hosts.protocol import CompletionItem
from kvshell.views import safe


class MenuEntry(Completion):
    """A completion with plain texts, because the menu measures all entries at every key press.

    prompt_toolkit would parse every text for markup, although most entries are never drawn.
    """

    def __init__(self, text: str, start_position: int, shown: str, about: str) -> None:
        # The base class is not initialised: it would create formatted text for every entry.
        self.text = text
        self.start_position = start_position
        self.style = self.selected_style = ""
        self.display = FormattedText([("", shown)])
        self._display_meta = self._about = about
        self._shown = shown

    @property
    def display_text(self) -> str:
        """The text of the entry, as plain text."""
        return self._shown

    @property
    def display_meta_text(self) -> str:
        """The description beside the entry, as plain text."""
        return self._about


class WordCompleter(Completer):
    """Completes words; runs in the event loop, because a second drawing per key would flicker."""

    def __init__(
        self, complete: Callable[[str], Sequence[CompletionItem]], texts: Texts = ENGLISH
    ) -> None:
        self._complete = complete
        self._texts = texts

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield the menu entries for the text before the cursor.

        While the user types, an entry that would change nothing is left out.
        """
        text = document.text_before_cursor
        for entry in self._complete(text):
            if complete_event.text_inserted and text[entry.start :] == entry.text:
                continue
            message = safe(self._texts.translate(entry.description))
            yield MenuEntry(entry.text, entry.start - len(text), safe(entry.text), message)
