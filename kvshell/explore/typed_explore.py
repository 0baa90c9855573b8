"""`explore PATH`, `LINE` or `from here LINE`, typed in a session: at a prompt, in a document."""

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Final, TextIO

from kvshell.commands.result import Result
from kvshell.commands.view import Cell, Role, Text, View
from kvshell.explore.options import ExploreOptions, OptionError, options_in
from kvshell.explore.program.document_program import DocumentProgram
from kvshell.explore.program.program import NotRepeatableError
from kvshell.explore.program.session_program import SessionProgram
from kvshell.explore.program_loading import (
    NothingToExploreError,
    RefusedError,
    names_a_document,
    other_programs,
    program_in,
    program_of,
    program_of_line,
    quoted_path,
    refuse_more,
    refuse_prompt_words,
    verdicts,
)
from kvshell.explore.report.odds import odds
from kvshell.explore.report.search_progress import Teletype
from kvshell.explore.report.verdict_text import code_of
from kvshell.explore.report_views import report_views
from kvshell.explore.search.token import TokenError
from kvshell.explore.verdict.verdict import SearchProgress, Verdict
from kvshell.explore.walk import ScheduleWalk, WalkedProgram
from kvshell.runtime import NotAtRest
from kvshell.session import Session
from kvshell.session.client import Client
from kvshell.session.interrupts import INTERRUPTED
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.targets import TargetError
from kvshell.views import Caps, render_view

FAILED: Final = 1
_NO_STORE: Final = "(MatchError) no match of right hand side value: :error"
_REFUSALS = (
    TargetError,
    ParseError,
    NothingToExploreError,
    NotRepeatableError,
    RefusedError,
    OptionError,
    TokenError,
    NotAtRest,
)


def explored(
    target: str,
    design: str,
    caps: Caps,
    stop: Callable[[], bool],
    progress: TextIO | None = None,
    sources: Sequence[str] = (),
    session: object = None,
    walk: Callable[[WalkedProgram, str], object] | None = None,
) -> tuple[str, int]:
    """Explore a document, or a line in a fresh system of `design`; return the text and exit code.

    `from here LINE` continues from the state of `session`. `stop` ends the search with partial
    results; the progress is written to `progress`. `sources` define the user's own modules that the
    design runs. `walk` is called with the program and the token of `--replay TOKEN`, to open it at
    a prompt; without it, the text lists the steps of the schedule.
    """
    try:
        said, options = options_in(target)
        program, options = _program(said, options, design, sources, session)
        if options.replay and walk is not None:
            walk(program, options.replay)
            return "", 0
        if options.replay:
            shown, code = _replayed(program, options.replay)
            return "\n".join(render_view(view, caps) for view in shown), code
        with Teletype(progress) as teletype:
            again = _again(said, options)
            found = _views(program, options, stop, teletype.report, again, json=caps.json)
    except _REFUSALS as error:
        return f"** (CommandError) {error}", FAILED
    shown, verdicts_found = found
    code = INTERRUPTED if stop() else code_of(verdicts_found)
    if not (caps.json or options.json or options.mermaid):
        meant = _meant(session, said, verdicts_found) or other_programs(program, "explore")
        shown += [Text(((Cell(meant, Role.hint),),))] if meant else []
    return "\n".join(render_view(view, caps) for view in shown), code


def _program(
    target: str, options: ExploreOptions, design: str, sources: Sequence[str], session: object
) -> tuple[DocumentProgram, ExploreOptions]:
    """Return the program of what was typed at a prompt, and the options with its law."""
    if (line := line_from_here(target)) is not None:
        return from_here(session, line, options)
    if (path := quoted_path(target)) is not None:
        return program_of(path, options.design), options
    refuse_prompt_words(target)
    refuse_more(target)
    if names_a_document(target):
        return program_of(target, options.design), options
    return program_of_line(target, options.design or design, sources), options


