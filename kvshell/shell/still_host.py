"""A session in which nothing moves while the prompt waits: a lesson's, or a schedule's."""

from collections.abc import Callable, Iterator

from kvshell.shell.host import Block
from kvshell.shell.session_host import SessionHost


class StillHost(SessionHost):
    """Hosts a session that rests between two lines: its time is virtual, or it stands still.

    Whoever subclasses it says in `feed` what a line does, and in `_look` what is seen then.
    """

    def rest(self) -> Iterator[Block]:
        """Nothing moves any more: `feed` has let the system come to rest."""
        self._look()
        return iter(())

    def news(self) -> list[Block]:
        """Nothing happens while the prompt waits."""
        return []

    def on_news(self, call: Callable[[], None]) -> None:
        """There never is any."""

    def busy(self) -> bool:
        """Never, between two lines."""
        return False
