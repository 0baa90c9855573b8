"""`explore` in a document that is replayed: in fresh systems, while its own stands still.

The layer that searches lies above this one; it is found by its name.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Final, Protocol

from kvshell.session import Session
from kvshell.transcript.document import Document
from kvshell.views import Caps

TOLD: Final = "kvshell.explore.doors:told"


class Explore(Protocol):
    """Searches what a line names, and says what came of it; `stop` is asked between schedules."""

    def __call__(
        self, target: str, session: Session, caps: Caps, stop: Callable[[], bool], /
    ) -> str:
        """Return what is printed."""


def explored(
    target: str,
    session: Session,
    caps: Caps,
    stop: Callable[[], bool],
    *,
    document: Document | None = None,
    given: str = "",
    trusted: bool = False,
) -> str:
    """Explore a line, a bundled document or, where there is one, the document that says so."""
    module, _, name = TOLD.partition(":")
    found: str = getattr(import_module(module), name)(
        target,
        session.design.name,
        caps,
        document=document,
        given=given,
        trusted=trusted,
        stop=stop,
    )
    return found
