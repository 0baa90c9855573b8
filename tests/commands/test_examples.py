"""Every example of the command table is run in each design and must print its answer."""

import re
from pathlib import Path

import pytest

from kvshell.commands import COMMANDS
from kvshell.commands.table.row import Example, text_for
from kvshell.commands.types.simple_types import DESIGNS
from kvshell.session import Session
from kvshell.views import Caps, render, render_event
from tests.articles.own_server import write_counter

CAPS = Caps(tty=False, colour="none", unicode=True, width=None, plain=True, json=False)
EXAMPLES = [
    pytest.param(example, id=f"{command.words}, {number}")
    for command in COMMANDS
    for number, example in enumerate(command.examples, 1)
]


def type_(session: Session, line: str) -> tuple[list[str], list[str]]:
    """Run a line as a host does; return its answers, and the events until the system is at rest."""
    results = session.run(line)
    events = [event for result in results for event in result.events]
    answers = [text for result in results if (text := render(result, CAPS))]
    session.settle()
    return answers, [render_event(event, CAPS) for event in (*events, *session.events())]


def regex(expected: str) -> str:
    """Return a regex for expected output, in which `...` stands for any text or any lines."""
    lines = []
    for line in expected.split("\n"):
        if line == "...":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*?".join(map(re.escape, line.split("..."))) + "\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the program that the examples of `load` use."""
    return write_counter(tmp_path_factory.mktemp("programs"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_has_the_documented_answer(example: Example, folder: Path) -> None:
    for design in DESIGNS:
        runs_under(design, example, folder)


def runs_under(design: str, example: Example, folder: Path, kind: type[Session] = Session) -> None:
    expected = text_for(example.answer, design)
    session = kind("controlled", design)
    session.programs = folder.joinpath
    try:
        for line in (*(["start manager"] if example.started else []), *example.setup):
            answers, _ = type_(session, line)
            assert not any(answer.startswith("** ") for answer in answers), answers
        answers, events = type_(session, example.line)
    finally:
        session.close()

    if "\n~ " in expected:
        answers += events
    actual = "\n".join(answers)
    assert re.fullmatch(regex(expected), actual + "\n"), f"expected\n{expected}\n\ngot\n{actual}"


def test_a_gap_in_an_expected_answer_matches_any_lines() -> None:
    assert re.fullmatch(regex("a\n...\nc... e"), "a\nb\nb\ncd e\n")
    assert re.fullmatch(regex("a\n..."), "a\n")
    assert not re.fullmatch(regex("a\nc"), "a\nb\nc\n")
