"""One line as written -> the pattern it stands for, and back: escapes and holes."""

import re

from kvshell.transcript.document import Hole, Pattern
from kvshell.transcript.grammar import ESCAPED_HOLE, KINDS, is_structural
from kvshell.transcript.normal import visible

_HIDDEN_END = re.compile(r"--(\\*)>")
_MAY_START_STRUCTURE = "ki.~\\"


class PatternError(ValueError):
    """A hole that cannot be one; `start` is its place in the line."""

    def __init__(self, start: int, message: str) -> None:
        super().__init__(message)
        self.start = start


def unescape_start(line: str) -> str:
    """Drop the backslash that keeps an output line from being read as structure."""
    if not line.startswith("\\"):
        return line
    rest = line.lstrip("\\")
    return line[1:] if not rest or is_structural(rest) else line


def escape_start(line: str) -> str:
    """Inverse of unescape_start, for a line that is output and not empty."""
    if line[:1] not in _MAY_START_STRUCTURE:
        return line
    rest = line.lstrip("\\")
    return "\\" + line if not rest or is_structural(rest) else line


def names_processes(command: str) -> bool:
    """Whether a command's answer writes `#PID<s>` itself: then that is text, and no hole."""
    return command.split(maxsplit=1)[:1] == ["explore"]


def escape_holes(text: str, *, pids: bool = True) -> str:
    """Return the text of a pattern that matches `text` and nothing else."""
    if "<" not in text and "${" not in text:
        return text
    return ESCAPED_HOLE.sub(lambda found: _escaped(found, pids), text)


def _escaped(found: re.Match[str], pids: bool) -> str:
    if not pids and found["hole"].startswith("#"):
        return found[0]
    return "\\" * len(found["slashes"]) + "\\" + found[0]


def escape_line(line: str) -> str:
    """Return the output line as a document writes it (U7); an empty line stays empty."""
    return escape_start(escape_holes(line)) if line else line


def unhide(text: str) -> str:
    r"""Return a line of a hidden block with `--\\>` read as `-->`."""
    return _HIDDEN_END.sub(_one_less, text) if "--\\" in text else text


def hide(text: str) -> str:
    """Inverse of unhide: the line cannot end the comment it stands in."""
    return _HIDDEN_END.sub(lambda found: f"--\\{found[1]}>", text) if "--" in text else text


def _one_less(found: re.Match[str]) -> str:
    return f"--{found[1][1:]}>"


def read_pattern(text: str, *, as_typed: bool = False, pids: bool = True) -> Pattern:
    """Return the parts of a pattern, adjacent literals joined; kinds as written, "" if bare.

    What is `as_typed` is a command's text: only its holes are read, no character is changed.
    Without `pids`, `#PID<s>` and `#Reference<r>` are text.
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
            raise PatternError(start, f"no kind {kind!r}; kinds are {' '.join(KINDS)}")
        if name == "_" and not kind:
            kind = "any"
    return Hole("" if name == "_" else name, kind, written)


def write_parts(pattern: Pattern, *, pids: bool = True) -> str:
    """Return the text of a pattern as it stands inside a line: holes, and escaped literals."""
    pieces = []
    for index, part in enumerate(pattern):
        if isinstance(part, Hole):
            pieces.append(part.text)
            continue
        piece = escape_holes(part, pids=pids)
        if index + 1 < len(pattern):  # a hole follows: its backslashes count double
            bare = piece.rstrip("\\")
            piece = bare + (piece[len(bare) :] * 2)
        pieces.append(piece)
    return "".join(pieces)


def write_pattern(pattern: Pattern, *, pids: bool = True) -> str:
    """Return the output line that is read as this pattern; adjacent literals must be joined."""
    text = write_parts(pattern, pids=pids)
    return escape_start(text) if text else text


def joined(parts: list[str | Hole]) -> Pattern:
    """Return the parts with adjacent literals joined and empty ones dropped."""
    found: list[str | Hole] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part:
            found.append(part)
    return tuple(found)


def hole_text(name: str, kind: str) -> str:
    """Return the hole as a document writes it: `#PID<s1>`, `#Reference<r>`, `${n:int}`."""
    if kind == "pid":
        return f"#PID<{name}>"
    if kind == "ref":
        return f"#Reference<{name}>"
    return f"${{{name}:{kind}}}"
