"""IEx: functions about the prompt, and helpers that this shell refuses by name."""

from typing import NoReturn

from kvshell.elixir.library.iex.helpers import NOTHING_TO_SHOW, helpers
from kvshell.elixir.library.registry import Library
from kvshell.terms import A, ElixirError, List, Term, exception

iex = Library("IEx")
_WIDTH = 80


def _refuse(sentence: str) -> NoReturn:
    raise ElixirError(exception("CommandError", message=sentence))


@iex.function(name="started?")
def started() -> Term:
    """Tells whether IEx is started: always here."""
    return True


@iex.function()
def width() -> Term:
    """Returns the number of columns for printing values."""
    return _WIDTH


@iex.function()
def inspect_opts() -> Term:
    """Returns the options with which values are inspected."""
    return List([(A.width, _WIDTH), (A.pretty, True)])


@iex.function()
def color(color: Term, string: Term) -> Term:
    """Returns the string unchanged: the shell colours its output itself."""
    del color
    return string


@iex.function()
def dont_display_result() -> Term:
    """Returns the value that the prompt does not print."""
    return NOTHING_TO_SHOW


@iex.function()
def configure(options: Term) -> Term:
    """Is not supported: `set` shows and changes the options of this shell."""
    del options
    _refuse("IEx.configure sets nothing here: set shows what can be set; inspect takes options")


@iex.function()
def configuration() -> Term:
    """Is not supported: `set` shows the options of this shell."""
    _refuse("IEx.configuration is not here: set shows what can be set")


@iex.function()
def pry() -> Term:
    """Is not supported: `suspend` holds a process instead."""
    _refuse("IEx.pry needs a debugger: suspend PROCESS holds a process here, and dbg prints values")


def _refused_helper(name: str, sentence: str, *arities: int) -> None:
    def refused(*given: Term) -> Term:
        del given
        _refuse(f"{name} {sentence}")

    refused.__doc__ = f"Is not supported: it {sentence}."
    helpers.function(name=name, arities=arities)(refused)


_FILES = "reaches the machine's files: load PATH runs a file, help elixir says what is supported"
for _name in ("ls", "cd", "pwd", "import_file", "import_file_if_available", "open"):
    _takes = {"pwd": (0,), "import_file": (0, 1, 2)}.get(_name, (0, 1))
    _refused_helper(_name, _FILES, *_takes)
_refused_helper(
    "runtime_info", "describes a BEAM: processes, tables and doctor describe this shell", 0, 1
)
_refused_helper("nl", "loads byte code on other nodes: there is none", 1, 2)
_refused_helper("port", "opens a port: there are none", 1, 2)
for _name, _word in (("use_if_available", "use"), ("import_if_available", "import")):
    _refused_helper(_name, f"is not part of this shell's Elixir: {_word} MODULE", 1, 2)

_DEBUGGER = "needs a debugger: suspend PROCESS holds a process here, and dbg prints values"
for _name, _arities in (
    ("break!", (1, 2, 3, 4)),
    ("breaks", (0,)),
    ("continue", (0,)),
    ("remove_breaks", (0, 1)),
    ("reset_break", (1, 3)),
    ("whereami", (0, 1)),
    ("n", (0,)),
    ("next", (0,)),
):
    _refused_helper(_name, _DEBUGGER, *_arities)
