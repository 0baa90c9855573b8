"""If the last message proposes a command, Tab types that command."""

import random
import re

import pytest

from kvshell.commands import COMMANDS, parse
from kvshell.commands.result import Result
from kvshell.commands.table.row import Command
from kvshell.session import Session
from kvshell.session.host import Host
from tests.session.words.test_hint_lines import STATES, typed_line
from tests.session.words.test_proposals import opened

MEANT = re.compile(
    r"did you mean (?:the (?P<kind>store|process|binding|Elixir function) (?P<what>.+?)"
    r"(?: or |, the |, `|\?)|`(?P<line>[^`]+)`(?: or .+|, .+)?\?$)"
)
LINE_OF = {"store": "registry {}", "process": "info {}", "Elixir function": "h {}"}


def is_line(text: str) -> bool:
    parts = parse(text).parts
    return bool(parts) and all(part.complete for part in parts)


def proposals(result: Result) -> list[str]:
    """Return the lines proposed by the last message under an answer; Tab may type any of them."""
    text = hint = str(result.hint.text) if result.hint is not None else ""
    if not text:
        text = (result.error or "").partition("\n")[0]
        if not text.startswith("** (CommandError) ") or "(CommandError) usage: " in text:
            return []
    if found := MEANT.search(text):
        return [found["line"] or LINE_OF.get(found["kind"], "{}").format(found["what"])]
    if text is not hint and (found := re.search(r", as in (.+)", text)):
        return [found[1]]
    text = re.sub(r" to see (?:them all|the commands)$", "", text)
    if text.endswith("?"):
        text = text.replace(": did you mean ", ": ").removesuffix("?")
    if ": " not in text:
        return []
    clauses = text.rpartition(": ")[2].rpartition("; ")[2].removeprefix("type ").split(", ")
    words = [each.split(" ") for each in clauses]
    lines = [[" ".join(each[:count]) for count in range(len(each), 0, -1)] for each in words]
    return [next(filter(is_line, each)) for each in lines if any(map(is_line, each))]


def agrees(setup: list[str], line: str, times: int = 1) -> list[str]:
    session, host = opened(setup)
    with session:
        ran = [host.line(line) for _ in range(times)][-1]
        if not ran.results or ran.stuck is not None:
            return []
        result = ran.results[-1]
        proposed = proposals(result)
        tab = result.hint.line if result.hint is not None else ""
        told = (setup, line, times, result.error, result.hint)
        assert not proposed or any(each in tab for each in proposed), told
        return [tab] if proposed else []


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize(
    ("setup", "line", "proposed"),
    [
        ([], "pt s1 milk 1", ["start manager"]),
        ([], "kil s1", ["start manager"]),
        ([], "as b pt s1 milk 1", ["start manager"]),
        ([], "explain pt s1 milk 1", ["explain put s1 milk 1"]),
        ([], "pt", ["help put"]),
        ([], "list", ["start manager"]),
        ([], "s9", ["help"]),
        (["create store s1"], "pt s1 milk 1", ["start manager"]),
        (["start manager", "create store s1"], "kil s1", ["help kill"]),
        (["start manager", "create store s1"], "as b kil s1", ["help kill"]),
        (["start manager", "create store s1"], "repeat 3 kil s1", ["help kill"]),
        (["start manager", "create store s1"], "stp manager", ["help step"]),
        (["start manager", "create store s1"], "strat manager", ["help start manager"]),
        (["start manager", "create store s1"], "restart", ["help restart manager"]),
        (["start manager", "create store s1"], "gte s1 milk", ["get s1 milk"]),
        (["start manager", "create store s1"], "gte s9 milk", ["help get"]),
        (["start manager", "create store s1"], "mailbx s1", ["mailbox s1"]),
        (["start manager", "create store s1"], "step manager", ["suspend manager"]),
        (["start manager", "create store s1", "suspend manager"], "stp manager", ["step manager"]),
        (["start manager", "create store s1", "s1 = 5"], "gte s1 milk", ["help get"]),
        (["start manager plain", "create store s1", "stop s1"], "gte s1 milk", ["help get"]),
        (["start manager"], "messages show", ["messages on"]),
        (["start manager", "create store s1"], 'kill "s1', []),
        (["start manager", "create store s1"], 'explain "s1', []),
        (["start manager"], "exit s2", []),
        (["start manager"], "demonitor registry", []),
        (["start manager"], "set law spec", []),
        ([], "put $x 1 2", ["start manager"]),
        ([], "info $x", ["x = self"]),
        (["start manager"], "put $x 1 2", ["x = create store s1"]),
        (["start manager", "set hints off"], "regstry", ["registry"]),
    ],
)  # fmt: skip
def test_tab_types_the_line_of_the_last_message(
    setup: list[str], line: str, proposed: list[str], times: int
) -> None:
    assert agrees(setup, line, times) == proposed


RUNNING = ["start manager", "create store s1", "put s1 k 1"]


@pytest.mark.parametrize(
    ("setups", "rests"),
    [
        pytest.param([RUNNING], [" s1"], id="with a store"),
        pytest.param(
            [[], RUNNING], ["", " s1", " s1 k 1", "{}"], id="everywhere", marks=pytest.mark.slow
        ),
    ],
)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_a_typo_of_every_command_proposes_what_tab_types(
    command: Command, setups: list[list[str]], rests: list[str]
) -> None:
    words = command.words
    params = " ".join(param.word for param in command.params)
    typos = [words[:at] + words[at + 1 :] for at in range(1, min(len(words), 3))]
    for setup in setups:
        for typo in typos:
            for rest in rests:
                agrees(setup, f"{typo}{rest.format(f' {params}')}", 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_typed_the_message_and_tab_agree(seed: int) -> None:
    chance = random.Random(seed)
    proposed = 0
    for _ in range(250):
        line = typed_line(chance)
        proposed += bool(agrees(chance.choice(STATES), line, chance.choice([1, 2, 3])))
    assert proposed > 50


def test_hints_that_are_off_leave_the_line_of_an_error_to_tab() -> None:
    with Session() as session:
        host = Host(session)
        host.line("start manager")
        host.line("set hints off")
        (result,) = host.line("regstry").results

    assert result.hint is not None
    assert (result.hint.text, result.hint.line) == ("", "registry")
