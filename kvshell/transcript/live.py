"""A live replay as a state machine: it says what to show next and when; it owns no terminal.

    machine = Machine(document, settings, watchdog, caps)
    while (frame := machine.next()) is not None:
        ...                                     # wait frame.after_ms, then write frame.text
    machine.hurry()                             # right arrow: to the end of the present command
    text = machine.back()                       # b: clear the screen, write this, go on
    machine.finish()                            # t: write these frames at once (`before()` if the
                                                #    machine is `waiting`), then let a person
    session = machine.session                   #    type on the session, and then
    machine.give_back()                         # what was changed is gone: the prefix runs again
    machine.close()

Going back runs the prefix once more on a new system, as nothing of a system can be undone. In the
article the commands stand in their own order; pauses are the same in every run.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from kvshell.session import Session
from kvshell.transcript.document import Document
from kvshell.transcript.outcome import Checked, Status
from kvshell.transcript.play import Player, Settings
from kvshell.transcript.prose import chunks
from kvshell.transcript.report import FAILING
from kvshell.transcript.scene import CONTINUED, keys, prompt_text, prose_text
from kvshell.transcript.watchdog import Watchdog
from kvshell.views import Caps

KEY_MS = 45  # between two keys, about
ENTER_MS = 350
READ_MS_PER_LINE = 350
PROSE_MS_PER_WORD = 140
LONGEST_MS = 6000


class Frame(NamedTuple):
    """What to write, how long after the frame before; `kind` is prose, prompt, key or answer."""

    text: str
    after_ms: int
    kind: str


class Machine:
    """Plays a document frame by frame.

    `done` counts the commands that were shown, `step` is the number of the step they are in,
    and `failed` says whether one of them did not do what the document says.
    """

    def __init__(
        self, document: Document, settings: Settings, watchdog: Watchdog, caps: Caps
    ) -> None:
        self.document = document
        self.done = 0
        self.failed = False
        self.step = 0
        self._frames: deque[Frame] = deque()
        self._settings = settings
        self._watchdog = watchdog
        self._caps = caps
        self._shown: list[str] = []
        self._keys = 0  # of the present command, shown or on their way
        self._begin()

    @property
    def session(self) -> Session:
        """The session as the last command left it."""
        return self._player.session

    def close(self) -> None:
        """End the system."""
        self._player.close()

    def next(self) -> Frame | None:
        """Return the next frame; None at the end of the document."""
        if not self._frames:
            self._frames.extend(self._following())
        if not self._frames:
            return None
        return self._take()

    def hurry(self) -> None:
        """Show the rest of the present prose and command, or the next one, at once."""
        waiting = self._frames or self._following()
        self._frames = deque(frame._replace(after_ms=0) for frame in waiting)

    @property
    def waiting(self) -> bool:
        """Whether nobody has seen a key of the present command: it has run, but not for them."""
        return bool(self._frames) and self._keys <= 1

    def before(self) -> str:
        """Go to before the present command, of which no key was seen; return the screen."""
        return self._to(self.done - 1)

    def finish(self) -> str:
        """Return what is left to be shown of the present command."""
        text = "".join(frame.text for frame in self._frames)
        self._frames.clear()
        self._shown.append(text)
        return text

    def back(self) -> str:
        """Go to before the last command that was seen; return what is on the screen then."""
        return self._to(max(self.done - (2 if self.waiting else 1), 0))

    def give_back(self) -> str:
        """Run the prefix again after somebody else has typed; return the screen."""
        return self._to(self.done)

    def _take(self) -> Frame:
        frame = self._frames.popleft()
        self._shown.append(frame.text)
        self._keys += frame.kind in {"key", "answer"}
        return frame

    def _begin(self) -> None:
        self._player = Player(self.document, self._settings, self._watchdog)
        self._steps = self._player.steps()
        self._prose = deque(chunks(self.document))
        self._frames.clear()
        self._shown.clear()
        self.done = 0
        self.step = 0
        self.failed = False
        self._keys = 0

    def _to(self, count: int) -> str:
        self._player.close()
        self._begin()
        while self.done < count:
            self._frames.extend(self._following())
            while self._frames:
                self._take()
        return "".join(self._shown)

    def _following(self) -> Iterator[Frame]:
        """The frames up to the end of the next command that is to be seen, and run it."""
        for checked in self._steps:
            self.failed = self.failed or checked.status in FAILING
            if checked.status in {Status.skipped, Status.unreached}:
                continue
            if checked.block.hidden:
                continue
            self.done += 1
            self._keys = 0
            self.step = checked.block.step
            yield from self._article(checked.block.line)
            yield from self._command(checked)
            return
        yield from self._article(len(self.document.source.lines) + 1)

    def _article(self, before: int) -> Iterator[Frame]:
        last = next((text for text in reversed(self._shown) if text), "\n\n")
        gap = "" if last.endswith("\n\n") else "\n"  # below an answer
        while self._prose and self._prose[0].line < before:
            text = prose_text(self._prose.popleft(), self._caps)
            pause = min(len(text.split()) * PROSE_MS_PER_WORD, LONGEST_MS)
            yield Frame(f"{gap}{text}\n\n", 400, "prose")
            gap = ""
            yield Frame("", pause, "prose")

    def _command(self, checked: Checked) -> Iterator[Frame]:
        """The prompt, the keys, the answer. The command has run already: nobody sees how soon."""
        client = checked.block.attributes.session
        prompt = prompt_text(self._player.counter, client, self._caps)
        yield Frame(prompt, 300, "prompt")
        text = self._player.typed
        for number, (plain, shown) in enumerate(keys(text, self._caps)):
            yield Frame(f"\n{CONTINUED}" if plain == "\n" else shown, _pause(plain, number), "key")
        yield Frame("\n", ENTER_MS, "key")
        answer = self._player.drawn(self._caps)
        if answer:
            yield Frame(f"{answer}\n", 60, "answer")
        yield Frame("", min((answer.count("\n") + 1) * READ_MS_PER_LINE, LONGEST_MS), "answer")


def _pause(key: str, number: int) -> int:
    """A person's rhythm, the same in every run."""
    uneven = (number * 7919 + ord(key) * 31) % 60
    return KEY_MS + uneven + (60 if key == " " else 0)
