"""The words of a lesson's prompt: the command table's, and the learner's own after a colon."""

from collections.abc import Callable, Sequence

from kvshell.learn.texts import Texts
from kvshell.learn.words import WORDS, word_of
from kvshell.shell.host import Entry, Span, Words


class LessonWords:
    """`Words` over those of a session; `steps` names where `:goto` may go."""

    def __init__(self, inner: Words, texts: Texts, steps: Callable[[], Sequence[str]]) -> None:
        self._inner = inner
        self._texts = texts
        self._steps = steps

    def spans(self, text: str) -> Sequence[Span]:
        """The roles of the words."""
        if not text.lstrip().startswith(":"):
            return self._inner.spans(text)
        start = len(text) - len(text.lstrip())
        end = start + len(text.split()[0])
        known = word_of(text) is not None
        spans = [Span(start, end, "command" if known else "error")]
        if known and text[end:].strip():
            spans.append(Span(end, len(text), "name"))
        return spans

    def complete(self, text: str) -> Sequence[Entry]:
        """The candidates for the end of `text`."""
        if not text.startswith(":"):
            return self._inner.complete(text)
        word, space, rest = text.partition(" ")
        if not space:
            return [
                Entry(each, 0, self._texts(said))
                for each, said in WORDS.items()
                if each.startswith(word)
            ]
        choices = {":goto": self._steps(), ":resume": ("keep",)}.get(word, ())
        return [Entry(each, len(word) + 1, "") for each in choices if each.startswith(rest)]

    def signature(self, text: str) -> Sequence[tuple[str, bool]]:
        """The usage of the command being typed."""
        named = word_of(text)
        if named is None:
            return self._inner.signature(text)
        usage = {":goto": [("STEP", True)], ":resume": [("[keep]", True)]}.get(named[0], [])
        return [(named[0], not usage), *usage]

    def drop_prompt(self, text: str) -> str | None:
        """The line behind a pasted prompt."""
        bare = text.removeprefix("kv(play)> ")
        return bare if bare != text else self._inner.drop_prompt(text)
