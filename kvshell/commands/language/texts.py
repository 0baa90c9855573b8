"""Messages in the user's language, with the interface of gettext.

English texts are in the code; every other language is a catalogue written in Python, so nothing has
to be compiled before the package can be used.
"""

import gettext
from collections.abc import Callable, Mapping
from typing import Final

from kvshell.commands.language.message import Message

LANGUAGES: Final = ("en", "ru")


class TranslatableError(Exception):
    """An error whose message is one English sentence that can be translated."""

    def __init__(self, message: str, **words: object) -> None:
        super().__init__(message.format(**words) if words else message)
        self._message, self._words = message, words

    def translated(self, texts: "Texts") -> str:
        """Return the message in the language of `texts`."""
        return texts(self._message, **self._words)


class Catalogue(gettext.NullTranslations):
    """The messages of a language: maps English to the translation, or to its plural forms."""

    def __init__(
        self, messages: Mapping[str, str | tuple[str, ...]], plural: Callable[[int], int]
    ) -> None:
        super().__init__()
        self._messages = messages
        self._plural = plural

    def gettext(self, message: str) -> str:
        """Return the translation, or the English message if there is none."""
        found = self._messages.get(message)
        return found if isinstance(found, str) else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the plural form for the number `n`."""
        found = self._messages.get(msgid1)
        if isinstance(found, tuple):
            return found[self._plural(n)]
        return msgid1 if n == 1 else msgid2


class Texts:
    """All messages in one language. An instance is callable: `texts("step {number}", number=2)`."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"
        self._catalogue: gettext.NullTranslations = gettext.NullTranslations()
        if self.language == "ru":
            from kvshell.commands.language.russian import catalogue  # noqa: PLC0415  # 60 kB

            self._catalogue = Catalogue(catalogue.messages(), catalogue.plural)

    def __call__(self, message: str, **words: object) -> str:
        """Return the translated message with its placeholders filled in."""
        text = self._catalogue.gettext(message)
        return text.format(**words) if words else text

    def many(self, one: str, more: str, count: int, **words: object) -> str:
        """Return the translated message in the plural form for `count`.

        `one` and `more` are the English singular and plural.
        """
        return self._catalogue.ngettext(one, more, count).format(count=count, **words)

    def translate(self, text: str) -> str:
        """Return a Message in this language; any other text is an answer and stays unchanged."""
        if self.language == "en" or not isinstance(text, Message):
            return text
        words = {
            name: self.translate(word) if isinstance(word, str) else word
            for name, word in text.words.items()
        }
        if text.plural:
            count: int = text.words["count"]
            return self._catalogue.ngettext(text.template, text.plural, count).format(**words)
        return self(text.template, **words)

    def prose(self, text: str) -> str:
        """Translate a text of several paragraphs, each of which is a message of its own."""
        if self.language == "en":
            return text
        paragraphs = (" ".join(each.split()) for each in text.strip().split("\n\n"))
        return "\n\n".join(map(self._catalogue.gettext, paragraphs))


def language(asked: str, environ: Mapping[str, str]) -> str:
    """Return the code of the language to use: `asked` if given, otherwise that of the locale.

    Falls back to `en` for a language without a catalogue.
    """
    for message in (
        asked,
        *(environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")),
    ):
        if message:
            code = message.partition(":")[0].partition(".")[0].partition("_")[0].lower()
            return code if code in LANGUAGES else "en"
    return "en"


ENGLISH: Final = Texts()
