"""Completion, the signature and the next suggestion, all computed from one snapshot."""

import pytest
from hypothesis import given

from kvshell.commands import complete, match, next_thing, parse, signature
from kvshell.commands.snapshot import EMPTY, BindingRow, ProcessRow, Snapshot, StoreRow, TableRow
from kvshell.commands.types.parameter import SHOWN
from kvshell.terms import A, Map
from tests.commands.test_matching import LINES

KEYS = Map({"milk": 1, 1: A.one, "two words": 2, A.a: 3})
BUSY = Snapshot(
    design="ets",
    stores=(
        StoreRow("my list", "#PID<0.106.0>", "fresh", Map()),
        StoreRow("s1", "#PID<0.104.0>", "fresh", KEYS),
        StoreRow("s2", "#PID<0.105.0>", "stale"),
    ),
    processes=(
        ProcessRow("#PID<0.100.0>", "shell"),
        ProcessRow("#PID<0.103.0>", "KV.Registry"),
        ProcessRow("#PID<0.104.0>", "s1"),
        ProcessRow("#PID<0.107.0>", "", "idle", 0, "KeyVal.Server"),
    ),
    bindings=(
        BindingRow("b", "#PID<0.104.0>", "pid"),
        BindingRow("t", "#Reference<0.1.2.3>", "table"),
        BindingRow("x", "{:ok, 1}", "term"),
    ),
    tables=(TableRow("KV.Registry", 2), TableRow(":foo", 0)),
    clients=("b",),
)  # fmt: skip


def words(text: str, snapshot: Snapshot = BUSY) -> list[str]:
    return [candidate.text for candidate in complete(text, snapshot)]


@given(LINES)
def test_completion_never_raises_and_extends_the_typed_text(text: str) -> None:
    for candidate in complete(text, BUSY):
        assert 0 <= candidate.start <= len(text)
        assert candidate.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("st", ["start manager", "state", "step", "stop manager", "stop", "stores"]),
        ("create", ["create store"]),
        ("create ", ["store"]),
        ("start m", ["manager"]),
        ("start manager e", ["ets", "ets-cast"]),
        ("lookup ", ['"my list"', "s1", "s2"]),
        ("lookup s", ["s1", "s2"]),
        ('lookup "m', ['"my list"']),
        ("get s", ["s1", "s2"]),
        ("get ", ["b", '"my list"', "s1", "s2"]),
        ("get s1 ", ["1", ":a", "milk", '"two words"']),
        ("get b m", ["milk"]),
        ("get #PID<0.104.0> m", ["milk"]),
        ("put s1 k $", ["$b", "$t", "$x"]),
        ("stop s", ["s1", "s2", "supervisor", "shell"]),
        ("stop m", ["manager", '"my list"']),
        ("info #PID<0.107", ["#PID<0.107.0>"]),
        ("stop s1 s", ["shutdown"]),
        ("ets ", ["delete", "info", "insert", "list", "lookup", "new"]),
        ("ets lookup ", ["t", "KV.Registry", ":foo"]),
        ("ets new t o", ["ordered_set"]),
        ("ets new t set p", ["protected", "public", "private"]),
        ("sleep 5", ["5s"]),
        ("set ", ["editing", "hints", "law", "menu", "pairs", "paste", "rows", "theme", "watch"]),
        ("set theme ", ["dark", "light", "mono"]),
        ("as ", ["b"]),
        ("as b look", ["lookup"]),
        ("repeat 3 lookup s1; del s", ["s1", "s2"]),
        ("{:ok, y} = look", ["lookup"]),
        ("y = ", []),
        ("help wo", ["words"]),
        ("help ets l", ["ets list", "ets lookup"]),
        ("create store a; loo", ["lookup"]),
        ("q", ["quit"]),
        ("explor", ["explore"]),
        ("frob", []),
        ("lookup s1 ", []),
        ("lookup s1 # s", []),
    ],
)
def test_the_expected_candidates_are_offered(text: str, expected: list[str]) -> None:
    if expected:
        assert words(text)[: len(expected)] == expected or set(expected) == set(words(text))
    elif text != "y = ":
        assert words(text) == []


def test_an_empty_line_offers_every_command() -> None:
    offered = words("")

    assert "start manager" in offered
    assert "explore" in offered


def test_a_candidate_has_a_description_and_a_position() -> None:
    (found,) = complete("create store a; lookup s2", BUSY)

    assert (found.text, found.start, found.description) == ("s2", 23, "stale #PID<0.105.0>")


def test_a_completed_line_can_be_parsed() -> None:
    for text in ("get ", "stop ", "lookup ", "ets list ", "info "):
        for candidate in complete(text, BUSY):
            line = text[: candidate.start] + candidate.text
            assert parse(line).parts[0].complete or text == "get "


def test_a_store_hidden_by_a_binding_is_offered_in_quotes() -> None:
    living = BUSY.processes[0].pid
    snapshot = BUSY._replace(bindings=(BindingRow("s1", living, "pid"),))
    dead = BUSY._replace(bindings=(BindingRow("s1", "#PID<0.999.0>", "pid"),))

    assert words("get s1", snapshot) == ["s1", '"s1"']
    assert words("get s1", dead) == ['"s1"']


def test_a_store_named_like_a_role_word_is_offered_in_quotes() -> None:
    snapshot = EMPTY._replace(design="ets", stores=(StoreRow("manager", "#PID<0.104.0>"),))

    assert words("get m", snapshot) == ['"manager"']


def test_the_menu_stays_short_with_ten_thousand_stores() -> None:
    many = tuple(StoreRow(f"s{n:05}", f"#PID<0.{n}.0>") for n in range(10_000))

    assert len(words("get ", EMPTY._replace(stores=many))) <= SHOWN
    assert words("get s09999", EMPTY._replace(stores=many)) == ["s09999"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("put", "put STORE KEY VALUE"),
        ("put ", "put *STORE* KEY VALUE"),
        ("put s1", "put *STORE* KEY VALUE"),
        ("put s1 milk ", "put STORE KEY *VALUE*"),
        ("put s1 milk 1", "put STORE KEY *VALUE*"),
        ("stop s1 ", "stop PROCESS *[REASON]*"),
        ("ets new t set ", "ets new NAME *[OPTION ...]*"),
        ("repeat 3 put s1 ", "put STORE *KEY* VALUE"),
        ("repeat 3 ", "repeat N *LINE*"),
        ("a; get ", "get *STORE* KEY"),
        ("frob", ""),
        ("", ""),
    ],
)
def test_the_signature_marks_the_parameter_being_typed(text: str, expected: str) -> None:
    marked = signature(match(text))

    assert " ".join(f"*{word}*" if current else word for word, current in marked) == expected


@pytest.mark.parametrize(
    ("snapshot", "line"),
    [
        (EMPTY, "start manager"),
        (EMPTY._replace(design="ets"), "create store s1"),
        (BUSY._replace(stores=BUSY.stores[:1]), 'put "my list" milk 1'),
        (BUSY._replace(stores=BUSY.stores[1:2]), "create store s2"),
        (BUSY._replace(stale=("s2",)), "registry s2"),
        (BUSY._replace(suspended=("manager",)), "resume manager"),
        (BUSY._replace(suspended=("manager",), waiting=2), "mailbox manager"),
        (BUSY._replace(inbox=1), "flush"),
        (BUSY._replace(stores=BUSY.stores[1:]), "registry"),
    ],
)
def test_the_best_next_command_is_suggested(snapshot: Snapshot, line: str) -> None:
    assert next_thing(snapshot) == line
    assert parse(line).parts[0].complete
