"""`watch LINE` at the prompt: redraws a view in place after each change."""

import time
from collections.abc import Iterator

from kvshell.commands.language.message import Message
from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.commands.result import Open, Result
from kvshell.commands.view import TableView, View
from kvshell.session import Session
from kvshell.session.host import Host
from kvshell.shell.hosts.protocol import ScreenBlock
from kvshell.shell.screen.pager import cut
from kvshell.views import render
from kvshell.views.caps import Caps

SLICE_S = 0.02  # how soon Ctrl-C is noticed
SORTED_BY = "mailbox"
STILL = Message("nothing happens between two lines of this session")


def watch(
    wish: Open, session: Session, caps: Caps, rows: int, host: Host, texts: Texts = ENGLISH
) -> Iterator[ScreenBlock]:
    """Yield the view, and again after each change, until Ctrl-C.

    With virtual time nothing changes, so it is shown once. Runs in the shell's thread; it only
    observes, sends nothing and waits for no process.
    """
    line, every_s = wish.args["line"], wish.args["every_ms"] / 1000
    drawn: list[str] = []
    with host.interrupts.search() as stop:
        while not stop():
            lines = _lines(session.play(line)[-1], caps, rows, texts)
            if lines != drawn:
                yield ScreenBlock(_over(drawn) + "\n".join(lines))
                drawn = lines
            if session.scheduler == "controlled":
                yield ScreenBlock(STILL, narration=True)
                return
            end = time.monotonic() + every_s
            while not stop() and time.monotonic() < end:
                time.sleep(SLICE_S)


def _lines(result: Result, caps: Caps, rows: int, texts: Texts) -> list[str]:
    if result.view is not None:
        result = result._replace(view=_sorted(result.view))
    lines = render(result, caps).split("\n")
    if caps.width is not None:
        lines = [cut(line, caps.width) for line in lines]
    room = max(rows - 2, 1)
    if len(lines) <= room:
        return lines
    more = "... {count} more line", "... {count} more lines"
    return [*lines[: room - 1], texts.many(*more, len(lines) - room + 1)]


def _sorted(view: View) -> View:
    """Return a table of processes sorted by mailbox size, fullest first; other views unchanged."""
    if not isinstance(view, TableView):
        return view
    names = [column.name for column in view.columns]
    if SORTED_BY not in names:
        return view
    place = names.index(SORTED_BY)
    rows = sorted(view.rows, key=lambda row: -int(row[place].text or 0))
    return view._replace(rows=tuple(rows))


def _over(drawn: list[str]) -> str:
    """Return the control sequence that erases the lines drawn last."""
    return f"\x1b[{len(drawn)}A\x1b[J" if drawn else ""
