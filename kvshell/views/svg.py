"""A terminal screen as an SVG that needs no font files and no network.

Every word is positioned separately, so columns align in any font; rich's export positions whole
lines, relies on a web font, and changes its output between releases.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kvshell.views.colours import COLOURS
from kvshell.views.safe import markup
from kvshell.views.widths import cell_width

SGR = re.compile(r"\x1b\[([\d;]*)m")
WORD = re.compile(r"\S+")

FONT = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace'
SIZE = 14.0  # font size
ACROSS = 8.43  # one column: the width of DejaVu Sans Mono at this size
DOWN = 16.3  # line height: box lines of adjacent lines just touch
EDGE = 14.0
HEAD = 34.0  # space for the title

BACKGROUND = "#1e2127"
FOREGROUND = "#d5d8de"
_NORMAL = ("#787e8a", "#f06262", "#7ec66e", "#e5c054", "#6198f0", "#c980e2", "#50c2cc", "#d5d8de")
_BRIGHT = ("#787e8a", "#ff8282", "#98dc88", "#f5d678", "#86b4ff", "#e2a0f6", "#78dce4", "#ffffff")


class StyledRun(NamedTuple):
    """A piece of text in one style: the column where it starts, and its CSS classes."""

    column: int
    text: str
    classes: str


def draw_svg(screen: str, *, width: int, title: str) -> str:
    """Return an SVG of a text with escape sequences, as shown by a terminal of this width."""
    lines = screen.split("\n")
    across = round(width * ACROSS + 2 * EDGE)
    down = round(HEAD + len(lines) * DOWN + EDGE)
    body = [
        _word(run, HEAD + (number + 0.8) * DOWN)
        for number, line in enumerate(lines)
        for run in _words(line)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}"'
            f' width="{across}" height="{down}" role="img">',
            f"<title>{markup(title)}</title>",
            f"<style>{_css()}</style>",
            f'<rect width="{across}" height="{down}" rx="7" fill="{BACKGROUND}"/>',
            f'<text class="head" x="{across / 2:g}" y="22" text-anchor="middle">'
            f"{markup(title)}</text>",
            *body,
            "</svg>\n",
        ]
    )


def runs(line: str) -> Iterator[StyledRun]:
    """Split a line at its escape sequences into runs of one style."""
    column, end, classes = 0, 0, ""
    for match in [*SGR.finditer(line), None]:
        text = line[end : match.start()] if match else line[end:]
        if text:
            yield StyledRun(column, text, classes)
            column += cell_width(text)
        if match:
            end = match.end()
            classes = _classes(match[1], classes)


def _words(line: str) -> Iterator[StyledRun]:
    for run in runs(line):
        for word in WORD.finditer(run.text):
            before = cell_width(run.text[: word.start()])
            yield StyledRun(run.column + before, word[0], run.classes)


def _classes(numbers: str, before: str) -> str:
    """Return the CSS classes after an escape sequence; `before` are those in effect so far."""
    classes = before.split()
    for number in map(int, filter(None, (numbers or "0").split(";"))):
        if number == 0:
            classes = []
        elif number in (1, 2, 3, 4):
            classes.append(("bold", "dim", "italic", "line")[number - 1])
        elif 30 <= number <= 37 or 90 <= number <= 97:
            bright = "bright-" if number >= 90 else ""
            classes.append(bright + COLOURS[number % 10])
    return " ".join(classes)


def _word(run: StyledRun, y: float) -> str:
    x = EDGE + run.column * ACROSS
    long = cell_width(run.text) * ACROSS
    class_ = f' class="{run.classes}"' if run.classes else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" textLength="{long:.1f}"'
        f' lengthAdjust="spacingAndGlyphs"{class_}>{markup(run.text)}</text>'
    )


def _css() -> str:
    rules = [
        f"text{{font:{SIZE:g}px {FONT};fill:{FOREGROUND};white-space:pre}}",
        f".head{{font:bold 13px system-ui,sans-serif;fill:{_NORMAL[0]}}}",
    ]
    return "".join(rules) + _classes_css("fill")


def _classes_css(painted: str, inside: str = "") -> str:
    shades = [
        *zip(COLOURS, _NORMAL, strict=True),
        *zip((f"bright-{name}" for name in COLOURS), _BRIGHT, strict=True),
    ]
    rules = [
        f"{inside}.bold{{font-weight:bold}}{inside}.dim{{opacity:.6}}",
        f"{inside}.italic{{font-style:italic}}{inside}.line{{text-decoration:underline}}",
        *(f"{inside}.{name}{{{painted}:{shade}}}" for name, shade in shades),
    ]
    return "".join(rules)


def session_css(selector: str) -> str:
    """Return the CSS for terminal text in a page: its element, and the classes used by `runs`."""
    screen = f"{selector}{{background:{BACKGROUND};color:{FOREGROUND}}}"
    return screen + _classes_css("color", f"{selector} ")
