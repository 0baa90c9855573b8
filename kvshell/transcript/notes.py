"""One note with its place, for people, for programs and for GitHub."""

import json

from kvshell.transcript.normal import printable
from kvshell.transcript.options import Options


def noted(kind: str, path: str, line: int, column: int, message: str, options: Options) -> str:
    """Return `path:line:column: warning: message` in the form that was asked for."""
    if options.report == "json":
        note = {"v": 1, "kind": kind, "path": path, "line": line, "column": column}
        return json.dumps({**note, "message": message}, ensure_ascii=False)
    if options.report == "github":
        place = f"file={escaped_property(path)},line={line},col={column}"
        return f"::{kind} {place},title=kvshell check::{escaped(message)}"
    return printable(f"{path}:{line}:{column}: {kind}: {message}")


def escaped(text: str) -> str:
    """Return a message as GitHub's workflow commands want it."""
    text = "\n".join(map(printable, text.split("\n")))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """Return the value of a property of such a command."""
    return escaped(text).replace(":", "%3A").replace(",", "%2C")
