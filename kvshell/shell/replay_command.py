"""`kvshell replay` on a terminal: `--live` and `--stop-at`. The rest is in `kvshell.transcript`.

The prompt is imported only for these two options, because most replays do not need it.
"""

import sys
from argparse import Namespace
from contextlib import closing

from kvshell.session import Session
from kvshell.transcript import command
from kvshell.transcript.export.frames import Machine
from kvshell.views.caps import Flags

INTERRUPTED = 130


def replay(given: Namespace, flags: Flags) -> int:
    """Run `kvshell replay PATH...`; return the exit code."""
    return command.replay(given, flags, Terminal(flags) if flags.caps.interactive else None)


class Terminal:
    """What a replay can do on a terminal: open a prompt, and play live."""

    def __init__(self, flags: Flags) -> None:
        self._flags = flags

    def open_prompt(self, session: Session, note: str) -> int:
        """Open a prompt on a session in which a document was replayed up to a point."""
        from kvshell.shell.command import open_prompt  # noqa: PLC0415  # rarely needed

        _write(f"-- {note}; Ctrl-D leaves --\n")
        flags = self._flags._replace(history=False, lines=())
        return open_prompt(session, flags, welcome=False)

    def live(self, machine: Machine, *, speed: float, step: bool) -> int:
        """Play a live replay; return the exit code."""
        from kvshell.shell.live_player import LivePlayer, terminal_keys  # noqa: PLC0415  # as above
        from kvshell.shell.screen.status_line import StatusLine  # noqa: PLC0415  # as above

        def take_over(session: Session) -> None:
            session.options["hints"] = "on"
            self.open_prompt(session, "it is yours")

        descriptor = sys.stdin.fileno()
        with terminal_keys(descriptor) as keys, closing(StatusLine(_write)) as line:
            player = LivePlayer(
                machine, keys, _write, take_over, status=line.show, speed=speed, step=step
            )
            try:
                return player.play()
            except KeyboardInterrupt:
                return INTERRUPTED
            finally:
                player.leave()


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
