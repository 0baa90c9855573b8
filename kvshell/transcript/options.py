"""What the command line of replay, check and export says, as one record."""

from typing import NamedTuple

from kvshell.views import Caps


class Options(NamedTuple):
    """Every option of the verbs, each with what its absence means.

    Attributes:
        paths: FILE, FILE:LINE, DIR, `-`, or the name of a bundled transcript.
        update: "" not asked, else bare, new, ask or all.
        accept_identity: write a name's new process where it changed.
        force: rewrite files that git says are modified.
        stop_first: `-x`.
        match: `-k TEXT`: steps whose title or commands contain it.
        stop_at: the line to open the prompt in front of.
        load: programs that run before a document's first line.
        report: text, trace, json, junit or github.
        to: export to cast, svg or html; `output` is its file, "" standard output.
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
    to: str = "cast"
    output: str = ""
    width: int = 0
    caps: Caps = Caps()
