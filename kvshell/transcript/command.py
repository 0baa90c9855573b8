"""The command lines of replay, check and export: words -> Options."""

import argparse
from collections.abc import Sequence

from kvshell.transcript.grammar import DESIGNS
from kvshell.transcript.main import Host, Options, main
from kvshell.views.flags import Flags

_UPDATES = ("new", "ask", "all")
UPDATE = "rewrite what is expected: where nothing was, hunk by hunk, or all (alone: all)"


def replay(words: Sequence[str], flags: Flags, host: Host | None = None) -> int:
    """`kvshell replay PATH...`; returns the exit code."""
    parser = _parser("replay", "Run transcripts, and say what differs.")
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="FILE, FILE:LINE, FOLDER, - or a bundled name")
    add("--live", action="store_true", help="type it on the terminal, as a person would")
    add("--speed", type=_speed, default=1.0, metavar="N", help="with --live: N times as fast")
    add("--step", action="store_true", help="with --live: a key for each command")
    add("--update", default="", choices=("bare", *_UPDATES), metavar="{new,ask,all}", help=UPDATE)
    add("--accept-identity", action="store_true", help="update also where the process changed")
    add("--force", action="store_true", help="update files that are modified in git")
    add("-x", dest="stop_first", action="store_true", help="stop at the first failure")
    add("-k", dest="match", default="", metavar="TEXT", help="steps that contain TEXT")
    add("--design", default="", choices=DESIGNS)
    add("--stop-at", type=_line, default=0, metavar="LINE", help="open the prompt before LINE")
    add("--report", default="", choices=("text", "trace", "json", "junit", "github"))
    add("--json", action="store_const", dest="report", const="json", help="--report json")
    add("--list", dest="list_only", action="store_true", help="name the steps, run nothing")
    add("--trust", action="store_true", help="let it read and write files")
    return main("replay", _options(parser, words, flags), host)


def check(words: Sequence[str], flags: Flags, host: Host | None = None) -> int:
    """`kvshell check PATH...`; returns the exit code."""
    parser = _parser("check", "Parse transcripts and point at likely mistakes; run nothing.")
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="FILE, FOLDER, - or a bundled name")
    add("--report", default="", choices=("text", "json", "github"))
    add("--json", action="store_const", dest="report", const="json", help="--report json")
    return main("check", _options(parser, words, flags), host)


def export(words: Sequence[str], flags: Flags, host: Host | None = None) -> int:
    """`kvshell export FILE --to cast|svg|html`; returns the exit code."""
    parser = _parser("export", "Play a transcript and write it as a film, a picture or a page.")
    add = parser.add_argument
    add("paths", nargs=1, metavar="FILE", help="FILE, FILE:LINE, - or a bundled name")
    add("--to", default="", choices=("cast", "svg", "html"), help="default: cast")
    add("-o", "--output", default="", metavar="FILE", help="default: standard output")
    add("--speed", type=_speed, default=1.0, metavar="N", help="of a cast: N times as fast")
    add("--width", type=_width, default=0, metavar="N", help="instead of the document's")
    options = _options(parser, words, flags)
    by_name = options.output.rpartition(".")[2]
    to = options.to or (by_name if by_name in {"cast", "svg", "html"} else "cast")
    return main("export", options._replace(to=to), host)


def _parser(verb: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=f"kvshell {verb}", description=description, allow_abbrev=False
    )


def _options(parser: argparse.ArgumentParser, words: Sequence[str], flags: Flags) -> Options:
    """Read the words. `--update` alone takes no value: the word after it is a path."""
    spelled = ["--update=bare" if word == "--update" else word for word in words]
    given = {k: v for k, v in vars(parser.parse_args(spelled)).items() if k in Options._fields}
    given["paths"] = tuple(given["paths"])
    if "report" in given:
        given["report"] = given["report"] or ("json" if flags.caps.json else "text")
    return Options(**given, load=flags.load, caps=flags.caps)


def _speed(text: str) -> float:
    speed = float(text)
    if not 0.1 <= speed <= 100:
        raise argparse.ArgumentTypeError("a speed is a number from 0.1 to 100")
    return speed


def _width(text: str) -> int:
    if not text.isdigit() or not 20 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("a width is a number from 20 to 1000")
    return int(text)


def _line(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError("a line is a number from 1")
    return int(text)
