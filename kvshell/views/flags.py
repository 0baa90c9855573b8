"""How the command was started: what every mode is handed, whichever layer it lives in."""

from collections import deque
from typing import NamedTuple

from kvshell.views.caps import Caps


class Flags(NamedTuple):
    """The flags of one start, and what was typed since.

    Attributes:
        caps: what standard output can show; its width is asked for again before each table.
        recent: the last lines run, for the report of an internal fault; hosts append to it.
        lines: the lines of `-c`, in their order.
        load: the programs of `--load`, which run before any line.
        stay: `-i`: go on after the lines of `-c`.
        free: `--free`: real threads where a controlled scheduler is the rule.
        keep_going: `--keep-going`: a batch does not stop at its first error.
        history: False after `--no-history`.
        debug: `--debug`: an internal fault is shown, not filed.
    """

    caps: Caps
    recent: deque[str]
    lines: tuple[str, ...] = ()
    load: tuple[str, ...] = ()
    stay: bool = False
    free: bool = False
    keep_going: bool = False
    history: bool = True
    debug: bool = False
