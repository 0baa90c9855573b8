"""`kvshell explore PATH`: every schedule of a document, with the verdict as exit code.

0    no schedule fails          3    nothing to explore
1    a schedule fails           4    no verdict: search incomplete, or program refused
2    usage, a malformed document      130  interrupted
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from shlex import join, quote
from typing import TYPE_CHECKING, Protocol

from kvshell.explore.options import ExploreOptions
from kvshell.explore.program.document_parts import is_a_command, starts_in
from kvshell.explore.program.document_program import DocumentProgram
from kvshell.explore.program.program import Program
from kvshell.explore.program_loading import (
    NothingToExploreError,
    RefusedError,
    is_a_test_file,
    other_programs,
    program_of,
    verdicts,
)
from kvshell.explore.report.odds import odds
from kvshell.explore.report.search_progress import Teletype
from kvshell.explore.report.verdict_text import code_of, headline
from kvshell.explore.report_views import json_of, mermaid_of, nothing_drawn, report_views
from kvshell.explore.search.token import TokenError
from kvshell.explore.verdict.verdict import Verdict
from kvshell.explore.walk import WalkedProgram
from kvshell.runtime import NotAtRest
from kvshell.session.interrupts import INTERRUPTED, Interrupts
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.targets import TargetError
from kvshell.views import render_view
from kvshell.views.caps import Flags, terminal_height
from kvshell.views.json_line import dumps
from kvshell.views.output import emit, narrate

if TYPE_CHECKING:
    from kvshell.explore.program.elixir_program import ElixirProgram

USAGE, NOTHING, NO_VERDICT = 2, 3, 4


class ExploreTerminal(Protocol):
    """The part that needs a prompt: walking through one schedule."""

    def walk(self, program: WalkedProgram, token: str, flags: Flags) -> int:
        """Open the schedule of a token, to be walked through step by step; return the exit code.

        Raises:
            TokenError: the token is invalid or does not fit the program.
            NotAtRest: a process is stuck between two operations.
        """


def explore(given: Namespace, flags: Flags, host: ExploreTerminal | None = None) -> int:
    """Run `kvshell explore PATH` and return the exit code."""
    if line := _line_in(given.path):
        several = all(Path(word).exists() for word in given.path)
        way = "" if several else f"; to explore a line: kvshell -c {quote(line)}"
        return _refuse(f"explore takes one PATH{way}")
    (given.path,) = given.path
    if is_a_test_file(given.path):
        return _test_file(given, flags, host)
    try:
        program = program_of(given.path, given.design, trust=given.trust, load=flags.load)
        _tell_overruled(program, given.design)
        if given.replay:
            return _walk(program, given.replay, flags, host)
        return _document(program, given, flags)
    except (TargetError, ParseError, TokenError) as error:
        return _refuse(str(error))
    except NothingToExploreError as error:
        narrate(str(error))
        return NOTHING
    except (RefusedError, NotAtRest) as error:
        return _no_verdict(error, flags)


def _line_in(words: Sequence[str]) -> str:
    """Return the `explore` command that was meant if the words are a line; "" for a path."""
    line = " ".join(words)
    typed = len(words) > 1 or (not Path(line).exists() and is_a_command(line.partition(";")[0]))
    return f"explore {line}" if typed else ""


def _document(program: DocumentProgram, given: Namespace, flags: Flags) -> int:
    """Explore one program of a document, and name the others."""
    code = _explore(program, given, flags)
    if rest := other_programs(program, "kvshell explore"):
        narrate(rest)
    return code


def _walk(program: WalkedProgram, token: str, flags: Flags, host: ExploreTerminal | None) -> int:
    if host is None:
        return _refuse("--replay needs a prompt or standard input")
    return host.walk(program, token, flags)


def _test_file(given: Namespace, flags: Flags, host: ExploreTerminal | None) -> int:
    """Explore a test file: one test is reported like a document, several with a result each."""
    from kvshell.explore import test_command  # noqa: PLC0415  # documents do not need Elixir

    if given.design:
        narrate(f"--design {given.design} changes nothing: a test starts what it needs")

    def one(program: ElixirProgram) -> int:
        if given.replay:
            return _walk(program, given.replay, flags, host)
        return _explore(program, given, flags)

    try:
        for option in ("replay", "odds", "mermaid"):
            if getattr(given, option):
                return test_command.explore_only(given, one, f"--{option}")
        return test_command.explore(given, flags, one)
    except TokenError as error:
        return _refuse(str(error))
    except (RefusedError, NotAtRest) as error:
        return _no_verdict(error, flags)


def _explore(program: Program, given: Namespace, flags: Flags) -> int:
    options = _options(given)
    with Teletype(sys.stderr) as teletype, Interrupts() as interrupts, interrupts.search() as stop:
        found = verdicts(
            program,
            options.models,
            options.budget,
            stop=stop,
            on_progress=teletype.report,
            steps=options.steps,
        )
        seen = None
        if options.odds and not stop():
            seen = odds(program, options.odds, stop=stop, on_progress=teletype.report)
    if flags.caps.json:
        emit(json_of(found, options, seen))
    elif options.mermaid:
        _write_mermaid(found, program if options.every else None)
    else:
        drawn = program if options.every else None
        shown = report_views(found, options, seen, again=_again(given, flags), program=drawn)
        report = [render_view(view, flags.caps) for view in shown]
        height = terminal_height(sys.stdout) if flags.caps.tty else None
        if height is not None and sum(text.count("\n") + 1 for text in report) >= height:
            report.append(headline(found))  # repeat the headline, which may have scrolled away
        for text in report:
            emit(text, flags.caps)
    return INTERRUPTED if stop() else code_of(found)


def _tell_overruled(program: DocumentProgram, design: str) -> None:
    """Warn that `--design` has no effect if the document starts a design by name."""
    started = starts_in(program.parts.setup)
    if design and started is not None and started[1] != design:
        line, _ = started
        narrate(f"--design {design} changes nothing: line {line.number} says {line.text}")


def _options(given: Namespace) -> ExploreOptions:
    return ExploreOptions(
        law=given.law,
        budget=given.budget,
        steps=given.steps,
        crash=given.crash,
        timeouts=given.timeouts == "any",
        every=given.all,
        odds=given.odds,
        shape=given.shape or "",
        mermaid=given.mermaid,
    )


def _again(given: Namespace, flags: Flags) -> str:
    """Return the command line that explores the program; a token has the law and the faults."""
    words = ["kvshell", "explore", given.path]
    words += ["--design", given.design] if given.design else []
    words += chain.from_iterable(("--load", file) for file in flags.load)
    words += ["--trust"] if given.trust else []
    return join(words)


def _write_mermaid(found: Sequence[Verdict], program: Program | None) -> None:
    if diagram := mermaid_of(found, program):
        emit(diagram)
    else:
        narrate(nothing_drawn(found))


def _no_verdict(error: Exception, flags: Flags) -> int:
    """Report why a program was refused, as JSON too if that is requested; return the exit code."""
    narrate(*f"no verdict: {error}".split("\n"))
    if flags.caps.json:
        emit(dumps({"complete": False, "error": str(error)}))
    return NO_VERDICT


def _refuse(text: str) -> int:
    narrate(text)
    return USAGE
