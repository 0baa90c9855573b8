"""Rows of what comes with later versions: read, hidden, each with its sentence."""

from typing import Final

from kvshell.commands.choices import Choice
from kvshell.commands.command import Command
from kvshell.commands.params import Param
from kvshell.commands.table.words import LINE, PROCESS

TARGET: Final = LINE._replace(name="target", label="PATH or LINE")
SOURCE: Final = PROCESS._replace(name="source", label="A")
TO: Final = Param("to", Choice("to", "the word to", {"to": ""}), label="to")
RECEIVER: Final = PROCESS._replace(name="target", label="B")


def _later(
    path: str, params: tuple[Param, ...], summary: str, sentence: str, handler: str, group: str
) -> Command:
    """A command whose feature comes with a later version: parsed, hidden, answers a sentence."""
    return Command(
        path=tuple(path.split()),
        params=params,
        summary=summary,
        doc=sentence,
        answers="",
        examples=(),
        elixir="",
        python="",
        effects="none",
        group=group,
        handler=handler,
        available=False,
    )


ROWS: Final = (
    _later(
        "back",
        (),
        "go one step back in a schedule",
        "back comes with explore, in a later version: reset begins again",
        "study.back",
        "ask",
    ),
    _later(
        "deliver",
        (SOURCE, TO, RECEIVER),
        "hand over the oldest signal from A to B",
        "deliver comes with explore, in a later version: step PROCESS handles one message",
        "study.deliver",
        "hold",
    ),
    _later(
        "explore",
        (TARGET,),
        "run LINE under every schedule",
        "explore comes in a later version: repeat 1000 LINE counts outcomes on real threads",
        "study.explore",
        "ask",
    ),
    _later(
        "inflight",
        (),
        "list the signals that are on their way",
        "inflight comes with explore, in a later version: mailbox PROCESS shows what has arrived",
        "study.inflight",
        "hold",
    ),
    _later(
        "next",
        (),
        "go one step on in a schedule",
        "next comes with explore, in a later version: step PROCESS handles one message",
        "study.next_",
        "ask",
    ),
)
