"""Exploring from a line, shared by a prompt, a lesson and an author."""

import sys
from collections.abc import Iterable

from kvshell.commands.result import Open, Result
from kvshell.session import Session
from kvshell.session.host import Host
from kvshell.shell.hosts.protocol import PromptRunner, ScreenBlock
from kvshell.transcript.run.exploring import Stop, explored
from kvshell.views import Caps


def exploring(
    wish: Open, session: PromptRunner, caps: Caps, host: Host
) -> tuple[Iterable[ScreenBlock], bool]:
    """Explore a document or a line of the running design; whether Ctrl-C ended the search."""
    from kvshell.explore import typed_explore  # noqa: PLC0415  # rarely needed

    target, design = wish.args["target"], session.design.name
    with host.interrupts.search() as stop:
        said, _ = typed_explore.explored(
            target, design, caps, stop, sys.__stderr__, session.design.sources, session
        )
        return [ScreenBlock(said)], stop()


def exploring_in_a_lesson(wish: Result, session: Session, stop: Stop) -> list[Result]:
    """Explore a learner's line, showing the progress on a terminal."""
    from kvshell.explore.report.search_progress import Teletype  # noqa: PLC0415  # as above

    with Teletype(sys.__stderr__) as teletype:
        return explored(wish, session, stop, tell=teletype.tell)
