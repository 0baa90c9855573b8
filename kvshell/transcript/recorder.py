"""`record PATH`: keeps what is typed as it is typed, and writes the document at the end.

After every line the file is a transcript of what the screen showed, so that a crash of the shell
loses at most that line; `finish` puts the controlled re-run in its place.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kvshell.commands.result import Result
from kvshell.session import here
from kvshell.transcript.compose import Composer
from kvshell.transcript.naming import Namer, hints_of
from kvshell.transcript.outcome import Played
from kvshell.transcript.parse import parse
from kvshell.transcript.play import Settings
from kvshell.transcript.record import Recording, Typed, is_kept, recorded, typed
from kvshell.transcript.redaction import RecordError, Redaction
from kvshell.transcript.replay import play_document
from kvshell.transcript.rewrite import fence_length
from kvshell.transcript.scope import Scope
from kvshell.transcript.typed import as_command, comment_of
from kvshell.transcript.writing import NotWrittenError, write_file

__all__ = ["Finished", "RecordError", "Recorder"]


class Finished(NamedTuple):
    """What a recording came to: what to tell, and whether the document passes."""

    message: str
    passes: bool


class Recorder:
    """Records into one file.

    Raises:
        RecordError: the file exists (unless `force`), or cannot be written; a `redact` is no
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
        self._redaction = Redaction(redact)
        self._lines: list[Typed] = []
        self._scope = Scope()
        try:
            self._file = self.path.open("w" if force else "x", encoding="utf-8", newline="\n")
        except FileExistsError:
            raise RecordError(f"{path} exists: record another file, or --force") from None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise RecordError(f"cannot write {path}: {why}") from None
        for text in earlier:
            self.line(text, None)

    @property
    def title(self) -> str:
        """What the document is called: the file's name in words."""
        words = self.path.stem.lstrip("0123456789-_. ").replace("-", " ").replace("_", " ").strip()
        return words[:1].upper() + words[1:]

    def line(self, text: str, results: Sequence[Result] | None) -> None:
        """Keep a line and what it answered; None where the answer is not known any more."""
        line = typed(text, results, self._redaction)
        if is_kept(line):
            self._lines.append(line)
            self._file.write(self._draft(line))
            self._file.flush()

    def stopped(self) -> None:
        """Ctrl-C ended the search that the last line was."""
        if self._lines:
            self._lines[-1] = self._lines[-1]._replace(stopped=True)

    def finish(self) -> Finished:
        """Run the lines once more, write the document, and say where it differs."""
        self._file.close()
        recording = recorded(self._lines, title=self.title, design=self._design)
        try:
            write_file(self.path, recording.text)
        except NotWrittenError as error:
            return Finished(str(error), passes=False)
        return self._finished(recording)

    def abandon(self) -> None:
        """Leave the file as it is: a transcript of what the screen showed."""
        self._file.close()

    def _finished(self, recording: Recording) -> Finished:
        count = recording.commands
        lines = [f"recorded {count} command{'' if count == 1 else 's'} in {self.path}"]
        lines += [
            f"  {text}: the screen showed something else, see the comment below it"
            for text in recording.differing
        ]
        lines += [f"  {text}" for text in recording.left_out]
        played = self._replayed(recording)
        if played.code not in {0, 3}:
            lines.append(f"  it does not pass: kvshell replay {self.path}")
        return Finished("\n".join(lines), played.code in {0, 3})

    def _replayed(self, recording: Recording) -> Played:
        document = parse(os.fspath(self.path), recording.text)
        return play_document(document, Settings(programs=here), lambda _: None)

    def _draft(self, line: Typed) -> str:
        """One block for one line, as the screen showed it."""
        comment = comment_of(line.text)
        if comment is not None:
            return f"<!-- {comment.replace('--', '- -')} -->\n\n"
        shown = as_command(line.text, self._scope)
        composer = Composer(Namer(self._scope), hints_of(line.text), len(self._lines), accept=False)
        lines = [f"{'...> ' if i else 'kv> '}{text}" for i, text in enumerate(shown)]
        lines += composer.new(line.screen) if line.screen is not None else ["..."]
        fence = "`" * max(3, 1 + max(fence_length(each, "`") for each in lines))
        return "\n".join([f"{fence}kvshell", *lines, fence, "", ""])
