"""What the other end of standard output can show: one value, computed once, asked by everybody.

rich and prompt_toolkit each have rules of their own for colours, width and boxes, and the rules
differ. So neither is left to guess: this value is made from the environment and the flags, and
both libraries are told.
"""

import os
from collections.abc import Mapping
from typing import Literal, NamedTuple, TextIO

Colour = Literal["none", "16", "256", "true"]

# More rows than this are not read by anybody; a pipe gets them all, and so does `set rows all`.
ROWS_ON_A_TERMINAL = 200

# What Python sets LC_CTYPE to by itself when it finds the C locale (PEP 538).
COERCED = ("c.utf-8", "c.utf8", "utf-8")


class Caps(NamedTuple):
    """What a host can show.

    Attributes:
        tty: standard output is a terminal.
        colour: none, or how many colours the terminal has.
        unicode: box drawing and signs beyond ASCII can be shown.
        width: columns of the terminal; None where lines have no end.
        plain: views are aligned text without boxes, never cut.
        json: one JSON object per result.
        interactive: a person can be asked: both ends are terminals, and not dumb ones.
        theme: `dark`, `light` or `mono`.
        rows: how many rows of a table are shown; None for all.
    """

    tty: bool = False
    colour: Colour = "none"
    unicode: bool = True
    width: int | None = None
    plain: bool = True
    json: bool = False
    interactive: bool = False
    theme: str = "dark"
    rows: int | None = None


# How documents are rendered: a colourless UTF-8 terminal of 80 columns without end.
DOCUMENT = Caps(width=80, plain=False)


def detect(
    environ: Mapping[str, str],
    *,
    stdin: TextIO | None,
    stdout: TextIO | None,
    color: str = "auto",
    plain: bool = False,
    json: bool = False,
) -> Caps:
    """Work out the capabilities of a command that was started with these flags."""
    tty = _is_terminal(stdout)
    dumb = environ.get("TERM") == "dumb"
    return Caps(
        tty=tty,
        colour=_colour(environ, color, on=tty and not (plain or json or dumb)),
        unicode=_unicode(environ) and _encodes_unicode(stdout),
        width=terminal_width(environ, stdout) if tty else None,
        plain=plain or not tty,
        json=json,
        interactive=tty and _is_terminal(stdin) and not dumb,
        theme=_theme(environ),
        rows=None if plain or json or not tty else ROWS_ON_A_TERMINAL,
    )


def with_options(caps: Caps, options: Mapping[str, str]) -> Caps:
    """Return the capabilities after `set theme ...` and `set rows ...`."""
    rows = options.get("rows", "all")
    return caps._replace(
        theme=options.get("theme", caps.theme),
        rows=None if caps.rows is None or rows == "all" else int(rows),
    )


def terminal_width(environ: Mapping[str, str], stdout: TextIO | None) -> int:
    """Columns of the terminal now: ask again for every table, a window may be resized."""
    try:
        columns = os.get_terminal_size(stdout.fileno()).columns if stdout is not None else 0
    except (OSError, ValueError):
        columns = 0
    if columns <= 0:
        said = environ.get("COLUMNS", "")
        columns = int(said) if said.isascii() and said.isdigit() else 0
    return columns if columns > 0 else 80


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _colour(environ: Mapping[str, str], color: str, *, on: bool) -> Colour:
    if color == "never" or (color != "always" and (not on or environ.get("NO_COLOR"))):
        return "none"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "true"
    return "256" if "256color" in environ.get("TERM", "") else "16"


def _unicode(environ: Mapping[str, str]) -> bool:
    """Whether the locale's encoding is UTF-8.

    Python turns an unset locale and a plain C into C.UTF-8 before our first line runs. Unset is
    what containers have, and their terminals are UTF-8; a C that somebody wrote is meant.
    """
    by_hand = environ.get("LANG", "") in ("C", "POSIX")
    for variable in ("LC_ALL", "LC_CTYPE", "LANG"):
        name = environ.get(variable, "").lower()
        if name:
            coerced = variable == "LC_CTYPE" and name in COERCED and by_hand
            return not coerced and ("utf-8" in name or "utf8" in name)
    return True


def _encodes_unicode(stream: TextIO | None) -> bool:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig")


def _theme(environ: Mapping[str, str]) -> str:
    asked = environ.get("KVSHELL_THEME", "").lower()
    if asked in ("dark", "light", "mono"):
        return asked
    # Some terminals say "foreground;background" as numbers of the 16 colours.
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in ("7", "15") else "dark"
