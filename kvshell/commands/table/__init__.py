"""THE command table: one literal row per command, sorted by what is typed.

Parsing, completion, colours, the toolbar's signature, `help`, the README's list, `--spec` and
the generated tests all come from here. A row per command, a file per group.
"""

from typing import Final

from kvshell.commands.command import Command
from kvshell.commands.table import ask, hold, look, send, start, stores

COMMANDS: Final[tuple[Command, ...]] = tuple(
    sorted(
        (*start.ROWS, *stores.ROWS, *hold.ROWS, *look.ROWS, *send.ROWS, *ask.ROWS),
        key=lambda command: command.path,
    )
)
