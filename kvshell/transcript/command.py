"""The modes that read transcripts: `main(verb, options)` returns the exit code.

A plain replay must start fast for CI, so the other modes import what only they need.
"""

import os
from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kvshell.session import Session
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.targets import Target, TargetError, targets
from kvshell.transcript.match.outcome import Status
from kvshell.transcript.replay import INTERRUPTED, STUCK, Replay, list_steps, make_report
from kvshell.transcript.report.replay_options import ReplayOptions, noted
from kvshell.transcript.report.reports import ReplayProgress
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings
from kvshell.views.caps import Flags
from kvshell.views.output import emit, emit_data, narrate

FORMS = frozenset({"cast", "svg", "html"})

if TYPE_CHECKING:
    from kvshell.transcript.export.frames import Machine

__all__ = ["ReplayOptions", "ReplayTerminal", "main"]

USAGE = 2


class ReplayTerminal(Protocol):
    """What the shell provides for a replay on a terminal."""

    def open_prompt(self, session: Session, note: str) -> int:
        """Open a prompt on a session in which a transcript was replayed up to a point.

        Returns the exit code; the session is closed at the end.
        """

    def live(self, machine: "Machine", *, speed: float, step: bool) -> int:
        """Show a live replay on the terminal; return the exit code."""


def main(verb: str, options: ReplayOptions, host: ReplayTerminal | None = None) -> int:
    """Run `replay`, `check` or `export`, writing to standard output and error."""
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


def _replay(options: ReplayOptions, host: ReplayTerminal | None) -> int:
    if not options.live and (options.step or options.speed != 1.0):
        return _refuse("--step and --speed go with --live")
    found = targets(options.paths)
    if options.list_only:
        return list_steps(found, emit, elixir=options.elixir)
    if options.engine not in {"", "native"}:
        return _compare(options, found)
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
    report = make_report(options.report, partial(emit, caps=options.caps), options)
    code = Replay(options, report, ReplayProgress(), narrate).run(found)
    if code == 3:
        what = f"no step contains {options.match!r}" if options.match else "no kvshell block"
        narrate(f"nothing to run: {what} in the named files")
    return code


def _compare(options: ReplayOptions, found: list[Target]) -> int:
    """Compare the documents with another engine; return the exit code."""
    for flag, given in (
        ("--update", options.update),
        ("--live", options.live),
        ("--stop-at", options.stop_at),
        ("-k", options.match),
        ("-x", options.stop_first),
        ("--accept-identity", options.accept_identity),
        ("--force", options.force),
        ("--load", options.load),
        ("--trust", options.trust),
        ("--json" if options.caps.json else "--report", options.report != "text"),
    ):
        if given:
            return _refuse(f"{flag} goes with kvshell's own answers: leave --engine out")
    from kvshell.transcript.compare_engine import (  # noqa: PLC0415  # rarely needed
        Comparing,
        compare,
    )

    how = Comparing(options.design, elixir=options.elixir)
    return compare(found, options.engine, emit, narrate, how)


def _one(target: Target, options: ReplayOptions) -> Document:
    """Parse a document; a malformed one raises TargetError."""
    try:
        return target.parse(target.read(), elixir=options.elixir)
    except ParseError as error:
        raise TargetError(str(error)) from None


def _live(options: ReplayOptions, target: Target, host: ReplayTerminal) -> int:
    from kvshell.transcript.export.frames import Machine  # noqa: PLC0415  # see above

    document = _one(target, options)
    settings = Settings(options.design, target.until, trust=options.trust, load=options.load)
    with LineTimeout() as watchdog:
        machine = Machine(document, settings, watchdog, options.caps)
        try:
            return host.live(machine, speed=options.speed, step=options.step)
        finally:
            machine.close()


def _stop_at(options: ReplayOptions, target: Target, host: ReplayTerminal) -> int:
    """Run everything before a line, then open a prompt with every name of the document bound."""
    document = _one(target, options)
    settings = Settings(
        options.design, before=options.stop_at, trust=options.trust, load=options.load
    )
    report = make_report("text", partial(emit, caps=options.caps), options)
    with LineTimeout() as watchdog:
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


