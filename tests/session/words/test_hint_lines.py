"""The line that Tab types for a hint runs without an error and ends no store."""

import random

import pytest

from kvshell.commands import COMMANDS
from tests.session.words.test_proposals import SETUPS, living, opened

MORE = [
    ["start manager map", "create store s1", "put s1 milk 1"],
    ["start manager library", "create store s1", "put s1 milk 1"],
    ["start manager plain", "create store s1", "create store s2", "put s2 a 1", "stop s1"],
    ["start manager ets-cast", "b = create store s1"],
    ["start manager", "create store s1", "x = lookup s1"],
    ["start manager", "create store s1", "x = lookup s1", "stop s1"],
    ["start manager", "b = create store s1", "kill b"],
    ["start manager", "create store s1", "s1 = 5"],
    ["start manager", "create store s1", "s1 = create store s2"],
    ["start manager", "create store shopping", "put shopping milk 1", "put shopping 1 2"],
    ["start manager", 'create store "a b"', 'put "a b" "k x" 1'],
    ["start manager", 'create store ":a"', 'create store "1"', 'create store "stop"'],
    ["set law spec", "start manager", "create store s1", "stop s1"],
    ["start manager plain", "create store s1", "suspend manager"],
    ["start manager", "create store s1", "kill shell"],
    ["as b self"],
]
STATES = [*SETUPS, *MORE]
LINES = [
    'KV.Registry.lookup(KV.Registry, "s1")', 'KV.Bucket.get(s1, "milk")', "Process.exit(b, :kill)",
    "lokup s1", "strat manager", "gte s1 milk", "create s1", "new store s9", "remove s1 milk",
    "list", "info s1 x", "put s1 k [1, x]", "put s1 k b", "put s1 milk 1 2", "kill s1; get s1 milk",
    "{:ok, b} = lookup s9", "{:ok, b} = create store s7", "b = create store s7", "s1", "restart",
    "create store a; lookup a", "delete s1", "self {1, 2}", "kill shoping", "keys KV.Bucket",
    "start manager plain", 'put s1 k "a', "del s1 mlik", "undo", "stp manager",
    "stop s1; lookup s1", 'dee "s1" #PID<0.104.0>',
]  # fmt: skip
ARGUMENTS = [
    "s1", "s2", "s9", "manager", "supervisor", "buckets", "registry", "b", "x", "shell", "self()",
    "$x", "$s1", '"s1"', '"a b"', "shoping", "milk", "mlik", "1", '"1"', ":foo", "KV.Registry",
    "KeyVal.Manager", "KV.Bucket", "#PID<0.104.0>", "#PID<9.9.9>", "nil", "[1, x]", "{:ok, b}",
    '"a', "[1", "200ms", "map", "plain", "ets", "t", "k", "{1, 2}", "normal",
]  # fmt: skip
LONG = {"bench", "compare", "explore", "learn", "load", "record", "repeat", "replay", "sleep",
        "test"}  # fmt: skip


def typed_line(chance: random.Random) -> str:
    """Return a random line with a typo, a word too many or too few, or an unknown name."""
    if chance.random() < 0.3:
        return chance.choice(LINES)
    command = chance.choice([each for each in COMMANDS if not LONG & set(each.path)])
    words = list(command.path)
    if chance.random() < 0.2:
        at = chance.randrange(len(words[0]))
        words[0] = words[0][:at] + chance.choice(["", "a", "e", "s"]) + words[0][at + 1 :]
    number = max(0, len(command.params) + chance.choice([0, 0, 0, -1, 1]))
    return " ".join([*words, *(chance.choice(ARGUMENTS) for _ in range(number))])


def followed(setup: list[str], line: str, times: int = 1) -> str:
    """Type `line` after `setup`, then the line that Tab types; return that line, or "" if none."""
    session, host = opened(setup)
    with session:
        ran = [host.line(line) for _ in range(times)][-1]
        hint = ran.results[-1].hint if ran.results and ran.stuck is None else None
        if hint is None or not hint.line:
            return ""
        lived = living(session)
        ran = host.line(hint.line)
        told = (setup, line, hint.text, hint.line)
        assert ran.stuck is None, told
        assert [result.error for result in ran.results if not result.ok] == [], told
        assert lived <= living(session), told
        return hint.line


@pytest.mark.parametrize(
    ("setup", "line", "proposed"),
    [
        (["start manager", "create store s1"], "start manager map", "stores"),
        (["start manager", "create store s1", "s1 = 5"], "kill s1", 'alive "s1"'),
        (["start manager", "create store s1", "s1 = 5"], "delete s1", "stores"),
        (["start manager", "create store manager"], "kill manger", 'info "manager"'),
        (["start manager", "create store shopping"], "stop shoping", "info shopping"),
        (["start manager", "create store s1"], "keys KV.Bucket", "processes"),
        (["start manager", "create store s1"], "restart", "help restart manager"),
        (["start manager", "create store s1"], "cast s1 buckets", ""),
        (["start manager", "create store s1"], 'exit registry "a', ""),
        (["start manager", "suspend manager"], "get s9 a", "as b create store s9"),
        (["start manager", "suspend manager"], "{:ok, b} = lookup s9", "as b create store s9"),
        (["start manager ets-cast", "suspend manager"], "b = create store s7", ""),
        (["set law spec", "start manager map"], "{:ok, b} = create store s7", "inflight"),
        (["start manager", "create store s1", "put s1 milk 1"], "del s1 mlik", "get s1 milk"),
        (["start manager", "create store s1"], "step KV.Bucket", "processes"),
        (["start manager library", "create store s1"], "call #PID<0.104.0> normal", ""),
        (["start manager"], "coune {1, 2}", ""),
        (["start manager"], "eas insert KeyVal.Manager", ""),
        (["start manager", "create store s1"], 'dsl "s1" $x', "help del"),
        (["start manager plain", "create store s1"], 'dee "s1" #PID<0.104.0>', "help del"),
        (["start manager library", "create store s1"], "send #PID<0.104.0> plain", ""),
        (["start manager"], "eas new t {1, 2}", "help as"),
        ([], "self {1, 2}", ""),
        (["as b self"], "slive b", "start manager"),
        ([], "undo", "help back"),
        ([], "list", "start manager"),
        ([], "create s1", "start manager"),
    ],
)
def test_the_line_that_tab_types_runs_and_ends_no_process(
    setup: list[str], line: str, proposed: str
) -> None:
    assert followed(setup, line) == proposed
    assert followed(setup, line, times=2) in {proposed, ""}


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slower) for seed in range(1, 4))]
)
def test_after_any_line_the_line_that_tab_types_runs_and_ends_no_process(seed: int) -> None:
    chance = random.Random(seed)
    proposed = 0
    for _ in range(800):
        line = typed_line(chance)
        proposed += bool(followed(chance.choice(STATES), line, chance.choice([1, 1, 2])))
    assert proposed > 80  # otherwise nothing was tried
