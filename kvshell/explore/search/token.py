"""Token: a schedule in one word - `spec:0.0.2` - short enough to type for a replay.

The part before the colon is the law, with `+timeouts` and `+crash1` if the search used them, and
`+looks` if receives are steps in it, because a process looks at another's mailbox. The part after
it has the index of each choice between several possibilities: 0 is the default, `z5` is five zeros,
and trailing zeros are omitted.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from kvshell.runtime.search.steps import FaultModel, Step, Who

_TOKEN: Final = re.compile(
    r"(?P<law>spec|beam)(?P<timeouts>\+timeouts)?(?:\+crash(?P<crashes>[1-9]))?(?P<looks>\+looks)?"
    r":(?P<choices>[\dz.]+)"
)
_CHOICES: Final = re.compile(r"(?:\d{1,4}|z\d{1,4})(?:\.(?:\d{1,4}|z\d{1,4}))*")
_FEW: Final = 2  # number of zeros that are written out


class TokenError(Exception):
    """An invalid token, or one that does not fit the program; the message is one sentence."""


class Order:
    """The order in which steps are tried: skipped ones wait until nothing else is possible.

    Therefore a run that deviates from the default needs few numbers: the point of each deviation,
    and the index taken.
    """

    def __init__(self, passed_over: Sequence[Who] = ()) -> None:
        self._passed_over = list(passed_over)

    @property
    def passed_over(self) -> tuple[Who, ...]:
        """The skipped steps; another Order that is given these continues from here."""
        return tuple(self._passed_over)

    def of(self, enabled: Sequence[Step]) -> dict[Who, Step]:
        """Return the possible steps by actor, in this order."""
        by_name = {step.who: step for step in enabled}
        if self._passed_over:
            self._passed_over = [who for who in self._passed_over if who in by_name]
            for who in self._passed_over:
                by_name[who] = by_name.pop(who)
        return by_name

    def takes(self, order: Sequence[Who], chosen: Who) -> None:
        """Record that `chosen` is taken, and that the steps before it in `order` are skipped."""
        if chosen != order[0]:
            for who in order[: order.index(chosen)]:
                if who not in self._passed_over:
                    self._passed_over.append(who)
        if chosen in self._passed_over:
            self._passed_over.remove(chosen)


def token(model: FaultModel, choices: Sequence[int]) -> str:
    """Return the token of a schedule."""
    words: list[str] = []
    for choice, run in groupby(choices):
        count = len(list(run))
        words += [f"z{count}"] if choice == 0 and count > _FEW else [str(choice)] * count
    looks = "+looks" if model.looks else ""
    return f"{law_of(model)}{looks}:{'.'.join(words) or '0'}"


def law_of(model: FaultModel) -> str:
    """Return the part of a token that describes the search."""
    law = "spec" if model.spec else "beam"
    timeouts = "+timeouts" if model.timeouts else ""
    crashes = f"+crash{model.crashes}" if model.crashes else ""
    return f"{law}{timeouts}{crashes}"


def read_token(text: str) -> tuple[FaultModel, tuple[int, ...]]:
    """Parse a token.

    Raises:
        TokenError: it is malformed.
    """
    found = _TOKEN.fullmatch(text)
    if found is None or not _CHOICES.fullmatch(found["choices"]):
        raise TokenError(
            f"{text} is not a token: one looks like spec:0.0.2, as in the table of outcomes"
        )
    choices: list[int] = []
    for word in found["choices"].split("."):
        choices += [0] * int(word[1:]) if word.startswith("z") else [int(word)]
    crashes = int(found["crashes"] or 0)
    timeouts, looks = found["timeouts"] is not None, found["looks"] is not None
    return FaultModel(found["law"] == "spec", timeouts, crashes, looks), tuple(choices)


class Follow:
    """The chooser that follows a token, for at most `steps` if given."""

    def __init__(self, choices: Sequence[int], steps: int | None = None) -> None:
        self._choices = list(choices)
        self._order = Order()
        self._steps = steps
        self._taken = 0
        self.misfit = ""
        self.ahead: list[Step] = []  # the possibilities where it stopped, the next one first

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return the token's next step; None where it stops or does not fit."""
        by_name = self._order.of(enabled)
        names = tuple(by_name)
        place = self._choices.pop(0) if len(names) > 1 and self._choices else 0
        if place >= len(names):
            self.misfit = (
                f"at step {self._taken + 1} only {len(names)} things can happen, "
                f"and the token asks for number {place + 1}"
            )
            return None
        chosen = names[place]
        if self._taken == self._steps:
            self.ahead = [by_name[chosen], *(by_name[who] for who in names if who != chosen)]
            return None
        self._taken += 1
        self._order.takes(names, chosen)
        return by_name[chosen]

    def ended(self, what: str = "document") -> None:
        """Check at the end of the run that the whole token was used.

        Raises:
            TokenError: it does not fit the program, which the error calls `what`.
        """
        if not self.misfit and any(self._choices):
            self.misfit = f"the schedule ends after {self._taken} steps, but the token continues"
        if self.misfit:
            raise TokenError(
                f"the token does not fit: {self.misfit}; it is mistyped, or the {what} has "
                "changed since"
            )
