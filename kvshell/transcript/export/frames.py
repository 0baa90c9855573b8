"""A document as frames: prompts, commands and answers as a terminal shows them one by one."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from kvshell.commands.read.matcher import parse
from kvshell.commands.view import Markdown, Role
from kvshell.session import Session
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.fences import Chunk, chunks
from kvshell.transcript.match.outcome import Checked, Status
from kvshell.transcript.report.reports import FAILING
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings
from kvshell.views import Caps, render_view
from kvshell.views.colours import paint
from kvshell.views.safe import safe, safe_lines

CONTINUED = "...> "


def prompt_text(counter: int, client: str, caps: Caps) -> str:
    """Return the prompt before a command: `kv(3)> `, or `kv[b]> ` in another client's block."""
    return paint(f"kv[{client}]>" if client else f"kv({counter})>", Role.title, caps) + " "


def keys(text: str, caps: Caps) -> list[tuple[str, str]]:
    """Return the characters of a command, each with its highlighted form."""
    roles = [Role.plain] * len(text)
    for start, end, role in parse(text).roles:
        roles[start:end] = [role] * (end - start)
    return [
        (key, paint(safe(key, unicode=caps.unicode), role, caps))
        for key, role in zip(text, roles, strict=True)
    ]


def command_text(text: str, caps: Caps) -> str:
    """Return a command highlighted as at the prompt."""
    if caps.colour == "none":
        return _safe(text, caps)
    pieces = []
    place = 0
    for start, end, role in sorted(parse(text).roles, key=lambda each: each[:2]):
        if start < place:
            continue
        pieces.append(_safe(text[place:start], caps))
        pieces.append(paint(_safe(text[start:end], caps), role, caps))
        place = end
    return "".join([*pieces, _safe(text[place:], caps)])


def _safe(text: str, caps: Caps) -> str:
    return "\n".join(safe_lines(text, unicode=caps.unicode))


def prose_text(chunk: Chunk, caps: Caps) -> str:
    """Render a part of the article's prose for a terminal."""
    return render_view(Markdown(chunk.text.strip("\n")), caps)


KEY_MS = 45  # approximate time between two keys
ENTER_MS = 350
READ_MS_PER_LINE = 350
PROSE_MS_PER_WORD = 140
LONGEST_MS = 6000


class Frame(NamedTuple):
    """A frame of a live replay.

    Attributes:
        text: the text to write.
        after_ms: the delay before it, in milliseconds.
        kind: prose, prompt, key, answer or end.
    """

    text: str
    after_ms: int
    kind: str


class Machine:
    """Plays a document frame by frame.

    `done` counts the commands shown, `step` is the number of their step, and `failed` says whether
    one of them did not match the document.
    """

    def __init__(
        self, document: Document, settings: Settings, watchdog: LineTimeout, caps: Caps
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
        self._keys = 0  # frames of the current command, shown or pending
        self._begin()

    @property
    def session(self) -> Session:
        """The session after the last command."""
        return self._player.session

    def close(self) -> None:
        """End the system that the document runs on."""
        self._player.close()

    def next(self) -> Frame | None:
        """Return the next frame; None at the end of the document."""
        if not self._frames:
            self._frames.extend(self._following())
        if not self._frames:
            return None
        return self._take()

    def hurry(self) -> None:
        """Remove the delays of the current command's remaining frames, or of the next command's."""
        waiting = self._frames or self._following()
        self._frames = deque(frame._replace(after_ms=0) for frame in waiting)

    @property
    def waiting(self) -> bool:
        """Whether the current command has run, but none of its keys has been shown."""
        return bool(self._frames) and self._keys <= 1

    def before(self) -> str:
        """Go back to before the current command, which must be `waiting`; return the screen."""
        return self._to(self.done - 1)

    def finish(self) -> str:
        """Return the text of the current command's remaining frames."""
        text = "".join(frame.text for frame in self._frames)
        self._frames.clear()
        self._shown.append(text)
        return text

    def back(self) -> str:
        """Go back to before the last command that was shown; return the screen at that point."""
        return self._to(max(self.done - (2 if self.waiting else 1), 0))

    def give_back(self) -> str:
        """Run the commands so far again, after the user has typed others; return the screen."""
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
        """Run the next visible command, and yield its frames."""
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
        """Yield the frames of a command that has run: prompt, keys and answer."""
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
    """Return the delay in ms before a key: varied as by a person, but the same in each run."""
    uneven = (number * 7919 + ord(key) * 31) % 60
    return KEY_MS + uneven + (60 if key == " " else 0)
