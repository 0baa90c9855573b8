"""Fuzzy matching: letters in the right order stand for a command, as `gts` for `get s1`.

The first letter must match, so only words that start with it are searched, and a key press costs
the same with 50,000 stores as with 200.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from kvshell.commands.language.message import Message
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.table import COMMANDS
from kvshell.commands.types.parameter import Candidate, Param

LOOKED_AT: Final = 200  # names with the right first letter to consider per parameter
SHORTEST: Final = 2


def matched(letters: str, word: str) -> int:
    """Count how many of `letters` occur in `word` in this order.

    The result is 0 unless both start with the same letter.
    """
    if not word or not letters or word[0] != letters[0]:
        return 0
    found = at = 0
    for letter in letters:
        place = word.find(letter, at)
        if place < 0:
            break
        found, at = found + 1, place + 1
    return found


def lines(letters: str, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield commands, alone or with their first argument, that `letters` may stand for.

    Yields pairs of a command and its description, shortest command first.
    """
    if len(letters) < SHORTEST:
        return
    found: list[tuple[str, str]] = []
    for command in COMMANDS:
        words = command.words
        used = matched(letters, words)
        if used == len(letters):
            found.append((words, Message(command.summary)))
        elif used and command.params:
            rest = letters[used:]
            for candidate in argument_candidates(rest, command.params[0], snapshot):
                found.append((f"{words} {candidate.text}", Message(command.summary)))
    yield from sorted(found, key=lambda each: len(each[0]))


def argument_candidates(letters: str, param: Param, snapshot: Snapshot) -> Iterator[Candidate]:
    """Yield the candidates for the argument `param` that `letters` may stand for."""
    if letters:
        offered = param.kind.complete(snapshot, letters[0], {})
        for candidate in islice(offered, LOOKED_AT):
            if matched(letters, candidate.text) == len(letters):
                yield candidate
