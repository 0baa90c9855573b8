"""What a plain session's prompt says in words: the welcome, the toolbar, waits."""

from collections.abc import Iterator
from typing import Final

from kvshell import __version__
from kvshell.commands.snapshot import Snapshot
from kvshell.learn.texts import Texts
from kvshell.session import Waiting
from kvshell.shell.host import Part

SHORT: Final = 60
ENGLISH: Final = Texts()


def welcome(width: int, *, tab: bool) -> tuple[str, str]:
    """The two lines before `Try: start manager`; a dumb terminal has no Tab."""
    if width < SHORT:
        completes = "  Tab completes" if tab else ""
        return f"kvshell {__version__}: OTP in Python", f"help  designs{completes}"
    return (
        f"kvshell {__version__}: drive, break and understand a small OTP system, in Python",
        f"help says what can be done now; {'Tab completes; ' if tab else ''}Ctrl-D leaves",
    )


def parts(picture: Snapshot, texts: Texts = ENGLISH) -> Iterator[Part]:
    """The toolbar's words between lines, the most urgent with the lowest priority."""
    yield Part(picture.design or texts("nothing runs"), "plain", 3)
    if picture.suspended:
        first, others = picture.suspended[0], len(picture.suspended) - 1
        if others:
            said = texts("{name} +{count} suspended", name=first, count=others)
        else:
            said = texts("{name} suspended", name=first)
        yield Part(said, "pending", 0)
    if picture.stale:
        count = len(picture.stale)
        yield Part(texts.many("{count:,} stale", "{count:,} stale", count), "stale", 1)
    if picture.flying:
        count = picture.on_their_way
        said = texts.many("{count:,} signal on the way", "{count:,} signals on the way", count)
        yield Part(said, "pending", 1)
    elif picture.law == "spec":
        yield Part(texts("law spec"), "plain", 4)
    if picture.waiting:
        count = picture.waiting
        said = texts.many("{count:,} message waiting", "{count:,} messages waiting", count)
        yield Part(said, "pending", 2)
    if picture.inbox:
        yield Part(texts("{count:,} in your mailbox", count=picture.inbox), "plain", 5)
    if picture.design is not None:
        said = texts.many("{count:,} store", "{count:,} stores", len(picture.stores))
        yield Part(said, "plain", 4)


def said(waiting: Waiting) -> str:
    """A wait in one line, the parts that may be left out on a narrow terminal last."""
    left = f", {waiting.left_ms / 1000:.1f} s left" if waiting.left_ms is not None else ""
    if not waiting.status:
        return f"{waiting.name}{left}; Ctrl-C gives up"
    status = f" ({waiting.status})" if waiting.status != "idle" else ""
    return (
        f"waiting for {waiting.name}{status}{left}; Ctrl-C gives up,"
        " the request stays in its mailbox"
    )


def given_up(waiting: Waiting) -> str:
    """Who goes on after Ctrl-C ended a wait."""
    rest = "stays in its mailbox" if waiting.status == "suspended" else "is not taken back"
    return f"given up: {waiting.name} keeps running, and the request {rest}"
