"""Parses the lines of blocks, and determines the kind of every hole, in document order."""

from collections.abc import Mapping
from typing import NamedTuple

from kvshell.commands.types.tokens import tokenize
from kvshell.transcript.format.document import (
    CommandLine,
    DocumentEntry,
    EventLine,
    Expected,
    Gap,
    Hole,
    Out,
    Pattern,
    Source,
    Span,
)
from kvshell.transcript.format.grammar import CONT, EVENT, GAP, PROMPT
from kvshell.transcript.format.holes import (
    HoleError,
    names_processes,
    read_pattern,
    unescape_start,
)


class Kinds:
    """Determines the kinds of bare holes, and reports names that are used with two kinds."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parts: list[dict[str, str]] = [{}]
        self._first: dict[str, int] = {}
        self._set_aside: tuple[dict[str, str], dict[str, int]] | None = None

    def fresh(self) -> None:
        """Forget all names, because a `fresh` block begins."""
        self._parts.append({})
        self._first = {}

    def set_aside(self) -> None:
        """Discard names that are bound from now until `restore`: the next block binds nothing."""
        self._set_aside = dict(self._parts[-1]), dict(self._first)

    def restore(self) -> None:
        """Restore the names known when `set_aside` was called."""
        if self._set_aside is not None:
            self._parts[-1], self._first = self._set_aside
            self._set_aside = None

    def parts(self) -> tuple[Mapping[str, str], ...]:
        """Return the kinds of the names, one mapping for each part that a `fresh` block begins."""
        return tuple(self._parts)

    def expected(self, pattern: Pattern, text: str, line: int, column: int) -> Pattern:
        """Return the pattern of an expected line with all kinds filled in; it may bind new names.

        `text` is the source of the pattern, from column `column` of line `line` on.
        """
        if not any(type(part) is Hole for part in pattern):
            return pattern
        known = self._parts[-1]
        return tuple(
            part
            if isinstance(part, str)
            else self._filled(part, known, line, column + _place(part, text))
            for part in pattern
        )

    def _filled(self, hole: Hole, known: dict[str, str], line: int, column: int) -> Hole:
        if not hole.name:
            return hole
        kind = known.get(hole.name)
        if kind is None:
            kind = known[hole.name] = hole.kind or "any"
            self._first[hole.name] = line
        elif hole.kind not in {"", kind}:
            message = (
                f"{hole.text}: {hole.name} is {_article(kind)} {kind} since line "
                f"{self._first[hole.name]}; a name has one kind"
            )
            raise self._source.error(line, column, message)
        return hole._replace(kind=kind)

    def command(self, pattern: Pattern, text: str, line: int, column: int) -> Pattern:
        """Return the pattern of a command with all kinds filled in.

        Its names must be bound earlier; otherwise ParseError.
        """
        filled: list[str | Hole] = []
        for part in pattern:
            if isinstance(part, str):
                filled.append(part)
                continue
            at = column + _place(part, text)
            if part.name not in self._parts[-1]:
                message = f"{part.text} in a command, and nothing above binds {part.name or 'it'}"
                raise self._source.error(line, at, message)
            filled.append(self._filled(part, self._parts[-1], line, at))
        return tuple(filled)


def _article(kind: str) -> str:
    return "an" if kind in {"any", "int"} else "a"


def _place(hole: Hole, text: str) -> int:
    return max(text.find(hole.text), 0)


class Inner(NamedTuple):
    """A line of a block: its number, its starting column in the source, and its text."""

    number: int
    column: int
    text: str


class BlockReader:
    """Parses the lines of a block, from first to last."""

    def __init__(self, source: Source, kinds: Kinds, lines: list[Inner], session: str) -> None:
        self._source = source
        self._kinds = kinds
        self._lines = [line._replace(text=line.text.rstrip(" \t")) for line in lines]
        self._session = session
        self._next = 0
        self._pids = True  # whether `#PID<s>` is a hole in the current command's output

    def entries(self) -> tuple[DocumentEntry, ...]:
        """Return the entries of the block; ParseError if there are none or a line is invalid."""
        found = []
        while (line := self._peek()) is not None:
            if line.text:
                found.append(self._entry(line))
            else:
                self._next += 1
        return tuple(found)

    def _peek(self) -> Inner | None:
        return self._lines[self._next] if self._next < len(self._lines) else None

    def _entry(self, first: Inner) -> DocumentEntry:
        command = self._command(first)
        self._pids = not names_processes(command.text)
        out: list[Expected] = []
        events: list[EventLine] = []
        blanks: list[Inner] = []
        stated = False
        last_line = command.last_line
        while (line := self._peek()) is not None and not PROMPT.match(line.text):
            self._next += 1
            if not line.text:
                blanks.append(line)
                continue
            out += [Out(blank.number, "", ()) for blank in blanks]
            blanks.clear()
            stated = True
            last_line = line.number
            if line.text == GAP:
                out.append(Gap(line.number))
            elif line.text.startswith(EVENT):
                start = len(EVENT)
                pattern = self._expected(line, line.text[start:], start)
                events.append(EventLine(line.number, line.text, pattern))
            elif CONT.match(line.text):
                message = "a continuation follows its command, not output; as output: \\..."
                raise self._error(line, 0, message)
            else:
                text = unescape_start(line.text)
                pattern = self._expected(line, text, len(line.text) - len(text))
                out.append(Out(line.number, line.text, pattern))
        start = self._source.after(command.last_line)
        end = self._source.after(last_line)
        return DocumentEntry(
            command, tuple(out), tuple(events), Span(start, end), stated, last_line
        )

    def _command(self, first: Inner) -> CommandLine:
        found = PROMPT.match(first.text)
        if not found:
            raise self._error(first, 0, "expected a prompt, `kv> `, before any output")
        client = found["client"]
        if client is not None and client != self._session:
            wanted = f"session={self._session}" if self._session else "a block without session="
            message = f"{found[0].strip()} in {wanted}: another client has a block of its own"
            raise self._error(first, found.start("client"), message)
        self._next += 1
        texts = [first.text[found.end() :]]
        pieces = [self._typed(first, texts[0], found.end())]
        last = first
        while (line := self._peek()) is not None and (more := CONT.match(line.text)):
            self._next += 1
            texts.append(line.text[more.end() :])
            pieces.append(self._typed(line, texts[-1], more.end()))
            last = line
        pattern = tuple(part for piece in pieces for part in ("\n", *piece))[1:]
        return CommandLine(
            first.number, last.number, first.column, found[0], "\n".join(texts), pattern
        )

    def _typed(self, line: Inner, text: str, start: int) -> Pattern:
        """Parse the text of a command with its holes; in a comment, holes are plain text."""
        code, comment = text, ""
        if "#" in text and ("<" in text or "${" in text):
            notes = [token for token in tokenize(text) if token.kind == "comment"]
            if notes:
                code, comment = text[: notes[0].start], text[notes[0].start :]
        try:
            pattern = read_pattern(code, as_typed=True)
        except HoleError as error:
            raise self._error(line, start + error.start, str(error)) from None
        pattern = self._kinds.command(pattern, code, line.number, line.column + start)
        return (*pattern, comment) if comment else pattern

    def _expected(self, line: Inner, text: str, start: int) -> Pattern:
        try:
            pattern = read_pattern(text, pids=self._pids)
        except HoleError as error:
            raise self._error(line, start + error.start, str(error)) from None
        return self._kinds.expected(pattern, text, line.number, line.column + start)

    def _error(self, line: Inner, offset: int, message: str) -> Exception:
        return self._source.error(line.number, line.column + offset, message)
