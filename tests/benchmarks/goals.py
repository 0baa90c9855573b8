"""The target of each figure, and the reason if it is missed."""

from typing import NamedTuple


def number(value: float) -> str:
    """Format a number with about three digits: `0.21`, `3.4`, `28`, `1,120`."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def with_noun(count: int, noun: str) -> str:
    """Return `1 thread`, `4 threads`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


class Goal(NamedTuple):
    """A limit in `unit`: a maximum, or a minimum if `at_least`."""

    limit: float
    unit: str
    obstacle: str = ""
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether `value` meets the target."""
        return value >= self.limit if self.at_least else value <= self.limit

    def verdict(self, value: float) -> str:
        """Return `met (at most 1 s)`, or `not met: 1.2 s (at most 1 s)`."""
        bound = f"{'at least' if self.at_least else 'at most'} {self.limit:g} {self.unit}"
        if self.met(value):
            return f"met ({bound})"
        just = ""
        if number(value) == number(self.limit):
            just = "just under " if self.at_least else "just over "
        return f"**not met**: {just}{number(value)} {self.unit} ({bound})"


_CALL = (
    "A call that the caller runs is ten Python functions of 50 ns and more each, and the clause "
    "with its `match` is a third of it; no thread and no lock is waited for"
)
_LOOKUP = (
    "A read is two Python functions, one dict read and the tuple it returns; a Python function "
    "alone takes 40-50 ns here"
)
_STORES = (
    "Half of the time is the garbage collector's, which visits the three locks, the record, the "
    "pid and the state of every live store again and again while more are created"
)

PYKKA = Goal(15, "x", _CALL, at_least=True)
BEAM_CALL = Goal(1, "x", _CALL)
HAND_OFF = Goal(
    1.3,
    "x",
    "The two bare locks do nothing, a call runs some fifty Python functions on two threads, all "
    "but ten of them while the other one waits (claim, effect, monitor, mailbox, slot, and back): "
    "3-4 us; and Linux runs the host's thread in the place of the thread that answers it before "
    "that one has let go of the interpreter, so both switch once more (between two servers it does "
    "not: their threads take turns)",
)
BEAM_LOOKUP = Goal(1, "x", _LOOKUP)
STAGE = Goal(1.3, "x", "The compiled clause checks its patterns one by one")
COMPILED = Goal(50, "ms", "Each clause is parsed, checked, written and compiled by Python")
COUNTED = Goal(1.5, "x", "Each counted read is one `next` of a counter more")
DELAY = Goal(20, "ms", "The watchdog looks every 8 ms, and then a thread has to start")
STORES = Goal(1, "s", _STORES)
STORE_BYTES = Goal(2.7, "kB", "Each has three locks, a record, a pid and a state")
THREADS = Goal(4, "threads", "Whoever waits inside a handler keeps a thread")
PROMPT = Goal(320, "ms", "Importing is most of it: `python -X importtime`")
JSON = Goal(100, "ms", "Importing is most of it: `python -X importtime`")
PLAIN = Goal(180, "ms", "Importing is most of it: `python -X importtime`")
REPLAY = Goal(0.5, "s", "Starting takes a third of it; the rest is 0.1-0.2 ms a command")
VERDICT = Goal(0.3, "s", "Starting takes two thirds of it")  # a fifth of Concuerror's 1.5 s
FRAME = Goal(8, "ms", "Each key draws the line, its menu and the toolbar anew")
PASTE_FRAME = Goal(16, "ms", "Each key draws what is seen of the paste anew, in its colours")
MANY_STORES = Goal(2, "x", "Something in a line looks at every store")
SCHEDULES = Goal(
    1000,
    "a second",
    "Each is a system started, driven and taken down: two thirds of the time is the program's own, "
    "a sixth the hand-off between threads",
    at_least=True,
)
ELIXIR_LINE = Goal(
    0.2,
    "ms",
    "A new line is cut, parsed, written as Python and compiled; Python's `compile` alone takes a "
    "quarter of it. Calls of the library with plain arguments, and sums, are not compiled",
)
FIRST_ELIXIR = Goal(60, "ms", "Some 130 modules are imported, and one large regular expression")
MILLION = Goal(
    1, "s", "A million turns of a loop of Python, a tenth of a microsecond and more each"
)
SMALL_SEARCH = Goal(
    1 / 8,
    "of Concuerror's time",
    "Most of it is Python that starts and imports the shell; the search itself is a few runs",
)
LARGE_SEARCH = Goal(
    1 / 2,
    "of Concuerror's time",
    "A run is some 2,600 Python functions, none of which takes 3 % of it: a quarter is the "
    "search's, a sixth the hand-off between threads, the rest is the program's own lines, calls "
    "and answers, which are all run anew. Both processors share them",
)
