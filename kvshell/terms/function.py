"""Function: a closure as a term, and Capture: the place in the source it comes from."""

from collections.abc import Callable
from typing import Any

from kvshell.terms.shown import Shown


class Capture(Shown):
    """One `fn` in one function of a module; makes the Functions that close over values there.

    `code` is called with the call's arguments first, then the closed-over ones.
    """

    __slots__ = ("arity", "code", "index", "module_function", "never_waits", "uniq")

    def __init__(
        self,
        module_function: str,
        index: int,
        uniq: int,
        arity: int,
        code: Callable[..., Any],
        never_waits: bool = False,
    ) -> None:
        self.module_function = module_function
        self.index = index
        self.uniq = uniq
        self.arity = arity
        self.code = code
        self.never_waits = never_waits


class Function(Shown):
    """A function value: `capture` with the values it closes over. Compared by identity."""

    __slots__ = ("args", "capture")

    def __init__(self, capture: Capture, args: tuple[Any, ...] = ()) -> None:
        self.capture = capture
        self.args = args

    def __call__(self, *call_args: Any) -> Any:
        """Run the code with the call's arguments, then the closed-over ones."""
        return self.capture.code(*call_args, *self.args)

    @property
    def never_waits(self) -> bool:
        """Whether calling it is declared never to wait."""
        return self.capture.never_waits
