"""What help says beside the commands: how a line is read, the designs, the keys."""

from collections.abc import Callable
from typing import Final, NamedTuple

from kvshell.commands.kinds import DESIGNS
from kvshell.commands.prose import Row, pairs, rows
from kvshell.commands.view import Cell, Role

WORDS: Final = (
    ("NAME", 'The text typed, quotes removed: `create store s1`, `lookup "my list"`.'),
    (
        "PROCESS, STORE",
        "A role word (`manager supervisor buckets shell`), else a binding, else a store, else a "
        'registered name or `#PID<0.104.0>`. In quotes always a store: `stop "manager"`.',
    ),
    (
        "KEY, VALUE",
        'Text, unless the whole word is a literal: `1 2.5 :a "text" nil [1, 2] {:a, 1}` '
        '`%{"k" => 1}`. `$x` is the value bound to x, `self()` the pid of this shell.',
    ),
    ("REASON", "`stop s1 shutdown`: a bare word is an atom."),
    ("TIME", "Milliseconds, `200`, or with a unit: `200ms` `5s` `1m`."),
    (
        "x = ...",
        "Binds as Elixir does: `x = create store s1`, `{:ok, b} = lookup s1`, "
        "`[h | t] = stores`. A command word cannot be bound.",
    ),
    (
        "a; b",
        "Back to back, as in a test: nobody else runs in between unless the line waits. Between "
        "two lines the system comes to rest.",
    ),
    ("LINE", "`compare`, `repeat`, `explain` and `as` take the rest of the line, `;` included."),
    (
        "# comment",
        "At the start or after a space. Pasted prompts, `kv(3)>` and `iex(3)>`, are dropped.",
    ),
)

DESIGNS_DIFFER: Final = """`plain` is tutorial part 2. Nobody supervises, and a dead store keeps its
name for ever: `stop s1; create store s1`.

`map` is the registry with which the ETS chapter begins. Each lookup is a message to it, so
`suspend manager; lookup s1` waits for five seconds and gives up.

`ets-cast` reads a table instead and asks nobody. But create is still a cast, so
`create store a; lookup a` is too early and answers `:error`.

`ets` makes create a call. What remains is the second race: `suspend manager; stop s1; lookup s1`
finds a process that is dead. `library` is Elixir's own Registry: stores register
themselves, and the second race stays.

`designs` is the table, `compare LINE` runs a line in all five, `restart manager DESIGN` changes."""

# Every key of the prompt and of the pager that a person may miss; kvshell/shell/keys.py, screen.py.
KEYS: Final = (
    ("Tab", "Completes the word; on an empty line, puts the next thing to type on it."),
    ("Enter", "Runs the line; with an entry of the menu chosen, takes the entry."),
    ("Up, Down", "Older and newer lines; with text before the cursor, those that begin like it."),
    ("Ctrl-R", "Searches the lines typed so far, Enter takes the one found, Ctrl-G gives up."),
    ("Right, End", "Takes the grey rest of a line typed before."),
    ("Ctrl-A, Ctrl-E", "To the beginning, to the end; all the keys of Emacs work."),
    ("Ctrl-C", "Clears the line. While a line waits: gives up; what it asked for stays asked."),
    ("Ctrl-D", "On an empty line: leaves."),
    ("Ctrl-L", "Clears the screen."),
    ("space, q", "Where a table is taller than the screen: next page, stop; Down a line, G all."),
)


def _words() -> list[Row]:
    return [(Cell("How a line is read", Role.title),), *pairs(WORDS, Role.name)]


def _designs() -> list[Row]:
    found: list[Row] = [(Cell("One system at a time, built in one of five ways", Role.title),)]
    found += pairs(((name, about) for name, about in reversed(DESIGNS.items())), Role.atom)
    return [*found, (Cell(""),), *rows(DESIGNS_DIFFER)]


def _keys() -> list[Row]:
    return [(Cell("The keys of the prompt", Role.title),), *pairs(KEYS, Role.name)]


class Topic(NamedTuple):
    """What a topic is about, for the menu, and its lines."""

    about: str
    lines: Callable[[], list[Row]]


TOPICS: Final = {
    "words": Topic("how a line is read", _words),
    "designs": Topic("the stages of the tutorials", _designs),
    "keys": Topic("the keys of the prompt", _keys),
}
