"""Runs `explore` for a document, in separate systems, while the document's own is paused.

The search is in a higher layer, so it is imported by name.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from kvshell.commands.result import Result
from kvshell.session import Session
from kvshell.transcript.format.document import Document

DOOR: Final = "kvshell.explore.typed_explore:results"
UNTRUSTED: Final = "explore reads a file: in a transcript only with --trust"
Stop = Callable[[], bool]  # polled between schedules
# Carries out the explore request in a result, for a session, until `Stop` returns true.
Explore = Callable[[Result, Session, Stop], list[Result]]


def explored(
    wish: Result,
    session: Session,
    stop: Stop,
    *,
    document: Document | None = None,
    given: str = "",
    trusted: bool = False,
    on_progress: Callable[[Any], None] = lambda _progress: None,
) -> list[Result]:
    """Explore a line, a bundled document, or the current document; return the results."""
    module, _, name = DOOR.partition(":")
    found: list[Result] = getattr(import_module(module), name)(
        wish,
        session.design.name,
        document=document,
        given=given,
        trusted=trusted,
        stop=stop,
        on_progress=on_progress,
        sources=session.design.sources,
        session=session,
    )
    return found


def wish_of(results: list[Result]) -> Result | None:
    """Return the last result of a line if it is an explore request, otherwise None."""
    last = results[-1] if results else None
    return last if last is not None and last.open and last.open.kind == "explore" else None
