"""Slot: where one call waits for its answer.

A slot is an alias in the sense of OTP 24: the reply goes to the reference, not to the mailbox, and
`Runtime.slots` is the table of living aliases. Whoever pops the reference from that table completes
the slot - reply, `:DOWN`, timeout or the caller's own death - and everybody after him finds
nothing: that single `dict.pop` is what makes it complete once. A late reply is so dropped and
counted.
"""

from typing import TYPE_CHECKING

from kvshell.runtime.record import NOTHING, Nothing
from kvshell.terms import Ref, Term

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


class Slot:
    """The one answer that `owner` waits for: a reply, or the reason for which none will come."""

    __slots__ = ("down", "owner", "ref", "reply")

    def __init__(self, owner: "Process", ref: Ref) -> None:
        self.owner = owner
        self.ref = ref
        self.reply: Term | Nothing = NOTHING
        self.down: Term | Nothing = NOTHING

    def done(self) -> bool:
        """Whether the answer is there."""
        return self.reply is not NOTHING or self.down is not NOTHING
