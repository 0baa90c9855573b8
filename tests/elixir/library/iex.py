"""A kvshell session driven like iex, and what of its output must equal iex's."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from kvshell.runtime import Event
from kvshell.runtime.processes.exits import NotAtRest
from kvshell.session import Session, here
from kvshell.views import Caps, render, render_event

_MASKS = (
    (re.compile(r"#Function<\d+\.[\dU]+/"), "#Function<N/"),
    (re.compile(r"#PID<[\dN.]*>"), "#PID<>"),
    (re.compile(r"#Reference<[\dR.]*>"), "#Reference<>"),
    (re.compile(r"#Port<[\dN.]*>"), "#Port<>"),
    (re.compile(r"(?:\d\d:\d\d:\d\d\.\d\d\d|HH:MM:SS.mmm) "), ""),
    (re.compile(r"\.? This protocol is implemented for the following type\(s\): [\w, .]+"), ""),
    (re.compile(r"\[error\] |\[info\] |\[debug\] |\[notice\] "), ""),
    (re.compile(r"<<70, 79, 82, 49.*?>>|<<byte code>>", re.DOTALL), "<<BYTES>>"),
)
# Stacktrace lines of libraries and of the prompt; those of users' code stay.
_FRAME = re.compile(
    r"^    (?:\(.*\) )?(?:[\w./]*:\d+: )?:?[A-Za-z_\"][\w.?!\"^/-]*\.[^ ]*\(.*\)$"
    r"|^\s+lib/gen_server\.ex:\d+: |^    [A-Z][\w.]*\.\w+/\d+$"
    r"|^    :(?:erlang|prim_eval)\.|^\s*\((?:elixir|stdlib|iex|kernel|erts|logger|ex_unit|mix)[ )]"
    r"|^ {4,}(?:iex|lib/.*|nofile|erl_eval\S*):\d+: .*$|^\s+\(\w+ [\d.]+\) "
)
# kvshell's mark of an event, and iex's prompt in front of a log line and its banner.
_MARK = re.compile(r"^~ |^~$|^iex\(\d+\)> ?|^Interactive Elixir .*$")
_COLUMN = re.compile(r"^(\s+iex:\d+):\d+$")


def comparable(text: str) -> str:
    """Return text without line breaks and without what differs between any two sessions."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    lines = [_MARK.sub("", line) for line in text.split("\n")]
    lines = [line for line in lines if line.strip() and not _FRAME.match(line)]
    lines = [_COLUMN.sub(r"\1", line).strip() for line in lines]
    return " ".join(" ".join(lines).split())


def _as_iex_tells(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.kind not in {"restart", "budget"}]


class Iex:
    """A session to type lines into."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def ask(self, text: str) -> str:
        """Type `text` and return what the prompt prints: output, log entries, answer."""
        if self.session.unfinished(text):
            return ""
        try:
            results = self.session.run(text)
            self.session.settle(5)
        except NotAtRest as stuck:
            return f"NOT AT REST {stuck}"
        said = []
        for result in results:
            said += [render_event(event, Caps()) for event in _as_iex_tells(result.events)]
            said.append(render(result, Caps()))
        said += [render_event(event, Caps()) for event in _as_iex_tells(self.session.events())]
        return "\n".join(said)


@contextmanager
def iex(design: str | None = None) -> Iterator[Iex]:
    """Yield a prompt; start the application of `design`, if given."""
    with Session("controlled") as session:
        session.programs = here
        if design is not None:
            session.run(f"start manager {design}")
            session.forget()
        session.events()
        yield Iex(session)
