"""The options of replay, check and export as one record."""

from typing import NamedTuple

from kvshell.transcript.format.holes import printable
from kvshell.views import Caps


class ReplayOptions(NamedTuple):
    """All options of `replay`, `check` and `export`, with their defaults.

    Attributes:
        paths: FILE, FILE:LINE, DIR, `-`, or the name of a bundled transcript.
        update: "" if not given, otherwise bare, new, ask or all.
        accept_identity: whether to rewrite names whose process has changed.
        force: whether to rewrite files that are modified according to git.
        stop_first: `-x`: stop at the first failure.
        match: `-k TEXT`: run only steps whose title or commands contain the text.
        stop_at: the line at which to open the prompt.
        load: the programs that run before a document's first line.
        report: text, trace, json, junit or github.
        engine: the engine to compare with; "" for none.
        elixir: whether blocks of Elixir run in all documents.
        to: the export format: cast, svg or html.
        output: the file of the export; "" for standard output.
    """

    paths: tuple[str, ...] = ()
    live: bool = False
    speed: float = 1.0
    step: bool = False
    update: str = ""
    accept_identity: bool = False
    force: bool = False
    stop_first: bool = False
    match: str = ""
    design: str = ""
    stop_at: int = 0
    report: str = "text"
    list_only: bool = False
    trust: bool = False
    load: tuple[str, ...] = ()
    engine: str = ""
    elixir: bool = False
    to: str = "cast"
    output: str = ""
    width: int = 0
    caps: Caps = Caps()


def noted(
    kind: str, path: str, line: int, column: int, message: str, options: ReplayOptions
) -> str:
    """Return a note on a document in the form of the report.

    As text, it is `path:line:column: kind: message`.
    """
    if options.report == "json":
        from kvshell.views.json_line import dumps  # noqa: PLC0415  # a plain replay needs no JSON

        note = {"v": 1, "kind": kind, "path": path, "line": line, "column": column}
        return dumps({**note, "message": message})
    if options.report == "github":
        place = f"file={escaped_property(path)},line={line},col={column}"
        return f"::{kind} {place},title=kvshell check::{escaped(message)}"
    return printable(f"{path}:{line}:{column}: {kind}: {message}")


def escaped(text: str) -> str:
    """Escape a message for GitHub workflow commands."""
    text = "\n".join(map(printable, text.split("\n")))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """Escape a property value for GitHub workflow commands."""
    return escaped(text).replace(":", "%3A").replace(",", "%2C")
