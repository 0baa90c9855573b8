"""What must not be kept: `views.redaction` finds secrets, `--redact RE` adds to them."""

import re
from collections.abc import Sequence

from kvshell.views.redaction import HIDDEN, redacted


class RecordError(Exception):
    """The recording cannot be made; one sentence."""


class Redaction:
    """Hides what looks like a secret, and what a person named."""

    def __init__(self, expressions: Sequence[str] = ()) -> None:
        try:
            self._more = [re.compile(expression) for expression in expressions]
        except re.error as error:
            raise RecordError(f"--redact {error.pattern!s}: {error}") from None

    def __call__(self, text: str) -> str:
        """Return the text without them."""
        text = redacted(text)
        for expression in self._more:
            text = expression.sub(HIDDEN, text)
        return text
