"""asciicast v3: a live replay as a film, with a marker at each step.

https://docs.asciinema.org/manual/asciicast/v3/ - a header, then events of an interval in seconds,
a code (`o` output, `m` marker, `x` exit) and data, one JSON value on a line.
"""

import json

from kvshell.transcript.document import Document
from kvshell.transcript.live import Machine
from kvshell.transcript.play import Settings
from kvshell.transcript.watchdog import Watchdog
from kvshell.views import Caps


def terminal(document: Document) -> Caps:
    """A terminal with colours, as wide as the document says."""
    return Caps(tty=True, colour="16", width=document.front.width, plain=False)


def cast(
    document: Document, settings: Settings, watchdog: Watchdog, speed: float
) -> tuple[str, bool]:
    """Return the film, and whether the document passed."""
    front = document.front
    header = {
        "version": 3,
        "term": {"cols": front.width, "rows": front.height, "type": "xterm-256color"},
        "title": document.title or document.path,
        "tags": ["kvshell"],
    }
    lines = [json.dumps(header, ensure_ascii=False)]
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
                    lines.append(_event(waited, "m", title))
                    waited = 0.0
            if frame.text:
                lines.append(_event(waited, "o", frame.text.replace("\n", "\r\n")))
                waited = 0.0
    finally:
        machine.close()
    lines.append(_event(waited, "x", "1" if machine.failed else "0"))
    return "\n".join([*lines, ""]), not machine.failed


def _event(seconds: float, code: str, data: str) -> str:
    return json.dumps([round(seconds, 3), code, data], ensure_ascii=False)
