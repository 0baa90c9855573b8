"""Writes man/kvshell.1 from the command line's own parser: `python -m tests.pages.manpage`."""

from pathlib import Path

from argparse_manpage.manpage import Manpage

from kvshell import __version__
from kvshell.command_line.reading import EPILOG, tree

FILE = Path(__file__).resolve().parents[2] / "man" / "kvshell.1"


def page() -> str:
    """Return the current manual page."""
    parser = tree()
    parser.usage = "kvshell [options] [-c LINE ... [-i] | MODE [words]]"
    parser.description = (
        "Start, drive, break and understand a small OTP system: the stores of two Elixir "
        "tutorials. Without a mode it is a prompt; with piped input it answers line by line."
    )
    parser.epilog = EPILOG
    parser.man_short_description = "start, drive, break and understand a small OTP system"  # type: ignore[attr-defined]  # argparse-manpage reads it
    manual = Manpage(parser)
    manual.version, manual.date, manual.manual = __version__, "", "kvshell"
    lines = [line.rstrip() for line in str(manual).splitlines()]
    return "\n".join(lines) + "\n"
