"""`kvshell record PATH`: a prompt on a terminal, or lines from standard input in a pipe."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from kvshell.commands.result import Open, Result
from kvshell.runtime import Event
from kvshell.session import Session, here
from kvshell.session.host import Host, Opened, Opener, Silent
from kvshell.session.interrupts import INTERRUPTED, Interrupts, end_process
from kvshell.shell.recordings import Recordings
from kvshell.views import render, render_event
from kvshell.views.caps import Flags
from kvshell.views.output import emit, narrate

if TYPE_CHECKING:
    from kvshell.transcript.recorder import Recorder

FAILED, USAGE, STUCK = 1, 2, 4


def record(given: Namespace, flags: Flags) -> int:
    """Run `kvshell record PATH`: a prompt or lines of standard input. Return the exit code."""
    from kvshell.transcript.recorder import RecordError  # noqa: PLC0415  # rarely needed

    try:
        if flags.caps.interactive:
            from kvshell.shell.command import open_prompt  # noqa: PLC0415  # not for a pipe

            session = Session("free", flags.design or "ets")
            session.programs = here
            recordings = Recordings(session)
            note = recordings.begin(given.path, force=given.force, redact=given.redact)
            emit(note)
            return open_prompt(session, flags, recordings=recordings, starts=True)
        return _piped(sys.stdin, given, flags)
    except RecordError as error:
        narrate(str(error))
        return USAGE


def _piped(lines: TextIO, given: Namespace, flags: Flags) -> int:
    """Run each line, print its answers, and save everything; an error does not stop it."""
    from kvshell.transcript.recorder import Recorder  # noqa: PLC0415  # rarely needed

    recorder = Recorder(given.path, force=given.force, redact=given.redact)
    code = 0
    with (
        Session("controlled", flags.design or "ets") as session,
        Interrupts(again=end_process) as interrupts,
    ):
        session.programs = here
        writer = _Saved(recorder, flags)
        openers: dict[str, Opener] = {"explore": writer.explore, "replay": writer.replay}
        host = Host(session, writer, openers, interrupts)
        for line in _whole(lines, session.unfinished):
            flags.recent.append(line)
            ran = host.line(line)
            if ran.stuck is not None:
                narrate(str(ran.stuck))
                code = STUCK
                break
            if ran.interrupted:
                code = INTERRUPTED
                break
            if ran.left:
                break
    if writer.stopped:
        return code or FAILED
    finished = recorder.finish()
    narrate(*finished.message.split("\n"))
    return code or (0 if finished.passes else FAILED)


def _whole(lines: Iterable[str], unfinished: Callable[[str], bool]) -> Iterator[str]:
    """Yield the lines of the input; lines of the same Elixir expression are joined."""
    text = ""
    for raw in lines:
        line = raw.rstrip("\r\n")
        text = f"{text}\n{line}" if text else line
        if not unfinished(text):
            yield text
            text = ""
    if text:
        yield text


class _Saved(Silent):
    """A Writer that prints the results of piped lines and saves them."""

    def __init__(self, recorder: "Recorder", flags: Flags) -> None:
        self._recorder = recorder
        self._flags = flags
        self.stopped = False  # the file cannot be written

    def record(self, text: str, results: Sequence[Result]) -> None:
        """Save a line and its results."""
        from kvshell.transcript.recorder import RecordError  # noqa: PLC0415  # rarely needed

        if self.stopped:
            return
        try:
            self._recorder.line(text, results)
        except RecordError as error:
            narrate(str(error))
            self.stopped = True

    def answer(self, text: str, number: int, result: Result) -> None:  # noqa: ARG002  # a protocol
        """Print an answer, and the events that came while its command ran."""
        self._print(render(result, self._flags.caps))
        self.events(result.events)

    def events(self, events: Sequence[Event]) -> None:
        """Print events."""
        for event in events:
            self._print(render_event(event, self._flags.caps))

    def explore(self, wish: Open, host: Host) -> Opened:
        """Run `explore` and print the result."""
        from kvshell.explore.typed_explore import explored  # noqa: PLC0415  # rarely needed

        session = host.runner
        assert isinstance(session, Session)
        with host.interrupts.search() as stop:
            target = wish.args["target"]
            message, code = explored(
                target,
                session.design.name,
                self._flags.caps,
                stop,
                None,
                session.design.sources,
                session,
            )
            if stop():
                self._recorder.stopped()
        self._print(message)
        return Opened(code=code)

    def replay(self, wish: Open, _host: Host) -> Opened:
        """Replay a document; the replay writes its own report."""
        from kvshell.transcript.command import replay_one  # noqa: PLC0415  # rarely needed

        return Opened(code=replay_one(wish.args["path"], self._flags))

    def _print(self, text: str) -> None:
        if text:
            emit(text, self._flags.caps)
