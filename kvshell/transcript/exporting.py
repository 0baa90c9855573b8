"""`kvshell export`: a document played once, as a film, a picture or a page."""

from collections.abc import Callable
from typing import NamedTuple

from kvshell.transcript.document import Document
from kvshell.transcript.export_cast import cast
from kvshell.transcript.export_html import html
from kvshell.transcript.export_svg import svg
from kvshell.transcript.play import Settings
from kvshell.transcript.watchdog import Watchdog


class Exported(NamedTuple):
    """The file's text, and whether the document did what it says."""

    text: str
    passes: bool


_FORMS: dict[str, Callable[[Document, Settings, Watchdog, float], tuple[str, bool]]] = {
    "cast": cast,
    "svg": svg,
    "html": html,
}


def export(document: Document, form: str, *, until: int = 0, speed: float = 1.0) -> Exported:
    """Play the document and return it in that form: cast, svg or html."""
    with Watchdog() as watchdog:
        return Exported(*_FORMS[form](document, Settings(until=until), watchdog, speed))
