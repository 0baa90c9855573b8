"""Ref: a unique reference."""

from kvshell.terms.shown import Shown


class Ref(Shown):
    """A reference, compared by identity; `number` orders and prints it."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number
