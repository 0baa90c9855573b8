"""A session as one picture: every command with its answer, no prose."""

from kvshell.commands.view import Role
from kvshell.transcript.document import Document
from kvshell.transcript.export_cast import terminal
from kvshell.transcript.outcome import Status
from kvshell.transcript.play import Player, Settings
from kvshell.transcript.report import FAILING
from kvshell.transcript.scene import CONTINUED, command_text, prompt_text
from kvshell.transcript.watchdog import Watchdog
from kvshell.views import render_line
from kvshell.views.svg import SGR, draw_svg
from kvshell.views.widths import cell_width


def svg(
    document: Document, settings: Settings, watchdog: Watchdog, speed: float
) -> tuple[str, bool]:
    """Return the picture, and whether the document passed."""
    del speed  # a picture stands still
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
    """Cut a line where a terminal of that width goes on in the next; colours go on with it."""
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
        cell = cell_width(line[place])
        if column + cell > width:
            parts[-1] += "\x1b[0m" if sgr else ""
            parts.append(sgr)
            column = 0
        parts[-1] += line[place]
        column += cell
        place += 1
    return parts
