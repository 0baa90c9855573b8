"""What a check found."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What is wrong: the number of the check, the step or the line, a sentence."""

    check: int
    place: str
    text: str
