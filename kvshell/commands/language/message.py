"""`Message`, English text that remembers its template so that it can be translated later."""

from collections.abc import Sequence
from typing import Any


class Message(str):
    """A translatable text for the user: a hint, a notice, a part of the toolbar.

    It is a str with the English text, so every batch, document and recording prints it unchanged. A
    prompt in another language looks up `template` in its catalogue and fills in the `words`.
    """

    __slots__ = ("plural", "template", "words")

    template: str
    plural: str
    words: dict[str, Any]

    def __new__(cls, template: str, plural: str = "", **words: Any) -> "Message":
        """Create the message; `plural` is the template to use if the word `count` is not 1."""
        english = plural if plural and words["count"] != 1 else template
        made = super().__new__(cls, english.format(**words) if words else english)
        made.template, made.plural, made.words = template, plural, words
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, Any]]:
        """Return the arguments for copying and unpickling, so that a copy is a Message too."""
        return (self.template, self.plural), self.words


def joined(parts: Sequence[str], frame: str = "{}", between: str = ", ", last: str = "") -> Message:
    """Join messages into one that can be translated.

    `between` separates the parts, `last` the last two of them, and `frame` is the text around all.
    """
    words = {f"part{number}": part for number, part in enumerate(parts)}
    holes = [f"{{{name}}}" for name in words]
    if last and len(holes) > 1:
        holes[-2:] = [f"{holes[-2]}{last}{holes[-1]}"]
    return Message(frame.format(between.join(holes)), **words)
