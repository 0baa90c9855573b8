"""`replay --update`: who may be rewritten, and the proof that the new text passes (U8, U9).

The document is run, rewritten in memory and run again until there is nothing left to rewrite; a
command that would have to be rewritten twice does not print the same twice, and then the file is
left as it is.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from kvshell.transcript.document import Document
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.normal import printable
from kvshell.transcript.outcome import Played
from kvshell.transcript.parse import parse
from kvshell.transcript.update import Ask, Hunk, Refusal, Updater

ROUNDS = 8

Play = Callable[[Document], Played]


class NotUpdatedError(Exception):
    """The file is left as it is; one sentence."""


class Rewritten:
    """A document on its way to a text that passes."""

    def __init__(self, document: Document, play: Play) -> None:
        self.document = document
        self.played = play(document)
        self.lines: dict[int, int] = {}  # number of a changed command -> its line
        self.refused: dict[int, Refusal] = {}
        self._play = play
        self._began_as = self.played

    def rewrite(self, *, new_only: bool, accept: bool, ask: Ask | None) -> None:
        """Run and rewrite until nothing changes.

        Raises:
            NotUpdatedError: it does not print the same twice, or would not be a transcript.
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
                self.document = parse(self.document.path, updated.text)
            except ParseError as error:
                raise NotUpdatedError(f"the new text would be malformed: {error}") from None
            self.played = self._play(self.document)
        raise NotUpdatedError("not reproducible: it changes with every run")

    def _reproducible(self, changed: tuple[Hunk, ...]) -> None:
        again = [hunk for hunk in changed if hunk.number in self.lines]
        if again:
            first = {each: checked.line for each, checked in enumerate(self._began_as.checked)}
            numbers = ", ".join(str(first[hunk.number]) for hunk in again)
            raise NotUpdatedError(f"not reproducible: lines {numbers}")
        self.lines |= {hunk.number: self._began_as.checked[hunk.number].line for hunk in changed}


def why_not(file: Path | None, update: str, *, force: bool, environ: Mapping[str, str]) -> str:
    """Say why a file may not be rewritten (U9); "" if it may."""
    if file is None:
        return "standard input cannot be rewritten: name a file"
    if environ.get("CI", "").lower() not in {"", "0", "false"} and update != "all":
        return "in CI nothing is rewritten, unless --update=all says so"
    if not force and is_modified(file):
        return f"{file} is modified in git: commit it first, or --force"
    return ""


def is_modified(file: Path) -> bool:
    """Whether git knows the file and has another version of it."""
    git = shutil.which("git")
    if git is None:
        return False
    place = file.resolve()
    command = [git, "-C", str(place.parent), "status", "--porcelain", "--", place.name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603  # no shell, our own words
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and done.stdout[:2] not in {"", "??", "!!"}


def ask_person(document: Document) -> Ask:
    """Return the question that `--update=ask` puts: each hunk, answered y, n or q."""

    def ask(hunk: Hunk) -> str:
        command = hunk.entry.command
        out = sys.stdout
        out.write(f"\n{document.path}:{command.line}  {printable(command.text)}\n")
        for mark, lines in (("-", hunk.old), ("+", hunk.new)):
            for line in lines:
                out.write(f"  {mark} {printable(line)}\n")
        while True:
            out.write("write this? [y/n/q] ")
            out.flush()
            answer = sys.stdin.readline()
            if not answer or answer.strip().lower() in {"y", "n", "q"}:
                return answer.strip().lower() or "q"

    return ask
