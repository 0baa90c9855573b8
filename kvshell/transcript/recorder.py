"""Records a session for `record PATH`: lines as they are typed, and a document at the end.

After every line the file is a transcript of the screen, so that a crash of the shell loses at most
that line; `finish` replaces it by a document, for which the lines are run again.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kvshell.commands.result import Result
from kvshell.session import here
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.outcome import Played
from kvshell.transcript.replay import play_document
from kvshell.transcript.run.player import Settings
from kvshell.transcript.write.compose import Composer
from kvshell.transcript.write.draft import Draft, DraftError
from kvshell.transcript.write.process_names import Namer, hints_of
from kvshell.transcript.write.recording import (
    RecordedLine,
    RecordError,
    Recording,
    Redaction,
    as_command,
    comment_of,
    is_kept,
    recorded,
    title_of,
    typed,
)
from kvshell.transcript.write.update import fence_length
from kvshell.views import safe

__all__ = ["Finished", "RecordError", "Recorder"]


class Finished(NamedTuple):
    """The result of a recording: a message, and whether the document passes."""

    message: str
    passes: bool


class Recorder:
    """Records a session into one file.

    Raises:
        RecordError: the file exists (unless `force`) or cannot be written, or a `redact` is not a
            regular expression.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        earlier: Iterable[str] = (),
        design: str = "ets",
        force: bool = False,
        redact: Sequence[str] = (),
    ) -> None:
        self.path = Path(path)
        self._design = design
        self._force = force
        self._redaction = Redaction(redact)
        self._lines: list[RecordedLine] = []
        self._scope = Scope()
        try:
            self._draft = Draft(self.path, force=force)
        except DraftError as error:
            raise RecordError(str(error)) from None
        for text in earlier:
            self.line(text, None)

    @property
    def title(self) -> str:
        """The title of the document: the file name as words."""
        return title_of(self.path)

    def line(self, text: str, results: Sequence[Result] | None) -> None:
        """Save a line and its results, which are None if they are no longer known.

        Raises:
            RecordError: the file cannot be written; it keeps its content, and the recording ends.
        """
        line = typed(text, results, self._redaction)
        if is_kept(line):
            block = self._block(line)
            try:
                self._draft.add(block)
            except DraftError as error:
                raise RecordError(str(error)) from None
            self._lines.append(line)

    def stopped(self) -> None:
        """Note that Ctrl-C ended the search of the last line."""
        if self._lines:
            self._lines[-1] = self._lines[-1]._replace(stopped=True)

    def finish(self) -> Finished:
        """Run the lines again, write the document, and return a message on what differed."""
        if not self._lines and self._force:
            self._draft.close()
            return Finished(f"nothing recorded: {self.path} is left as it is", passes=True)
        recording = recorded(self._lines, title=self.title, design=self._design)
        try:
            place = self._draft.finish(recording.text)
        except DraftError as error:
            return Finished(str(error), passes=False)
        return self._finished(recording, place)

    def abandon(self) -> None:
        """End the recording and leave the file as it is, a transcript of the screen."""
        self._draft.close()

    def _finished(self, recording: Recording, place: Path) -> Finished:
        count = recording.commands
        lines = [f"recorded {count} command{'' if count == 1 else 's'} in {place}"]
        if place != self.path:
            lines.append(f"  {self.path} was changed while it was recorded, and is left as it is")
        lines += [
            f"  {text}: the screen showed something else, see the comment below it"
            for text in recording.differing
        ]
        lines += [f"  {text}" for text in recording.left_out]
        played = self._replayed(recording)
        if played.code not in {0, 3}:
            lines.append(f"  it does not pass: kvshell replay {place}")
        return Finished("\n".join(map(safe, lines)), played.code in {0, 3})

    def _replayed(self, recording: Recording) -> Played:
        document = parse(os.fspath(self.path), recording.text)
        return play_document(document, Settings(programs=here), lambda _: None)

    def _block(self, line: RecordedLine) -> str:
        """Return a block for one line, as the screen showed it."""
        comment = comment_of(line.text)
        if comment is not None:
            return f"<!-- {comment.replace('--', '- -')} -->\n\n"
        shown = as_command(line.text, self._scope)
        composer = Composer(Namer(self._scope), hints_of(line.text), len(self._lines), accept=False)
        lines = [f"{'...> ' if i else 'kv> '}{text}" for i, text in enumerate(shown)]
        lines += composer.new(line.screen) if line.screen is not None else ["..."]
        fence = "`" * max(3, 1 + max(fence_length(each, "`") for each in lines))
        return "\n".join([f"{fence}kvshell", *lines, fence, "", ""])
