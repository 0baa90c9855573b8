"""What a row says that a command sends is what its examples send."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from kvshell.commands import COMMANDS, parse
from kvshell.commands.table.row import Command, for_design, text_for
from kvshell.commands.trace_chart import Named, names
from kvshell.commands.types.simple_types import DESIGNS
from kvshell.runtime.processes.operation import Trace
from kvshell.session import Session
from kvshell.systems.designs.interactions import Interaction
from kvshell.terms import Pid, inspect
from tests.articles.own_server import write_counter

# The kinds of operations in a trace, in the words of `sends`. Reads and writes of tables are not
# compared: a trace has them one level below the functions that a row names.
HOW: Final = {
    "call": {"call"}, "cast": {"cast"}, "demonitor": {"signal"}, "die_down": {"signal"},
    "die_exit": {"signal"}, "exit": {"signal"}, "link": {"signal"}, "monitor": {"monitor"},
    "reply": {"reply"}, "send": {"message"}, "spawn": {"spawn"}, "unlink": {"signal"},
    "system": {"call", "signal"},  # :terminate has no reply
}  # fmt: skip
COMPARED: Final = frozenset().union(*HOW.values())
DEPENDS: Final = ("<", "a ", "each ", "the ")  # a process that depends on the line
NOT_TRACED: Final = {"as"}  # a client takes its line from its own queue


class Sent(NamedTuple):
    """A signal of a trace: who sends it, its kind, and to whom; a spawn is to nobody."""

    source: str
    kind: str
    target: str

    def is_said(self, said: Interaction) -> bool:
        """Whether `said` describes this signal."""
        target = "" if said.how == "spawn" else said.target
        return said.how in HOW[self.kind] and all(
            name == actual or name.startswith(DEPENDS)
            for name, actual in ((said.source, self.source), (target, self.target))
        )


def traces(command: Command, design: str, folder: Path) -> Iterator[tuple[bool, list[Sent]]]:
    """Yield for each example of a command whether it succeeded, and what it sent.

    Examples that show another command, run a line or change the design are left out.
    """
    for example in command.examples:
        part, *others = parse(example.line).parts
        other_design = part.args.get("design") not in {None, design}
        if others or part.command != command or part.inner is not None or other_design:
            continue
        with Session("controlled", design) as session:
            session.programs = folder.joinpath
            for line in (*(["start manager"] if example.started else []), *example.setup):
                session.run(line)
                session.settle()
            named = names(session)
            alive = {row.pid: row.name for row in session.snapshot().processes if row.name}
            trace = Trace(session.runtime)
            trace.start()
            results = session.run(example.line)
            session.settle()
            sent = trace.take()
            trace.stop()

            def label(pid: Pid | None, named: Named = named, known: dict[str, str] = alive) -> str:
                return "" if pid is None else known.get(inspect(pid), named(pid).text)

            yield (
                all(result.ok for result in results),
                [
                    Sent(label(op.source), op.kind, "" if op.kind == "spawn" else label(op.target))
                    for op in sent
                    if op.kind in HOW
                ],
            )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the program that the examples of `load` use."""
    return write_counter(tmp_path_factory.mktemp("programs"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_a_row_says_what_its_examples_send_and_nothing_else(command: Command, folder: Path) -> None:
    for design in DESIGNS:
        said = [each for each in for_design(command.sends, design) if each.how in COMPARED]
        seen = list(traces(command, design, folder))

        unsaid = [
            sent
            for succeeded, trace in seen
            for sent in trace
            if succeeded and "shell" in {sent.source, sent.target}
            if not any(sent.is_said(each) for each in said)
        ]
        every = [sent for _, trace in seen for sent in trace]
        unsent = [
            each
            for each in said
            if seen and not (each.later and "when" in each.what)
            if each.how != "reply" or any(succeeded for succeeded, _ in seen)
            if not any(sent.is_said(each) for sent in every)
        ]

        assert unsaid == [], design
        assert unsent == [] or command.words in NOT_TRACED, design


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_the_effects_of_a_row_are_those_of_its_examples(command: Command, folder: Path) -> None:
    for design in DESIGNS:
        effects = text_for(command.effects, design).split()
        seen = list(traces(command, design, folder))
        kinds = {sent.kind for _, trace in seen for sent in trace if sent.source == "shell"}
        spawned = {"spawn"} & {sent.kind for _, trace in seen for sent in trace}

        if seen:
            assert ("call" in effects) == bool(kinds & {"call", "system"}), design
            assert not (kinds and "look" in effects), design
            assert spawned or "spawn" not in effects, design
