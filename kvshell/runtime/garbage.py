"""When Python looks for garbage, that is for objects that refer to each other in a circle.

Everything else is freed at once, by its reference count. By default Python looks whenever some
700 more objects live than at the last look (2,000 from Python 3.13 on), which is in the middle of
most key presses at a prompt and of most compiled lines. A higher limit alone would only make the
pauses longer; so a prompt looks while it waits for a key.
"""

import gc
from typing import Final

OBJECTS: Final = 20_000  # new objects, then the youngest are looked at
_WORTHWHILE: Final = 500


def collect_rarely() -> None:
    """Look for garbage after 20,000 new objects; a limit that is higher, or none, is kept."""
    if 0 < gc.get_threshold()[0] < OBJECTS:
        gc.set_threshold(OBJECTS, 20, 50)


def collect_while_idle() -> None:
    """Look through the objects made since the last look; now and then the older ones, too."""
    counts, limits = gc.get_count(), gc.get_threshold()
    if not limits[0] or counts[0] < _WORTHWHILE:
        return
    # As Python itself chooses: a generation's count is the looks at the next younger one.
    due = [age for age in (1, 2) if 0 < limits[age] < counts[age]]
    gc.collect(max(due, default=0))
