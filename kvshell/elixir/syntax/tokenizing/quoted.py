"""Quoted text: strings, charlists, heredocs, sigils, quoted atoms and quoted calls."""

import re
from typing import Any

from kvshell.elixir.syntax.faults import Fault
from kvshell.elixir.syntax.strings import unescape
from kvshell.elixir.syntax.tokenizing import sentences
from kvshell.elixir.syntax.tokenizing.scan import Scan
from kvshell.elixir.syntax.tokenizing.tokens import Interpolation, ParseWarning, SourceToken

_HEADER = re.compile(r"[ \t]*\r?\n")
_MODIFIERS = re.compile(r"[A-Za-z0-9]*")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*[?!]?")
_SPECIAL = re.compile(r"[\\\n#\"')\]}>/|\u202a-\u202e\u2066-\u2069]")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SIGIL_ENDS = {"(": ")", "[": "]", "{": "}", "<": ">"}

Parts = list[str | Interpolation]


class Quotes:
    """Reads quoted text for a tokenizer."""

    def __init__(self, reader: Scan) -> None:
        self._reader = reader

    def string(self, quote: str) -> None:
        """Read `"..."` or `'...'`, or a quoted keyword such as `"a b": 1`."""
        reader = self._reader
        line, column = reader.line, reader.column
        reader.at += 1
        parts = self._extract(quote, f" (for string starting at line {line})")
        after = reader.text[reader.at : reader.at + 2]
        if len(after) == 2 and after[0] == ":" and after[1] in " \t\r\n":
            reader.at += 1
            self._warn_quotes("keyword", parts, line, column + 1)
            self._named("kw_identifier", parts, line, column, column + 1)
            return
        kind = "bin_string" if quote == '"' else "list_string"
        self._add(kind, self._unescaped(parts, line, column + 1), line, column, delimiter=quote)

    def heredoc(self, quotes: str) -> None:
        '''Read `"""` to `"""`.'''
        reader = self._reader
        line, column = reader.line, reader.column
        parts, indentation = self._heredoc(quotes, line, column, 3, interpolate=True)
        kind = "bin_heredoc" if quotes[0] == '"' else "list_heredoc"
        value = self._unescaped(parts, line, column)
        self._add(kind, value, line, column, delimiter=quotes, indentation=indentation)

    def sigil(self, found: str) -> None:
        """Read `~r/.../i` and other sigils; their content is kept as written."""
        reader = self._reader
        line, column = reader.line, reader.column
        name = found[1]
        rest = reader.text[reader.at + 2 : reader.at + 5]
        interpolate = name.islower()
        indentation = None
        if rest in {'"""', "'''"}:
            delimiter = rest
            parts, indentation = self._heredoc(rest, line, column, 5, interpolate=interpolate)
        else:
            delimiter = rest[0]
            if delimiter not in "/<\"'[({|":
                place = f'"{delimiter}" (column {column + 2}, code point U+{ord(delimiter):04X})'
                known = "The available delimiters are: //, ||, \"\", '', (), [], {}, <>"
                raise Fault(line, column, "invalid sigil delimiter: ", f"{place}. {known}")
            reader.at += 3
            end = _SIGIL_ENDS.get(delimiter, delimiter)
            where = f" (for sigil ~{name}{delimiter} starting at line {line})"
            parts = self._extract(end, where, interpolate=interpolate)
        modifiers = _MODIFIERS.match(reader.text, reader.at)
        assert modifiers is not None
        reader.at = modifiers.end()
        extra = {"name": name, "modifiers": modifiers[0]}
        self._add(
            "sigil", parts, line, column, delimiter=delimiter, indentation=indentation, **extra
        )

    def atom(self, found: str) -> None:
        """Read `:"..."`."""
        reader = self._reader
        line, column = reader.line, reader.column
        reader.at += 2
        parts = self._extract(found[1], f" (for atom starting at line {line})")
        self._warn_quotes("atom", parts, line, column)
        self._named("atom", parts, line, column, column)
        reader.tokens[-1].extra = {"delimiter": found[1]}

    def call(self, quote: str) -> None:
        """Read the quoted name of a remote call: `Mod."name"()`."""
        reader = self._reader
        line, column = reader.line, reader.column
        reader.at += 1
        parts = self._extract(quote, f" (for function name starting at line {line})")
        if len(parts) != 1 or type(parts[0]) is not str:
            raise Fault(line, column, sentences.INTERPOLATED_CALL, quote)
        name = parts[0]
        self._warn_quotes("call", parts, line, column)
        reader.atom_of(name, line, column)
        self._append(reader.identifier_kind(), name, line, column)

    def _named(self, kind: str, parts: Parts, line: int, column: int, at: int) -> None:
        value = self._unescaped(parts, line, at)
        if len(value) == 1 and type(value[0]) is str:
            name = self._reader.atom_of(value[0], line, column)
            self._append("atom_quoted" if kind == "atom" else kind, name, line, column)
        else:
            self._append(kind + "_unsafe", value, line, column)

    def _warn_quotes(self, what: str, parts: Parts, line: int, column: int) -> None:
        if len(parts) == 1 and type(parts[0]) is str and _PLAIN_NAME.fullmatch(parts[0]):
            self._reader.warn(line, column, sentences.unneeded_quotes(what, parts[0]))

    def _unescaped(self, parts: Parts, line: int, column: int) -> list[Any]:
        return [unescape(part, line, column) if type(part) is str else part for part in parts]

    def _add(self, kind: str, value: Any, line: int, column: int, **extra: Any) -> None:
        self._append(kind, value, line, column).extra = extra

    def _append(self, kind: str, value: Any, line: int, column: int) -> SourceToken:
        reader = self._reader
        token = SourceToken(kind, value, line, column, reader.column)
        token.end_line = reader.line
        reader.tokens.append(token)
        return token

    def _heredoc(
        self, quotes: str, line: int, column: int, skip: int, *, interpolate: bool
    ) -> tuple[Parts, int]:
        reader = self._reader
        header = _HEADER.match(reader.text, reader.at + skip)
        if header is None:
            raise Fault(line, column, sentences.HEREDOC_HEADER, quotes)
        reader.at = header.end()
        reader.newline(reader.at)
        end = re.compile(rf"[ \t]*{quotes}")
        where = f" (for heredoc starting at line {line})"
        parts = self._extract(quotes, where, interpolate=interpolate, line_end=end)
        indentation = reader.column - 4
        first_line = line + 1
        trimmed: Parts = []
        warned = False
        at_start = True
        here = first_line
        for part in parts:
            if isinstance(part, Interpolation):
                trimmed.append(part)
                here = part.end_line
                at_start = False
                continue
            lines = part.split("\n")
            for index, text in enumerate(lines):
                if index == 0 and not at_start:
                    continue
                lines[index], short = _trim(text, indentation, last=index == len(lines) - 1)
                if short and not warned:
                    warned = True
                    message = sentences.outdented(quotes)
                    reader.warnings.append(ParseWarning(here + index, column, message))
            here += len(lines) - 1
            trimmed.append("\n".join(lines))
            at_start = False
        return trimmed, indentation

    def _extract(
        self,
        end: str,
        where: str,
        *,
        interpolate: bool = True,
        line_end: "re.Pattern[str] | None" = None,
    ) -> Parts:
        """Return the parts up to the quotes `end`, and skip them.

        `where` completes the message about missing quotes. `line_end` matches the end of a heredoc,
        which must start a line.
        """
        reader = self._reader
        text = reader.text
        parts: Parts = []
        pieces: list[str] = []
        start = reader.at
        if line_end and (closed := line_end.match(text, reader.at)):
            reader.at = closed.end()
            return [""]
        while True:
            found = _SPECIAL.search(text, reader.at)
            if found is None:
                reader.at = len(text)
                raise Fault(reader.line, reader.column, f"missing terminator: {end}{where}")
            at, char = found.start(), found[0]
            reader.at = at + 1
            if char == end:
                pieces.append(text[start:at])
                break
            newline = char == "\n"
            if newline:
                reader.newline(at + 1)
            elif char == "\\":
                if text.startswith(end, at + 1):
                    pieces.append(text[start:at])
                    start = at + 1
                    reader.at = start + len(end)
                else:
                    newline = self._escape(at)
            elif char == "#" and interpolate and text.startswith("{", at + 1):
                pieces.append(text[start:at])
                if joined := "".join(pieces):
                    parts.append(joined)
                parts.append(self._interpolation(where))
                pieces = []
                start = reader.at
            elif char in _BIDI:
                raise self._bidi(char)
            if newline and line_end and (closed := line_end.match(text, reader.at)):
                pieces.append(text[start : reader.at])
                reader.at = closed.end()
                break
        joined = "".join(pieces)
        if joined or not parts:
            parts.append(joined)
        return parts

    def _escape(self, at: int) -> bool:
        """Skip the backslash at index `at` and what it escapes; return True for a newline."""
        reader = self._reader
        following = reader.text[at + 1 : at + 2]
        if following in {"", "\r"}:
            return False
        reader.at = at + 2
        if following == "\n":
            reader.newline(at + 2)
        return following == "\n"

    def _interpolation(self, where: str) -> Interpolation:
        reader = self._reader
        line, column = reader.line, reader.column - 1
        reader.at += 1
        try:
            return reader.interpolation(line, column)
        except Fault as fault:
            if type(fault.message) is str and fault.message.startswith("missing interpolation"):
                raise Fault(line, column, fault.message + where) from None
            raise

    def _bidi(self, char: str) -> Fault:
        token = f"\\u{ord(char):04X}"
        before = "invalid bidirectional formatting character in string: "
        after = f". If you want to use such character, use it in its escaped {token} form instead"
        return Fault(self._reader.line, self._reader.column - 1, (before, after), token)


def _trim(text: str, indentation: int, *, last: bool) -> tuple[str, bool]:
    """Return the line without the heredoc's indentation, and whether it is indented too little."""
    count = 0
    while count < indentation and count < len(text) and text[count] in " \t":
        count += 1
    rest = text[count:]
    short = count < indentation and rest not in {"", "\r"} and not (last and not rest)
    return rest, short
