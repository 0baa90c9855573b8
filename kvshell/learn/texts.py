"""The lesson's own sentences in the learner's language, by way of gettext.

English is what stands in the code; every other language is a catalogue in Python: nothing has to
be compiled before the package can be used.
"""

import gettext
from collections.abc import Mapping

from kvshell.learn import russian

LANGUAGES = ("en", "ru")


class SaidError(Exception):
    """A refusal: one sentence, in English, that can be told in any language."""

    def __init__(self, message: str, **words: object) -> None:
        super().__init__(message.format(**words) if words else message)
        self._message, self._words = message, words

    def told(self, texts: "Texts") -> str:
        """Return the sentence in a language."""
        return texts(self._message, **self._words)


class Catalogue(gettext.NullTranslations):
    """One language's sentences: an English one -> its translation, or the forms of its plural."""

    def __init__(self, messages: Mapping[str, str | tuple[str, ...]]) -> None:
        super().__init__()
        self._messages = messages

    def gettext(self, message: str) -> str:
        """Return the translation, or the English sentence where there is none."""
        found = self._messages.get(message)
        return found if isinstance(found, str) else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for `n` things."""
        found = self._messages.get(msgid1)
        if isinstance(found, tuple):
            return found[russian.plural(n)]
        return msgid1 if n == 1 else msgid2


class Texts:
    """Sentences in one language; `texts("step {number}", number=2)`."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"
        self._catalogue = (
            Catalogue(russian.MESSAGES) if self.language == "ru" else gettext.NullTranslations()
        )

    def __call__(self, message: str, **words: object) -> str:
        """Return the sentence with its words filled in."""
        said = self._catalogue.gettext(message)
        return said.format(**words) if words else said

    def many(self, one: str, more: str, count: int, **words: object) -> str:
        """Return the form of a sentence that goes with `count`."""
        return self._catalogue.ngettext(one, more, count).format(count=count, **words)


def language(asked: str, environ: Mapping[str, str]) -> str:
    """Return the code of the language to speak: what was asked for, else the locale's."""
    for said in (
        asked,
        *(environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")),
    ):
        if said:
            code = said.partition(":")[0].partition(".")[0].partition("_")[0].lower()
            return code if code in LANGUAGES else "en"
    return "en"
