"""`kvshell learn --author PATH`: records a lesson by walking through it once."""

import shlex
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from kvshell.commands.result import Open, Result
from kvshell.commands.view import Role
from kvshell.learn.authoring import WORDS, Item, composed
from kvshell.learn.checks import check
from kvshell.learn.command import OK, LearnOptions, refuse
from kvshell.session import Session
from kvshell.session.host import Host
from kvshell.shell.config.preferences import preferences
from kvshell.shell.explore_openers import exploring
from kvshell.shell.hosts.protocol import (
    CompletionItem,
    Display,
    Pieces,
    ScreenBlock,
    StyledSpan,
    TypingHelp,
)
from kvshell.shell.hosts.session_prompt import SessionPrompt
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.write.atomic_file import NotWrittenError, content
from kvshell.transcript.write.draft import write_or_beside
from kvshell.transcript.write.recording import title_of
from kvshell.views import Caps, render_line, terminal_width
from kvshell.views.caps import Flags
from kvshell.views.output import emit

SLIP: Final = "** (CommandError)"


def author(asked: LearnOptions, flags: Flags) -> int:
    """Record a lesson at a prompt until it is left, and write the file; return the exit code."""
    from kvshell.shell.conversation import (  # noqa: PLC0415  # only for a terminal
        PromptOptions,
        converse,
    )

    path = Path(asked.author)
    try:
        before = content(path)
    except NotWrittenError as error:
        return refuse(str(error))
    if before is not None and not asked.force:
        return refuse(f"{path} exists: --force overwrites it")

    def now() -> Caps:
        return flags.caps._replace(width=terminal_width({}, sys.__stdout__))

    host = AuthorPrompt(Session("controlled"), path, now, before)
    code = converse(host, PromptOptions(flags.caps, preferences(flags), keep_history=False))
    emit(host.written())
    return code or OK


class AuthorPrompt(SessionPrompt):
    """Hosts the author of a lesson: a session that is recorded, with five extra commands."""

    def __init__(
        self, session: Session, path: Path, caps: Callable[[], Caps], before: bytes | None = None
    ) -> None:
        screen_openers = dict.fromkeys(("bench", "learn", "record", "replay", "test"), self._refuse)
        super().__init__(
            session, caps, {**screen_openers, "explore": self._explore}, record=self._keep
        )
        self._path = path
        self._before = before  # the content of the file, as far as known
        self._items: list[Item] = []
        self._slips: list[str] = []
        self.words = AuthorWords(self.words)  # type: ignore[assignment]  # both implement TypingHelp

    def welcome(self) -> Iterator[ScreenBlock]:
        """Return the list of the author's commands."""
        for word, message in WORDS.items():
            yield ScreenBlock(f"{render_line(f'{word:6}', Role.command, self._caps())} {message}")
        yield ScreenBlock(
            f"{render_line('# TEXT', Role.command, self._caps())} what the learner reads"
        )

    def line(self, text: str, display: Display) -> None:
        """Record the line; run it if it is a command."""
        word, _, rest = text.strip().partition(" ")
        if text.strip().startswith("#"):
            self._items.append(Item("", text.strip()))
        if word not in WORDS:
            self._slips.clear()
            super().line(text, display)
            display.show(map(self._note, self._slips))
        else:
            display.show(self._own(word, rest))

    def _own(self, word: str, rest: str) -> list[ScreenBlock]:
        """Run one of the author's commands and return what to show."""
        match word:
            case ":quit":
                self.left = True
                return []
            case ":test":
                return [self._note(self._write() or f"wrote {self._path}"), *self._checked()]
            case ":goal":
                self._items.append(Item(word, ""))
                return [self._note("the look commands that follow are the goal")]
            case _ if not rest.strip():
                return [self._note(f"{word} TEXT")]
            case _:
                self._items.append(Item(word, rest.strip()))
                return []

    def written(self) -> str:
        """Write the lesson file at the end; return the message to show."""
        check_it = f"kvshell learn --check {shlex.quote(str(self._path))}"
        return self._write() or f"wrote {self._path}; {check_it} runs the ten checks on it"

    def _keep(self, line: str, results: Sequence[Result]) -> str:
        """Record a line unless it is mistyped: mistakes are not part of the lesson."""
        if any((result.error or "").startswith(SLIP) for result in results):
            self._slips.append("left out of the lesson: not a command")
        elif results and not all(_is_wish(result) for result in results):
            self._items.append(Item("", line.strip()))
        return ""

    def _refuse(self, wish: Open, _host: Host) -> list[ScreenBlock]:
        message = f"** (CommandError) {wish.kind} cannot be part of a lesson: :quit first"
        return [ScreenBlock(render_line(message, Role.error, self._caps()))]

    def _explore(self, wish: Open, host: Host) -> Iterable[ScreenBlock]:
        return exploring(wish, self._session, self._caps(), host)[0]

    def _write(self) -> str:
        """Write the lesson file; return why that failed, or ""."""
        text = composed(self._items, title_of(self._path))
        try:
            place = write_or_beside(self._path, text, over=self._before)
        except NotWrittenError as error:
            return str(error)
        self._before = text.encode("utf-8")
        if place == self._path:
            return ""
        changed, self._path = self._path, place
        return f"{changed} has been changed meanwhile and was not overwritten: wrote {place}"

    def _checked(self) -> list[ScreenBlock]:
        try:
            findings = check(self._path)
        except ParseError as error:
            return [self._note(str(error))]
        lines = [f"check {each.check}: {each.place}: {each.text}" for each in findings]
        return [self._note(text) for text in lines or ["ok: all ten checks"]]

    def _note(self, text: str) -> ScreenBlock:
        return ScreenBlock(render_line(f"  {text}", Role.hint, self._caps()), narration=True)


