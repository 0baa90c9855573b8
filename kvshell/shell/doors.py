"""Doors: what a prompt, a lesson and an author open in the same way."""

import sys
from collections.abc import Iterable

from kvshell.commands.result import Open, Result
from kvshell.session import Session
from kvshell.shell.host import Block
from kvshell.transcript.exploring import Stop, explored
from kvshell.views import Caps


def exploring(wish: Open, session: Session, caps: Caps) -> tuple[Iterable[Block], bool]:
    """Explore a document or a line of the running design; whether Ctrl-C ended the search."""
    from kvshell.explore import doors  # noqa: PLC0415  # seldom asked for

    said, code = doors.explored(wish.args["target"], session.design.name, caps, sys.__stderr__)
    return [Block(said)], code == doors.INTERRUPTED


def exploring_in_a_lesson(wish: Result, session: Session, stop: Stop) -> list[Result]:
    """Explore what a learner typed; a terminal is told how far the search is."""
    from kvshell.explore.progress import Teletype  # noqa: PLC0415  # as above

    with Teletype(sys.__stderr__) as teletype:
        return explored(wish, session, stop, tell=teletype.tell)
