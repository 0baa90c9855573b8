"""The lesson's own sentences in Russian."""

from typing import Final


def plural(count: int) -> int:
    """Return which of the three forms goes with a number: 1 шаг, 2 шага, 5 шагов."""
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2


MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {}
