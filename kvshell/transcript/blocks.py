"""The lines of one block -> its entries: commands, what they must print, and events."""

from typing import NamedTuple

from kvshell.commands.tokens import tokenize
from kvshell.transcript.document import Command, Entry, EventLine, Expected, Gap, Out, Pattern, Span
from kvshell.transcript.grammar import CONT, EVENT, GAP, PROMPT
from kvshell.transcript.kinds import Kinds
from kvshell.transcript.patterns import PatternError, names_processes, read_pattern, unescape_start
from kvshell.transcript.source import Source


class Inner(NamedTuple):
    """A line of a block: its number, the column where it begins in the source, its text."""

    number: int
    column: int
    text: str


class BlockReader:
    """Reads the lines of one block from first to last."""

    def __init__(self, source: Source, kinds: Kinds, lines: list[Inner], session: str) -> None:
        self._source = source
        self._kinds = kinds
        self._lines = [line._replace(text=line.text.rstrip(" \t")) for line in lines]
        self._session = session
        self._next = 0
        self._pids = True  # whether `#PID<s>` in the output of the present command is a hole

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry of the block; at least one, or a ParseError."""
        found = []
        while (line := self._peek()) is not None:
            if line.text:
                found.append(self._entry(line))
            else:
                self._next += 1
        return tuple(found)

    def _peek(self) -> Inner | None:
        return self._lines[self._next] if self._next < len(self._lines) else None

    def _entry(self, first: Inner) -> Entry:
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
        return Entry(command, tuple(out), tuple(events), Span(start, end), stated, last_line)

    def _command(self, first: Inner) -> Command:
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
        return Command(first.number, last.number, first.column, found[0], "\n".join(texts), pattern)

    def _typed(self, line: Inner, text: str, start: int) -> Pattern:
        """A command's text with its holes; a comment has none."""
        code, comment = text, ""
        if "#" in text and ("<" in text or "${" in text):
            notes = [token for token in tokenize(text) if token.kind == "comment"]
            if notes:
                code, comment = text[: notes[0].start], text[notes[0].start :]
        try:
            pattern = read_pattern(code, as_typed=True)
        except PatternError as error:
            raise self._error(line, start + error.start, str(error)) from None
        pattern = self._kinds.command(pattern, code, line.number, line.column + start)
        return (*pattern, comment) if comment else pattern

    def _expected(self, line: Inner, text: str, start: int) -> Pattern:
        try:
            pattern = read_pattern(text, pids=self._pids)
        except PatternError as error:
            raise self._error(line, start + error.start, str(error)) from None
        return self._kinds.expected(pattern, text, line.number, line.column + start)

    def _error(self, line: Inner, offset: int, message: str) -> Exception:
        return self._source.error(line.number, line.column + offset, message)
