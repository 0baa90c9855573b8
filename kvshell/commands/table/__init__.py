"""The command table: one literal row per command, a file per group.

Parsing, completion, colours, the toolbar's signature, `help`, the README's list, `--spec`, the
reference pages and the generated tests all derive from it. A new command needs a row and a handler;
`python -m tests.docs` regenerates the rest.
"""

from typing import Final, NamedTuple

from kvshell.commands.table import (
    ask,
    ets_tables,
    explore,
    hold,
    look,
    names,
    nodes,
    send,
    signals_by_hand,
    start,
    stores,
)
from kvshell.commands.table.row import Command


class CommandGroup(NamedTuple):
    """A group of related commands.

    Attributes:
        name: the name of its file and of its reference page.
        title: its title in `help`.
        rows: its commands, in the order of `help`.
        about: what the commands are for.
    """

    name: str
    title: str
    rows: tuple[Command, ...]
    about: str


GROUPS: Final = (
    CommandGroup("start", "system", start.ROWS, "start and stop the system, and choose which one"),
    CommandGroup("stores", "stores", stores.ROWS, "create stores, find them, store values in them"),
    CommandGroup("hold", "break", hold.ROWS, "end processes, suspend them, let them continue"),
    CommandGroup(
        "look",
        "look",
        names.ROWS + look.ROWS,
        "look at names and processes without sending anything",
    ),
    CommandGroup(
        "send",
        "send",
        send.ROWS + ets_tables.ROWS,
        "send messages, act as another client, use ETS tables",
    ),
    CommandGroup(
        "signal",
        "signal",
        signals_by_hand.ROWS,
        "spawn processes, link them, send them plain messages",
    ),
    CommandGroup(
        "race", "race", explore.ROWS, "find races, and decide the order in which signals arrive"
    ),
    CommandGroup("nodes", "nodes", nodes.ROWS, "start, stop and separate the nodes of a cluster"),
    CommandGroup("ask", "ask", ask.ROWS, "help, history, documents and options"),
)
COMMANDS: Final[tuple[Command, ...]] = tuple(
    sorted((row for group in GROUPS for row in group.rows), key=lambda command: command.path)
)
GROUP_OF: Final = {row.path: group for group in GROUPS for row in group.rows}
