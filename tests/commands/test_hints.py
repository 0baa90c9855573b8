"""Each hint applies where it should, says what to type, and is absent elsewhere."""

from typing import Any

import pytest

from kvshell.commands import parse
from kvshell.commands.assist.hints import RULES, Hint, Situation, first_hint
from kvshell.commands.result import NOTHING
from kvshell.commands.snapshot import (
    EMPTY,
    BindingRow,
    Lane,
    ProcessRow,
    Snapshot,
    StoreRow,
    TableRow,
)
from kvshell.otp.code_loading import load
from kvshell.terms import A, Map, Pid, Term

S1, S2, DEAD = Pid(104), Pid(105), Pid(109)
NO_MATCH = "** (MatchError) no match of right hand side value: :error"
TIME_OUT = "** (exit) exited in: GenServer.call(KV.Registry, ...)\n    ** (EXIT) time out"
NO_PROCESS = (
    "** (exit) exited in: GenServer.call(#PID<0.109.0>, ...)\n    ** (EXIT) no process: ..."
)

IDLE = EMPTY
RUNS = Snapshot(
    design="ets",
    stores=(StoreRow("s1", "#PID<0.104.0>", "fresh", Map({"milk": 3})),),
    processes=(ProcessRow("#PID<0.100.0>", "shell"), ProcessRow("#PID<0.104.0>", "s1")),
    tables=(TableRow("KV.Registry", 1, "protected", "KV.Registry"),),
)
CAST = RUNS._replace(design="ets-cast")
PLAIN = RUNS._replace(
    design="plain", stores=(*RUNS.stores, StoreRow("s9", "#PID<0.109.0>", "dead")),
    manager="KeyVal.Manager",
)  # fmt: skip
MANAGER = RUNS._replace(
    stores=(StoreRow("manager", "#PID<0.104.0>"),),
    processes=(ProcessRow("#PID<0.104.0>", "manager"),),
)
FORGOTTEN = PLAIN._replace(stores=(StoreRow("s9", "#PID<0.109.0>", "dead"),))
FLY = (Lane("shell", "manager", 'cast {:create, "s2"}'),)
STALE = RUNS._replace(stores=(StoreRow("s1", "#PID<0.109.0>", "stale"),), stale=("s1",))


def bound(snapshot: Snapshot, name: str, value: str, kind: str = "pid") -> Snapshot:
    return snapshot._replace(bindings=(BindingRow(name, value, kind),))


