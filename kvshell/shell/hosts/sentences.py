"""The texts of a session's prompt: the welcome, the toolbar, and what a line waits for."""

from collections.abc import Iterator
from typing import Final

from kvshell import __version__
from kvshell.commands.language.message import Message
from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.commands.snapshot import Snapshot
from kvshell.session import Waiting
from kvshell.shell.hosts.protocol import ToolbarItem

SHORT: Final = 60


def welcome(width: int, *, tab: bool, texts: Texts = ENGLISH) -> tuple[str, str]:
    """Return the two lines before `Try: start manager`; `tab` is false on a dumb terminal."""
    version = f"kvshell {__version__}"
    if width < SHORT:
        completes = f"  {texts('Tab completes')}" if tab else ""
        return texts("{version}: OTP in Python", version=version), f"help  designs{completes}"
    tabs = f"{texts('Tab completes')}; " if tab else ""
    return (
        texts(
            "{version}: drive, break and understand a small OTP system, in Python", version=version
        ),
        texts("help shows what you can do now; {tabs}Ctrl-D leaves", tabs=tabs),
    )


def parts(snapshot: Snapshot, texts: Texts = ENGLISH) -> Iterator[ToolbarItem]:
    """Yield the parts of the toolbar; if space is short, the highest priority is dropped first."""
    if snapshot.gone:
        yield ToolbarItem(texts.translate(snapshot.idle), "plain", 3)
    elif snapshot.design is None and snapshot.others:
        yield ToolbarItem(texts("no manager runs"), "plain", 3)
        message = texts.many("{count:,} process", "{count:,} processes", snapshot.others)
        yield ToolbarItem(message, "plain", 4)
    else:
        yield ToolbarItem(snapshot.design or texts("nothing runs"), "plain", 3)
    if snapshot.suspended:
        first, others = snapshot.suspended[0], len(snapshot.suspended) - 1
        if others:
            message = texts("{name} +{count} suspended", name=first, count=others)
        else:
            message = texts("{name} suspended", name=first)
        yield ToolbarItem(message, "pending", 0)
    if snapshot.stale:
        count = len(snapshot.stale)
        yield ToolbarItem(texts.many("{count:,} stale", "{count:,} stale", count), "stale", 1)
    if snapshot.flying:
        count = snapshot.on_their_way
        message = texts.many("{count:,} signal on the way", "{count:,} signals on the way", count)
        yield ToolbarItem(message, "pending", 1)
    elif snapshot.law == "spec":
        yield ToolbarItem(texts("law spec"), "plain", 4)
    if snapshot.waiting:
        count = snapshot.waiting
        message = texts.many("{count:,} message waiting", "{count:,} messages waiting", count)
        yield ToolbarItem(message, "pending", 2)
    if snapshot.inbox:
        yield ToolbarItem(texts("{count:,} in your mailbox", count=snapshot.inbox), "plain", 5)
    if snapshot.design is not None:
        message = texts.many("{count:,} store", "{count:,} stores", len(snapshot.stores))
        yield ToolbarItem(message, "plain", 4)


def describe_wait(waiting: Waiting) -> Message:
    """Describe a wait in one line; clauses that may be dropped come last."""
    left: str = ""
    if waiting.left_ms is not None:
        left = Message(", {left:.1f} s left", left=waiting.left_ms / 1000)
    if not waiting.status:
        return Message("{name}{left}; Ctrl-C gives up", name=waiting.name, left=left)
    status = f" ({waiting.status})" if waiting.status != "idle" else ""
    return Message(
        "waiting for {name}{status}{left}; Ctrl-C gives up, the request stays in its mailbox",
        name=waiting.name,
        status=status,
        left=left,
    )


def given_up(waiting: Waiting) -> Message:
    """Return the message after Ctrl-C ended a wait: which process keeps running."""
    return Message(
        "given up: {name} keeps running, and the request stays in its mailbox"
        if waiting.status == "suspended"
        else "given up: {name} keeps running, and the request is not taken back",
        name=waiting.name,
    )
