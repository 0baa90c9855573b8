"""Turns the lines of a session into a document."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kvshell.commands.result import Result
from kvshell.commands.types.tokens import tokenize
from kvshell.session import here
from kvshell.transcript.format.document import Front, Hole, Pattern
from kvshell.transcript.format.holes import (
    escape_holes,
    hole_text,
    joined,
    names_processes,
    output_lines,
    write_pattern,
)
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.line_match import SHAPES
from kvshell.transcript.run.document_host import NO_VERDICT, DocumentHost, PlayedLine
from kvshell.transcript.run.exploring import UNTRUSTED, wish_of
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.write.compose import Composer
from kvshell.transcript.write.process_names import Namer, hints_of
from kvshell.transcript.write.update import fence_length
from kvshell.views import DOCUMENT, render
from kvshell.views.safe import HIDDEN, redacted, secrets

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PID = SHAPES["pid"]
_REF = SHAPES["ref"]


def writable(text: str) -> str:
    """Return a line without the characters that a document cannot contain or preserve."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [_UNWRITABLE.sub("\ufffd", line).rstrip(" \t") for line in lines]
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept)


def comment_of(text: str) -> str | None:
    """Return the text of a comment line; None for any other line."""
    tokens = tokenize(text)
    if not tokens or any(token.kind not in {"comment", "prompt"} for token in tokens):
        return None
    comments = [token.text[1:].strip() for token in tokens if token.kind == "comment"]
    return " ".join(comments) if comments else None


def with_pids(text: str, pids: Mapping[str, str]) -> str:
    """Return a line with the pids and references of the session replaced by those of this run."""
    for shape in (_PID, _REF):
        text = shape.sub(lambda found: pids.get(found.group(), found.group()), text)
    return text


def as_command(text: str, scope: Scope) -> list[str]:
    """Return a command as lines of a document, with holes for the values that have names."""
    lines = []
    for line in text.split("\n"):
        code, comment = _split(line)
        written = escape_holes(code)
        for kind, shape in (("pid", _PID), ("ref", _REF)):
            written = shape.sub(
                lambda found, kind=kind: _named(found.group(), kind, scope),  # type: ignore[misc]
                written,
            )
        lines.append(written + comment)
    return lines


def _named(text: str, kind: str, scope: Scope) -> str:
    name = scope.owner(text)
    return text if name is None else hole_text(name, kind)


def _split(line: str) -> tuple[str, str]:
    comments = [token for token in tokenize(line) if token.kind == "comment"]
    return (line[: comments[0].start], line[comments[0].start :]) if comments else (line, "")


TELLING = 6  # shorter values are not hidden when typed again


class RecordError(Exception):
    """The session cannot be recorded; the message is one sentence."""


class Redaction:
    """Hides text that looks secret, and text that matches the user's own patterns."""

    def __init__(self, expressions: Sequence[str] = ()) -> None:
        try:
            self._more = [re.compile(expression) for expression in expressions]
        except re.error as error:
            raise RecordError(f"--redact {error.pattern!s}: {error}") from None

        self._known: dict[str, re.Pattern[str]] = {}  # hidden before, and wherever it recurs

    def __call__(self, text: str) -> str:
        """Return a text with its secrets hidden; each of them is also hidden in later texts."""
        found = secrets(text)
        text = redacted(text)
        for expression in self._more:
            found += [each[0] for each in expression.finditer(text)]
            text = expression.sub(HIDDEN, text)
        for secret in found:
            if secret not in {"", HIDDEN}:
                self._known[secret] = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
        for secret, everywhere in self._known.items():
            if len(secret) >= TELLING:
                text = everywhere.sub(HIDDEN, text)
        return text

    def shows(self, lines: Sequence[str]) -> bool:
        """Whether the printed lines contain a secret."""
        return any(
            redacted(line) != line
            or any(each.search(line) for each in (*self._more, *self._known.values()))
            for line in lines
        )


TIMEOUT_MS = 5000
_THING = re.compile(f"{SHAPES['pid'].pattern}|{SHAPES['ref'].pattern}")
_CHANGING = re.compile(f"(?P<time>{SHAPES['time'].pattern})|(?P<dur>{SHAPES['dur'].pattern})")
_NEVER_KEPT = {"record", "replay", "learn", "exit"}
_BENCH = "its figures depend on this machine and differ each time"
_STOPPED = "Ctrl-C ended it"
_FILE = "a transcript reads no file"