def _check(options: ReplayOptions) -> int:
    """Parse and lint documents; return the exit code, which warnings do not change."""
    from kvshell.transcript.lint import warnings  # noqa: PLC0415  # see above

    code, found = 0, False
    for target in targets(options.paths):
        data = target.read()
        if not target.is_ours(data):
            continue
        found = True
        try:
            document = target.parse(data)
        except ParseError as error:
            code = USAGE
            emit(noted("error", error.path, error.line, error.column, error.message, options))
            continue
        for each in warnings(document):
            path = document.path
            emit(noted("warning", path, each.line, each.column, each.message, options))
    if not found:
        narrate("nothing to check: no kvshell block in what was named")
    return code


def _export(options: ReplayOptions) -> int:
    """Write a document as a recording, a picture or a page; return 1 if the document fails."""
    from kvshell.transcript.export.page import export, may_export  # noqa: PLC0415  # see above
    from kvshell.transcript.write.atomic_file import NotWrittenError, write_file  # noqa: PLC0415

    found = targets(options.paths)
    if len(found) != 1:
        raise TargetError("export takes one document")
    (target,) = found
    output = Path(options.output)
    try:
        before = may_export(output, force=options.force) if options.output else None
    except NotWrittenError as error:
        return _refuse(str(error))
    document = _one(target, options)
    if options.width:
        front = document.front._replace(width=options.width)
        document = document._replace(front=front)
    if not document.commands():
        narrate(f"nothing to run: no kvshell block in {target.shown}")
        return 3
    settings = Settings(options.design, until=target.until, trust=options.trust, load=options.load)
    exported = export(document, options.to, settings, speed=options.speed)
    if options.output:
        try:
            write_file(output, exported.text, over=before)
        except NotWrittenError as error:
            return _refuse(str(error))
    else:
        emit_data(exported.text)
    if not exported.passes:
        narrate(f"{target.shown} does not do what it says: kvshell replay {target.shown}")
    return 0 if exported.passes else 1


def _may_not_update(options: ReplayOptions, found: Sequence[Target]) -> str:
    from kvshell.transcript.write.updating import why_not  # noqa: PLC0415  # see above

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


def _refuse(text: str) -> int:
    narrate(text)
    return USAGE


def replay(given: Namespace, flags: Flags, host: ReplayTerminal | None = None) -> int:
    """Run `kvshell replay PATH...`; return the exit code."""
    return main("replay", _options(given, flags), host)


def replay_one(path: str, flags: Flags) -> int:
    """Replay one document for a batch or a prompt; return the exit code."""
    report = "json" if flags.caps.json else "text"
    options = ReplayOptions(paths=(path,), report=report, load=flags.load, caps=flags.caps)
    return main("replay", options)


def check(given: Namespace, flags: Flags, host: ReplayTerminal | None = None) -> int:
    """Run `kvshell check PATH...`; return the exit code."""
    return main("check", _options(given, flags), host)


def export(given: Namespace, flags: Flags, host: ReplayTerminal | None = None) -> int:
    """Run `kvshell export FILE --to cast|svg|html`; return the exit code."""
    options = _options(given, flags)
    form = Path(options.output).suffix.removeprefix(".").lower()
    if form and not options.to and form not in FORMS:
        return _refuse(
            f"a name in .{form} does not say what to write to {options.output}: "
            f"name it .cast, .svg or .html, or add --to cast"
        )
    to = options.to or (form if form in FORMS else "cast")
    return main("export", options._replace(to=to), host)


def _options(given: Namespace, flags: Flags) -> ReplayOptions:
    options = {k: v for k, v in vars(given).items() if k in ReplayOptions._fields}
    options["paths"] = tuple(options["paths"])
    if "report" in options:
        options["report"] = options["report"] or ("json" if flags.caps.json else "text")
    return ReplayOptions(**{**options, "load": flags.load, "caps": flags.caps})
