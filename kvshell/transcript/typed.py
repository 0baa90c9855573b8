"""A line that a person typed, as a document holds it."""

import re
from collections.abc import Mapping

from kvshell.commands.tokens import tokenize
from kvshell.transcript.lines import SHAPES
from kvshell.transcript.patterns import escape_holes, hole_text
from kvshell.transcript.scope import Scope

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PID = SHAPES["pid"]
_REF = SHAPES["ref"]


def writable(text: str) -> str:
    """Return the line without characters that a document cannot hold, or would not keep."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [_UNWRITABLE.sub("\ufffd", line).rstrip(" \t") for line in lines]
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept)


def comment_of(text: str) -> str | None:
    """Return what a line that is nothing but a comment says; None for any other line."""
    tokens = tokenize(text)
    if not tokens or any(token.kind not in {"comment", "prompt"} for token in tokens):
        return None
    comments = [token.text[1:].strip() for token in tokens if token.kind == "comment"]
    return " ".join(comments) if comments else None


def with_pids(text: str, pids: Mapping[str, str]) -> str:
    """Return the line with each pid and reference of another run replaced by that of this one."""
    for shape in (_PID, _REF):
        text = shape.sub(lambda found: pids.get(found.group(), found.group()), text)
    return text


def as_command(text: str, scope: Scope) -> list[str]:
    """Return the lines of a command in a document: what has a name is a hole."""
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
