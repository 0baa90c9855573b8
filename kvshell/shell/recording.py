"""`record PATH` and `record off` at the prompt, and `kvshell record PATH`.

The prompt does not wait for the transcripts: they are imported when a recording begins.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from kvshell.commands.result import Open, Result
from kvshell.runtime import NotAtRest
from kvshell.session import Session, here
from kvshell.shell.host import Block
from kvshell.views import render, render_event
from kvshell.views.flags import Flags

if TYPE_CHECKING:
    from kvshell.transcript.recorder import Recorder

FAILED, USAGE, STUCK = 1, 2, 4


class Recordings:
    """The recording of a session that is talked with: none, or one at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._recorder: Recorder | None = None

    def begin(self, path: str, *, force: bool = False, redact: Sequence[str] = ()) -> str:
        """Record from the session's first line on; what is to be told.

        Raises:
            RecordError: the file cannot be written, or a `--redact` is no regular expression.
        """
        from kvshell.transcript.recorder import Recorder  # noqa: PLC0415  # see above

        earlier = [text for _, text in self._session.inputs]
        self._recorder = Recorder(
            path, earlier=earlier, design=self._session.default.name, force=force, redact=redact
        )
        return f"recording into {path}: record off ends it"

    def open(self, wish: Open) -> list[Block]:
        """Carry out `record PATH` or `record off`."""
        path: str = wish.args["path"]
        if path == "off":
            return [Block(self.end() or "nothing is being recorded: record PATH begins")]
        if self._recorder is not None:
            return [Block(f"** (CommandError) recording into {self._recorder.path}: record off")]
        from kvshell.transcript.recorder import RecordError  # noqa: PLC0415  # see above

        try:
            return [Block(self.begin(path), narration=True)]
        except RecordError as error:
            return [Block(f"** (CommandError) {error}")]

    def heard(self, line: str, results: Sequence[Result]) -> None:
        """Keep a line and what it answered."""
        if self._recorder is not None:
            self._recorder.line(line, results)

    def stopped(self) -> None:
        """Ctrl-C ended what the last line searched."""
        if self._recorder is not None:
            self._recorder.stopped()

    def end(self) -> str:
        """Write the document; what is to be told, "" if nothing was recorded."""
        recorder, self._recorder = self._recorder, None
        return recorder.finish().message if recorder is not None else ""


def record(words: Sequence[str], flags: Flags) -> int:
    """`kvshell record PATH`: the prompt, or the lines of standard input; the exit code."""
    parser = argparse.ArgumentParser(
        prog="kvshell record", description="Save a session as a transcript.", allow_abbrev=False
    )
    parser.add_argument("path", metavar="PATH")
    parser.add_argument("--force", action="store_true", help="overwrite PATH")
    parser.add_argument(
        "--redact", action="append", default=[], metavar="RE", help="hide what matches; repeat"
    )
    given = parser.parse_args(list(words))
    from kvshell.transcript.recorder import RecordError  # noqa: PLC0415  # see above

    try:
        if flags.caps.interactive:
            from kvshell.shell.command import open_prompt  # noqa: PLC0415  # not for a pipe

            session = Session("free")
            session.programs = here
            recordings = Recordings(session)
            note = recordings.begin(given.path, force=given.force, redact=given.redact)
            sys.stdout.write(f"{note}\n")
            return open_prompt(session, flags, recordings=recordings)
        return _piped(sys.stdin, given, flags)
    except RecordError as error:
        sys.stderr.write(f"kvshell: {error}\n")
        return USAGE


def _piped(lines: TextIO, given: argparse.Namespace, flags: Flags) -> int:
    """Run every line, print its answer, and save all of it; an error stops nothing."""
    from kvshell.explore.doors import explored  # noqa: PLC0415  # see above
    from kvshell.transcript.exploring import wish_of  # noqa: PLC0415  # see above
    from kvshell.transcript.recorder import Recorder  # noqa: PLC0415  # see above

    recorder = Recorder(given.path, force=given.force, redact=given.redact)
    code = 0
    with Session("controlled") as session:
        session.programs = here
        for raw in lines:
            line = raw.rstrip("\r\n")
            flags.recent.append(line)
            try:
                results = session.run(line)
                session.settle()
            except NotAtRest as stuck:
                sys.stderr.write(f"kvshell: {stuck}\n")
                code = STUCK
                break
            recorder.line(line, results)
            shown = [render(result, flags.caps) for result in results]
            if (wish := wish_of(results)) is not None and wish.open is not None:
                target = wish.open.args["target"]
                shown.append(explored(target, session.design.name, flags.caps)[0])
            shown += [render_event(event, flags.caps) for event in session.events()]
            sys.stdout.writelines(f"{text}\n" for text in shown if text)
            if any(result.open is not None and result.open.kind == "exit" for result in results):
                break
    finished = recorder.finish()
    sys.stderr.write(f"kvshell: {finished.message}\n")
    return code or (0 if finished.passes else FAILED)
