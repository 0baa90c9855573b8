"""What was typed -> a document: a controlled re-run of the lines, with names for processes.

The re-run's answers are written, not the screen's: only they come again. Where they differ from
what the screen showed, a comment below the block says what that was.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from kvshell.commands.result import Result
from kvshell.session import here
from kvshell.transcript.compose import Composer
from kvshell.transcript.document import Front, Hole, Pattern
from kvshell.transcript.exploring import UNTRUSTED, wish_of
from kvshell.transcript.lines import SHAPES
from kvshell.transcript.naming import Namer, hints_of
from kvshell.transcript.normal import output_lines
from kvshell.transcript.patterns import joined, names_processes, write_pattern
from kvshell.transcript.redaction import Redaction
from kvshell.transcript.rewrite import fence_length
from kvshell.transcript.scope import Scope
from kvshell.transcript.stage import NO_VERDICT, Stage, Told
from kvshell.transcript.typed import as_command, comment_of, with_pids, writable
from kvshell.transcript.watchdog import Watchdog
from kvshell.views import DOCUMENT, render

TIMEOUT_MS = 5000
_THING = re.compile(f"{SHAPES['pid'].pattern}|{SHAPES['ref'].pattern}")
_CHANGING = re.compile(f"(?P<time>{SHAPES['time'].pattern})|(?P<dur>{SHAPES['dur'].pattern})")
_NEVER_KEPT = {"record", "replay", "learn", "exit"}
_BENCH = "its figures are this machine's and differ each time"
_STOPPED = "Ctrl-C ended it"
_FILE = "a transcript reads no file"


class Typed(NamedTuple):
    """A line as it was typed, and what the screen showed; None if nobody knows any more.

    `stopped` is a search that Ctrl-C ended: what it had found by then does not come again.
    """

    text: str
    screen: tuple[str, ...] | None = None
    stopped: bool = False


class Recording(NamedTuple):
    """The document, and the lines whose answers came out differently."""

    text: str
    commands: int
    differing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # lines, each with the reason


def typed(text: str, results: Sequence[Result] | None, redaction: Redaction) -> Typed:
    """Return what is kept of a line: nothing that looks like a secret.

    A screen on which one stood is not kept at all: to hide it would change the table around it.
    Nor is that of `explore`, which is drawn later; a search comes to the same each time.
    """
    kept = redaction(writable(text))
    screen = None
    if results is not None and wish_of(list(results)) is None:
        lines = output_lines("\n".join(filter(None, (render(each, DOCUMENT) for each in results))))
        screen = None if redaction.shows(lines) else tuple(lines)
    return Typed(kept, screen)


def is_kept(line: Typed) -> bool:
    """Whether the line belongs into a document: not empty, and no wish to the prompt alone."""
    word = line.text.split(None, 1)[:1]
    return bool(word) and (word[0] not in _NEVER_KEPT or ";" in line.text)


def recorded(lines: Sequence[Typed], *, title: str, design: str = "ets") -> Recording:
    """Run the lines on a system of their own and return the document of it."""
    with Watchdog(ctrl_c=False) as watchdog:
        run = _ReRun(design, watchdog)
        try:
            for line in lines:
                if is_kept(line) and not run.ended:
                    run.line(line)
        finally:
            run.close()
    return run.recording(title, design)


class _ReRun:
    """The document as far as it is written."""

    def __init__(self, design: str, watchdog: Watchdog) -> None:
        self._stage = Stage(Front(), design, watchdog, programs=here)  # one's own lines
        self._scope = Scope()
        self._namer = Namer(self._scope)
        self._parts: list[str] = []
        self._block: list[str] = []
        self._comments: list[str] = []
        self._pids: dict[str, str] = {}  # of the screen -> of the re-run
        self._differing: list[str] = []
        self._left_out: list[str] = []
        self._commands = 0
        self._over = False
        self.ended = False  # the session was left

    def close(self) -> None:
        self._stage.close()

    def line(self, line: Typed) -> None:
        """Write a comment as prose, and a command with what it answers now."""
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
        told = self._stage.run(text, self._scope, TIMEOUT_MS, "", settle=True)
        if told.stuck.startswith(NO_VERDICT):
            self._leave_out(line, told.stuck.partition(":")[0])
            return
        if told.printed == (f"** (CommandError) {UNTRUSTED}",):
            self._leave_out(line, _FILE)
            return
        if told.stuck:
            self._end_block()
            self._comments.append(f"this line did not come to rest: {told.stuck}")
            self._flush()
            self._block += _prompted(shown)
            self._over = True
            return
        self._commands += 1
        self.ended = told.quit
        self._block += [*_prompted(shown), *self._answer(line, told)]
        if line.screen is not None:
            self._compare(line, told)

    def recording(self, title: str, design: str) -> Recording:
        """Return what was written."""
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

    def _answer(self, line: Typed, told: Told) -> list[str]:
        if names_processes(line.text):
            return [write_pattern((text,), pids=False) for text in told.printed]
        namer = _ChangingNamer(self._namer)
        hints = hints_of(line.text)
        composer = Composer(namer, hints, self._commands, accept=False)
        return [*composer.new(told.printed), *(f"~ {e}" for e in composer.events(told.events))]

    def _compare(self, line: Typed, told: Told) -> None:
        """Note where the screen showed something else, the numbers of processes aside."""
        screen = line.screen or ()
        here = [thing for text in told.printed for thing in _THING.findall(text)]
        there = [thing for text in screen for thing in _THING.findall(text)]
        if len(here) == len(there):
            for live, now in zip(there, here, strict=True):
                self._pids.setdefault(live, now)
        if [with_pids(text, self._pids) for text in screen] == list(told.printed):
            return
        self._differing.append(line.text)
        self._comments.append("live: " + (" / ".join(screen) or "nothing was printed"))
        self._end_block()

    def _leave_out(self, line: Typed, why: str) -> None:
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
    """Names processes, and leaves open what a clock decides: durations and times of day."""

    def __init__(self, namer: Namer) -> None:
        super().__init__(namer.scope)

    def named(self, text: str, hints: list[str], line: int) -> Pattern:
        """Return the line with its holes; what stands in quotes is a value, not a time."""
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
    """A paragraph that Markdown reads as nothing else."""
    text = text.strip()
    return f"\\{text}" if text and text[0].isascii() and not text[0].isalnum() else text
