"""The conversation of a host with a terminal, and Ctrl-C while a command runs.

KeyboardInterrupt is never raised inside the runtime: the shell's thread may be running another
process, which it would kill. The handler only asks the host to end the command's wait, so that the
command answers by itself. A command that does not wait is stuck in its own code; a second Ctrl-C
within two seconds reports where, and ends kvshell.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Final, NamedTuple, Protocol

from kvshell.commands.language.message import Message
from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.session.interrupts import INTERRUPTED, Interrupts, forget_press
from kvshell.shell.config.preferences import Preferences
from kvshell.shell.hosts.protocol import Display, PromptHost, ScreenBlock
from kvshell.shell.screen.foreign_output import ForeignOutput, own_terminal
from kvshell.shell.screen.terminal import Notice, quiet, restored_when_killed, restorer
from kvshell.views import Caps, terminal_width
from kvshell.views.output import guests, tame

AGAIN_S: Final = 2.0
LAST_PRESS: Final = 4


def interrupts_of(host: PromptHost, leave: Callable[[str], None]) -> Interrupts:
    """Return the handling of Ctrl-C at a prompt; `leave` ends kvshell with a message.

    While the user types, the terminal is in raw mode and Ctrl-C is a key. A SIGINT between two
    lines is ignored, because there is nothing to interrupt.
    """

    def again(presses: int, frame: FrameType | None) -> None:
        # A command that waits again after each interrupted wait (a long `repeat`) is asked to stop
        # again, a limited number of times.
        if not host.waits() or presses >= LAST_PRESS:
            leave(Message("still running {place}; left", place=place(frame)))

    return Interrupts(forget_press, again, within_s=AGAIN_S, rest_is_idle=True)


def place(frame: FrameType | None) -> str:
    """Describe where a thread is: function, file and line of `frame`."""
    if frame is None:
        return "somewhere"
    code = frame.f_code
    return f"in {code.co_qualname} ({code.co_filename}:{frame.f_lineno})"


def leave_now(sentence: str, restore: Callable[[], None]) -> None:
    """Print `sentence` and end the process from a signal handler.

    An exception cannot be used, because it must not pass through the runtime.
    """
    restore()
    os.write(2, f"\r\x1b[K{sentence}\n".encode(errors="replace"))
    os._exit(INTERRUPTED)


class LineSource(Protocol):
    """The source of lines: a prompt, or the reader of a dumb terminal."""

    def read(self) -> str:
        """Return the next line. Raises EOFError at the end."""

    def answered(self, line: str, shown: str) -> str | None:
        """Return a message that compares the answer with a pasted one; None if none was pasted."""

    def forget_queue(self) -> int:
        """Drop the pasted lines that have not run yet; return how many there were."""


class Sink(Protocol):
    """The destination of output blocks."""

    def show(self, blocks: Iterable[ScreenBlock]) -> None:
        """Write each block as soon as it is available."""


class Loop:
    """The conversation of a host with a terminal.

    `while_running` returns the context in which a command runs: no echo, and a notice of what it
    waits for. `writing` returns the context in which blocks are written, which hides the notice.
    """

    def __init__(
        self,
        host: PromptHost,
        source: LineSource,
        sink: Sink,
        interrupts: Interrupts,
        while_running: Callable[[], contextlib.AbstractContextManager[object]],
        writing: Callable[[], contextlib.AbstractContextManager[object]] = contextlib.nullcontext,
    ) -> None:
        self._host = host
        self._source = source
        self._sink = sink
        self._writing = writing
        self._shown: list[str] = []  # what the line has answered so far
        self._display = Display(self._show, interrupts, while_running)

    def run(self) -> None:
        """Read and run lines until the host is left or the input ends."""
        while not self._host.left:
            try:
                line = self._source.read()
            except EOFError:
                return
            self.line(line)

    def line(self, line: str) -> None:
        """Run one line and show the results."""
        interrupts, show = self._display.interrupts, self._display.show
        interrupts.forget()
        self._shown.clear()
        self._host.line(line, self._display)
        message = self._source.answered(line, "\n".join(self._shown))
        if message is not None:
            show([ScreenBlock(message, narration=True)])
        if interrupts.pressed and (count := self._source.forget_queue()):
            message = Message(
                "{count} line of the block was not run",
                "{count} lines of the block were not run",
                count=count,
            )
            show([ScreenBlock(message, narration=True)])

    def _show(self, blocks: Iterable[ScreenBlock]) -> None:
        with self._writing():
            self._sink.show(map(self._noted, blocks))

    def _noted(self, block: ScreenBlock) -> ScreenBlock:
        if not block.narration:
            self._shown.append(block.text)
        return block


class PromptOptions(NamedTuple):
    """The options of a conversation.

    Attributes:
        caps: what the terminal can show.
        mine: the user's preferences.
        opening: the blocks shown before the welcome.
        keep_history: whether lines are saved to disk.
        lines: lines to run first, shown as if typed.
        welcome: whether to show the host's welcome.
        setting: returns the current value of an option (`theme`, `editing`, `menu`); by default
            that of `mine`.
        idle: called in another thread while the first prompt waits for its first key.
        texts: the language of messages.
    """

    caps: Caps
    mine: Preferences
    opening: Iterable[ScreenBlock] = ()
    keep_history: bool = True
    lines: tuple[str, ...] = ()
    welcome: bool = True
    setting: Callable[[str], str] | None = None
    idle: Callable[[], None] = lambda: None
    texts: Texts = ENGLISH


def converse(host: PromptHost, options: PromptOptions) -> int:
    """Run the conversation until the prompt is left; return the exit code."""
    with own_terminal():
        return _converse(host, options)


def _converse(host: PromptHost, options: PromptOptions) -> int:
    descriptor = _terminal()
    restore = restorer(descriptor)
    with (
        interrupts_of(
            host, lambda sentence: leave_now(options.texts.translate(sentence), restore)
        ) as interrupts,
        restored_when_killed(restore),
    ):
        try:
            if options.caps.interactive:
                _prompted(host, options, interrupts, descriptor)
            else:
                _dumb(host, options, interrupts, descriptor)
        finally:
            host.close()
    return 0


def _prompted(
    host: PromptHost, options: PromptOptions, interrupts: Interrupts, descriptor: int | None
) -> None:
    # Imported here because this is the largest import, which a dumb terminal does not need.
    from prompt_toolkit.application import create_app_session  # noqa: PLC0415
    from prompt_toolkit.input import create_input  # noqa: PLC0415
    from prompt_toolkit.output import create_output  # noqa: PLC0415

    from kvshell.shell.prompt.appearance import DEPTHS  # noqa: PLC0415
    from kvshell.shell.prompt.history import HistoryFile, history_path  # noqa: PLC0415
    from kvshell.shell.prompt.line_reader import Reader  # noqa: PLC0415
    from kvshell.shell.screen.screen import Screen  # noqa: PLC0415

    narrate = _narrate()
    keys, output = create_input(sys.stdin), create_output(sys.stdout)
    # Echo stays off between two prompts, as while a command runs; otherwise a Ctrl-D typed early
    # would be lost.
    with quiet(descriptor), create_app_session(input=keys, output=output):
        mine = options.mine
        screen = Screen(
            output,
            keys,
            narrate=narrate,
            pager=mine.pager,
            roomy=mine.present,
            texts=options.texts,
        )
        reader = Reader(
            host,
            HistoryFile(history_path() if options.keep_history else None, mine.history_size),
            keys,
            output,
            depth=DEPTHS[options.caps.colour],
            setting=options.setting or mine.setting,
            present=mine.present,
            idle=options.idle,
            narrate=narrate,
            texts=options.texts,
        )
        notice = Notice(_notice(host, options.texts), screen.raw, screen.columns)
        loop = Loop(host, reader, screen, interrupts, lambda: notice, notice.away)
        strays = ForeignOutput(output, reader.stray)
        with contextlib.redirect_stdout(strays), contextlib.redirect_stderr(strays):
            screen.show(options.opening)
            if options.welcome:
                screen.show(host.welcome())
            reader.queue(options.lines)
            loop.run()


def _dumb(
    host: PromptHost, options: PromptOptions, interrupts: Interrupts, descriptor: int | None
) -> None:
    from kvshell.shell.prompt.dumb import DumbReader, DumbScreen  # noqa: PLC0415

    reader = DumbReader(host, _write_tame)
    screen = DumbScreen(_write_tame, narrate=_narrate(), texts=options.texts)
    notice = Notice(
        _notice(host, options.texts),
        _write,
        lambda: terminal_width({}, sys.stdout),
        moving=False,
    )

    @contextlib.contextmanager
    def running() -> Iterator[None]:
        with quiet(descriptor, by_line=True), notice:
            yield

    loop = Loop(host, reader, screen, interrupts, running, notice.away)
    with guests():
        screen.show(options.opening)
        if options.welcome:
            screen.show(host.welcome())
        reader.queue(options.lines)
        loop.run()


def _notice(host: PromptHost, texts: Texts) -> Callable[[], str | None]:
    """Return a function that returns the host's notice in the user's language, or None."""

    def ask() -> str | None:
        message = host.notice()
        return None if message is None else texts.translate(message)

    return ask


def _write_tame(text: str) -> None:
    _write(tame(text, colour=False))


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _narrate() -> bool:
    return sys.stderr.isatty()


def _terminal() -> int | None:
    try:
        return sys.stdin.fileno()
    except (OSError, ValueError):
        return None
