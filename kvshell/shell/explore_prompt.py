"""`kvshell explore`; `--replay TOKEN` opens a prompt, or takes lines from a pipe."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator

from kvshell.commands.language.texts import ENGLISH, Texts, language
from kvshell.commands.result import Result
from kvshell.explore import command
from kvshell.explore.walk import ScheduleWalk, WalkedProgram
from kvshell.shell.config.preferences import preferences
from kvshell.shell.hosts.protocol import WIPE, Display, ScreenBlock, ToolbarItem, ToolbarStatus
from kvshell.shell.hosts.session_prompt import StillPrompt, in_language
from kvshell.views import Caps, render, terminal_width
from kvshell.views.caps import Flags
from kvshell.views.output import emit

OK, FAILED = 0, 1


def explore(given: Namespace, flags: Flags) -> int:
    """Run `kvshell explore PATH`; return the exit code."""
    return command.explore(given, flags, Prompt())


class Prompt:
    """Lets the user walk through a schedule, at a prompt or with lines from standard input."""

    def walk(self, program: WalkedProgram, token: str, flags: Flags) -> int:
        """Walk through the schedule of a token; return the exit code.

        Raises:
            TokenError: the token is invalid or does not fit the program.
        """
        if flags.caps.tty and sys.stdin is not None and sys.stdin.isatty():
            return converse_in(program, token, flags)
        return _lines(ScheduleWalk(program, token), flags)


def converse_in(program: WalkedProgram, token: str, flags: Flags) -> int:
    """Open a prompt in the schedule of a token; return the exit code when it is left.

    Raises:
        TokenError: the token is invalid or does not fit the program.
    """
    from kvshell.shell.conversation import (  # noqa: PLC0415  # for a terminal
        PromptOptions,
        converse,
    )

    def now() -> Caps:
        return flags.caps._replace(width=terminal_width({}, sys.__stdout__))

    walk = ScheduleWalk(program, token)
    texts = Texts(language(flags.lang, os.environ))
    return converse(
        WalkPrompt(walk, now, texts),
        PromptOptions(flags.caps, preferences(flags), keep_history=False, texts=texts),
    )


def _lines(walk: ScheduleWalk, flags: Flags) -> int:
    """Run the lines of standard input; stop at the first error, unless `--keep-going` is given.

    Without a line, the whole schedule is listed. Returns 1 if a line or the schedule fails.
    """
    code, told = FAILED if walk.ending.failures else OK, False
    try:
        for line in sys.stdin or ():
            if not told:
                _write(walk.opening(), flags.caps)
            told = True
            results = walk.feed(line.rstrip("\n"))
            _write(results, flags.caps)
            if any(result.open is not None and result.open.kind == "exit" for result in results):
                return code
            if not all(result.ok for result in results):
                code = FAILED
                if not flags.keep_going:
                    break
        if not told:
            _write([Result(0, "", ok=True, view=walk.listed())], flags.caps)
        return code
    finally:
        walk.close()


def _write(results: Iterable[Result], caps: Caps) -> None:
    for result in results:
        if text := render(result, caps):
            emit(text, caps)


class WalkPrompt(StillPrompt):
    """Hosts a ScheduleWalk; its session is that of the run, paused at the current step."""

    def __init__(
        self, walk: ScheduleWalk, caps: Callable[[], Caps], texts: Texts = ENGLISH
    ) -> None:
        self._walk = walk
        super().__init__(walk.session, caps, texts=texts)

    def welcome(self) -> Iterator[ScreenBlock]:
        """Return a description of the schedule, the walk commands, and the first step."""
        return self._shown(self._walk.opening())

    def line(self, text: str, display: Display) -> None:
        """Run a walk command, such as `next`, or a read-only command."""
        with display.interrupts.line(self.interrupt), display.running():
            results = self._walk.feed(text)
        self._session = self._walk.session
        display.show(self._shown(results))
        self._look()

    def close(self) -> None:
        """End the paused run."""
        self._walk.close()

    def _shown(self, results: Iterable[Result]) -> Iterator[ScreenBlock]:
        for result in results:
            if result.open is not None:
                self.left = result.open.kind == "exit"
                if result.open.kind == "clear":
                    yield WIPE
            elif text := render(in_language(result, self._texts), self._caps()):
                yield ScreenBlock(text)

    def _look(self) -> None:
        """Take a new snapshot for the prompt, the toolbar and completion."""
        self._snapshot = self._session.snapshot()
        walk = self._walk
        self.prompt = walk.prompt
        self.alert = False
        message = self._texts("step {number} of {total}", number=walk.at, total=walk.steps)
        where = ToolbarItem(message, "command", 0)
        proposed = "next" if walk.at < walk.steps else "back"
        leave = self._texts("Ctrl-D or `exit` leaves the walk")
        self.status = ToolbarStatus((where,), proposed, leave, *self._labels[1:])
