"""Recordings at the prompt: `record PATH`, `record off`.

The transcript modules are only imported when a recording begins, so that the prompt starts fast.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kvshell.commands.language.message import Message
from kvshell.commands.result import Open, Result
from kvshell.shell.hosts.protocol import PromptRunner, ScreenBlock

if TYPE_CHECKING:
    from kvshell.transcript.recorder import Recorder


class Recordings:
    """The recording of an interactive session: at most one at a time."""

    def __init__(self, session: PromptRunner) -> None:
        self._session = session
        self._recorder: Recorder | None = None
        self.failed = False  # whether the last recording failed or does not pass

    def begin(self, path: str, *, force: bool = False, redact: Sequence[str] = ()) -> str:
        """Start a recording that includes the session's lines so far; return a message.

        Raises:
            RecordError: the file cannot be written, or a `--redact` is not a valid regular
                expression.
        """
        from kvshell.transcript.recorder import Recorder  # noqa: PLC0415  # see above

        self.failed = False
        earlier = [text for _, text in self._session.inputs]
        self._recorder = Recorder(
            path, earlier=earlier, design=self._session.default.name, force=force, redact=redact
        )
        return Message("recording to {path}: record off ends it", path=path)

    def open(self, wish: Open) -> list[ScreenBlock]:
        """Run `record PATH` or `record off`."""
        path: str = wish.args["path"]
        if path == "off":
            return [
                ScreenBlock(
                    self.end()
                    or Message("nothing is being recorded: record PATH starts a recording")
                )
            ]
        if self._recorder is not None:
            return [
                ScreenBlock(f"** (CommandError) recording to {self._recorder.path}: record off")
            ]
        from kvshell.transcript.recorder import RecordError  # noqa: PLC0415  # see above

        try:
            return [ScreenBlock(self.begin(path), narration=True)]
        except RecordError as error:
            return [ScreenBlock(f"** (CommandError) {error}")]

    def record(self, line: str, results: Sequence[Result]) -> str:
        """Save a line and its results; return a message if the file cannot be written, else ""."""
        if self._recorder is None:
            return ""
        from kvshell.transcript.recorder import RecordError  # noqa: PLC0415  # see above

        try:
            self._recorder.line(line, results)
        except RecordError as error:
            self._recorder, self.failed = None, True
            return str(error)
        return ""

    def stopped(self) -> None:
        """Note in the recording that Ctrl-C ended the search of the last line."""
        if self._recorder is not None:
            self._recorder.stopped()

    def end(self) -> str:
        """Write the document; return a message, or "" if nothing was being recorded."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return ""
        finished = recorder.finish()
        self.failed = not finished.passes
        return finished.message
