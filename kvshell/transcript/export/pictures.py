"""Recordings in asciicast v3, with a marker at each step, and pictures in SVG.

https://docs.asciinema.org/manual/asciicast/v3/ - a header, then events, each a line of JSON with an
interval in seconds, a code (`o` output, `m` marker, `x` exit) and data.
"""

from kvshell.commands.view import Role
from kvshell.transcript.export.frames import CONTINUED, Machine, command_text, prompt_text
from kvshell.transcript.format.document import Document
from kvshell.transcript.match.outcome import Status
from kvshell.transcript.report.reports import FAILING
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings
from kvshell.views import Caps, render_line, safe
from kvshell.views.json_line import dumps
from kvshell.views.svg import SGR, draw_svg
from kvshell.views.widths import cell_width, tab_width


def terminal(document: Document) -> Caps:
    """Return the capabilities of a colour terminal that is as wide as the document asks for."""
    return Caps(tty=True, colour="16", width=document.front.width, plain=False)


def cast(
    document: Document, settings: Settings, watchdog: LineTimeout, speed: float
) -> tuple[str, bool]:
    """Return a document as a recording, and whether it passed."""
    front = document.front
    header = {
        "version": 3,
        "term": {"cols": front.width, "rows": front.height, "type": "xterm-256color"},
        "title": safe(document.title or document.path),
        "tags": ["kvshell"],
    }
    lines = [dumps(header)]
    machine = Machine(document, settings, watchdog, terminal(document))
    waited = 0.0
    marked = -1
    try:
        while (frame := machine.next()) is not None:
            waited += frame.after_ms / 1000 / speed
            if machine.step != marked:
                marked = machine.step
                title = document.steps[marked].title
                if title:
                    lines.append(_event(waited, "m", safe(title)))
                    waited = 0.0
            if frame.text:
                lines.append(_event(waited, "o", frame.text.replace("\n", "\r\n")))
                waited = 0.0
    finally:
        machine.close()
    lines.append(_event(waited, "x", "1" if machine.failed else "0"))
    return "\n".join([*lines, ""]), not machine.failed


def _event(seconds: float, code: str, data: str) -> str:
    return dumps([round(seconds, 3), code, data])


def svg(
    document: Document, settings: Settings, watchdog: LineTimeout, speed: float
) -> tuple[str, bool]:
    """Return a document as a picture, and whether it passed."""
    del speed  # a picture is static
    caps = terminal(document)
    lines: list[str] = []
    passes = True
    step = 0
    player = Player(document, settings, watchdog)
    try:
        for checked in player.steps():
            passes = passes and checked.status not in FAILING
            if checked.status in {Status.skipped, Status.unreached} or checked.block.hidden:
                continue
            if checked.block.step != step:
                step = checked.block.step
                lines += ["", render_line(f"## {document.steps[step].title}", Role.hint, caps)]
            prompt = prompt_text(player.counter, checked.block.attributes.session, caps)
            typed = command_text(player.typed, caps).replace("\n", f"\n{CONTINUED}")
            lines += f"{prompt}{typed}".split("\n")
            lines += player.drawn(caps).split("\n") if player.drawn(caps) else []
    finally:
        player.close()
    while lines and not lines[0]:
        lines.pop(0)
    title = document.title or document.path
    width = document.front.width
    lines = [part for line in lines for part in folded(line, width)]
    return draw_svg("\n".join(lines), width=width, title=title), passes


def folded(line: str, width: int) -> list[str]:
    """Wrap a line as a terminal `width` columns wide does; colours continue on the next line."""
    parts = [""]
    sgr = ""
    column = 0
    place = 0
    while place < len(line):
        found = SGR.match(line, place)
        if found:
            sgr = "" if found[1] in {"", "0"} else sgr + found[0]
            parts[-1] += found[0]
            place = found.end()
            continue
        char = line[place]
        if char == "\t":  # a picture has no tab stops
            char = " " * min(tab_width(column), max(width - 1 - column, 0))
        cell = cell_width(char)
        if column + cell > width:
            parts[-1] += "\x1b[0m" if sgr else ""
            parts.append(sgr)
            column = 0
        parts[-1] += char
        column += cell
        place += 1
    return parts
