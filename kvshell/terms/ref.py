"""Ref: a unique reference."""

from kvshell.terms.shown import Shown

NODE = "2849681648.2724265986"


class Ref(Shown):
    """A reference, compared by identity; `number` orders and prints it."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    @property
    def text(self) -> str:
        """What iex prints, as long as on the BEAM, so that lines break where they do there."""
        return f"#Reference<0.{NODE}.{self.number}>"
