"""Which columns of a table fit the terminal, and how wide each of them is.

From a wide to a narrow terminal: every column as wide as it needs - long cells wrapped - the
columns dropped that matter least, one by one - and at last no table but a record per row.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kvshell.commands.view import Column

# A column is never made narrower than this by wrapping: a pid or a state stays on one line.
NARROWEST = 16


class Layout(NamedTuple):
    """The columns shown, by their index, with their widths; none of them: draw records."""

    shown: tuple[int, ...]
    widths: tuple[int, ...]
    wraps: bool = False


def fit(columns: Sequence[Column], natural: Sequence[int], width: int | None) -> Layout:
    """Lay out columns of these natural widths in a box `width` columns wide."""
    shown = list(range(len(columns)))
    while shown:
        wanted = [natural[index] for index in shown]
        if width is None:
            return Layout(tuple(shown), tuple(wanted))
        room = width - (3 * len(shown) + 1)
        if sum(wanted) <= room:
            return Layout(tuple(shown), tuple(wanted))
        if sum(min(columns_, NARROWEST) for columns_ in wanted) <= room:
            return Layout(tuple(shown), _shrunk(wanted, room), wraps=True)
        least = max(shown, key=lambda index: (columns[index].priority, index))
        if columns[least].priority == 0:
            break
        shown.remove(least)
    return Layout((), ())


def _shrunk(wanted: Sequence[int], room: int) -> tuple[int, ...]:
    """Cut the widest columns to one width, so that together they fill the room."""
    limit = max(wanted)
    while sum(min(columns, limit) for columns in wanted) > room:
        limit -= 1
    widths = [min(columns, limit) for columns in wanted]
    spare = room - sum(widths)
    for index, columns in enumerate(wanted):  # what one less for all would waste
        if spare and columns > widths[index]:
            widths[index] += 1
            spare -= 1
    return tuple(widths)
