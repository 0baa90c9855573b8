"""What must not be kept: `views.redaction` finds secrets, `--redact RE` adds to them."""

import re
from collections.abc import Sequence

from kvshell.views.redaction import HIDDEN, redacted, secrets

TELLING = 6  # so many characters of a value are hidden wherever they are typed again


class RecordError(Exception):
    """The recording cannot be made; one sentence."""


class Redaction:
    """Hides what looks like a secret, and what a person named."""

    def __init__(self, expressions: Sequence[str] = ()) -> None:
        try:
            self._more = [re.compile(expression) for expression in expressions]
        except re.error as error:
            raise RecordError(f"--redact {error.pattern!s}: {error}") from None

        self._known: dict[str, re.Pattern[str]] = {}  # hidden before, wherever it comes again

    def __call__(self, text: str) -> str:
        """Return what was typed without them; what is hidden once stays hidden."""
        found = secrets(text)
        text = redacted(text)
        for expression in self._more:
            found += [each[0] for each in expression.finditer(text)]
            text = expression.sub(HIDDEN, text)
        for secret in found:
            if secret not in {"", HIDDEN}:
                self._known[secret] = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
        for secret, everywhere in self._known.items():
            if len(secret) >= TELLING:
                text = everywhere.sub(HIDDEN, text)
        return text

    def shows(self, lines: Sequence[str]) -> bool:
        """Whether one of them stands in what was printed."""
        return any(
            redacted(line) != line
            or any(each.search(line) for each in (*self._more, *self._known.values()))
            for line in lines
        )
