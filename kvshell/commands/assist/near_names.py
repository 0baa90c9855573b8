"""Finds existing names close to a mistyped word: stores, processes, bindings and keys.

At most 200 stores with the same first letter are compared, so an error costs the same with 50,000
stores as with 200.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from kvshell.commands.arguments import ROLES
from kvshell.commands.nearest import nearby
from kvshell.commands.read.guesses import MOST
from kvshell.commands.read.match import Match
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.types.parameter import Meant
from kvshell.commands.types.simple_types import as_name

LOOKED_AT: Final = 200
SHORTEST: Final = 4  # s9 is not a typo of s1


def unknown(match: Match, snapshot: Snapshot, more: Iterable[Meant] = ()) -> list[Meant]:
    """Return what the first word of an unknown command may mean; [] for any other line.

    Commands come first, unless the word is exactly the name of something that exists. `more` holds
    Elixir names and comes last.
    """
    problem = match.problems[0] if match.problems else None
    if problem is None or problem.kind != "unknown" or not problem.message.startswith(_UNKNOWN):
        return []
    word = match.text[problem.start - match.start : problem.end - match.start].split(" ")[0]
    live = [*_bindings(word, snapshot), *_stores(word, snapshot), *_processes(word, snapshot)]
    exact = [each for each in live if each.text == word]
    rest = [each for each in live if each.text != word]
    return [*exact, *problem.meant, *rest, *more][:MOST]


_UNKNOWN: Final = "no command "


def store(word: str, snapshot: Snapshot) -> str | None:
    """Return the name of the store that is closest to `word`, or None if none is close."""
    return next((each.text for each in _stores(word, snapshot) if each.text != word), None)


def process(word: str, snapshot: Snapshot) -> Meant | None:
    """Return the process or store whose name is closest to `word`, or None if none is close."""
    found = [*_processes(word, snapshot), *_stores(word, snapshot)]
    return next((each for each in found if each.text != word), None)


def key(word: str, keys: Iterable[str]) -> str | None:
    """Return the one of `keys` that is closest to `word`, or None if none is close."""
    return next((each for each in _near(word, keys) if each != word), None)


def _stores(word: str, snapshot: Snapshot) -> list[Meant]:
    starting = islice(snapshot.stores_starting(word[:1]), LOOKED_AT)
    names = dict.fromkeys(row.name for row in starting)
    if snapshot.store(word) is not None:
        names = {word: None, **names}
    return [
        Meant("store", as_name(name, resolved=True), f"registry {as_name(name)}")
        for name in _near(word, names)
    ]


def _processes(word: str, snapshot: Snapshot) -> list[Meant]:
    rows = islice(snapshot.processes, LOOKED_AT)
    named = (row.name for row in rows if row.name and snapshot.store(row.name) is None)
    names = [*named, *(ROLES if snapshot.design else ("shell",))]
    return [Meant("process", name, f"info {name}") for name in _near(word, names)]


def _bindings(word: str, snapshot: Snapshot) -> list[Meant]:
    names = [row.name for row in islice(snapshot.bindings, LOOKED_AT)]
    return [Meant("binding", name, name) for name in _near(word, names)]


def _near(word: str, names: Iterable[str]) -> list[str]:
    """Return the names close to `word`; a word shorter than `SHORTEST` must match exactly."""
    if len(word) < SHORTEST:
        return [name for name in names if name == word]
    return nearby(word, names, MOST)
