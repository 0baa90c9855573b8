"""The engine `elixir`: each command runs the line that `explain` shows, and answers the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.commands import COMMANDS
from kvshell.commands.table.row import Example, PerDesign, text_for
from kvshell.commands.types.simple_types import DESIGNS
from kvshell.engines.elixir.lines import REFUSED
from kvshell.engines.elixir.session import ElixirSession
from kvshell.session import Session
from kvshell.session.client import plain
from kvshell.terms import Pid
from kvshell.transcript.compare_engine import DIFFERENT, NOTHING, SAME, compare
from kvshell.transcript.format.targets import targets

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = re.compile(r"#Function<[^>]*>")
REFERENCE = re.compile(r"#Reference<[\d.]+>")
BUCKET = (
    "defmodule KV.Bucket do def put(_b, k, v), do: {:mine, k, v}\n"
    "def get(b, k), do: Agent.get(b, &Map.get(&1, k)) end"
)


@pytest.fixture
def session() -> Iterator[ElixirSession]:
    with ElixirSession("controlled", "ets") as made:
        made.options["hints"] = "off"
        yield made


def said(session: Session, *lines: str) -> list[str]:
    shown = []
    for line in lines:
        results = session.run(line)
        session.settle()
        shown += [plain(result) for result in results]
    return shown


def test_a_command_runs_the_readers_own_module(session: ElixirSession) -> None:
    answers = said(session, "start manager", "create store s1", BUCKET, "put s1 milk 1")

    assert answers[-1] == '{:mine, "milk", 1}'


def test_another_clients_command_runs_the_users_module_too(session: ElixirSession) -> None:
    said(session, "start manager", "create store s1", BUCKET)

    (answer,) = session.run_as("b", "put s1 milk 1")

    assert plain(answer) == '{:mine, "milk", 1}'


def test_a_pattern_binds_the_answer_of_the_line(session: ElixirSession) -> None:
    answers = said(
        session,
        "{:ok, m} = start manager",
        "b = create store s1",
        "%{} = state b",
        "{:ok, ^b} = lookup s1",
        ":error = lookup s1",
    )

    assert isinstance(session.bindings["m"], Pid)
    assert set(session.bindings) == {"m", "b"}
    assert answers[-1] == f"** (MatchError) no match of right hand side value: {answers[3]}"


def test_a_store_is_a_variable_of_its_line_only(session: ElixirSession) -> None:
    said(session, "start manager", "create store s1", 'create store "my list"', "s2 = 5")

    assert said(session, 'put "my list" k 1; get "my list" k', 'put s1 pid 2; get s1 "pid"') == [
        ":ok",
        "1",
        ":ok",
        "2",
    ]
    assert said(session, "create store s2", 'put "s2" k $s2; get "s2" k')[1:] == [":ok", "5"]
    assert set(session.bindings) == {"s2"}


@pytest.mark.parametrize("line", ["explore create store a", "compare lookup a", "learn", "bench"])
def test_commands_it_cannot_run_are_refused_with_a_reason(
    session: ElixirSession, line: str
) -> None:
    (answer,) = said(session, line)

    assert answer.startswith("** (CommandError) ")
    assert "use kvshell" in answer


def test_the_design_is_that_of_the_running_system(session: ElixirSession) -> None:
    said(session, "restart manager plain")
    assert said(session, "x = create store s1; put $x k 1; get s1 k")[1:] == [":ok", "1"]
    said(session, "restart manager library")
    assert session.design.name == "library"
    assert said(session, "y = create store s1; lookup s1; stores")[-1] == '["s1"]'


def test_every_command_runs_as_elixir_or_is_read_only_or_concerns_the_shell() -> None:
    own = {"restart manager", "step", "settle", "as", "repeat", "reset", "deliver", "load"}
    own |= {*REFUSED, "ets info"}
    for command in COMMANDS:
        if not command.runs_as_elixir and command.words not in own:
            told = said_of(command.effects)
            assert told <= {"none", "look"}, f"{command.words}: runs_as_elixir=True is missing"


def said_of(effects: PerDesign) -> set[str]:
    """Return the effects of a command in all designs."""
    return {text_for(effects, design) for design in DESIGNS}


def answers(made: type[Session], design: str, example: Example) -> list[str]:
    """Return what an example prints, without the numbers of references and functions."""
    shown = []
    with made("controlled", design) as session:
        session.options["hints"] = "off"
        for line in (*(["start manager"] if example.started else []), *example.setup, example.line):
            results = session.run(line)
            session.settle()
            events = [each for result in results for each in result.events] + session.events()
            shown += [plain(result) for result in results] + [each.text for each in events]
    return [REFERENCE.sub("#Ref", FUNCTION.sub("#Function", text)) for text in shown]


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
def test_every_example_of_the_command_table_gives_the_same_answer(design: str) -> None:
    differ = []
    for command in COMMANDS:
        if command.words in {*REFUSED, "load", "explain", "history", "help"}:
            continue
        for example in command.examples:
            left = answers(Session, design, example)
            right = answers(ElixirSession, design, example)
            if left != right:
                differ.append((example.line, left, right))

    assert not differ


# -- replay --engine elixir -----------------------------------------------------------------------


def report(path: Path, *lines: str) -> tuple[int, list[str]]:
    body = "\n".join(lines)
    path.write_text(f"# T\n\n```kvshell\n{body}\n```\n")
    told: list[str] = []
    code = compare(targets([str(path)]), "elixir", told.append, told.append)
    return code, told


def test_a_document_is_the_same_skipped_or_different(tmp_path: Path) -> None:
    good = ["kv> start manager", "{:ok, #PID<m>}", "kv> explore create store a", "..."]

    code, told = report(tmp_path / "t.md", *good)
    assert code == SAME
    assert told[-1] == (
        "1 file, 2 commands: 1 same, 1 skipped; kvshell's own Elixir: texts must be equal"
    )
    assert "  skipped   1  explore runs commands in systems of its own" in told

    code, told = report(tmp_path / "t.md", *good, "kv> lookup a", "{:ok, #PID<m>}")
    assert code == DIFFERENT
    assert told[0].startswith(f"DIFFERENT {tmp_path}/t.md:8  kv> lookup a")
    assert told[1:3] == ["  - {:ok, #PID<m>}", "  + :error"]

    assert report(tmp_path / "t.md", "kv> explore create store a", "...")[0] == NOTHING


def test_a_document_that_starts_its_own_nodes_is_skipped_with_the_way_to_replay_it() -> None:
    told: list[str] = []

    nodes = targets([str(ROOT / "transcripts" / "articles" / "nodes.md")])
    assert compare(nodes, "elixir", told.append, told.append) == NOTHING
    assert "the document starts its own nodes of the BEAM: replay it without --engine" in told[1]


@pytest.mark.slow
def test_no_document_differs() -> None:
    told: list[str] = []

    code = compare(
        targets([str(ROOT / "transcripts"), str(ROOT / "README.md")]),
        "elixir",
        told.append,
        told.append,
    )

    assert code == SAME, "\n".join(told)
