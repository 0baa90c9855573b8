"""What the prompt shows while a line is typed: candidates, the signature, the next thing.

All of it reads the match and one snapshot; nothing asks the system.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kvshell.commands.command import Command
from kvshell.commands.guess import paths
from kvshell.commands.kinds import Topic
from kvshell.commands.match import Match, Slot
from kvshell.commands.matching import match
from kvshell.commands.params import SHOWN
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.table import COMMANDS
from kvshell.commands.topics import TOPICS
from kvshell.commands.view import Role


class Completion(NamedTuple):
    """A candidate: `text` replaces the line from `start` to the cursor."""

    text: str
    start: int
    description: str = ""
    role: Role = Role.plain


def complete(text: str, snapshot: Snapshot) -> list[Completion]:
    """Return what could stand at the end of `text`, the likeliest first, at most SHOWN."""
    found: list[Completion] = []
    seen: set[str] = set()
    for slot in match(text).expected:
        for candidate in _candidates(slot, snapshot):
            if candidate.text not in seen:
                seen.add(candidate.text)
                found.append(candidate)
                if len(found) >= SHOWN:
                    return found
    return found


def signature(matched: Match) -> list[tuple[str, bool]]:
    """Return the words of the command's usage, the parameter being typed marked."""
    command = matched.command
    if matched.inner is not None and matched.inner.parts and matched.inner.parts[-1].command:
        inner = matched.inner.parts[-1]
        if inner.current is not None or not inner.problems:
            return signature(inner)
    if command is None:
        return []
    words = [(word, False) for word in command.path]
    words += [(param.word, i == matched.current) for i, param in enumerate(command.params)]
    return words


def _candidates(slot: Slot, snapshot: Snapshot) -> Iterator[Completion]:
    if slot.param is None:
        return _words(slot)
    if isinstance(slot.param.kind, Topic):
        return _topics(slot)
    offered = slot.param.kind.complete(snapshot, slot.prefix, slot.before)
    return (Completion(c.text, slot.start, c.description, c.role) for c in offered)


def _words(slot: Slot) -> Iterator[Completion]:
    """The rest of each path that begins so: `st` offers `start manager`, `stop` and `stores`."""
    for command in COMMANDS:
        path = command.path
        depth = len(slot.path)
        if path[:depth] == slot.path and len(path) > depth and path[depth].startswith(slot.prefix):
            yield _word(command, " ".join(path[depth:]), slot.start)
    if slot.path or not slot.prefix:
        return
    for word, rows in paths().items():
        command = rows[0][1]
        if word.startswith(slot.prefix) and word != command.path[0]:
            yield _word(command, word, slot.start)


def _word(command: Command, text: str, start: int) -> Completion:
    return Completion(text, start, command.summary, Role.command)


def _topics(slot: Slot) -> Iterator[Completion]:
    for word, topic in TOPICS.items():
        if word.startswith(slot.prefix):
            yield Completion(word, slot.start, topic.about, Role.command)
    for command in COMMANDS:
        if command.words.startswith(slot.prefix):
            yield Completion(command.words, slot.start, command.summary, Role.command)
