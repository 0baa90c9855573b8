"""A row of the command table: all that is known of a command, once."""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from kvshell.commands.params import Param

LIBRARY: Final = "library"
PARTITION: Final = 103
PIDS: Final = re.compile(r"#PID<0\.(\d+)\.0>")

PerDesign = (
    str | dict[str, str]
)  # one text, or one per design; "*": the others; "library" goes with "ets"

# Group -> its title and its commands in the order in which one meets them.
GROUPS: Final = {
    "start": (
        "system",
        "start manager, stop manager, restart manager, reset, designs, learn, load, bench, exit",
    ),
    "stores": ("stores", "create store, lookup, stores, put, get, del, keys"),
    "hold": ("break", "stop, kill, crash, suspend, resume, step, settle, sleep"),
    "look": (
        "look",
        "registry, cache, state, info, mailbox, alive, processes, tree, tables",
    ),
    "send": (
        "send",
        "call, cast, as, messages, monitor, flush, self, "
        "ets new, ets insert, ets lookup, ets delete, ets list, ets info",
    ),
    "race": ("race", "explore, next, back, inflight, deliver"),
    "ask": (
        "ask",
        "help, explain, compare, repeat, v, history, record, replay, set, clear",
    ),
}


class Example(NamedTuple):
    """A line that is run as a test, and what it answers.

    Attributes:
        line: as typed.
        answer: what is printed, pids as after `setup` on a fresh controlled session; `...` as a
            line of its own stands for lines that do not matter. One text or one per design.
        setup: lines typed before it, after `start manager DESIGN`.
        note: why it is shown.
        started: whether `start manager DESIGN` runs first.
    """

    line: str
    answer: PerDesign
    setup: tuple[str, ...] = ()
    note: str = ""
    started: bool = True


class Command(NamedTuple):
    """A command.

    Attributes:
        path: the words it begins with, in lower case.
        params: what follows them.
        summary: what it does, in a short sentence without its full stop.
        doc: more of it, in Markdown.
        answers: what it answers, one text or one per design.
        examples: at least two, run as tests.
        elixir: the line of Elixir it stands for; `<param>` is the argument, inspected.
        python: the line of Python it stands for, likewise.
        effects: what it does to others: `call cast read spawn look none`, per design.
        group: one of `GROUPS`.
        handler: `module.function` below `kvshell.commands.handlers`.
        synonyms: other paths that run it.
        search: words by which one may look for it.
        see: related commands, as typed.
        since: the version it came with.
    """

    path: tuple[str, ...]
    params: tuple[Param, ...]
    summary: str
    doc: str
    answers: PerDesign
    examples: tuple[Example, ...]
    elixir: PerDesign
    python: PerDesign
    effects: PerDesign
    group: str
    handler: str
    synonyms: tuple[tuple[str, ...], ...] = ()
    search: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    since: str = "0.1.0"

    @property
    def words(self) -> str:
        """Its path as typed: `create store`."""
        return " ".join(self.path)

    @property
    def usage(self) -> str:
        """Its usage line: `put STORE KEY VALUE`."""
        return " ".join((*self.path, *(param.word for param in self.params)))


def said(text: PerDesign, design: str) -> str:
    """Return what `text` says of `design`."""
    if isinstance(text, dict):
        if design in text:
            return text[design]
        text = text["ets"] if design == LIBRARY and "ets" in text else text["*"]
    return PIDS.sub(_next_pid, text) if design == LIBRARY else text


def _next_pid(found: re.Match[str]) -> str:
    """The library has one process more, its partition: whoever comes later is one further."""
    number = int(found[1])
    return f"#PID<0.{number + (number > PARTITION)}.0>"


def filled(text: str, words: dict[str, str]) -> str:
    """Return `text` with each `<name>` replaced by its word."""
    for name, word in words.items():
        text = text.replace(f"<{name}>", word)
    return text


def load(command: Command) -> Callable[..., Any]:
    """Import and return the handler: listing commands imports none."""
    from importlib import import_module  # noqa: PLC0415  # only when a command runs

    module, function = command.handler.split(".")
    handler: Callable[..., Any] = getattr(
        import_module(f"kvshell.commands.handlers.{module}"), function
    )
    return handler
