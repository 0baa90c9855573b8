"""The verbs of the command line that read transcripts: `main(verb, options)` -> exit code."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from kvshell.session import Session
from kvshell.transcript.check import warnings
from kvshell.transcript.exporting import export
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.notes import noted
from kvshell.transcript.options import Options
from kvshell.transcript.replay import Replay, list_steps, make_report
from kvshell.transcript.report import Progress
from kvshell.transcript.targets import Target, TargetError, targets
from kvshell.transcript.updating import NotUpdatedError, why_not, write_file

__all__ = ["Host", "Options", "main"]

USAGE = 2


class Host(Protocol):
    """What the shell does for a replay: everything that needs a terminal."""

    def open_prompt(self, session: Session, note: str) -> int:
        """Talk with a session that a transcript has brought this far."""


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
    except (TargetError, NotUpdatedError) as error:
        return _refuse(str(error))


def _replay(options: Options, host: Host | None) -> int:
    del host
    found = targets(options.paths)
    if options.list_only:
        return list_steps(found, write)
    if options.update:
        why = _may_not_update(options, found)
        if why:
            return _refuse(why)
    report = make_report(options.report, write, options)
    code = Replay(options, report, Progress(), narrate).run(found)
    if code == 3:
        narrate("nothing to run: no kvshell block in what was named")
    return code


def _check(options: Options) -> int:
    """Parse and lint; warnings leave the code at 0."""
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
    found = targets(options.paths)
    if len(found) != 1:
        raise TargetError("export takes one document")
    (target,) = found
    try:
        document = target.parse(target.read())
    except ParseError as error:
        return _refuse(str(error))
    if options.width:
        front = document.front._replace(width=options.width)
        document = document._replace(front=front)
    if not document.commands():
        narrate(f"nothing to run: no kvshell block in {target.shown}")
        return 3
    exported = export(document, options.to, until=target.until, speed=options.speed)
    if options.output:
        write_file(Path(options.output), exported.text)
    else:
        sys.stdout.write(exported.text)
    if not exported.passes:
        narrate(f"{target.shown} does not do what it says: kvshell replay {target.shown}")
    return 0 if exported.passes else 1


def _may_not_update(options: Options, found: Sequence[Target]) -> str:
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
