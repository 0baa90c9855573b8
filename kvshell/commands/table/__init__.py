"""THE command table: one literal row per command, sorted by what is typed.

Parsing, completion, colours, the toolbar's signature, `help`, the README's list, `--spec` and
the generated tests all come from here. A row per command, a file per group.
"""

from typing import Final

from kvshell.commands.command import Command
from kvshell.commands.table import (
    ask,
    ets,
    explore,
    hold,
    look,
    names,
    programs,
    send,
    start,
    stores,
)

GROUPS_OF_ROWS: Final = (
    start.ROWS,
    programs.ROWS,
    stores.ROWS,
    hold.ROWS,
    names.ROWS,
    look.ROWS,
    send.ROWS,
    ets.ROWS,
    ask.ROWS,
    explore.ROWS,
)

COMMANDS: Final[tuple[Command, ...]] = tuple(
    sorted(
        (row for group in GROUPS_OF_ROWS for row in group),
        key=lambda command: command.path,
    )
)
