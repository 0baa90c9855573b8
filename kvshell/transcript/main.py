"""The verbs of the command line that read transcripts: `main(verb, options)` -> exit code.

A plain replay is what CI waits for, so what only the other verbs need is imported by them.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kvshell.session import Session
from kvshell.transcript.document import Document
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.notes import noted
from kvshell.transcript.options import Options
from kvshell.transcript.outcome import Status
from kvshell.transcript.play import Player, Settings
from kvshell.transcript.replay import INTERRUPTED, STUCK, Replay, list_steps, make_report
from kvshell.transcript.report import Progress
from kvshell.transcript.targets import Target, TargetError, targets
from kvshell.transcript.watchdog import Watchdog

if TYPE_CHECKING:
    from kvshell.transcript.live import Machine

__all__ = ["Host", "Options", "main"]

USAGE = 2


class Host(Protocol):
    """What the shell does for a replay: everything that needs a terminal."""

    def open_prompt(self, session: Session, note: str) -> int:
        """Talk with a session that a transcript has brought this far; closes it at the end."""

    def live(self, machine: "Machine", *, speed: float, step: bool) -> int:
        """Show a live replay on the terminal; returns the exit code."""


def main(verb: str, options: Options, host: Host | None = None) -> int:
    """Carry out `replay`, `check` or `export`; writes to standard output and error."""
    try:
        match verb:
            case "replay":
                return _replay(options, host)
            case "check":
                return _check(options)
            case "export":
                return _export(options)
            case _:
                return _refuse(f"no verb {verb}")
    except TargetError as error:
        return _refuse(str(error))


def _replay(options: Options, host: Host | None) -> int:
    if not options.live and (options.step or options.speed != 1.0):
        return _refuse("--step and --speed go with --live")
    found = targets(options.paths)
    if options.list_only:
        return list_steps(found, write)
    if options.live or options.stop_at:
        flag = "--live" if options.live else "--stop-at"
        if host is None:
            return _refuse(f"{flag} needs a terminal")
        if len(found) != 1:
            return _refuse(f"{flag} takes one document")
        carry_out = _live if options.live else _stop_at
        return carry_out(options, found[0], host)
    if options.update:
        why = _may_not_update(options, found)
        if why:
            return _refuse(why)
    report = make_report(options.report, write, options)
    code = Replay(options, report, Progress(), narrate).run(found)
    if code == 3:
        what = f"no step contains {options.match!r}" if options.match else "no kvshell block"
        narrate(f"nothing to run: {what} in what was named")
    return code


def _one(target: Target) -> Document:
    """The document; a malformed one is said to be so."""
    try:
        return target.parse(target.read())
    except ParseError as error:
        raise TargetError(str(error)) from None


def _live(options: Options, target: Target, host: Host) -> int:
    from kvshell.transcript.live import Machine  # noqa: PLC0415  # see above

    document = _one(target)
    settings = Settings(options.design, target.until, trust=options.trust, load=options.load)
    with Watchdog() as watchdog:
        machine = Machine(document, settings, watchdog, options.caps)
        try:
            return host.live(machine, speed=options.speed, step=options.step)
        finally:
            machine.close()


def _stop_at(options: Options, target: Target, host: Host) -> int:
    """Run what stands before a line, then hand the session over with every name bound."""
    document = _one(target)
    settings = Settings(
        options.design, before=options.stop_at, trust=options.trust, load=options.load
    )
    report = make_report("text", write, options)
    with Watchdog() as watchdog:
        player = Player(document, settings, watchdog)
        for checked in player.steps():
            report.checked(document, checked)
            if watchdog.interrupted or checked.status is Status.hung:
                player.close()
                return INTERRUPTED if watchdog.interrupted else STUCK
    session = player.hand_over()
    names = " ".join(name for name, _ in player.scope)
    note = f"{document.path}, before line {options.stop_at}"
    return host.open_prompt(session, f"{note}; bound: {names}" if names else note)


def _check(options: Options) -> int:
    """Parse and lint; warnings leave the code at 0."""
    from kvshell.transcript.check import warnings  # noqa: PLC0415  # see above

    code = 0
    for target in targets(options.paths):
        data = target.read()
        if not target.is_ours(data):
            continue
        try:
            document = target.parse(data)
        except ParseError as error:
            code = USAGE
            write(noted("error", error.path, error.line, error.column, error.message, options))
            continue
        for each in warnings(document):
            path = document.path
            write(noted("warning", path, each.line, each.column, each.message, options))
    return code


def _export(options: Options) -> int:
    """Write a film, a picture or a page; 1 if the document did not do what it says."""
    from kvshell.transcript.exporting import export  # noqa: PLC0415  # see above
    from kvshell.transcript.writing import NotWrittenError, write_file  # noqa: PLC0415

    found = targets(options.paths)
    if len(found) != 1:
        raise TargetError("export takes one document")
    (target,) = found
    document = _one(target)
    if options.width:
        front = document.front._replace(width=options.width)
        document = document._replace(front=front)
    if not document.commands():
        narrate(f"nothing to run: no kvshell block in {target.shown}")
        return 3
    exported = export(document, options.to, until=target.until, speed=options.speed)
    if options.output:
        try:
            write_file(Path(options.output), exported.text)
        except NotWrittenError as error:
            return _refuse(str(error))
    else:
        sys.stdout.write(exported.text)
    if not exported.passes:
        narrate(f"{target.shown} does not do what it says: kvshell replay {target.shown}")
    return 0 if exported.passes else 1


def _may_not_update(options: Options, found: Sequence[Target]) -> str:
    from kvshell.transcript.updating import why_not  # noqa: PLC0415  # see above

    if options.design or options.match:
        flag = "--design" if options.design else "-k"
        return f"--update writes what the whole document itself prints: leave {flag} out"
    for target in found:
        if target.searched and not target.is_ours(target.read()):
            continue
        why = why_not(target.file, options.update, force=options.force, environ=os.environ)
        if why:
            return why
    return ""


def write(text: str) -> None:
    """Write a line of the report."""
    sys.stdout.write(f"{text}\n")


def narrate(text: str) -> None:
    """Write a line for people."""
    if sys.stderr is not None:
        sys.stderr.write(f"kvshell: {text}\n")


def _refuse(text: str) -> int:
    narrate(text)
    return USAGE
