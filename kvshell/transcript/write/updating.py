"""Runs `replay --update`: what may be rewritten, and the check that the new text passes.

The document is run, rewritten in memory and run again until nothing changes. A command that needs a
second rewrite is not deterministic, and the file is left unchanged. The exception is a command with
the same output: a table that was split by text is judged as a whole once the text is gone.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.outcome import Played
from kvshell.transcript.write.git_state import is_modified
from kvshell.transcript.write.update import Ask, Hunk, Refusal, Updater
from kvshell.views import safe
from kvshell.views.output import emit, emit_data

ROUNDS = 8

Play = Callable[[Document], Played]


class NotUpdatedError(Exception):
    """The file is left unchanged; the message is one sentence."""


class Rewritten:
    """A document that is being rewritten until it passes."""

    def __init__(self, document: Document, play: Play) -> None:
        self.document = document
        self.played = play(document)
        self.lines: dict[int, int] = {}  # changed commands by number -> line
        self.refused: dict[int, Refusal] = {}
        self._play = play
        self._printed: dict[int, tuple[str, ...]] = {}  # by command, when it was last rewritten
        self._began_as = self.played

    def rewrite(self, *, new_only: bool, accept: bool, ask: Ask | None) -> None:
        """Run and rewrite until nothing changes.

        Raises:
            NotUpdatedError: the output is not deterministic, or the new text is not a valid
                transcript.
        """
        for _ in range(ROUNDS):
            if self.played.interrupted:
                return
            left_alone = {number: refusal.why for number, refusal in self.refused.items()}
            updater = Updater(
                self.document,
                self.played.checked,
                new_only=new_only,
                accept=accept,
                left_alone=left_alone,
            )
            updated = updater.update(ask)
            self.refused |= {refusal.number: refusal for refusal in updated.refused}
            if not updated.changed:
                return
            self._reproducible(updated.changed)
            try:
                self.document = parse(
                    self.document.path, updated.text, elixir=self.document.tutorial
                )
            except ParseError as error:
                raise NotUpdatedError(f"the new text would be malformed: {error}") from None
            self.played = self._play(self.document)
        raise NotUpdatedError(
            f"its expectations still do not match after {ROUNDS} rewrites, although it prints the "
            "same each time; delete the answers below the failing commands and update again"
        )

    def _reproducible(self, changed: tuple[Hunk, ...]) -> None:
        again = [
            hunk
            for hunk in changed
            if hunk.number in self.lines
            and self.played.checked[hunk.number].printed != self._printed.get(hunk.number)
        ]
        self._printed = {n: checked.printed for n, checked in enumerate(self.played.checked)}
        if again:
            first = {each: checked.line for each, checked in enumerate(self._began_as.checked)}
            numbers = ", ".join(str(first[hunk.number]) for hunk in again)
            raise NotUpdatedError(f"not reproducible: lines {numbers}")
        self.lines |= {hunk.number: self._began_as.checked[hunk.number].line for hunk in changed}


def why_not(file: Path | None, update: str, *, force: bool, environ: Mapping[str, str]) -> str:
    """Return why a file may not be rewritten, or ""."""
    if file is None:
        return "standard input cannot be rewritten: name a file"
    if environ.get("CI", "").lower() not in {"", "0", "false"} and update != "all":
        return "in CI nothing is rewritten, unless --update=all says so"
    if not force and is_modified(file):
        return f"{file} is modified in git: commit it first, or --force"
    return ""


def ask_person(document: Document) -> Ask:
    """Return the function that asks the user about each change: yes, no or quit."""

    def ask(hunk: Hunk) -> str:
        command = hunk.entry.command
        emit(f"\n{safe(document.path)}:{command.line}  {safe(command.text)}")
        for mark, lines in (("-", hunk.old), ("+", hunk.new)):
            for line in lines:
                emit(f"  {mark} {safe(line)}")
        while True:
            emit_data("write this? [y/n/q] ")
            answer = sys.stdin.readline() if sys.stdin is not None else ""
            if not answer or answer.strip().lower() in {"y", "n", "q"}:
                return answer.strip().lower() or "q"

    return ask
