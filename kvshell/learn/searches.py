"""What was explored once in a lesson: whoever goes back in it does not search again."""

from kvshell.commands.result import Result
from kvshell.session import Session
from kvshell.transcript.exploring import Explore, Stop


class Searches:
    """Explores, and remembers: a search depends on the line and the design alone.

    One that Ctrl-C ended is not remembered.
    """

    def __init__(self, explore: Explore) -> None:
        self._explore = explore
        self._known: dict[tuple[str, str], list[Result]] = {}

    def __call__(self, wish: Result, session: Session, stop: Stop) -> list[Result]:
        """Return what the wish to explore comes to."""
        assert wish.open is not None
        key = (wish.open.args["target"], session.design.name)
        found = self._known.get(key)
        if found is None:
            found = self._explore(wish, session, stop)
            if not stop():
                self._known[key] = found
        return [each._replace(line=wish.line, input=wish.input) for each in found]