def _views(
    program: DocumentProgram,
    options: ExploreOptions,
    stop: Callable[[], bool],
    on_progress: Callable[[SearchProgress], None],
    again: str,
    *,
    json: bool = False,
) -> tuple[list[View], list[Verdict]]:
    """Search; return what to show, and the verdicts.

    `again` is the command that explores the program; "" if no schedule of it can be replayed.
    """
    found = verdicts(
        program,
        options.models,
        options.budget,
        stop=stop,
        on_progress=on_progress,
        steps=options.steps,
    )
    seen = None
    if options.odds and not stop():
        seen = odds(program, options.odds, stop=stop, on_progress=on_progress)
    options = options._replace(json=options.json or json)
    drawn = program if options.every else None
    shown = report_views(found, options, seen, tokens=bool(again), again=again, program=drawn)
    return shown, found


def _replayed(program: DocumentProgram, token: str) -> tuple[list[View], int]:
    """Return the steps of a schedule, and the exit code: 1 if it fails."""
    with closing(ScheduleWalk(program, token)) as walk:
        return [walk.listed()], FAILED if walk.ending.failures else 0


def _again(target: str, options: ExploreOptions) -> str:
    """Return the command that explores the target; the token has the law and the faults."""
    return f"explore {target}" + (f" --design {options.design}" if options.design else "")


def _meant(session: object, line: str, found: Sequence[Verdict]) -> str | None:
    """Return what to type instead if only this session has the store that the line uses.

    None if the line does not always fail for that reason.
    """
    if not isinstance(session, Session):
        return None
    ends = [outcome.ending.seen for verdict in found for outcome in verdict.outcomes]
    if not ends or not all(seen and seen[-1].answer.endswith(_NO_STORE) for seen in ends):
        return None
    here = {row.name for row in session.snapshot().stores}
    name = next((word for word in line.replace(";", " ").split() if word in here), None)
    if name is None:
        return None
    if session.scheduler == "controlled" and not session.past.cut_short:
        return f"a fresh system has no {name}, this one has: explore from here {line}"
    return f"a fresh system has no {name}: explore create store {name}; {line}"


def line_from_here(target: str) -> str | None:
    """Return the line of `from here LINE`, which may be empty; None for anything else."""
    words = target.split(maxsplit=2)
    return None if words[:2] != ["from", "here"] else "".join(words[2:])


def from_here(
    session: object, line: str, options: ExploreOptions
) -> tuple[SessionProgram, ExploreOptions]:
    """Return the program that continues from the session's state, and the options with its law.

    Raises:
        NotRepeatableError: the session cannot be repeated.
        OptionError: under the requested law nothing could be in flight.
    """
    if not isinstance(session, Session) or session.client_class is not Client:
        raise NotRepeatableError(
            "from here needs the engine native: no other can repeat what happened"
        )
    refuse_prompt_words(line)
    if options.odds:
        raise OptionError("--odds begins anew: real threads do not repeat what led here")
    if options.design:
        raise OptionError("--design is for a fresh system: here one runs already")
    if names_a_document(line):
        raise OptionError(f"from here takes a line: {line} is a document, with a fresh system")
    program = SessionProgram(session, line)
    options = options._replace(law=options.law or program.law)
    flying = program.in_flight
    if flying and options.law != "spec":
        several = "1 signal is" if flying == 1 else f"{flying} signals are"
        raise OptionError(
            f"--law {options.law} has nothing on its way, and here {several}: leave it out, or "
            "settle first"
        )
    return program, options


def results(
    wish: Result,
    design: str,
    *,
    document: Document | None,
    given: str,
    trusted: bool,
    stop: Callable[[], bool],
    on_progress: Callable[[SearchProgress], None],
    sources: Sequence[str] = (),
    session: object = None,
) -> list[Result]:
    """Carry out an `explore` that was typed in a document or a lesson; see `program_in`."""
    assert wish.open is not None
    program: DocumentProgram
    try:
        target, options = options_in(wish.open.args["target"])
        if (line := line_from_here(target)) is not None:
            program, options = from_here(session, line, options)
        else:
            refuse_prompt_words(target)
            refuse_more(target)
            program = program_in(
                document,
                target,
                options.design or design,
                options.design or given,
                trusted=trusted,
                sources=sources,
            )
        if options.replay:
            shown, _ = _replayed(program, options.replay)
        else:
            again = "" if program.typed else _again(target, options)
            shown, _ = _views(program, options, stop, on_progress, again)
    except _REFUSALS as error:
        return [wish._replace(ok=False, error=f"** (CommandError) {error}", open=None)]
    return [wish._replace(view=view, open=None) for view in shown]
