r"""Parses and writes holes, and brings text into the form in which it is compared.

Control characters become visible escapes (`\t`, `\x1b`), so that they never reach a terminal
through a report or a rewritten document.
"""

import re
from unicodedata import is_normalized, normalize

from kvshell.transcript.format.document import Hole, Pattern
from kvshell.transcript.format.grammar import ESCAPED_HOLE, KINDS, is_structural

_PLAIN = re.compile(r"[\x20-\x7e]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# CSI, OSC up to its terminator, and sequences of two or three characters; none backtracks.
_ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]+[0-~]|\x1b[0-Z\\^_-~]"
)


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    return r"\t" if character == "\t" else f"\\x{ord(character):02x}"


def visible(text: str) -> str:
    r"""Return a line in NFC, with its control characters written as `\t` and `\xNN`."""
    if _PLAIN.fullmatch(text):
        return text
    if not is_normalized("NFC", text):
        text = normalize("NFC", text)
    return _CONTROL.sub(_escape, text)


def output_lines(text: str) -> list[str]:
    """Return printed text as the lines that are compared.

    They are without colours, carriage returns, trailing blanks and blank lines at the end, and in
    Unicode's composed form (NFC).
    """
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    lines = [visible(line.rstrip(" \t\r")) for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def printable(text: str) -> str:
    """Return a text from a document in a form that is safe in reports: nothing moves the cursor."""
    return _DIRECTION.sub(lambda found: f"\\u{ord(found.group()):04x}", _CONTROL.sub(_escape, text))


_LITERAL_HOLE = re.compile(r"#(PID|Reference)<n(\d+(?:_\d+){2,})>")
_HIDDEN_END = re.compile(r"--(\\*)>")
_MAY_START_STRUCTURE = "ki.~\\"


class HoleError(ValueError):
    """An invalid hole; `start` is its offset in the line."""

    def __init__(self, start: int, message: str) -> None:
        super().__init__(message)
        self.start = start


def unescape_start(line: str) -> str:
    """Remove the backslash that protects an output line from being parsed as structure."""
    if not line.startswith("\\"):
        return line
    rest = line.lstrip("\\")
    return line[1:] if not rest or is_structural(rest) else line


def escape_start(line: str) -> str:
    """Add the backslash that `unescape_start` removes; `line` is a non-empty line of output."""
    if line[:1] not in _MAY_START_STRUCTURE:
        return line
    rest = line.lstrip("\\")
    return "\\" + line if not rest or is_structural(rest) else line


def names_processes(command: str) -> bool:
    """Whether `#PID<s>` in a command's answer is text and not a hole, as for `explore`."""
    return command.split(maxsplit=1)[:1] == ["explore"]


def escape_holes(text: str, *, pids: bool = True) -> str:
    """Return the text of a pattern that matches exactly `text`; `pids` as in `read_pattern`."""
    if "<" not in text and "${" not in text:
        return text
    return ESCAPED_HOLE.sub(lambda found: _escaped(found, pids), text)


def _escaped(found: re.Match[str], pids: bool) -> str:
    if not pids and found["hole"].startswith("#"):
        return found[0]
    return "\\" * len(found["slashes"]) + "\\" + found[0]


def unhide(text: str) -> str:
    r"""Return a line of a hidden block as it is meant: there, `-->` is written `--\\>`."""
    return _HIDDEN_END.sub(_one_less, text) if "--\\" in text else text


def hide(text: str) -> str:
    r"""Write `-->` in a line as `--\>`, so that it does not end the comment around the block."""
    return _HIDDEN_END.sub(lambda found: f"--\\{found[1]}>", text) if "--" in text else text


def _one_less(found: re.Match[str]) -> str:
    return f"--{found[1][1:]}>"


def read_pattern(text: str, *, as_typed: bool = False, pids: bool = True) -> Pattern:
    """Parse a pattern into literals and holes; bare holes have the kind "".

    With `as_typed`, the text is a command: only holes are parsed, and no character is changed. With
    `pids` false, `#PID<s>` and `#Reference<r>` are text.
    """
    if not as_typed:
        text = visible(text)
    if "<" not in text and "${" not in text:
        return (text,) if text else ()
    parts: list[str | Hole] = []
    literal: list[str] = []
    place = 0
    for found in ESCAPED_HOLE.finditer(text):
        slashes = len(found["slashes"])
        if not pids and found["hole"].startswith("#"):
            literal.append(text[place : found.end()])
            place = found.end()
            continue
        literal += [text[place : found.start()], "\\" * (slashes // 2)]
        place = found.end()
        if slashes % 2:
            literal.append(found["hole"])
            continue
        joined = "".join(literal)
        literal.clear()
        if joined:
            parts.append(joined)
        parts.append(_hole(found))
    rest = "".join([*literal, text[place:]])
    if rest:
        parts.append(rest)
    return tuple(parts)


def _hole(found: re.Match[str]) -> Hole:
    written = found["hole"]
    if written.startswith("#"):
        name, kind = found["pid"] or found["ref"], "pid" if found["pid"] else "ref"
    else:
        name, kind = found["name"] or "_", found["kind"] or ""
        if kind and kind not in KINDS:
            start = found.start("hole")
            raise HoleError(start, f"no kind {kind!r}; kinds are {' '.join(KINDS)}")
        if name == "_" and not kind:
            kind = "any"
    return Hole("" if name == "_" else name, kind, written)


def write_parts(pattern: Pattern, *, pids: bool = True) -> str:
    """Return the text of a pattern that is a part of a line: holes, and escaped literals."""
    pieces = []
    for index, part in enumerate(pattern):
        if isinstance(part, Hole):
            pieces.append(part.text)
            continue
        piece = escape_holes(part, pids=pids)
        if index + 1 < len(pattern):  # a hole follows: double the backslashes before it
            bare = piece.rstrip("\\")
            piece = bare + (piece[len(bare) :] * 2)
        pieces.append(piece)
    return "".join(pieces)


def write_pattern(pattern: Pattern, *, pids: bool = True) -> str:
    """Return the output line that is parsed to this pattern; adjacent literals must be joined."""
    text = write_parts(pattern, pids=pids)
    return escape_start(text) if text else text


def joined(parts: list[str | Hole]) -> Pattern:
    """Return a pattern with adjacent literals joined and empty ones dropped."""
    found: list[str | Hole] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part:
            found.append(part)
    return tuple(found)


def literal_name(numbers: str) -> str:
    """Return the name of the hole for a literal `#PID<0.41.0>` or reference in a block of Elixir.

    The literal matches any process where it first occurs, and the same process from then on.
    """
    return "n" + re.sub(r"[^0-9]", "_", numbers)


def with_literals(text: str) -> str:
    """Return an answer with the holes of literals written as these literals again."""
    return _LITERAL_HOLE.sub(lambda found: f"#{found[1]}<{found[2].replace('_', '.')}>", text)


def hole_text(name: str, kind: str) -> str:
    """Return a hole as it is written in a document: `#PID<s1>`, `#Reference<r>`, `${n:int}`."""
    if kind in {"pid", "ref"}:
        return f"#PID<{name}>" if kind == "pid" else f"#Reference<{name}>"
    return f"${{{name}:{kind}}}"
