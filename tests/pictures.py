"""Takes the pictures of README and the articles from a real terminal.

    python -m tests.pictures          takes them again; review with `git diff`

kvshell runs on a pseudo-terminal, lines are typed, and the final screen, with colours and toolbar,
is drawn as SVG. tests/test_pictures.py fails if a picture is out of date.
"""

import re
import tempfile
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyte

from kvshell.views.svg import draw_svg
from tests.shell.pty_terminal import Pty

FOLDER = Path(__file__).resolve().parent.parent / "transcripts" / "pictures"
COLUMNS, ROWS = 80, 34
SGR = re.compile(r"\x1b\[([\d;]*)m")
COLOURS = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
DIM, BLINK = "2", "5"


class Picture(NamedTuple):
    """A picture: its title, and the lines to type; it shows the screen after the last one."""

    title: str
    typed: tuple[str, ...]


PICTURES = {
    "stale": Picture(
        "suspend manager; stop s1; registry",
        (
            "start manager",
            "create store s1; create store s2",
            "suspend manager; stop s1; registry",
        ),
    ),
}


def take(picture: Picture) -> str:
    """Type the lines at a real prompt, and draw the final screen."""
    with tempfile.TemporaryDirectory() as state:
        colours = {"COLORTERM": "", "KVSHELL_HISTORY": "off"}
        with Pty(Path(state), columns=COLUMNS, rows=ROWS, environment=colours) as shell:
            shell.wait(partial(_is_at_rest, number=1))
            for number, line in enumerate(picture.typed, 2):
                shell.type(f"{line}\r").wait(partial(_is_at_rest, number=number))
            screen = "\n".join(_drawn(shell.raw))
            shell.type("\x04").ends()
    return draw_svg(screen, width=COLUMNS, title=picture.title)


def _is_at_rest(shell: Pty, number: int) -> bool:
    """Whether the prompt with this line number is shown, with the toolbar below it."""
    below = shell.lines[shell.screen.cursor.y + 1 :]
    return shell.line == f"kv({number})>" and any("Tab: " in line for line in below)


def _drawn(raw: str) -> list[str]:
    """Return the lines of the screen with their colours; runs of empty lines are collapsed."""
    screen = pyte.Screen(COLUMNS, ROWS)
    # pyte does not know dim; nothing here blinks, so blinking stands for dim.
    pyte.Stream(screen).feed(SGR.sub(_dim_as_blink, raw))
    lines: list[str] = []
    for y in range(ROWS):
        line = "".join(_cell(screen.buffer[y][x]) for x in range(COLUMNS))
        text = SGR.sub("", line).rstrip()
        if text or (lines and SGR.sub("", lines[-1]).strip()):
            lines.append(_joined(line) if text else "")
    while not lines[-1]:
        lines.pop()
    return lines


def _dim_as_blink(sgr: re.Match[str]) -> str:
    return f"\x1b[{';'.join(BLINK if n == DIM else n for n in sgr[1].split(';'))}m"


def _cell(cell: pyte.screens.Char) -> str:
    on = ((1, cell.bold), (2, cell.blink), (3, cell.italics), (4, cell.underscore))
    numbers = [str(number) for number, is_on in on if is_on]
    bright = cell.fg.startswith("bright")
    colour = cell.fg.removeprefix("bright")
    if colour in COLOURS:
        numbers.append(str((90 if bright else 30) + COLOURS.index(colour)))
    return f"\x1b[{';'.join(['0', *numbers])}m{cell.data}"


def _joined(line: str) -> str:
    """Return the line with an escape sequence only where the style changes."""
    pieces, style = [], ""
    for found in re.finditer(r"(\x1b\[[\d;]*m)([^\x1b]*)", line):
        if found[1] != style:
            pieces.append(style := found[1])
        pieces.append(found[2])
    return "".join(pieces).rstrip()


def main() -> None:
    """Take every picture again."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture in PICTURES.items():
        path = FOLDER / f"{name}.svg"
        path.write_text(take(picture), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