class RecordedLine(NamedTuple):
    """A typed line and what the screen showed, which is None if it is unknown.

    `stopped` marks a search that Ctrl-C ended, whose partial results cannot be reproduced.
    """

    text: str
    screen: tuple[str, ...] | None = None
    stopped: bool = False


class Recording(NamedTuple):
    """The document made from a session, and how it differs.

    Attributes:
        text: the text of the document.
        commands: the number of its commands.
        differing: the lines whose answers differ from those of the session.
        left_out: the lines that are not in the document, each with the reason.
    """

    text: str
    commands: int
    differing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def typed(text: str, results: Sequence[Result] | None, redaction: Redaction) -> RecordedLine:
    """Return the record of a line, without text that looks secret.

    The screen is not kept if it shows a secret, because hiding that would change the table around
    it, nor for `explore`, whose answer comes later and can be reproduced.
    """
    kept = redaction(writable(text))
    screen = None
    if results is not None and wish_of(list(results)) is None:
        lines = output_lines("\n".join(filter(None, (render(each, DOCUMENT) for each in results))))
        screen = None if redaction.shows(lines) else tuple(lines)
    return RecordedLine(kept, screen)


def is_kept(line: RecordedLine) -> bool:
    """Whether a line belongs in a document: it is not empty, and not only for the prompt."""
    words = line.text.split(None, 2)
    signal = words[:1] == ["exit"] and len(words) > 1  # exit PROCESS REASON
    return bool(words) and (words[0] not in _NEVER_KEPT or signal or ";" in line.text)


def title_of(path: Path) -> str:
    """Return the title of a document: its file name as words, without unprintable characters."""
    stem = "".join(char if char.isprintable() else " " for char in path.stem)
    words = " ".join(stem.lstrip("0123456789-_. ").replace("-", " ").replace("_", " ").split())
    return words[:1].upper() + words[1:]


def recorded(lines: Sequence[RecordedLine], *, title: str, design: str = "ets") -> Recording:
    """Run the lines on a separate system, and return the document."""
    with LineTimeout(ctrl_c=False) as watchdog:
        run = _ReRun(design, watchdog)
        try:
            for line in lines:
                if is_kept(line) and not run.ended:
                    run.line(line)
        finally:
            run.close()
    return run.recording(title, design)


