"""A host and a terminal put together."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kvshell.shell.host import Host
from kvshell.shell.interrupt import Interrupts, leave_now
from kvshell.shell.loop import Loop
from kvshell.shell.notice import Notice
from kvshell.shell.quiet import quiet, restored_when_killed, restorer
from kvshell.views import Caps, terminal_width


class Manner(NamedTuple):
    """How the conversation is held.

    Attributes:
        caps: what the terminal can show.
        keep_history: whether the lines are kept on disk.
        lines: run first, shown as if typed.
        welcome: whether the host's welcome is said.
        theme: the name of the colours now.
        idle: what to do, in another thread, while the first prompt waits for its first key.
    """

    caps: Caps
    keep_history: bool = True
    lines: tuple[str, ...] = ()
    welcome: bool = True
    theme: Callable[[], str] = lambda: "dark"
    idle: Callable[[], None] = lambda: None


def converse(host: Host, manner: Manner) -> int:
    """Talk until the prompt is left; the exit code."""
    descriptor = _terminal()
    restore = restorer(descriptor)
    with (
        Interrupts(host, lambda sentence: leave_now(sentence, restore)) as interrupts,
        restored_when_killed(restore),
    ):
        try:
            if manner.caps.interactive:
                _prompted(host, manner, interrupts, descriptor)
            else:
                _dumb(host, manner, interrupts, descriptor)
        finally:
            host.close()
    return 0


def _prompted(host: Host, manner: Manner, interrupts: Interrupts, descriptor: int | None) -> None:
    # Here and not above: a dumb terminal has no use for the largest import of all.
    from prompt_toolkit.application import create_app_session  # noqa: PLC0415
    from prompt_toolkit.input import create_input  # noqa: PLC0415
    from prompt_toolkit.output import create_output  # noqa: PLC0415

    from kvshell.shell.history import Lines, history_path  # noqa: PLC0415
    from kvshell.shell.reader import Reader  # noqa: PLC0415
    from kvshell.shell.screen import Screen  # noqa: PLC0415
    from kvshell.shell.strays import Strays  # noqa: PLC0415
    from kvshell.shell.style import DEPTHS  # noqa: PLC0415

    narrate = _narrate()
    keys, output = create_input(sys.stdin), create_output(sys.stdout)
    # Between two prompts the terminal stays as quiet as while a command runs, or a Ctrl-D typed
    # early would be lost.
    with quiet(descriptor), create_app_session(input=keys, output=output):
        screen = Screen(output, keys, narrate=narrate)
        reader = Reader(
            host,
            Lines(history_path() if manner.keep_history else None),
            keys,
            output,
            depth=DEPTHS[manner.caps.colour],
            theme=manner.theme,
            idle=manner.idle,
            narrate=narrate,
        )
        notice = Notice(host.notice, screen.raw, screen.columns)
        loop = Loop(host, reader, screen, interrupts, lambda: notice)
        strays = Strays(output, reader.stray)
        with contextlib.redirect_stdout(strays), contextlib.redirect_stderr(strays):
            if manner.welcome:
                screen.show(host.welcome())
            reader.queue(manner.lines)
            loop.run()


def _dumb(host: Host, manner: Manner, interrupts: Interrupts, descriptor: int | None) -> None:
    from kvshell.shell.dumb import DumbReader, DumbScreen  # noqa: PLC0415

    reader = DumbReader(host, _write)
    screen = DumbScreen(_write, narrate=_narrate())
    notice = Notice(host.notice, _write, lambda: terminal_width({}, sys.stdout), moving=False)

    @contextlib.contextmanager
    def running() -> Iterator[None]:
        with quiet(descriptor, by_line=True), notice:
            yield

    loop = Loop(host, reader, screen, interrupts, running)
    if manner.welcome:
        screen.show(host.welcome())
    reader.queue(manner.lines)
    loop.run()


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
