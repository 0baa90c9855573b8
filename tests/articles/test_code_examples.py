"""The Python and the Elixir of every row are run on its examples, and answer as the row does."""

import contextlib
import importlib
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kvshell.commands import COMMANDS, parse
from kvshell.commands.table.row import Command, Example, text_for
from kvshell.commands.types.simple_types import DESIGNS
from kvshell.commands.view import Panel, Text, View
from kvshell.engines.elixir.session import ElixirSession
from kvshell.runtime import Exit
from kvshell.session import Session
from kvshell.terms import A, Atom, ElixirError, List, alias, inspect
from kvshell.terms.reading.literals import ReadError
from kvshell.terms.reading.reader import read
from tests.commands.test_examples import regex, runs_under
from tests.commands.test_table import MODULES

REGISTRIES = {
    "map": "kvshell.systems.kv.registry_map",
    "ets-cast": "kvshell.systems.kv.registry_ets_cast",
    "ets": "kvshell.systems.kv.registry_ets",
    "library": "kvshell.systems.kv.registry_library",
}
# Why a row's Python cannot be run here, or why its value is not what the command answers.
NOT_RUN = {
    "back": "there is no walk",
    "bench": "it measures for half a minute",
    "compare": "LINE stands for the line",
    "deliver": "source and target stand for two records",
    "exit": "it ends what runs the test",
    "explore": "program stands for a function",
    "learn": "it takes over the terminal",
    "load": "it needs the file",
    "next": "there is no walk",
    "record": "path stands for a file",
    "replay": "PATH stands for a document",
    "reset": "it begins another session",
    "test": "it starts another kvshell",
}
ELIXIR_NOT_RUN = {
    "bench": "mix runs in a terminal",
    "connect": "it needs nodes",
    "disconnect": "it needs nodes",
    "load": "it needs the file",
    "messages": "Elixir's :dbg is not part of this shell",
    "on": "it needs nodes",
    "replay": "mix runs in a terminal",
    "test": "mix runs in a terminal",
    "watch": ":observer is a window",
}
OTHER_VALUE = {
    "as": "the client answers later",
    "flush": "a list of what the command prints",
    "messages": "it is about `on`",
    "restart manager": "two lines",
    "set": "an assignment",
    "settle": "true, where the command answers :ok",
    "start manager": "the supervisor's pid",
    "step": "what was handled, as a tuple",
    "v": "the value with its kind: it may be a table",
}
PAIRS = [
    (command, number, example)
    for command in COMMANDS
    for number, example in enumerate(command.examples, 1)
    if any(part.command is command for part in parse(example.line).parts)
]


def examples(wanted: Callable[[Command], bool]) -> pytest.MarkDecorator:
    """Parametrize by the examples of the rows that are wanted."""
    chosen = [
        pytest.param(row, example, id=f"{row.words}, {number}")
        for row, number, example in PAIRS
        if wanted(row)
    ]
    return pytest.mark.parametrize(("command", "example"), chosen)


def code(session: Session, line: str, language: str) -> list[str]:
    """Return the lines that `explain` marks as of a language."""
    found: list[str] = []

    def look(view: View) -> None:
        if isinstance(view, Panel):
            for inner in view.body:
                look(inner)
        elif isinstance(view, Text):
            for cells in view.lines:
                if cells[0].text.startswith(language):
                    found.append("".join(cell.text for cell in cells[1:]))

    shown = session.view(f"explain {line}")
    assert shown is not None
    look(shown)
    return found


@contextlib.contextmanager
def begun(design: str, example: Example) -> Iterator[Session]:
    session = Session("controlled", design)
    try:
        for line in (*(["start manager"] if example.started else []), *example.setup):
            session.run(line)
            session.settle()
        yield session
    finally:
        session.close()


def names(session: Session, design: str) -> dict[str, Any]:
    """Return what a line of Python may use: modules, terms, what runs, and the bound variables."""
    modules = MODULES | ({"registry": REGISTRIES[design]} if design in REGISTRIES else {})
    return {
        **{name: importlib.import_module(module) for name, module in modules.items()},
        "A": A,
        "Atom": Atom,
        "List": List,
        "alias": alias,
        "design": session.design,
        "runtime": session.runtime,
        "session": session,
        **session.bindings,
    }


def evaluated(lines: list[str], known: dict[str, Any]) -> Any:
    """Return the value of the last line; nothing for a statement."""
    value = None
    for line in lines:
        try:
            expression = compile(line, "row", "eval")
        except SyntaxError:
            exec(compile(line, "row", "exec"), known)
            value = None
        else:
            value = eval(expression, known)
    return value


@examples(lambda row: row.words not in NOT_RUN)
def test_a_rows_python_answers_as_the_command_does(command: Command, example: Example) -> None:
    for design in DESIGNS:
        expected = text_for(example.answer, design)
        with begun(design, example) as session, contextlib.redirect_stdout(io.StringIO()):
            answered = python_answers(session, design, example.line)
        if answered is None:
            assert "** (" in expected or "nothing runs" in expected, (design, command.python)
        elif command.words not in OTHER_VALUE and is_a_term(expected):
            assert re.fullmatch(regex(expected), f"{answered}\n"), (design, expected, answered)


def python_answers(session: Session, design: str, line: str) -> str | None:
    """Return what iex would print for the value of each command; None for an exit or error."""
    known = names(session, design)
    answers = []
    for part in parse(line).parts:
        try:
            value = evaluated(code(session, part.text, "Python"), known)
        except (Exit, ElixirError):
            return None
        except AttributeError:
            assert session.runtime.whereis(session.design.manager) is None  # nothing runs
            return None
        except TypeError:  # `_ok, s9 = :error`: a pattern that does not match
            return None
        answers.append(inspect(value))
    return "\n".join(answers)


def is_a_term(text: str) -> bool:
    """Whether an answer is that of the function: no error of the shell, and no table."""
    try:
        read(text.split("\n")[-1].replace("...", "_"))
    except ReadError:
        return False
    return True


@pytest.mark.slow
@examples(lambda row: row.runs_as_elixir and row.words != "crash")  # its function has a name here
def test_a_rows_elixir_answers_as_the_command_does(
    command: Command, example: Example, tmp_path: Path
) -> None:
    """As the engine does that runs the Elixir of a row in place of its handler."""
    for design in DESIGNS:
        runs_under(design, example, tmp_path, ElixirSession)


@examples(lambda row: not row.runs_as_elixir and row.words not in ELIXIR_NOT_RUN)
def test_the_elixir_of_other_rows_runs(command: Command, example: Example) -> None:
    for design in DESIGNS:
        with begun(design, example) as session:
            for line in code(session, example.line, "Elixir"):
                errors = [result.error for result in session.run(line) if not result.ok]
                stopped = "nothing runs" in text_for(example.answer, design)
                assert not errors or stopped, (design, line, errors)
