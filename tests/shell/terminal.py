"""A terminal in memory for the prompt: pyte draws, and a script types keys.

Keys are sent when the screen shows what the script waits for, so no test sleeps and none runs ahead
of the prompt's loop.
"""

import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyte
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from kvshell.session.interrupts import Interrupts
from kvshell.shell.conversation import Loop, interrupts_of
from kvshell.shell.hosts.protocol import (
    SETTINGS,
    CompletionItem,
    Display,
    PromptHost,
    ScreenBlock,
    StyledSpan,
    ToolbarItem,
    ToolbarStatus,
)
from kvshell.shell.prompt.history import HistoryFile
from kvshell.shell.prompt.line_reader import Reader
from kvshell.shell.screen.screen import Screen

GIVE_UP_S = 5

Step = tuple[str | Callable[["Terminal"], bool], str | Callable[[], None]]


class Terminal:
    """A screen of `columns` x `rows` that types keys when it shows the expected text."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, keys: PipeInput, columns: int, rows: int, *, answers: bool = True) -> None:
        self.keys = keys
        self.columns = columns
        self.rows = rows
        self.screen = pyte.HistoryScreen(columns, rows, history=5_000)
        self.stream = pyte.Stream(self.screen)
        self.steps: list[Step] = []
        self.answers = answers
        self.written: list[str] = []
        self.seen: list[str] = []

    def write(self, data: str) -> None:
        self.written.append(data)
        before, *asked = data.split("\x1b[6n")
        self.stream.feed(before)
        for piece in asked:
            if self.answers:
                row, column = self.screen.cursor.y + 1, self.screen.cursor.x + 1
                self.keys.send_text(f"\x1b[{row};{column}R")
            self.stream.feed(piece)

    def flush(self) -> None:
        if not self.steps:
            return
        wanted, typed = self.steps[0]
        if wanted(self) if callable(wanted) else wanted in self.text:
            self.steps.pop(0)
            self.seen.append(self.text)
            if callable(typed):
                typed()
            else:
                self.keys.send_text(typed)

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return -1

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.screen.resize(rows, columns)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def scrolled(self) -> list[str]:
        """The lines that scrolled off the top, then those on the screen."""
        above = [
            "".join(row[column].data for column in range(self.columns)).rstrip()
            for row in self.screen.history.top
        ]
        return [*above, *self.lines]

    def style(self, word: str) -> Any:
        """Return the style of the first character of the last `word` on the screen."""
        for y in range(self.rows - 1, -1, -1):
            at = self.screen.display[y].find(word)
            if at >= 0:
                return self.screen.buffer[y][at]
        raise AssertionError(f"{word!r} is not on the screen:\n{self.text}")


class FakeWords:
    """Typing help that knows three commands and two stores."""

    usage: Mapping[str, Sequence[str]] = {
        "create store": ["NAME"],
        "get": ["STORE", "KEY"],
        "lookup": ["NAME"],
        "stores": [],
    }
    stores: Sequence[str] = ("s1", "shop")

    def spans(self, text: str) -> list[StyledSpan]:
        found, at = [], 0
        for number, word in enumerate(text.split(" ")):
            known = any(word in command.split() for command in self.usage)
            role = "command" if known else "error" if number == 0 else "name"
            if word:
                found.append(StyledSpan(at, at + len(word), role))
            at += len(word) + 1
        return found

    def in_pieces(self, text: str) -> None:
        return None

    def complete(self, text: str) -> list[CompletionItem]:
        head, _, last = text.rpartition(" ")
        if head in ("get", "lookup"):
            choice = [(store, "a store") for store in self.stores]
        elif not head:
            choice = [(command, "a command") for command in self.usage]
        else:
            return []
        start = len(text) - len(last)
        return [
            CompletionItem(word, start, said) for word, said in choice if word.startswith(last)
        ][:50]

    def signature(self, text: str) -> list[tuple[str, bool]]:
        for command, params in self.usage.items():
            if text.startswith(f"{command} "):
                current = text[len(command) + 1 :].count(" ")
                marked = [(word, number == current) for number, word in enumerate(params)]
                return [(command, False), *marked]
        return []

    def unfinished(self, text: str) -> bool:
        return text.count("[") > text.count("]")

    def within(self, text: str) -> tuple[int, ...]:
        return ()

    def indentation(self, text: str) -> int:
        return 2 if self.unfinished(text) else 0

    def outdentation(self, text: str) -> int | None:
        last = text.rpartition("\n")[2].lstrip()
        return 0 if last.startswith("]") else None

    def drop_prompt(self, text: str) -> str | None:
        head, mark, rest = text.partition("> ")
        return rest if mark and head.startswith(("kv(", "iex(")) else None


class FakeHost:
    """A host that answers each line with the line itself."""

    def __init__(self) -> None:
        self.words = FakeWords()
        self.prompt = "kv(1)> "
        self.alert = False
        self.status = ToolbarStatus(
            (ToolbarItem("ets"), ToolbarItem("2 stores", "plain", 2)), "start manager"
        )
        self.left = False
        self.lines: list[str] = []
        self.answers: dict[str, Callable[[], list[ScreenBlock]]] = {}
        self.waiting_news: list[ScreenBlock] = []
        self.moving = 0
        self.closed = False
        self.interrupted = 0
        self.waiting: str | None = None
        self.call: Callable[[], None] = lambda: None

    def welcome(self) -> list[ScreenBlock]:
        return [ScreenBlock("Try: start manager")]

    def line(self, text: str, display: Display) -> None:
        with display.interrupts.line(self.interrupt), display.running():
            blocks = self.feed(text)
        display.show(blocks)

    def feed(self, line: str) -> list[ScreenBlock]:
        self.lines.append(line)
        self.prompt = f"kv({len(self.lines) + 1})> "
        if line == "exit":
            self.left = True
            return []
        if line in self.answers:
            return self.answers[line]()
        return [ScreenBlock(f"= {line}")]

    def news(self) -> list[ScreenBlock]:
        found, self.waiting_news = self.waiting_news, []
        return found

    def on_news(self, call: Callable[[], None]) -> None:
        self.call = call

    def descriptors(self) -> list[int]:
        return []

    def tell(self, text: str) -> None:
        self.waiting_news.append(ScreenBlock(text))
        self.call()

    def busy(self) -> bool:
        self.moving -= 1
        return self.moving >= 0

    def interrupt(self) -> None:
        self.interrupted += 1

    def waits(self) -> bool:
        return self.waiting is not None

    def notice(self) -> str | None:
        return self.waiting

    def close(self) -> None:
        self.closed = True


@contextlib.contextmanager
def talking(
    host: PromptHost,
    steps: Sequence[Step],
    *,
    columns: int = 60,
    rows: int = 16,
    history: HistoryFile | None = None,
    answers: bool = True,
    depth: ColorDepth = ColorDepth.DEPTH_4_BIT,
    setting: Callable[[str], str] = SETTINGS.__getitem__,
    idle: Callable[[], None] | None = None,
) -> Iterator[tuple[Loop, Terminal]]:
    """A context with a loop over a prompt in memory, ended by the steps or by a final Ctrl-D."""
    with create_pipe_input() as keys:
        terminal = Terminal(keys, columns, rows, answers=answers)
        terminal.steps = list(steps)
        output = Vt100_Output(
            terminal,  # type: ignore[arg-type]  # the four methods it uses
            lambda: Size(rows=terminal.rows, columns=terminal.columns),
            term="xterm-256color",
        )
        with create_app_session(input=keys, output=output):
            reader = Reader(
                host,
                history or HistoryFile(),
                keys,
                output,
                depth=depth,
                setting=setting,
                idle=idle,
            )
            screen = Screen(output, keys, narrate=True)
            with interrupts_of(host, lambda _: None) as interrupts:
                yield (
                    Loop(host, reader, screen, interrupts, contextlib.nullcontext),
                    terminal,
                )


def talk(host: PromptHost, *steps: Step, **how: Any) -> Terminal:
    """Run the steps and return the terminal in its final state."""
    with talking(host, steps, **how) as (loop, terminal):

        def give_up(*_: object) -> None:
            raise AssertionError(f"never came: {terminal.steps[:1]}\n{terminal.text}")

        before = signal.signal(signal.SIGALRM, give_up)
        signal.alarm(GIVE_UP_S)
        try:
            loop.run()
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)
    assert not terminal.steps, f"never came: {terminal.steps[0][0]!r}\n{terminal.text}"
    return terminal


def shown_by(host: PromptHost, line: str) -> list[ScreenBlock]:
    """Return what a host shows for a line if nobody presses Ctrl-C."""
    blocks: list[ScreenBlock] = []
    host.line(line, Display(blocks.extend, Interrupts(), contextlib.nullcontext))
    return blocks
