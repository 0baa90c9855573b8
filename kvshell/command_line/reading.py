"""The command line parser: all modes with their arguments, and the options they share.

Shared options may come before or after the mode's name; a mode declares which of them apply and
rejects the others by name. Parsing takes two steps, so that startup builds the parser of one mode
only: first the words up to the mode, then those of the mode. `tree` builds one parser with
subparsers for the same command line, for completion and the manual page. Imports only argparse.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final, NoReturn

from kvshell import __version__
from kvshell.command_line.modes import MODES
from kvshell.command_line.shared import DEFAULTS, SHARED

USAGE_LINES: Final = """\
kvshell [options]                        the prompt; with piped input an answer per line
       kvshell [options] -c LINE [-c ...] [-i]  run lines and exit, or stay at the prompt
       kvshell [options] MODE [words]           one of the modes below; kvshell MODE --help"""

EPILOG: Final = """\
Standard output is for data - answers, and errors of lines, `** (...) ...` - and standard error for
messages. Exit codes: 0 ok, 1 a line failed, 2 usage or an unreadable file, 3 nothing to run,
4 a hang, unwritable output or an internal fault, 130 interrupted.
Inside: help, help COMMAND, help keys."""


ONLY_NATIVE: Final = "{mode} works only on kvshell's own runtime: leave --engine out"


# -- parsing -----------------------------------------------------------------------------------


class ModeParser(argparse.ArgumentParser):
    """A parser whose errors are a single line that names the mode and points to its help."""

    def error(self, message: str) -> NoReturn:
        """Print the message and exit with status 2."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        """Write help to standard output, or an error to standard error, ignoring write errors."""
        from kvshell.views.output import emit_data, emit_error  # noqa: PLC0415  # rarely needed

        if file is not None and file is sys.stderr:
            emit_error(message)
        else:
            emit_data(message)


class _Refused(argparse.Action):
    """The action of a shared option that does not apply to this mode: it reports an error."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002
        values: object,  # noqa: ARG002
        option_string: str | None = None,
    ) -> None:
        if option_string == "--engine":
            parser.exit(2, f"{ONLY_NATIVE.format(mode=parser.prog)}\n")
        parser.error(f"{option_string} does not apply to this mode")


