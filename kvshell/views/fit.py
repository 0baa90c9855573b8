"""Which columns of a table fit the terminal, and how wide each of them is.

From a wide to a narrow terminal: every column as wide as it needs - long cells broken between
words - the columns dropped that matter least, one by one - long words broken, too - and at last
no table but a record per row.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kvshell.commands.view import Column

# A cell as short as this is never broken: a pid or a state stays on one line.
SHORT = 16
# At last even words are broken to keep a table a table; below this it becomes records.
NARROWEST = 10
# Prose is not broken into columns narrower than this while another column can go.
PROSE = 12
# A word longer than this is broken rather than a column dropped for it.
LONG_WORD = 24


class Layout(NamedTuple):
    """The columns shown, by their index, with their widths; none of them: draw records."""

    shown: tuple[int, ...]
    widths: tuple[int, ...]
    wraps: bool = False


def fit(
    columns: Sequence[Column], natural: Sequence[int], words: Sequence[int], width: int | None
) -> Layout:
    """Lay out columns of these natural widths and longest words in a box `width` columns wide."""
    shown = list(range(len(columns)))
    while shown:
        wanted = [natural[index] for index in shown]
        if width is None:
            return Layout(tuple(shown), tuple(wanted))
        room = width - (3 * len(shown) + 1)
        if sum(wanted) <= room:
            return Layout(tuple(shown), tuple(wanted))
        least = max(shown, key=lambda index: (columns[index].priority, index))
        floors = [_between_words(natural[index], words[index]) for index in shown]
        if sum(floors) > room and columns[least].priority == 0:
            floors = [w if w <= SHORT else NARROWEST for w in wanted]
        if sum(floors) <= room:
            return Layout(tuple(shown), _shrunk(wanted, floors, room), wraps=True)
        if columns[least].priority == 0:
            break
        shown.remove(least)
    return Layout((), ())


def _between_words(natural: int, word: int) -> int:
    """How narrow a column gets by breaking its cells between words alone."""
    return natural if natural <= SHORT else min(max(word, PROSE), LONG_WORD)


def _shrunk(wanted: Sequence[int], floors: Sequence[int], room: int) -> tuple[int, ...]:
    """Cut the widest columns to one width, but none below its floor, until all fit the room."""
    limit = max(wanted)

    def cut() -> list[int]:
        return [min(w, max(limit, floor)) for w, floor in zip(wanted, floors, strict=True)]

    while sum(cut()) > room:
        limit -= 1
    widths = cut()
    spare = room - sum(widths)
    for index, columns in enumerate(wanted):  # what one less for all would waste
        if spare and columns > widths[index]:
            widths[index] += 1
            spare -= 1
    return tuple(widths)
