"""Openers for `explore` at a prompt, in a lesson and for an author."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kvshell.commands.result import Open, Result
from kvshell.session import Session
from kvshell.session.host import Host
from kvshell.shell.hosts.protocol import PromptRunner, ScreenBlock
from kvshell.transcript.run.exploring import Stop, explored
from kvshell.views import Caps
from kvshell.views.caps import Flags

if TYPE_CHECKING:
    from kvshell.explore.walk import WalkedProgram


def exploring(
    wish: Open, session: PromptRunner, caps: Caps, host: Host, flags: Flags | None = None
) -> tuple[Iterable[ScreenBlock], bool]:
    """Explore a document or a line; return what to show, and whether Ctrl-C ended the search.

    With the `flags` of a prompt, `--replay TOKEN` opens a prompt in that schedule.
    """
    from kvshell.explore import typed_explore  # noqa: PLC0415  # rarely needed

    target, design = wish.args["target"], session.design.name
    asked: list[tuple[WalkedProgram, str]] = []
    with host.interrupts.search() as stop:
        said, _ = typed_explore.explored(
            target,
            design,
            caps,
            stop,
            sys.__stderr__,
            session.design.sources,
            session,
            None if flags is None else lambda *schedule: asked.append(schedule),
        )
        stopped = stop()
    if asked and flags is not None:
        said = _walk(*asked[0], flags)
    return [ScreenBlock(said)] if said else [], stopped


def _walk(program: "WalkedProgram", token: str, flags: Flags) -> str:
    """Open a prompt in the schedule of `token`; return "" or why that is not possible."""
    from kvshell.explore.search.token import TokenError  # noqa: PLC0415  # as above
    from kvshell.runtime import NotAtRest  # noqa: PLC0415  # as above
    from kvshell.shell.explore_prompt import converse_in  # noqa: PLC0415  # as above

    try:
        converse_in(program, token, flags)
    except (TokenError, NotAtRest) as error:
        return f"** (CommandError) {error}"
    return ""


def exploring_in_a_lesson(wish: Result, session: Session, stop: Stop) -> list[Result]:
    """Explore a learner's line, with progress on the terminal; return its results."""
    from kvshell.explore.report.search_progress import Teletype  # noqa: PLC0415  # as above

    with Teletype(sys.__stderr__) as teletype:
        return explored(wish, session, stop, on_progress=teletype.report)
