"""Help topics that are not commands: how a line is read, the designs, the keys."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from kvshell.commands.assist.keys import KEYS
from kvshell.commands.assist.wrapped_text import Row, pairs, rows
from kvshell.commands.language.texts import Texts
from kvshell.commands.types.simple_types import DESIGNS
from kvshell.commands.view import Cell, Role

WORDS: Final = (
    ("NAME", 'The text as typed, without its quotes: `create store s1`, `lookup "my list"`.'),
    (
        "PROCESS, STORE",
        "A role word (`manager supervisor buckets shell`), else a binding, else a store, else a "
        'registered name or `#PID<0.104.0>`. In quotes always a store: `stop "manager"`.',
    ),
    (
        "KEY, VALUE",
        'Text, unless the whole word is a literal: `1 2.5 :a "text" nil [1, 2] {:a, 1}` '
        '`%{"k" => 1}`. `$x` is the value bound to x, `self()` the pid of this shell. '
        "What begins like a literal and is none needs quotes: `0xZZ`, `1.`, `#PID<1`. "
        "Other signs do not: `12:30`, `@x`, `]`, `?`.",
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
        "Back to back, as in a test: nothing else runs in between unless the line waits. "
        "Between two lines the system settles.",
    ),
    ("LINE", "`compare`, `repeat`, `explain` and `as` take the rest of the line, `;` included."),
    (
        "# comment",
        "At the start or after a space. Pasted prompts, `kv(3)>` and `iex(3)>`, are dropped.",
    ),
)

ELIXIR: Final = (
    (
        "what runs",
        "Elixir 1.14 on OTP 25: `fn`, `&`, `|>`, `case`, `with`, `for`, `receive`, "
        "structs, protocols, modules, macros, `use GenServer`.",
    ),
    (
        "what does not",
        "Types, compiler tracing and `@on_definition`; sockets and files; other packages. "
        "The error names what is missing.",
    ),
    (
        "which is which",
        "A complete command is a command. A call in parentheses, a dot, an operator, a "
        "bracket or a literal makes Elixir.",
    ),
    (
        "the library",
        "Kernel, Enum, String, Map, Process, GenServer, Agent, Task, Registry, `:ets` and "
        "more: `h Enum`, `exports Agent`.",
    ),
    (
        "the tutorials",
        "`KV.Registry`, `KV.Bucket`, `KeyVal.Manager`, `KeyVal.Server` are there; "
        "your own module of such a name takes its place.",
    ),
    (
        "several lines",
        "An open bracket, block or quote continues; `#iex:break` or Ctrl-C gives up. A "
        "first `|>` continues with the last answer.",
    ),
    (
        "files and tests",
        '`load lib/`, `c "counter.ex"`; `kvshell test` runs ExUnit files, and with `--explore` '
        "each test under every schedule.",
    ),
    (
        "looking at it",
        "`dbg(x)` prints steps, `h` your `@doc`. Ctrl-C ends a line. `as b LINE` reads your "
        "bindings.",
    ),
)

DESIGNS_DIFFER: Final = """`plain` is tutorial part 2. There is no supervisor, and a dead store
keeps its name forever: `stop s1; create store s1`.

`map` is the registry that the ETS chapter starts with. Each lookup is a message to it, so `suspend
manager; lookup s1` waits for five seconds and gives up.

`ets-cast` reads a table instead and asks no process. But create is still a cast, so the lookup in
`create store a; lookup a` is too early and returns `:error`.

`ets` makes create a call. The second race remains: `suspend manager; stop s1; lookup s1` finds a
dead process. `library` is Elixir's own Registry: stores register themselves, and the second race
remains.

`designs` compares them in a table, `compare LINE` runs a line in all five, `restart manager DESIGN`
switches to another."""


ENGINES: Final = (
    ("native", "kvshell's own runtime, in Python: it runs every command, and every schedule."),
    ("elixir", "`kvshell --engine elixir`: each command runs as the line that `explain` shows."),
    (
        "beam",
        "`kvshell --engine beam`: a real Erlang VM answers. It needs Elixir; `kvshell doctor` says "
        "whether it is installed, and how to get it.",
    ),
    (
        "beam, several nodes",
        "`kvshell --engine beam --nodes 3` starts three on this machine, `--join A@HOST,B@HOST` "
        "uses running ones: `help nodes`.",
    ),
    (
        "documents",
        "`kvshell replay --engine beam PATH` compares a document with what the BEAM answers.",
    ),
)


def _words(texts: Texts) -> list[Row]:
    return _pairs("How a line is read", WORDS, texts)


def _designs(texts: Texts) -> list[Row]:
    title = texts("One system at a time, built in one of five ways")
    found: list[Row] = [(Cell(title, Role.title),)]
    designs = ((name, texts(about)) for name, about in reversed(DESIGNS.items()))
    found += pairs(designs, Role.atom)
    return [*found, (Cell(""),), *rows(texts.prose(DESIGNS_DIFFER))]


def _keys(texts: Texts) -> list[Row]:
    return _pairs("The keys of the prompt", ((key.shown, key.does) for key in KEYS), texts)


def _elixir(texts: Texts) -> list[Row]:
    entries = ((texts(label), text) for label, text in ELIXIR)
    return _pairs("Elixir at the prompt", entries, texts)


def _engines(texts: Texts) -> list[Row]:
    entries = ((texts(label), text) for label, text in ENGINES)
    return _pairs("Who answers: the engines", entries, texts)


def _pairs(title: str, items: Iterable[tuple[str, str]], texts: Texts) -> list[Row]:
    entries = ((word, texts(text)) for word, text in items)
    return [(Cell(texts(title), Role.title),), *pairs(entries, Role.name)]


class Topic(NamedTuple):
    """A help topic that is not a command.

    Attributes:
        about: its description in the menu of topics.
        lines: returns its lines in a language.
        is_named: whether `help` without a topic mentions it.
    """

    about: str
    lines: Callable[[Texts], list[Row]]
    is_named: bool = True


TOPICS: Final = {
    "words": Topic("how a line is read", _words),
    "designs": Topic("the stages of the tutorials", _designs),
    "keys": Topic("the keys of the prompt", _keys),
    "elixir": Topic("Elixir at the prompt: what is here, what is not", _elixir),
    "engines": Topic("who answers: kvshell, or a real Erlang VM", _engines, is_named=False),
}
