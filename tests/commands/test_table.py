"""Every row of the command table has all that the rest of the program reads from it."""

import ast
import importlib
import re
from collections.abc import Callable
from pathlib import Path

from kvshell import commands
from kvshell.commands import COMMANDS, parse
from kvshell.commands.help.code_lines import elixir_line, python_line
from kvshell.commands.read.guesses import paths
from kvshell.commands.read.match import Match
from kvshell.commands.table import GROUP_OF, GROUPS
from kvshell.commands.table.row import Command, PerDesign, for_design, text_for
from kvshell.commands.types.simple_types import DESIGNS, OPTIONS

EFFECTS = {"call", "cast", "read", "spawn", "look", "none"}
HANDLERS = Path(commands.__path__[0]) / "handlers"

# The names that a row's Python line may begin with, and the module to import each from.
MODULES = {
    "agent": "kvshell.otp.agent",
    "bucket": "kvshell.systems.kv.bucket",
    "ets": "kvshell.runtime.ets",
    "gen_server": "kvshell.otp.gen_server",
    "manager": "kvshell.systems.key_val.manager",
    "process": "kvshell.runtime.process",
    "server": "kvshell.systems.key_val.server",
    "supervisor": "kvshell.systems.kv.supervisor",
    "sys": "kvshell.otp.sys",
    "systems": "kvshell.systems",
}


# `effects` counts what is answered by a `:DOWN` as a call, because the caller waits for it, and an
# exit signal as a cast, because nobody does.
WANTED_DIFFERENCES = {
    ("send", "cast"),  # a plain message
    ("kill", "cast"),
    ("restart manager", "call"),
    ("stop", "call"),
    ("stop manager", "call"),
}


def every(text: PerDesign) -> list[str]:
    return [text_for(text, design) for design in DESIGNS]


def every_row(check: Callable[[Command], None]) -> Callable[[], None]:
    """Return one test that checks all rows and names those that fail; a test per row is slower."""

    def test() -> None:
        wrong = {}
        for command in COMMANDS:
            try:
                check(command)
            except Exception as error:  # noqa: BLE001  # of all rows, to list them together
                wrong[command.words] = error
        if wrong:
            raise ExceptionGroup(f"wrong rows: {', '.join(wrong)}", [*wrong.values()])

    test.__doc__ = check.__doc__
    return test


def test_the_table_is_sorted_and_has_each_path_once() -> None:
    every_path = [command.path for command in COMMANDS]

    assert every_path == sorted(set(every_path))


def test_each_path_and_synonym_means_one_command() -> None:
    for found in paths().values():
        spelled = [path for path, _ in found]
        assert len(spelled) == len(set(spelled))


@every_row
def test_a_row_is_complete(command: Command) -> None:
    assert re.fullmatch(r"[a-z][^\n]{8,75}[^.\s]", command.summary)
    assert len(command.doc) > 40
    assert command.search, "the words by which somebody would look for it"
    assert len(command.examples) >= 2
    assert all(every(command.answers))
    assert all(every(command.elixir))
    assert all(every(command.python))
    for effects in every(command.effects):
        assert set(effects.split()) <= EFFECTS


@every_row
def test_the_usage_fits_a_line_and_parameters_are_described(command: Command) -> None:
    assert len(command.usage) <= 60
    names = [param.name for param in command.params]
    assert len(names) == len(set(names))
    for param in command.params:
        assert param.description
        assert param.kind.samples
        assert param.word in {"to", "[on"} or param.word.strip("[]").split()[0].strip(".").isupper()
    # A parameter before LINE may be optional: `watch tree`, `watch 1s tree`.
    optional = [param.optional for param in command.params if not command.params[-1].kind.rest]
    assert optional == sorted(optional), "an optional parameter stands before one that is not"


@every_row
def test_a_row_refers_only_to_existing_commands(command: Command) -> None:
    known = {other.words for other in COMMANDS}

    assert set(command.see) <= known
    assert command.words not in command.see


@every_row
def test_a_rows_examples_and_lines_can_be_parsed(command: Command) -> None:
    for example in command.examples:
        for line in (*example.setup, example.line):
            assert parse(line).parts, line
            if not line.startswith("help"):
                assert all(part.complete for part in parse(line).parts), line
    assert any(part.command is command
               for example in command.examples for part in parse(example.line).parts)  # fmt: skip


@every_row
def test_a_rows_elixir_and_python_can_be_parsed(command: Command) -> None:
    for design in DESIGNS:
        for example in command.examples:
            for part in parse(example.line).parts:
                if part.command is not command or part.problems:
                    continue
                elixir, python = elixir_line(part, design), python_line(part, design)
                assert not re.search(r"<[a-z_]+>", elixir + python), (elixir, python)
                if not python.startswith("#"):
                    ast.parse(python)


@every_row
def test_the_functions_called_in_a_rows_python_exist(command: Command) -> None:
    for line in every(command.python):
        for module, name in re.findall(r"\b([a-z_]+)\.(\w+)", line):
            if module in MODULES:
                assert hasattr(importlib.import_module(MODULES[module]), name), line


@every_row
def test_a_row_names_an_existing_handler(command: Command) -> None:
    module, function = command.handler.split(".")

    source = (HANDLERS / f"{module}.py").read_text()

    (found,) = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    ]
    taken = [argument.arg for argument in found.args.args]
    assert taken == ["context", *(p.name for p in command.params)]


def test_every_command_is_in_exactly_one_group() -> None:
    listed = [row.path for group in GROUPS for row in group.rows]

    assert len(set(listed)) == len(listed) == len(COMMANDS)
    assert set(GROUP_OF) == set(listed)


def test_a_commands_signals_agree_with_its_effects() -> None:
    """`effects` and `sends` are separate fields; the listed differences are intended."""
    differing = set()
    for command in COMMANDS:
        for design in DESIGNS:
            said_to = set(text_for(command.effects, design).split()) & {"call", "cast", "spawn"}
            sent = {signal.how for signal in for_design(command.sends, design)}
            if not said_to <= sent:
                differing.add((command.words, " ".join(sorted(said_to - sent))))

    assert differing == WANTED_DIFFERENCES


@every_row
def test_a_row_says_what_it_calls_without_naming_it(command: Command) -> None:
    """Tab proposes a line only if those that it calls can answer."""
    for design in DESIGNS:
        for each in for_design(command.sends, design):
            calls = (each.source, each.how) == ("shell", "call") and "<" not in each.target
            assert not calls or command.asks in {"manager", "stores"}, (design, each)


def test_the_designs_are_those_of_the_systems() -> None:
    systems = importlib.import_module("kvshell.systems")

    assert set(systems.DESIGNS) == set(DESIGNS)


def test_the_options_are_those_of_the_session() -> None:
    session_state = importlib.import_module("kvshell.session.session_state")

    assert set(session_state.FIRST) == set(OPTIONS)
    for name, value in session_state.FIRST.items():
        assert value in OPTIONS[name][0]


def test_a_match_without_arguments_still_has_its_lines() -> None:
    for command in COMMANDS:
        assert elixir_line(Match("", 0, command=command), "ets")
