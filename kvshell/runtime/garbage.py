"""When Python's cyclic garbage collector runs: rarely, and while a prompt is idle.

Objects without reference cycles are freed at once, by their reference counts. By default the
collector runs whenever some 700 more objects are alive than after its last run (2,000 from Python
3.13 on), which is in the middle of most key presses at a prompt and of most compiled lines. A
higher threshold alone would only make the pauses longer; so a prompt also collects while it waits
for a key.
"""

import gc
from typing import Final

OBJECTS: Final = 20_000  # new objects that start a collection of the youngest generation
_WORTHWHILE: Final = 500


def collect_rarely() -> None:
    """Raise the collector's threshold to 20,000 new objects, unless it is higher or disabled."""
    if 0 < gc.get_threshold()[0] < OBJECTS:
        gc.set_threshold(OBJECTS, 20, 50)


def collect_while_idle() -> None:
    """Collect the youngest generation, and older ones that are due, if enough objects are new."""
    counts, limits = gc.get_count(), gc.get_threshold()
    if not limits[0] or counts[0] < _WORTHWHILE:
        return
    # As in Python: an older generation's count is the collections of the next younger one.
    due = [age for age in (1, 2) if 0 < limits[age] < counts[age]]
    gc.collect(max(due, default=0))