def _is_wish(result: Result) -> bool:
    """Whether a result opens something outside the lesson; `explore` is part of a lesson."""
    return result.open is not None and result.open.kind != "explore"


class AuthorWords:
    """Typing help for the author's commands; everything else is passed to the session's."""

    def __init__(self, inner: TypingHelp) -> None:
        self._inner = inner

    def spans(self, text: str) -> Sequence[StyledSpan]:
        """Return the roles of the words in `text`."""
        word = text.split(" ", 1)[0]
        return [StyledSpan(0, len(word), "command")] if word in WORDS else self._inner.spans(text)

    def in_pieces(self, text: str) -> Pieces | None:
        """Return the session's answer."""
        return self._inner.in_pieces(text)

    def complete(self, text: str) -> Sequence[CompletionItem]:
        """Return the candidates for the end of `text`."""
        if not text.startswith(":") or " " in text:
            return [] if text.startswith(":") else self._inner.complete(text)
        return [
            CompletionItem(each, 0, message)
            for each, message in WORDS.items()
            if each.startswith(text)
        ]

    def signature(self, text: str) -> Sequence[tuple[str, bool]]:
        """Return the usage of the command being typed."""
        word = text.split(" ", 1)[0]
        return [(word, False), ("TEXT", True)] if word in WORDS else self._inner.signature(text)

    def drop_prompt(self, text: str) -> str | None:
        """Return the session's answer."""
        return self._inner.drop_prompt(text)

    def unfinished(self, text: str) -> bool:
        """Return the session's answer; the author's commands take one line."""
        return not text.startswith((":", "#")) and self._inner.unfinished(text)

    def within(self, text: str) -> Container[int]:
        """Return the session's answer."""
        return self._inner.within(text)

    def indentation(self, text: str) -> int:
        """Return the session's answer."""
        return self._inner.indentation(text)

    def outdentation(self, text: str) -> int | None:
        """Return the session's answer."""
        return self._inner.outdentation(text)