@pytest.fixture(scope="module", autouse=True)
def doorbell(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Load a server once, for the hints about loaded programs."""
    path = tmp_path_factory.mktemp("programs") / "bell.py"
    path.write_text("from kvshell.otp import GenServer\nclass Doorbell(GenServer): pass\n")
    load(path, "my bell.py")


def hint(
    text: str, before: Snapshot, after: Snapshot | None = None, value: Any = NOTHING,
    error: str | None = None, shown: tuple[str, ...] = (), reason: Term = None,
) -> Hint | None:  # fmt: skip
    line = parse(text)
    match = line.parts[-1]
    if match.problems:
        error = f"** (CommandError) {match.problems[0].message}"
    after = before if after is None else after
    return first_hint(Situation(match, value, error, reason, before, after, line), shown)


SHOPPING = RUNS._replace(
    stores=(StoreRow("shopping", "#PID<0.104.0>", "fresh", Map({"milk": 1})),),
    processes=(ProcessRow("#PID<0.103.0>", "KV.Registry"), ProcessRow("#PID<0.104.0>", "shopping")),
)

# rule, the situation's arguments, the hint's sentence, the line that Tab types
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("unclosed", {"text": 'put s1 k "a b', "before": RUNS},
     "a quote or bracket is never closed", 'put s1 k "a b"'),
    ("two-values", {"text": "put s1 milk 1 2", "before": RUNS},
     "VALUE is one word; more words go in quotes", 'put s1 milk "1 2"'),
    ("fixed", {"text": "lokup s1", "before": RUNS}, "press Tab to type", "lookup s1"),
    ("fixed", {"text": 'KV.Registry.lookup(KV.Registry, "s1")', "before": RUNS},
     "press Tab to type", "lookup s1"),
    ("second-design-kept",
     {"text": "start manager map", "before": RUNS, "value": (A.error, (A.already_started, S1))},
     "one system at a time, and `restart manager map` would end this one; to see what it holds",
     "stores"),
    ("second-design",
     {"text": "start manager map", "before": RUNS._replace(stores=()),
      "value": (A.error, (A.already_started, S1))},
     "one system at a time, and ets runs", "restart manager map"),
    ("budget-blown",
     {"text": "lookup s1", "before": IDLE._replace(ended=":shutdown"), "error": NO_PROCESS},
     "the fourth restart within 5 s: the supervisor gave up and everything stopped, as in OTP",
     "start manager"),
    ("manager-gone", {"text": "crash manager", "before": PLAIN, "after": IDLE, "error": "** x"},
     "plain has no supervisor: the manager stays dead, and its stores run on without names",
     "start manager plain"),
    ("load-failed",
     {"text": 'load "my servers.py"', "before": IDLE,
      "error": "** (CommandError) my servers.py:7: invalid syntax: class A(:"},
     "fix it and load it again", 'load "my servers.py"'),
    ("mend-program",
     {"text": "call Counter :next", "before": RUNS,
      "error": "** (exit) exited in: GenServer.call(Counter, :next, 5000)\n"
      "    ** (EXIT) an exception was raised:\n"
      "        ** (KeyError) 'x'\n            counter.py:9: Counter.handle_call/3"},
     "the server ended at counter.py:9; fix it and start it again", "load counter.py"),
    ("nothing-runs", {"text": "create store s1", "before": IDLE, "error": NO_PROCESS},
     "nothing runs yet", "start manager"),
    ("nothing-runs", {"text": "state manager", "before": IDLE, "error": NO_PROCESS},
     "nothing runs yet", "start manager"),
    ("nothing-runs", {"text": "lookup s1", "before": IDLE, "value": A.error},
     "nothing runs yet", "start manager"),
    ("all-restarted",
     {"text": "kill manager", "before": RUNS, "after": RUNS._replace(stores=()), "value": True},
     "one_for_all: a new, empty registry is started, and every bucket dies with the old one",
     "tree"),
    ("held-create",
     {"text": "create store s2", "before": RUNS._replace(suspended=("manager",)),
      "error": TIME_OUT},
     "KV.Registry did not answer; to make another client wait instead", "as b create store s2"),
    ("timed-out", {"text": "get s1 milk", "before": RUNS, "error": TIME_OUT},
     "the caller gave up, but the request is still queued and will be handled", "mailbox s1"),
    ("timed-out", {"text": "lookup s1", "before": RUNS._replace(design="map"), "error": TIME_OUT},
     "the caller gave up, but the request is still queued and will be handled",
     "mailbox manager"),
    ("create-waits",
     {"text": "lookup s2", "value": A.error,
      "before": CAST._replace(pending=("s2",), suspended=("manager",))},
     "the create of s2 is still in the mailbox of KV.Registry", "step manager"),
    ("create-waits",
     {"text": "lookup s2", "before": CAST._replace(pending=("s2",)), "value": A.error},
     "the create of s2 is still in the mailbox of KV.Registry", "lookup s2"),
    ("create-flies",
     {"text": "lookup s2", "value": A.error, "before": CAST._replace(pending=("s2",), flying=FLY)},
     "the create of s2 is on its way to KV.Registry", "deliver shell to manager"),
    ("on-the-way",
     {"text": "create store s2", "value": A.ok, "before": CAST._replace(law="spec"),
      "after": CAST._replace(pending=("s2",), flying=FLY)},
     "1 signal is on the way until deliver or settle; to list them", "inflight"),
    ("create-was-cast",
     {"text": "create store a; lookup a", "before": CAST, "value": A.error},
     "create is a cast here: KV.Registry had not handled it when you looked; now it has",
     "lookup a"),
    ("role-word",
     {"text": "create store manager", "before": RUNS, "after": MANAGER, "value": S1},
     "manager without quotes never means a store; with quotes it does", 'get "manager" milk'),
    ("role-word",
     {"text": "state manager", "value": 1,
      "before": RUNS._replace(stores=(StoreRow("manager", "#PID<0.104.0>"),))},
     "manager without quotes never means a store; with quotes it does", 'state "manager"'),
    ("hidden-store",
     {"text": "get s1 milk", "before": bound(RUNS, "s1", "#PID<0.105.0>"), "value": None},
     "s1 is a binding, #PID<0.105.0>; quote it to mean the store",
     'get "s1" milk'),
    ("pattern-for-pid",
     {"text": "{:ok, b} = create store s1", "before": RUNS, "error": "** (MatchError) no match"},
     "create is a call and answers the pid itself in this design", "b = create store s1"),
    ("pattern-for-pid",
     {"text": "{:ok, b} = create store s1", "before": CAST, "error": "** (MatchError) no match"},
     "create is a cast and answers :ok in this design", "{:ok, b} = lookup s1"),
    ("bound-ok", {"text": "b = create store s1", "before": CAST, "value": A.ok},
     "create is a cast here and answers :ok, so b is not a store", "{:ok, b} = lookup s1"),
    ("fixed", {"text": "shopping", "before": SHOPPING}, "press Tab to type", "registry shopping"),
    ("near-store", {"text": "get shoping milk", "before": SHOPPING, "error": NO_MATCH},
     "no store is called shoping; did you mean the store shopping", "get shopping milk"),
    ("near-store", {"text": "lookup shoping", "before": SHOPPING, "value": A.error},
     "no store is called shoping; did you mean the store shopping", "lookup shopping"),
    ("near-process", {"text": "state KV.Registri", "before": SHOPPING, "error": NO_PROCESS},
     "no process is called KV.Registri; did you mean the process KV.Registry",
     "state KV.Registry"),
    ("near-key", {"text": "get shopping mlik", "before": SHOPPING, "value": None},
     'there is no "mlik"; did you mean the key "milk"', "get shopping milk"),
    ("unknown-store", {"text": "get s9 milk", "before": RUNS, "error": NO_MATCH},
     "no store is called s9", "create store s9"),
    ("unknown-store", {"text": 'put "my list" a 1', "before": RUNS, "error": NO_MATCH},
     'no store is called "my list"', 'create store "my list"'),
    ("unknown-name", {"text": "{:ok, b} = lookup s9", "before": RUNS, "error": NO_MATCH},
     "no store is called s9", "create store s9"),
    ("kept-dead-of-several", {"text": "create store s9", "before": PLAIN, "value": DEAD},
     "s9 is dead, and plain keeps its name forever; the other designs forget it", "designs"),
    ("kept-dead", {"text": "create store s9", "before": FORGOTTEN, "value": DEAD},
     "s9 is dead, and plain keeps its name forever; another design forgets it",
     "restart manager ets"),
    ("kept-dead", {"text": "get s9 milk", "before": FORGOTTEN, "error": NO_PROCESS},
     "s9 is dead, and plain keeps its name forever; another design forgets it",
     "restart manager ets"),
    ("dead-from-lookup", {"text": "lookup s1", "before": STALE, "value": (A.ok, DEAD)},
     "#PID<0.109.0> is dead: its :DOWN still waits for KV.Registry", "registry s1"),
    ("dead-from-lookup",
     {"text": "lookup s1", "value": (A.ok, DEAD),
      "before": STALE._replace(flying=(Lane("s1", "manager", ":DOWN"),))},
     "#PID<0.109.0> is dead: its :DOWN is on its way to KV.Registry", "registry s1"),
    ("dead-from-lookup", {"text": "create store s1", "before": STALE, "value": DEAD},
     "#PID<0.109.0> is dead: its :DOWN still waits for KV.Registry", "registry s1"),
    ("load-again", {"text": "call Doorbell :ring", "before": RUNS, "error": NO_PROCESS},
     "Doorbell has ended; to start it again", 'load "my bell.py"'),
    ("load-again", {"text": "cast Doorbell :ring", "before": RUNS, "value": A.ok},
     "Doorbell has ended; to start it again", 'load "my bell.py"'),
    ("cast-nowhere",
     {"text": "put b milk 1", "before": bound(PLAIN._replace(stores=()), "b", "#PID<0.109.0>"),
      "value": A.ok},
     "a cast always answers :ok, but #PID<0.109.0> is dead", "alive b"),
    ("cast-nowhere",
     {"text": "cast b :hi", "before": bound(RUNS, "b", "#PID<0.109.0>"), "value": A.ok},
     "a cast always answers :ok, but #PID<0.109.0> is dead", "alive b"),
    ("dead-process",
     {"text": "get b milk", "before": bound(RUNS, "b", "#PID<0.109.0>"), "error": NO_PROCESS},
     "#PID<0.109.0> is dead", "info b"),
    ("not-a-pid",
     {"text": "get x milk", "before": bound(RUNS, "x", "{:ok, #PID<0.104.0>}", "term"),
      "error": "** (FunctionClauseError) no function clause matching in GenServer.whereis/1"},
     "x is {:ok, #PID<0.104.0>}, which is not a process", "{:ok, x} = lookup s1"),
    ("not-a-pid",
     {"text": "get $x milk", "before": bound(RUNS, "x", "5", "term"), "error": "** x"},
     "x is 5, which is not a process", "stores"),
    ("no-process",
     {"text": "state :foo", "before": RUNS, "error": NO_PROCESS},
     "no process is called :foo; to list them", "processes"),
    ("other-key",
     {"text": 'get s1 "1"', "value": None,
      "before": RUNS._replace(stores=(StoreRow("s1", "#PID<0.104.0>", "fresh", Map({1: 2})),))},
     'there is no "1", but there is 1', "get s1 1"),
    ("other-key",
     {"text": "get s1 1", "value": None,
      "before": RUNS._replace(stores=(StoreRow("s1", "#PID<0.104.0>", "fresh", Map({"1": 2})),))},
     'there is no 1, but there is "1"', 'get s1 "1"'),
    ("other-key", {"text": "get s1 :milk", "before": RUNS, "value": None},
     'there is no :milk, but there is "milk"', "get s1 milk"),
    ("protected",
     {"text": 'ets insert KV.Registry {"a", 1}', "before": RUNS,
      "error": "** (ArgumentError) ... insufficient access rights"},
     "only its owner can write to a protected table", "ets info KV.Registry"),
    ("text-not-term",
     {"text": "put s1 k {:a, b}", "before": bound(RUNS, "b", "1", "term")},
     "$ before a name gives its value", "put s1 k {:a, $b}"),
    ("bound-value",
     {"text": "put s1 k b", "before": bound(RUNS, "b", "1", "term"), "value": A.ok},
     "b was taken as text; the bound value is $b", "put s1 k $b"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "given", "sentence", "line"), CASES)
def test_every_hint_says_what_to_type(
    rule: str, given: dict[str, Any], sentence: str, line: str
) -> None:
    found = hint(**given)

    assert found is not None
    assert found.key.split(" ")[0] == rule
    assert found.text == f"{sentence}: {line}"
    assert found.line == line
    assert parse(line).parts[0].complete


def test_every_row_has_a_case() -> None:
    assert {rule for rule, *_ in CASES} | {"said"} == {rule.name for rule in RULES}


def test_tab_types_what_an_error_says_without_another_word() -> None:
    said = hint(
        "step s1", RUNS, error="** (CommandError) s1 is not suspended: type suspend s1 first"
    )

    assert said == Hint("said suspend s1", "", "suspend s1")
    assert hint("frobnicate", IDLE) == Hint("fixed help", "press Tab to type: help", "help")


@pytest.mark.parametrize(
    "given",
    [
        {"text": "start manager", "before": IDLE, "value": (A.ok, S1)},
        {"text": "start manager", "before": RUNS, "value": (A.error, (A.already_started, S1))},
        {"text": "create store s2", "before": RUNS, "value": S2},
        {"text": "b = create store s2", "before": RUNS, "value": S2},
        {"text": "lookup s1", "before": RUNS, "value": (A.ok, S1)},
        {"text": "lookup s9", "before": RUNS, "value": A.error},
        {"text": "put s1 milk 1", "before": RUNS, "value": A.ok},
        {"text": "put s1 milk 1", "before": PLAIN, "value": A.ok},
        {"text": "get s1 beer", "before": RUNS, "value": None},
        {"text": "stop manager", "before": RUNS, "after": IDLE, "value": A.ok},
        {"text": "restart manager", "before": RUNS, "after": IDLE, "error": "** x"},
        {"text": "kill s1", "before": RUNS, "value": True},
        {"text": "self", "before": IDLE, "value": S1},
        {"text": "sleep 5", "before": IDLE, "value": A.ok},
        {"text": "help frob", "before": IDLE, "error": "** (CommandError) no help for frob"},
    ],
)
def test_unambiguous_answers_get_no_hint(given: dict[str, Any]) -> None:
    assert hint(**given) is None


def test_the_hint_for_a_cause_is_shown_once() -> None:
    first = hint("get s9 milk", RUNS, error=NO_MATCH)
    assert first is not None

    again = hint("get s9 beer", RUNS, error=NO_MATCH, shown=(first.key,))
    assert again is not None
    assert (again.text, again.line) == ("", first.line)  # Tab still types it
    assert hint("get s8 beer", RUNS, error=NO_MATCH, shown=(first.key,)) is not None