class _ReRun:
    """The second run of a session, and the document written so far."""

    def __init__(self, design: str, watchdog: LineTimeout) -> None:
        self._host = DocumentHost(Front(), design, watchdog, programs=here)  # the client's own
        self._scope = Scope()
        self._namer = Namer(self._scope)
        self._parts: list[str] = []
        self._block: list[str] = []
        self._comments: list[str] = []
        self._pids: dict[str, str] = {}  # from the screen to the re-run
        self._differing: list[str] = []
        self._left_out: list[str] = []
        self._commands = 0
        self._over = False
        self.ended = False  # the session was exited

    def close(self) -> None:
        self._host.close()

    def line(self, line: RecordedLine) -> None:
        """Write a comment as prose, or a command with its answer in this run."""
        comment = comment_of(line.text)
        if comment is not None:
            self._prose(comment)
            return
        text = with_pids(line.text, self._pids)
        shown = as_command(text, self._scope)
        if self._over:
            self._block += _prompted(shown)
            return
        if _is_bench(text):
            self._leave_out(line, _BENCH)
            return
        if line.stopped and names_processes(text):
            self._leave_out(line, _STOPPED)
            return
        played = self._host.run(text, self._scope, TIMEOUT_MS, "", settle=True)
        if played.stuck.startswith(NO_VERDICT):
            self._leave_out(line, played.stuck.partition(":")[0])
            return
        if played.printed == (f"** (CommandError) {UNTRUSTED}",):
            self._leave_out(line, _FILE)
            return
        if played.stuck:
            self._end_block()
            self._comments.append(f"this line did not come to rest: {played.stuck}")
            self._flush()
            self._block += _prompted(shown)
            self._over = True
            return
        self._commands += 1
        self.ended = played.quit
        self._block += [*_prompted(shown), *self._answer(line, played)]
        if line.screen is not None:
            self._compare(line, played)

    def recording(self, title: str, design: str) -> Recording:
        """Return the finished document."""
        self._end_block()
        front = [f"title: {title}"] if title else []
        if design != "ets":
            front.append(f"design: {design}")
        head = "\n".join(["---", *front, "---", ""]) if front else ""
        return Recording(
            "\n".join([head, *self._parts]) if head else "\n".join(self._parts),
            self._commands,
            tuple(self._differing),
            tuple(self._left_out),
        )

    def _answer(self, line: RecordedLine, played: PlayedLine) -> list[str]:
        if names_processes(line.text):
            return [write_pattern((text,), pids=False) for text in played.printed]
        namer = _ChangingNamer(self._namer)
        hints = hints_of(line.text)
        composer = Composer(namer, hints, self._commands, accept=False)
        return [*composer.new(played.printed), *(f"~ {e}" for e in composer.events(played.events))]

    def _compare(self, line: RecordedLine, played: PlayedLine) -> None:
        """Record whether the session's screen differed, apart from the numbers of processes."""
        screen = line.screen or ()
        here = [thing for text in played.printed for thing in _THING.findall(text)]
        there = [thing for text in screen for thing in _THING.findall(text)]
        if len(here) == len(there):
            for live, now in zip(there, here, strict=True):
                self._pids.setdefault(live, now)
        if [with_pids(text, self._pids) for text in screen] == list(played.printed):
            return
        self._differing.append(line.text)
        self._comments.append("live: " + (" / ".join(screen) or "nothing was printed"))
        self._end_block()

    def _leave_out(self, line: RecordedLine, why: str) -> None:
        self._left_out.append(f"{line.text}: left out, {why}")
        self._comments.append(self._left_out[-1])
        self._end_block()

    def _prose(self, comment: str) -> None:
        self._end_block()
        if comment.startswith("## ") and comment[3:].strip():
            text = f"## {comment[3:].strip()}"
        else:
            text = _as_prose(comment)
        if text:
            self._parts += [text, ""]

    def _end_block(self) -> None:
        if self._block:
            longest = max(fence_length(line, "`") for line in self._block)
            fence = "`" * max(3, longest + 1)
            word = "kvshell norun" if self._over else "kvshell"
            self._parts += [f"{fence}{word}", *self._block, fence, ""]
            self._block = []
        self._flush()

    def _flush(self) -> None:
        for comment in self._comments:
            self._parts += [f"<!-- {comment.replace('--', '- -')} -->", ""]
        self._comments = []


class _ChangingNamer(Namer):
    """A Namer that also makes holes for what depends on a clock: durations and times of day."""

    def __init__(self, namer: Namer) -> None:
        super().__init__(namer.scope)

    def named(self, text: str, hints: list[str], line: int) -> Pattern:
        """Return a line as a pattern with its holes; quoted text is a value and never a time."""
        parts: list[str | Hole] = []
        for part in super().named(text, hints, line):
            parts += [part] if isinstance(part, Hole) else _opened(part)
        return joined(parts)


def _opened(text: str) -> list[str | Hole]:
    parts: list[str | Hole] = []
    place = 0
    for found in _CHANGING.finditer(text):
        before = text[: found.start()]
        if before.count('"') % 2 or before[-1:].isalnum() or before[-1:] in {".", "-", "_", ":"}:
            continue
        kind = found.lastgroup or "dur"
        parts += [text[place : found.start()], Hole("", kind, f"${{_:{kind}}}")]
        place = found.end()
    return [*parts, text[place:]]


def _is_bench(text: str) -> bool:
    return text.split(None, 1)[0] == "bench" and ";" not in text


def _prompted(lines: Sequence[str]) -> list[str]:
    return [
        f"{'...> ' if index else 'kv> '}{line}".rstrip(" \t") for index, line in enumerate(lines)
    ]


def _as_prose(text: str) -> str:
    """Return a paragraph in a form that Markdown reads as plain text."""
    text = text.strip()
    return f"\\{text}" if text and text[0].isascii() and not text[0].isalnum() else text
