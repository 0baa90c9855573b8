"""`kvshell learn --author PATH`: a lesson is written by walking it once."""

import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from kvshell.commands.result import Open, Result
from kvshell.commands.view import Role
from kvshell.learn.author import WORDS, Item, composed
from kvshell.learn.checking import check
from kvshell.learn.command import OK, Options, refuse
from kvshell.session import Session
from kvshell.shell.doors import exploring
from kvshell.shell.host import Block, Entry, Span, Words
from kvshell.shell.session_host import SessionHost
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.writing import NotWrittenError, write_file
from kvshell.views import Caps, render_line, terminal_width
from kvshell.views.flags import Flags

SLIP: Final = "** (CommandError)"


def author(asked: Options, flags: Flags) -> int:
    """Listen to an author until the prompt is left, and write the lesson; the exit code."""
    from kvshell.shell.conversation import Manner, converse  # noqa: PLC0415  # only for a terminal

    path = Path(asked.author)
    if path.exists() and not asked.force:
        return refuse(f"{path} exists: --force writes over it")

    def now() -> Caps:
        return flags.caps._replace(width=terminal_width({}, sys.__stdout__))

    host = AuthorHost(Session("controlled"), path, now)
    code = converse(host, Manner(flags.caps, keep_history=False))
    sys.stdout.write(f"{host.written()}\n")
    return code or OK


class AuthorHost(SessionHost):
    """Hosts an author: a plain session that remembers, and five words of its own."""

    def __init__(self, session: Session, path: Path, caps: Callable[[], Caps]) -> None:
        super().__init__(session, caps, {"explore": self._explore}, heard=self._keep)
        self._path = path
        self._items: list[Item] = []
        self._slips: list[str] = []
        self.words = AuthorWords(self.words)  # type: ignore[assignment]  # both are Words

    def welcome(self) -> Iterator[Block]:
        """What the words do."""
        for word, said in WORDS.items():
            yield Block(f"{render_line(f'{word:6}', Role.command, self._caps())} {said}")
        yield Block(f"{render_line('# TEXT', Role.command, self._caps())} what the learner reads")

    def feed(self, line: str) -> Iterator[Block]:
        """Keep the line, and run it if it is one."""
        word, _, rest = line.strip().partition(" ")
        if line.strip().startswith("#"):
            self._items.append(Item("", line.strip()))
        if word not in WORDS:
            self._slips.clear()
            return chain(super().feed(line), map(self._note, self._slips))
        match word:
            case ":quit":
                self.left = True
                return iter(())
            case ":test":
                return iter([self._note(self._write() or f"wrote {self._path}"), *self._checked()])
            case ":goal":
                self._items.append(Item(word, ""))
                return iter([self._note("the looks that follow are the goal")])
            case _ if not rest.strip():
                return iter([self._note(f"{word} TEXT")])
            case _:
                self._items.append(Item(word, rest.strip()))
                return iter(())

    def written(self) -> str:
        """Write the lesson; what to say about it."""
        check_it = f"kvshell learn --check {shlex.quote(str(self._path))}"
        return self._write() or f"wrote {self._path}; {check_it} holds it to the ten checks"

    def _keep(self, line: str, results: list[Result]) -> None:
        """Keep a line that is a command; a slip of the author's is no part of the lesson."""
        if any((result.error or "").startswith(SLIP) for result in results):
            self._slips.append("left out of the lesson: it was no command")
        elif results and not all(_is_wish(result) for result in results):
            self._items.append(Item("", line.strip()))

    def _open(self, wish: Open) -> Iterable[Block]:
        if wish.kind in self._doors or wish.kind in {"exit", "clear"}:
            return super()._open(wish)
        said = f"** (CommandError) {wish.kind} is no part of a lesson: :quit first"
        return [Block(render_line(said, Role.error, self._caps()))]

    def _explore(self, wish: Open) -> Iterable[Block]:
        return exploring(wish, self._session, self._caps())[0]

    def _write(self) -> str:
        """Write the lesson; why that could not be, or ""."""
        words = self._path.stem.lstrip("0123456789-_. ").replace("-", " ").replace("_", " ")
        title = words[:1].upper() + words[1:]
        try:
            write_file(self._path, composed(self._items, title))
        except NotWrittenError as error:
            return str(error)
        return ""

    def _checked(self) -> list[Block]:
        try:
            findings = check(self._path)
        except ParseError as error:
            return [self._note(str(error))]
        said = [f"check {each.check}: {each.place}: {each.text}" for each in findings]
        return [self._note(text) for text in said or ["ok: all ten checks"]]

    def _note(self, text: str) -> Block:
        return Block(render_line(f"  {text}", Role.hint, self._caps()), narration=True)


def _is_wish(result: Result) -> bool:
    """Whether a result opens something for the prompt alone: exploring is part of a lesson."""
    return result.open is not None and result.open.kind != "explore"


class AuthorWords:
    """`Words` of a session, and the author's own."""

    def __init__(self, inner: Words) -> None:
        self._inner = inner

    def spans(self, text: str) -> Sequence[Span]:
        """The roles of the words."""
        word = text.split(" ", 1)[0]
        return [Span(0, len(word), "command")] if word in WORDS else self._inner.spans(text)

    def complete(self, text: str) -> Sequence[Entry]:
        """The candidates for the end of `text`."""
        if not text.startswith(":") or " " in text:
            return [] if text.startswith(":") else self._inner.complete(text)
        return [Entry(each, 0, said) for each, said in WORDS.items() if each.startswith(text)]

    def signature(self, text: str) -> Sequence[tuple[str, bool]]:
        """The usage of what is being typed."""
        word = text.split(" ", 1)[0]
        return [(word, False), ("TEXT", True)] if word in WORDS else self._inner.signature(text)

    def drop_prompt(self, text: str) -> str | None:
        """The line behind a pasted prompt."""
        return self._inner.drop_prompt(text)
