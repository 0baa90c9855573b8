"""A user without a screen: types lines into a session and reads the answers as text."""

from kvshell.commands.result import Result
from kvshell.session import Session
from kvshell.views import DOCUMENT, render


class Typist:
    """Types lines into a session and collects results, events and hints."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.results: list[Result] = []
        self.events: list[str] = []
        self.hints: list[str] = []

    def __call__(self, *lines: str) -> str:
        """Type lines, settling after each one; return the answer of the last line as text."""
        text = ""
        for line in lines:
            self.results = self.session.run(line)
            text = "\n".join(render(result, DOCUMENT) for result in self.results)
            self.events += [event.text for r in self.results for event in r.events]
            self.hints += [
                result.hint.line for result in self.results if result.hint and result.hint.text
            ]
            self.session.settle()
            self.events += [event.text for event in self.session.events()]
        return text

    def all(self, *lines: str) -> list[str]:
        """Type lines and return the answer of each."""
        return [self(line) for line in lines]