def read(words: Sequence[str]) -> argparse.Namespace:
    """Parse a command line; exit with status 2 and a message if it is invalid.

    The namespace holds every shared option, `mode` ("" for none), and the mode's arguments or
    `lines`, `stay` and `spec`.
    """
    parser = main_parser()
    parser.add_argument("mode", nargs="?", default="", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    name, rest = given.mode, given.rest
    del given.rest
    if not name:
        for line in given.lines:
            if _is_file_name(line):
                parser.exit(2, f"kvshell: -c runs a line, and {line} is a file: {_way(line)}\n")
        _complete(given)
        if given.json and given.plain:
            parser.error("--json and --plain cannot be combined")
        return given
    if name not in MODES:
        parser.exit(2, f"kvshell: {unknown(name, rest)}\n")
    if given.lines:
        parser.exit(2, f"kvshell: -c runs lines without {name}: leave out one of them\n")
    mode = MODES[name]
    own = mode_parser(name)
    for option in SHARED:
        if hasattr(given, option) and option not in mode.takes:
            if option == "engine":
                own.exit(2, f"{ONLY_NATIVE.format(mode=own.prog)}\n")
            own.error(f"{SHARED[option].flags[0]} does not apply to this mode")
    # `--update` on its own has no value: the word after it is a path.
    spelled = ["--update=bare" if word == "--update" else word for word in rest]
    given = own.parse_args(spelled, given)
    _complete(given)
    if given.json and given.plain:
        own.error("--json and --plain cannot be combined")
    return given


def _complete(given: argparse.Namespace) -> None:
    """Set every shared option that was not given to its default."""
    for name, value in DEFAULTS.items():
        if not hasattr(given, name):
            setattr(given, name, list(value) if isinstance(value, list) else value)


def main_parser() -> ModeParser:
    """Return the parser for the words before a mode, or for a command line without a mode."""
    width = max(len(f"{name} {mode.words}") for name, mode in MODES.items())
    modes = [f"  {f'{name} {mode.words}':{width}}  {mode.summary}" for name, mode in MODES.items()]
    parser = ModeParser(
        prog="kvshell",
        usage=USAGE_LINES,
        description="\n".join(
            ["Start, drive, break and understand a small OTP system.", "", "modes:", *modes]
        ),
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "-c",
        dest="lines",
        action="append",
        default=[],
        metavar="LINE",
        help="run a line; repeatable",
    )
    add("-i", dest="stay", action="store_true", help="after -c, stay at the prompt")
    _share(parser, SHARED, SHARED)
    add("--spec", action="store_true", help="print the table of commands as JSON")
    add("--version", action="version", version=f"kvshell {__version__}")
    return parser


def mode_parser(name: str) -> ModeParser:
    """Return the parser for the words after a mode's name."""
    mode = MODES[name]
    parser = ModeParser(**_about(name))
    mode.arguments(parser.add_argument)
    _share(parser, SHARED, mode.takes)
    return parser


def tree() -> argparse.ArgumentParser:
    """Return the whole command line as one parser with subparsers."""
    parser = main_parser()
    modes = parser.add_subparsers(dest="mode", metavar="MODE", parser_class=ModeParser)
    for name, mode in MODES.items():
        sub = modes.add_parser(name, help=mode.summary, **_about(name))
        mode.arguments(sub.add_argument)
        _share(sub, mode.takes, mode.takes)
    return parser


def _about(name: str) -> dict[str, Any]:
    mode = MODES[name]
    examples = "\n".join(["examples:", *(f"  {line}" for line in mode.examples)])
    return {
        "prog": f"kvshell {name}",
        "usage": f"kvshell {name} [options] {mode.words}".rstrip(),
        "description": f"{mode.summary[0].upper()}{mode.summary[1:]}.",
        "epilog": f"{examples}\n\n{mode.note}" if mode.note else examples,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def _share(parser: argparse.ArgumentParser, names: Iterable[str], takes: Iterable[str]) -> None:
    """Add the shared options `names`; those not in `takes` are rejected and hidden from help."""
    for name in names:
        option = SHARED[name]
        if name in takes:
            parser.add_argument(
                *option.flags, dest=name, default=argparse.SUPPRESS, help=option.help, **option.kind
            )
        else:
            switch = option.kind.get("action") == "store_true"
            parser.add_argument(
                *option.flags,
                dest=name,
                action=_Refused,
                nargs=0 if switch else None,
                default=argparse.SUPPRESS,
                help=argparse.SUPPRESS,
            )


def _is_file_name(line: str) -> bool:
    """Whether the line is the name of a file and not a command.

    `registry` is a command, even if there is a file of that name.
    """
    if not os.path.isfile(line):  # noqa: PTH113  # a word with a null character is no file, not an error
        return False
    from kvshell.commands.read.matcher import parse  # noqa: PLC0415  # only for an error message

    return not all(part.complete for part in parse(line).parts)


def _way(name: str) -> str:
    """Return the command line that runs the lines of the file `name`."""
    import shlex  # noqa: PLC0415  # only for an error message

    quoted = shlex.quote(name)
    return f"kvshell replay {quoted}" if name.endswith(".md") else f"kvshell < {quoted}"


def unknown(mode: str, rest: Sequence[str]) -> str:
    """Return the error message for an unknown mode, with a suggestion."""
    import shlex  # noqa: PLC0415  # only for an error message

    from kvshell.commands.nearest import nearest  # noqa: PLC0415  # as above

    if os.path.isfile(mode):  # noqa: PTH113  # a word with a null character is no file, not an error
        return f"no mode {mode}; it is a file: {_way(mode)}"
    near = nearest(mode, MODES)
    if near:
        return f"no mode {mode}: did you mean kvshell {near}?"
    return f"no mode {mode}; to run a line: kvshell -c {shlex.quote(' '.join([mode, *rest]))}"
