"""The capabilities of standard output: one value, computed once and used everywhere.

rich and prompt_toolkit each have their own rules for colours, width and boxes. To keep them
consistent, neither guesses: this value is computed from the environment and the flags, and passed
to both.
"""

import os
from collections import deque
from collections.abc import Mapping
from typing import Literal, NamedTuple, TextIO

Colour = Literal["none", "16", "256", "true"]

# More rows than this are of no use on a terminal; a pipe and `set rows all` get all of them.
ROWS_ON_A_TERMINAL = 200

# The values to which Python itself sets LC_CTYPE in the C locale (PEP 538).
COERCED = ("c.utf-8", "c.utf8", "utf-8")


class Caps(NamedTuple):
    """What a host can show.

    Attributes:
        tty: whether standard output is a terminal.
        colour: `none`, or the number of colours the terminal has.
        unicode: whether box drawing and other non-ASCII characters can be shown.
        width: the columns of the terminal; None if lines are unlimited.
        plain: whether views are aligned text without boxes, never truncated.
        json: whether to write one JSON object per result.
        interactive: whether the user can be asked: both ends are terminals, and not dumb ones.
        theme: `dark`, `light` or `mono`.
        rows: the number of table rows shown; None for all.
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


# How documents are rendered: a colourless UTF-8 terminal, 80 columns wide, any height.
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
    """Return the capabilities of standard output, given the environment and these flags."""
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
    """Return the capabilities with `set theme ...` and `set rows ...` applied."""
    rows = options.get("rows", "all")
    return caps._replace(
        theme=options.get("theme", caps.theme),
        rows=None if caps.rows is None or rows == "all" else int(rows),
    )


def terminal_width(environ: Mapping[str, str], stdout: TextIO | None) -> int:
    """Return the terminal's current width in columns, or 80 if it is unknown.

    To be called before every table, because windows are resized.
    """
    try:
        columns = os.get_terminal_size(stdout.fileno()).columns if stdout is not None else 0
    except (OSError, ValueError):
        columns = 0
    if columns <= 0:
        given = environ.get("COLUMNS", "")
        columns = int(given) if given.isascii() and given.isdigit() else 0
    return columns if columns > 0 else 80


def terminal_height(stdout: TextIO | None) -> int | None:
    """Return the terminal's current height in rows; None if it is not a terminal."""
    try:
        rows = os.get_terminal_size(stdout.fileno()).lines if stdout is not None else 0
    except (OSError, ValueError):
        rows = 0
    return rows if rows > 0 else None


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

    Python turns an unset locale and a plain C into C.UTF-8 before our first line runs. Containers
    leave the locale unset, but their terminals use UTF-8; a C that was set explicitly is intended.
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
    # Some terminals report "foreground;background" as indices of the 16 colours.
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in ("7", "15") else "dark"


class Flags(NamedTuple):
    """The flags of one run of kvshell, and the most recent lines.

    Attributes:
        caps: what standard output can show; its width is refreshed before each table.
        recent: the last lines run, for the report of an internal error; hosts append to it.
        lines: the lines of `-c`, in order.
        load: the programs of `--load`, which run before any line.
        stay: `-i`: stay interactive after the lines of `-c`.
        free: `--free`: use real threads where a controlled scheduler is the default.
        keep_going: `--keep-going`: a batch does not stop at its first error.
        history: False if `--no-history` is given.
        debug: `--debug`: internal errors are shown, not saved to a file.
        design: `--design`: the design to start; empty for the default.
        config: False if `--no-config` is given.
        lang: `--lang`: the language of messages; empty for the locale's.
        present: `--present`: presentation mode, for an audience.
        engine: `--engine`: which engine runs the lines.
        nodes: `--nodes`: the number of BEAM nodes; 0 for one without distribution.
        join: `--join`: running nodes to join.
    """

    caps: Caps
    recent: deque[str]
    lines: tuple[str, ...] = ()
    load: tuple[str, ...] = ()
    stay: bool = False
    free: bool = False
    keep_going: bool = False
    history: bool = True
    debug: bool = False
    design: str = ""
    config: bool = True
    lang: str = ""
    present: bool = False
    engine: str = "native"
    nodes: int = 0
    join: str = ""
