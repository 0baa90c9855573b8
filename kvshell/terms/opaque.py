"""Opaque: an immutable Python object of one's own, carried as a term."""

from itertools import count
from typing import Any

from kvshell.terms.shown import Shown

_serials = count(1)


class Opaque(Shown):
    """Carries `value` unread; compared by identity, ordered by when it was made."""

    __slots__ = ("serial", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.serial = next(_serials)
