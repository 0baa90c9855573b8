"""SupervisorOptions: the strategy and the restart limit."""

from typing import Final, NamedTuple

from kvshell.terms import A, Atom, Map, Term
from kvshell.terms import term as as_term


class SupervisorOptions(NamedTuple):
    """How to supervise: the strategy, and at most `max_restarts` in `max_seconds`.

    `auto_shutdown` stops the supervisor after its significant children end: `never`,
    `any_significant` or `all_significant`.
    """

    strategy: Atom = A.one_for_one
    max_restarts: int = 3
    max_seconds: int = 5
    auto_shutdown: Atom = A.never

    def as_flags(self) -> Map:
        """Return the flags as `init` returns them."""
        flags = {
            A.strategy: self.strategy,
            A.intensity: self.max_restarts,
            A.period: self.max_seconds,
        }
        if self.auto_shutdown is not A.never:
            flags[A.auto_shutdown] = self.auto_shutdown
        return Map({name: as_term(value) for name, value in flags.items()})


DEFAULTS: Final = SupervisorOptions()
STRATEGIES: Final = (A.one_for_one, A.one_for_all, A.rest_for_one)
_AUTO: Final = (A.never, A.any_significant, A.all_significant)


def wrong_flags(options: SupervisorOptions, strategies: tuple[Atom, ...]) -> Term:
    """Return OTP's error for the first invalid flag, `{:invalid_strategy, :x}`, or None."""
    if options.strategy not in strategies:
        return (A.invalid_strategy, options.strategy)
    if type(options.max_restarts) is not int or options.max_restarts < 0:
        return (A.invalid_intensity, options.max_restarts)
    if type(options.max_seconds) is not int or options.max_seconds <= 0:
        return (A.invalid_period, options.max_seconds)
    if options.auto_shutdown not in _AUTO:
        return (A.invalid_auto_shutdown, options.auto_shutdown)
    return None
