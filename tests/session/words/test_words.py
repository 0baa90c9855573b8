"""What a PROCESS, a STORE or a TERM means: which of several meanings comes first."""

from collections.abc import Callable

import pytest

from tests.session.typist import Typist


@pytest.fixture
def running(kv: Typist) -> Typist:
    kv("start manager", "create store s1", "put s1 milk 1")
    return kv


def test_a_process_is_a_role_a_binding_a_store_a_name_or_a_pid(running: Typist) -> None:
    running("b = create store s2")

    assert (
        running.all(
            "alive manager",
            "alive registry",
            "alive supervisor",
            "alive buckets",
            "alive shell",
            "alive b",
            "alive $b",
            "alive s1",
            "alive KV.Registry",
            "alive #PID<0.104.0>",
            "alive self()",
        )
        == ["true"] * 11
    )


def test_a_role_comes_before_a_binding_and_a_binding_before_a_store(running: Typist) -> None:
    running("create store manager", 'put "manager" is store', "s1 = create store s2")

    assert running('get "manager" is') == '"store"'
    assert running("state manager").startswith("{KV.Registry,\n %{")
    assert running.all("get s1 milk", 'get "s1" milk') == ["nil", "1"]
    assert 'get "s1" milk' in running.hints


def test_in_quotes_it_is_always_a_store(running: Typist) -> None:
    running("create store manager")

    assert running.all('stop "manager"', "alive manager") == [":ok", "true"]


def test_an_unknown_name_is_an_error(running: Typist) -> None:
    running("stop manager")

    assert running("info KV.Nobody").startswith(
        "** (exit) exited in: Process.info(KV.Nobody)\n    ** (EXIT) no process: "
    )
    assert running("mailbox :nobody").startswith("** (exit) exited in: Process.info(:nobody)\n")
    assert running("alive KV.Registry") == "false"
    assert running("step manager").startswith("** (exit) exited in: :sys.step(KV.Registry)\n")
    assert running("info :").startswith("** ")
    assert running("stores") == "** (CommandError) nothing runs: start manager"


def test_names_that_are_not_text_are_in_term_order(running: Typist) -> None:
    running("call manager {:create, :an_atom}", "call manager {:create, 1}")

    assert running("stores") == '[1, :an_atom, "s1"]'
    assert ":an_atom" in running("registry")
    assert [row.name for row in running.session.snapshot().stores] == ["1", ":an_atom", "s1"]


def test_a_pid_that_never_existed_is_reported(running: Typist) -> None:
    assert running("info #PID<0.999.0>") == (
        "** (CommandError) #PID<0.999.0> was never started: processes lists the live ones"
    )


def test_a_binding_that_is_not_a_process_is_a_function_clause_error(running: Typist) -> None:
    running("b = lookup s1")

    assert running("get b milk") == (
        "** (FunctionClauseError) no function clause matching in GenServer.whereis/1"
    )


def test_a_role_missing_in_the_design_is_an_error(opened: Callable[..., Typist]) -> None:
    kv = opened("plain")
    kv("start manager")

    assert kv("info supervisor").startswith("** (CommandError) plain has no supervisor: ")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("milk", '"milk"'),
        ('"two words"', '"two words"'),
        ("1", "1"),
        ("2.5", "2.5"),
        (":a", ":a"),
        ("nil", "nil"),
        ("[1, 2]", "[1, 2]"),
        ("{:a, 1}", "{:a, 1}"),
        ('%{"k" => 1}', '%{"k" => 1}'),
        ("[k: 1]", "[k: 1]"),
        ("s1", '"s1"'),
        ("manager", '"manager"'),
        (":)", '":)"'),
        ("self()", "#PID<0.100.0>"),
    ],
)
def test_a_value_is_a_literal_when_the_whole_word_is_one(
    running: Typist, typed: str, stored: str
) -> None:
    running(f"put s1 key {typed}")

    assert running("get s1 key") == stored


@pytest.mark.parametrize("name", [":)", "manager", "#1", "it's", "s 1", "1", "nil", "übung", ";"])
def test_a_name_is_always_the_text_typed(running: Typist, name: str) -> None:
    typed = f'"{name}"'

    assert running(f"create store {typed}") == "#PID<0.105.0>"
    assert running(f"lookup {typed}") == "{:ok, #PID<0.105.0>}"
    assert running(f"put {typed} k v; get {typed} k") == ':ok\n"v"'


def test_control_characters_in_keys_never_reach_the_answer_raw(running: Typist) -> None:
    running('put s1 "a\\e[31m\\u0000b" "\\r\\n"')

    assert running("keys s1") == '[<<97, 27, 91, 51, 49, 109, 0, 98>>, "milk"]' or "\x1b" not in (
        running("keys s1") + running("state s1") + running("info s1")
    )


def test_count_counts_the_keys_of_a_store(running: Typist) -> None:
    assert running.all("count s1", "put s1 more 1", "count s1", "del s1 more", "count s1") == [
        "1",
        ":ok",
        "2",
        "1",
        "1",
    ]
    assert running("count nobody").startswith("** (MatchError)")


def test_a_table_is_a_binding_or_else_a_name(running: Typist) -> None:
    running("t = ets new things", "ets insert t {1, 2}", "ets new named named_table")

    assert running.all(
        "ets list t",
        "ets insert named {:a, 1}",
        "ets list :named",
        "ets list KV.Registry",
        "ets lookup registry s1",
        "ets list $t",
    ) == [
        "[{1, 2}]",
        "true",
        "[a: 1]",
        '[{"s1", #PID<0.104.0>}]',
        '[{"s1", #PID<0.104.0>}]',
        "[{1, 2}]",
    ]
    shown = running("t")
    assert running(f"ets list {shown}") == "[{1, 2}]"
    assert running("ets list #Reference<0.1.2.9999>").startswith(
        "** (CommandError) not a reference: #Reference<0.1.2.9999>"
    )


def test_an_unreferenced_dead_pid_has_no_record(running: Typist) -> None:
    running("kill s1")

    assert running("info #PID<0.104.0>").startswith("** (exit) ") or "dead" in running("v")
    assert running("alive #PID<0.104.0>") == "false"


def test_a_reference_can_be_typed_when_it_is_only_in_the_mail(running: Typist) -> None:
    shown = running("monitor s1")
    running("create store s2", "stop s1", f"put s2 ref {shown}")

    assert running("get s2 ref") == shown
    unknown = shown.rpartition(".")[0] + ".99999>"
    assert running(f"put s2 ref {unknown}").startswith(
        "** (CommandError) no reference with that number"
    )


def test_a_reference_can_be_typed_where_a_term_is(running: Typist) -> None:
    shown = running("m = monitor s1")
    running(f"put s1 ref {shown}")

    assert running("get s1 ref") == shown
