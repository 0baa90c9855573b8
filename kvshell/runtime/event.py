"""Event: something a person should hear of although no command asked: a crash report, a cycle."""

from typing import NamedTuple

from kvshell.terms import Pid


class Event(NamedTuple):
    """One notice: `kind` is crash, unexpected, cycle, late_reply, restart or notice.

    `text` is what Elixir's logger would print, without the time; `line` is the host's line.
    """

    seq: int
    kind: str
    pid: Pid | None
    text: str
    line: int | None
    level: str = "error"
