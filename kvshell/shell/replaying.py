"""`kvshell replay` with a terminal: `--live` and `--stop-at`. The rest is the transcript's own.

Imports nothing of the prompt until one of the two is asked for: most replays run without.
"""

import sys
from collections.abc import Sequence

from kvshell.session import Session
from kvshell.transcript import command
from kvshell.transcript.live import Machine
from kvshell.views.flags import Flags

INTERRUPTED = 130


def replay(words: Sequence[str], flags: Flags) -> int:
    """Replay what the words name; returns the exit code."""
    return command.replay(words, flags, Terminal(flags) if flags.caps.interactive else None)


class Terminal:
    """What a replay may ask of the terminal."""

    def __init__(self, flags: Flags) -> None:
        self._flags = flags

    def open_prompt(self, session: Session, note: str) -> int:
        """Talk with a session that a transcript has brought this far."""
        from kvshell.shell.command import open_prompt  # noqa: PLC0415  # seldom asked for

        _write(f"-- {note}; Ctrl-D leaves --\n")
        flags = self._flags._replace(history=False, lines=())
        return open_prompt(session, flags, welcome=False)

    def live(self, machine: Machine, *, speed: float, step: bool) -> int:
        """Show a live replay; returns the exit code."""
        from kvshell.shell.theatre import Theatre, terminal_keys  # noqa: PLC0415  # as above

        def take_over(session: Session) -> None:
            session.options["hints"] = "on"
            self.open_prompt(session, "it is yours")

        descriptor = sys.stdin.fileno()
        with terminal_keys(descriptor) as keys:
            theatre = Theatre(machine, keys, _write, take_over, speed=speed, step=step)
            try:
                return theatre.play()
            except KeyboardInterrupt:
                return INTERRUPTED


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
