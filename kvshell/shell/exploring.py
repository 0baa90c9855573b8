"""`kvshell explore`, with a prompt for `--replay TOKEN`; a pipe gives it lines as well."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from kvshell.commands.result import Result
from kvshell.explore import command
from kvshell.explore.document import DocumentProgram
from kvshell.explore.walk import Walk
from kvshell.shell.host import WIPE, Block, Part, Status
from kvshell.shell.still_host import StillHost
from kvshell.views import Caps, render, terminal_width
from kvshell.views.flags import Flags

OK, FAILED = 0, 1


def explore(words: Sequence[str], flags: Flags) -> int:
    """Explore what the words name; returns the exit code."""
    return command.explore(words, flags, Prompt())


class Prompt:
    """Walks through one schedule, at a prompt or line by line."""

    def walk(self, program: DocumentProgram, token: str, flags: Flags) -> int:
        """Open the schedule of a token; the exit code.

        Raises:
            TokenError: the token is none, or does not fit.
        """
        walk = Walk(program, token)
        if not (flags.caps.tty and sys.stdin is not None and sys.stdin.isatty()):
            return _lines(walk, flags)
        from kvshell.shell.conversation import Manner, converse  # noqa: PLC0415  # a terminal's

        def now() -> Caps:
            return flags.caps._replace(width=terminal_width({}, sys.__stdout__))

        return converse(WalkHost(walk, now), Manner(flags.caps, keep_history=False))


def _lines(walk: Walk, flags: Flags) -> int:
    """Walk as the lines of standard input say; the first error ends it, but for --keep-going."""
    code = OK
    try:
        _write(walk.opening(), flags.caps)
        for line in sys.stdin or ():
            results = walk.feed(line.rstrip("\n"))
            _write(results, flags.caps)
            if any(result.open is not None and result.open.kind == "exit" for result in results):
                return code
            if not all(result.ok for result in results):
                code = FAILED
                if not flags.keep_going:
                    break
        return code
    finally:
        walk.close()


def _write(results: Iterable[Result], caps: Caps) -> None:
    for result in results:
        if text := render(result, caps):
            sys.stdout.write(f"{text}\n")


class WalkHost(StillHost):
    """Hosts one Walk: its session is that of the run that stands still."""

    def __init__(self, walk: Walk, caps: Callable[[], Caps]) -> None:
        self._walk = walk
        super().__init__(walk.session, caps)

    def welcome(self) -> Iterator[Block]:
        """What the schedule is, how to walk, and its first step."""
        return self._shown(self._walk.opening())

    def feed(self, line: str) -> Iterator[Block]:
        """Walk, or look."""
        results = self._walk.feed(line)
        self._session = self._walk.session
        return self._shown(results)

    def close(self) -> None:
        """End the run that stands still."""
        self._walk.close()

    def _shown(self, results: Iterable[Result]) -> Iterator[Block]:
        for result in results:
            if result.open is not None:
                self.left = result.open.kind == "exit"
                if result.open.kind == "clear":
                    yield WIPE
            elif text := render(result, self._caps()):
                yield Block(text)

    def _look(self) -> None:
        """Take the picture that keys and completion read until the next line."""
        self._snapshot = self._session.snapshot()
        walk = self._walk
        self.prompt = walk.prompt
        self.alert = False
        where = Part(f"step {walk.at} of {walk.steps}", "command", 0)
        self.status = Status((where,), "next" if walk.at < walk.steps else "back")
