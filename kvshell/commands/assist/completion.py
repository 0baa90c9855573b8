"""Completion candidates and the signature shown while a line is typed.

Everything here reads the parsed line and one snapshot; nothing queries the running system.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from kvshell.commands.assist import fuzzy
from kvshell.commands.assist.topics import TOPICS
from kvshell.commands.language.message import Message
from kvshell.commands.read.guesses import paths
from kvshell.commands.read.match import ArgumentSlot, Match
from kvshell.commands.read.matcher import match
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.table import COMMANDS, GROUP_OF, GROUPS
from kvshell.commands.table.row import Command
from kvshell.commands.types.parameter import SHOWN
from kvshell.commands.types.simple_types import TopicType
from kvshell.commands.view import Role


class Completion(NamedTuple):
    """A completion candidate: `text` replaces the line from `start` to the cursor.

    `description` is a Message if kvshell wrote it, and plain text if it is data.
    """

    text: str
    start: int
    description: str = ""
    role: Role = Role.plain


def complete(text: str, snapshot: Snapshot) -> list[Completion]:
    """Return completions for the end of `text`, most likely first, at most `SHOWN` of them."""
    found: list[Completion] = []
    seen: set[str] = set()
    slots = match(text).expected
    for slot in slots:
        for candidate in _candidates(slot, snapshot):
            if candidate.text not in seen:
                seen.add(candidate.text)
                found.append(candidate)
                if len(found) >= SHOWN:
                    return found
    return found or [*islice(_fuzzy(slots, snapshot), SHOWN)]


def _fuzzy(slots: Sequence[ArgumentSlot], snapshot: Snapshot) -> Iterator[Completion]:
    """Yield fuzzy matches for the typed letters; used only if nothing starts with them."""
    for slot in slots:
        if slot.param is not None:
            if len(slot.prefix) >= fuzzy.SHORTEST:
                for c in fuzzy.argument_candidates(slot.prefix, slot.param, snapshot):
                    yield Completion(c.text, slot.start, c.description, c.role)
        elif not slot.path:
            for text, description in fuzzy.lines(slot.prefix, snapshot):
                yield Completion(text, slot.start, description, Role.command)


def signature(matched: Match) -> list[tuple[str, bool]]:
    """Return the words of the command's usage line; the flag marks the parameter being typed."""
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


def _candidates(slot: ArgumentSlot, snapshot: Snapshot) -> Iterator[Completion]:
    if slot.param is None:
        return _words(slot, snapshot)
    if isinstance(slot.param.kind, TopicType):
        return _topics(slot)
    offered = slot.param.kind.complete(snapshot, slot.prefix, slot.before)
    return (Completion(c.text, slot.start, c.description, c.role) for c in offered)


def _words(slot: ArgumentSlot, snapshot: Snapshot) -> Iterator[Completion]:
    """Yield the command names that start with the typed prefix: `st` offers `stop` and `stores`."""
    for command in COMMANDS:
        path = command.path
        if GROUP_OF[path].name == "nodes" and not snapshot.nodes:
            continue
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
    return Completion(text, start, Message(command.summary), Role.command)


def _topics(slot: ArgumentSlot) -> Iterator[Completion]:
    for word, topic in TOPICS.items():
        if word.startswith(slot.prefix):
            yield Completion(word, slot.start, Message(topic.about), Role.command)
    for group in GROUPS:
        if group.title.startswith(slot.prefix) and group.title != slot.prefix:
            yield Completion(group.title, slot.start, Message(group.about), Role.command)
    for command in COMMANDS:
        if command.words.startswith(slot.prefix):
            yield _word(command, command.words, slot.start)
