"""Shown: the base of our own term classes; their `repr` is what iex would print."""

from collections.abc import Callable

_printer: list[Callable[[object], str]] = [object.__repr__]


class Shown:
    """A term whose `repr` is its inspected text, so that a failing assertion reads like iex."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _printer[0](self)


def print_with(printer: Callable[[object], str]) -> None:
    """Let every Shown term print through `printer`; inspection.py calls this once on import."""
    _printer[0] = printer
