"""A row of the command table: the single definition of a command."""

import re
from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

from kvshell.commands.types.parameter import Param
from kvshell.commands.types.rest_types import RestType
from kvshell.commands.types.simple_types import (
    ClientType,
    CountType,
    DesignType,
    LineNumberType,
    NameType,
    PathType,
    ProgramType,
    TableLabelType,
    TestPathType,
    TimeType,
    TopicType,
)
from kvshell.commands.types.term_types import (
    AnyTermType,
    KeyType,
    ProcessType,
    ReasonType,
    ReferenceType,
    StoreType,
    TableNameType,
    TableOptionType,
    ValueType,
)
from kvshell.systems.designs.interactions import Interactions

LIBRARY: Final = "library"
PARTITION: Final = 103
PIDS: Final = re.compile(r"#PID<0\.(\d+)\.0>")

PerDesign = (
    str | dict[str, str]
)  # one value, or one per design; "*": all others; "library" defaults to "ets"

# The same for values that are not text.
Each = TypeVar("Each")
PerDesignOf: TypeAlias = Each | dict[str, Each]


class Example(NamedTuple):
    """An example line, run as a test, and its answer.

    Attributes:
        line: the line as typed.
        answer: the expected output: one text, or one per design. Its pids are those of a fresh
            controlled session after `setup`, and a line `...` stands for any lines.
        setup: lines typed before it, after `start manager DESIGN`.
        note: what it demonstrates.
        started: whether `start manager DESIGN` runs first.
    """

    line: str
    answer: PerDesign
    setup: tuple[str, ...] = ()
    note: str = ""
    started: bool = True


class Command(NamedTuple):
    """A command: one row of the table.

    Attributes:
        path: the words it starts with, in lower case.
        params: its parameters.
        summary: what it does, as a short sentence without the full stop.
        doc: a longer description, in Markdown.
        answers: what it answers: one text, or one per design.
        examples: at least two, run as tests.
        elixir: the equivalent line of Elixir; `<param>` is the argument, inspected.
        python: the equivalent line of Python, with the same placeholders.
        effects: its effects on other processes: `call cast read spawn look none`, per design.
        handler: `module.function` below `kvshell.commands.handlers`: a string, so that nothing
            that lists rows imports a handler.
        runs_as_elixir: whether other engines run `elixir` instead of the handler; they adapt its
            answer where that differs.
        sends: who sends what to whom, per design; shown by `explain`.
        asks: what must be there although the line does not name it: `system`, or `manager` or
            `stores`, which must also not be suspended if the command calls. Tab proposes the
            command only then.
        ends: whether it may end a living process; Tab never proposes it then.
        synonyms: alternative paths.
        search: search terms that lead to it.
        see: related commands, as typed.
        since: the version that introduced it.
    """

    path: tuple[str, ...]
    params: tuple[Param, ...]
    summary: str
    doc: str
    answers: PerDesign
    examples: tuple[Example, ...]
    elixir: PerDesign
    python: PerDesign
    effects: PerDesign
    handler: str
    runs_as_elixir: bool = False
    sends: PerDesignOf[Interactions] = ()
    asks: Literal["", "system", "manager", "stores"] = ""
    ends: bool = False
    synonyms: tuple[tuple[str, ...], ...] = ()
    search: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    since: str = "0.1.0"

    @property
    def words(self) -> str:
        """The path as typed: `create store`."""
        return " ".join(self.path)

    @property
    def usage(self) -> str:
        """The usage line: `put STORE KEY VALUE`."""
        return " ".join((*self.path, *(param.word for param in self.params)))


def for_design(found: PerDesignOf[Each], design: str) -> Each:
    """Return the value for `design`: one of its own, or the one that all other designs share."""
    return found[design if design in found else "*"] if isinstance(found, dict) else found


def text_for(text: PerDesign, design: str) -> str:
    """Return the text for `design`; pids in it are shifted for the design `library`."""
    if isinstance(text, dict):
        if design in text:
            return text[design]
        text = text["ets"] if design == LIBRARY and "ets" in text else text["*"]
    return PIDS.sub(_next_pid, text) if design == LIBRARY else text


def _next_pid(found: re.Match[str]) -> str:
    """Shift a matched pid by one: `library` runs one extra process, the Registry's partition."""
    number = int(found[1])
    return f"#PID<0.{number + (number > PARTITION)}.0>"


def filled(text: str, words: dict[str, str]) -> str:
    """Return `text` with each placeholder `<name>` replaced by its word."""
    for name, word in words.items():
        text = text.replace(f"<{name}>", word)
    return text


def load(command: Command) -> Callable[..., Any]:
    """Import and return the handler of a command.

    Handlers are imported only when they run, so listing commands imports none.
    """
    from importlib import import_module  # noqa: PLC0415  # only when a command runs

    module, function = command.handler.split(".")
    handler: Callable[..., Any] = getattr(
        import_module(f"kvshell.commands.handlers.{module}"), function
    )
    return handler


NAME: Final = Param("name", NameType())
SOME_NAME: Final = NAME._replace(optional=True)
DESIGN: Final = Param("design", DesignType(), optional=True)
STORE: Final = Param("store", StoreType())
KEY: Final = Param("key", KeyType())
SOME_KEY: Final = KEY._replace(optional=True)
VALUE: Final = Param("value", ValueType())
PROCESS: Final = Param("process", ProcessType())
REASON: Final = Param("reason", ReasonType(), optional=True)
MESSAGE: Final = Param("message", AnyTermType())
REFERENCE: Final = Param("reference", ReferenceType())
TABLE: Final = Param("table", TableNameType())
ROW: Final = Param(
    "row", AnyTermType(), 'a tuple, as in {"foo", 1}, or a list of tuples', label="ROW"
)
OPTIONS: Final = Param("options", TableOptionType(), optional=True, many=True)
LABEL: Final = Param("name", TableLabelType())
TIME: Final = Param("time_ms", TimeType())
STEPS: Final = Param(
    "count", CountType(), "how many messages at most; default 1", optional=True, default=1
)
ROUNDS: Final = Param("count", CountType(), "how many rounds")
CLIENT: Final = Param("client", ClientType())
LINE: Final = Param("line", RestType())
EVERY: Final = Param("every", TimeType(), optional=True)
PATH: Final = Param("path", PathType())
PROGRAM: Final = Param("path", ProgramType())
TEST_PATH: Final = Param("path", TestPathType())
LESSON: Final = Param("lesson", PathType(), optional=True, label="LESSON")
TOPIC: Final = Param("topic", TopicType(), optional=True)
NUMBER: Final = Param("number", LineNumberType(), optional=True)
