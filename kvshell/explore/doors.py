"""Doors: `explore PATH or LINE` where a session is hosted - a prompt, a batch, a document."""

from collections.abc import Callable
from typing import TextIO

from kvshell.commands.result import Result
from kvshell.explore.interrupts import interrupts
from kvshell.explore.opening import (
    NothingToExploreError,
    RefusedError,
    names_a_document,
    program_in,
    program_of,
    program_of_line,
    verdicts,
)
from kvshell.explore.progress import Teletype
from kvshell.explore.report import as_json, code_of, views
from kvshell.explore.verdict import Progress
from kvshell.transcript.document import Document
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.targets import TargetError
from kvshell.views import Caps, render_view
from kvshell.views.json_line import dumps

FAILED, INTERRUPTED = 1, 130
_REFUSALS = (TargetError, ParseError, NothingToExploreError, RefusedError)


def explored(
    target: str, design: str, caps: Caps, progress: TextIO | None = None
) -> tuple[str, int]:
    """Explore a document, or a line in a fresh system of `design`; what to show, and the code.

    `progress` is told how far a long search is.
    """
    try:
        document = names_a_document(target)
        program = program_of(target) if document else program_of_line(target, design)
        with Teletype(progress) as teletype, interrupts() as pressed:
            found = verdicts(program, stop=lambda: bool(pressed), tell=teletype.tell)
    except _REFUSALS as error:
        return f"** (CommandError) {error}", FAILED
    code = INTERRUPTED if pressed else code_of(found)
    if caps.json:
        return dumps([as_json(verdict) for verdict in found]), code
    shown = views(found, tokens=not program.typed)
    return "\n".join(render_view(view, caps) for view in shown), code


def results(
    wish: Result,
    design: str,
    *,
    document: Document | None,
    given: str,
    trusted: bool,
    stop: Callable[[], bool],
    tell: Callable[[Progress], None],
) -> list[Result]:
    """Carry out an `explore` that was typed in a document or a lesson; see `program_in`."""
    assert wish.open is not None
    target = wish.open.args["target"]
    try:
        program = program_in(document, target, design, given, trusted=trusted)
        found = verdicts(program, stop=stop, tell=tell)
    except _REFUSALS as error:
        return [wish._replace(ok=False, error=f"** (CommandError) {error}", open=None)]
    shown = views(found, tokens=not program.typed)
    return [wish._replace(view=view, open=None) for view in shown]
