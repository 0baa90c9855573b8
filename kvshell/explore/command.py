"""`kvshell explore PATH`: every schedule of a document, and the exit code that says the verdict.

0    no schedule fails          3    nothing to explore
1    a schedule fails           4    no verdict: not all were run, or the program is refused
2    usage, a malformed document      130  interrupted
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Protocol

from kvshell.commands.mermaid import mermaid
from kvshell.commands.view import Cell, Chart, Text, View
from kvshell.explore.document import DocumentProgram
from kvshell.explore.interrupts import interrupts
from kvshell.explore.odds import odds
from kvshell.explore.opening import NothingToExploreError, RefusedError, program_of, verdicts
from kvshell.explore.parts import starts_in
from kvshell.explore.progress import Teletype
from kvshell.explore.report import as_json, code_of, headline, views
from kvshell.explore.search import BUDGET
from kvshell.explore.sequence import sequence
from kvshell.explore.token import TokenError
from kvshell.explore.verdict import Verdict
from kvshell.runtime import NotAtRest
from kvshell.runtime.step import Manner
from kvshell.systems import DESIGNS
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.targets import TargetError
from kvshell.views import render_view
from kvshell.views.flags import Flags
from kvshell.views.json_line import dumps
from kvshell.views.plain import chart_lines

USAGE, NOTHING, NO_VERDICT, INTERRUPTED = 2, 3, 4, 130


class Host(Protocol):
    """What needs a prompt: walking through one schedule."""

    def walk(self, program: DocumentProgram, token: str, flags: Flags) -> int:
        """Open the schedule of a token step by step; the exit code.

        Raises:
            TokenError: the token is none, or does not fit.
            NotAtRest: somebody is stuck between two operations.
        """


def explore(words: Sequence[str], flags: Flags, host: Host | None = None) -> int:
    """Explore what the words name; returns the exit code."""
    given = _parser().parse_args(words)
    if given.json:
        flags = flags._replace(caps=flags.caps._replace(json=True))
    try:
        program = program_of(given.path, given.design, trust=given.trust, load=flags.load)
        _tell_overruled(program, given.design)
        if given.replay:
            if host is None:
                return _refuse("--replay needs a prompt or standard input")
            return host.walk(program, given.replay, flags)
        return _explore(program, given, flags)
    except (TargetError, ParseError, TokenError) as error:
        return _refuse(str(error))
    except NothingToExploreError as error:
        _narrate(str(error))
        return NOTHING
    except (RefusedError, NotAtRest) as error:
        _narrate(f"no verdict: {error}")
        return NO_VERDICT


def _explore(program: DocumentProgram, given: argparse.Namespace, flags: Flags) -> int:
    with Teletype(sys.stderr) as teletype, interrupts() as pressed:
        found = verdicts(
            program, _manners(given), given.budget, stop=lambda: bool(pressed), tell=teletype.tell
        )
        seen = None
        if given.odds and not pressed:
            seen = odds(program, given.odds, stop=lambda: bool(pressed), tell=teletype.tell)
    if flags.caps.json:
        told = [as_json(verdict) for verdict in found]
        if seen is not None:
            told[0]["odds"] = {"runs": seen.runs, "failing": seen.failing}
        _write(dumps(told if given.law == "both" else told[0]))
    elif given.mermaid:
        _write_mermaid(found)
    else:
        for view in views(found):
            _write(_drawn(view, given.shape, flags))
        if seen is not None:
            _write(seen.said(found[0], found[1:]))
    return INTERRUPTED if pressed else code_of(found)


def _tell_overruled(program: DocumentProgram, design: str) -> None:
    """Say that `--design` changes nothing where the document starts a design by its name."""
    started = starts_in(program.parts.setup)
    if design and started is not None and started[1] != design:
        line, _ = started
        _narrate(f"--design {design} changes nothing: line {line.number} says {line.text}")


def _manners(given: argparse.Namespace) -> tuple[Manner, ...]:
    laws = {"spec": (True,), "beam": (False,), "both": (True, False)}[given.law]
    return tuple(Manner(spec, given.timeouts == "any", given.crash) for spec in laws)


def _write_mermaid(found: Sequence[Verdict]) -> None:
    """Write the chart of a schedule that fails, or else of one that comes to something else."""
    drawn = [v for v in found if v.failing and v.watched] or [v for v in found if v.watched]
    if drawn and drawn[0].watched is not None:
        _write(mermaid(sequence(drawn[0].watched, drawn[0].cause, drawn[0].explained)))
    else:
        _narrate(f"nothing to draw: {headline(found)}")


def _drawn(view: View, shape: str, flags: Flags) -> str:
    if isinstance(view, Chart) and shape == "list":
        lines = tuple((Cell(line),) for line in chart_lines(view, flags.caps))
        return render_view(Text(lines, kept=True), flags.caps)
    if isinstance(view, Chart) and shape == "diagram":
        wide = max(flags.caps.width or 0, 24 * len(view.lanes), 80)
        return render_view(view, flags.caps._replace(plain=False, width=wide))
    return render_view(view, flags.caps)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kvshell explore",
        description="Run a document under every order of events that can make a difference.",
        epilog="Exit codes: 0 no schedule fails, 1 one does, 2 usage or a malformed document, "
        "3 nothing to explore, 4 no verdict, 130 interrupted.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("path", metavar="PATH", help="a document, or the name of a bundled one")
    add("--law", choices=("spec", "beam", "both"), default="both", help="default: both")
    add("--budget", type=_count, default=BUDGET, metavar="N", help="at most N schedules")
    add("--design", default="", choices=tuple(DESIGNS), help="run it in this design")
    add("--crash", type=_kills, default=0, metavar="N", help="kill somebody, at most N times")
    add("--timeouts", choices=("any",), default="", help="timers may fire at any moment")
    add("--odds", type=_count, default=0, metavar="N", help="run it N times on real threads")
    add("--replay", default="", metavar="TOKEN", help="walk through one schedule")
    add("--trust", action="store_true", help="let it load Python files")
    add("--json", action="store_true", help="the verdict for a program")
    shape = parser.add_mutually_exclusive_group()
    for name, about in (("diagram", "draw it however wide"), ("list", "list it")):
        shape.add_argument(f"--{name}", dest="shape", action="store_const", const=name, help=about)
    shape.add_argument("--mermaid", action="store_true", help="the diagram alone, for documents")
    return parser


def _count(text: str) -> int:
    number = text.replace("_", "").replace(",", "")
    if not number.isdigit() or not 0 < int(number) <= 10_000_000:
        raise argparse.ArgumentTypeError("a number from 1 to 10,000,000")
    return int(number)


def _kills(text: str) -> int:
    if text not in {"1", "2", "3"}:
        raise argparse.ArgumentTypeError("1, 2 or 3 kills")
    return int(text)


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _narrate(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"kvshell: {text}\n")


def _refuse(text: str) -> int:
    _narrate(text)
    return USAGE
