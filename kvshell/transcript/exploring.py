"""`explore` in a document that is replayed: in fresh systems, while its own stands still.

The layer that searches lies above this one; it is found by its name.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from kvshell.commands.result import Result
from kvshell.session import Session
from kvshell.transcript.document import Document

DOOR: Final = "kvshell.explore.doors:results"
UNTRUSTED: Final = "explore reads a file: in a transcript only with --trust"
Stop = Callable[[], bool]  # asked between schedules
# Carries out a line's wish to explore: in whose session, and until when.
Explore = Callable[[Result, Session, Stop], list[Result]]


def explored(
    wish: Result,
    session: Session,
    stop: Stop,
    *,
    document: Document | None = None,
    given: str = "",
    trusted: bool = False,
    tell: Callable[[Any], None] = lambda _progress: None,
) -> list[Result]:
    """Explore a line, a bundled document or, where there is one, the document that says so."""
    module, _, name = DOOR.partition(":")
    found: list[Result] = getattr(import_module(module), name)(
        wish,
        session.design.name,
        document=document,
        given=given,
        trusted=trusted,
        stop=stop,
        tell=tell,
    )
    return found


def wish_of(results: list[Result]) -> Result | None:
    """The last command of a line, if it is one to explore."""
    last = results[-1] if results else None
    return last if last is not None and last.open and last.open.kind == "explore" else None
