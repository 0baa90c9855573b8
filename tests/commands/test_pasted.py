"""Elixir pasted from the tutorials is answered with the equivalent command."""

import re

import pytest

from kvshell.commands import parse
from kvshell.commands.read.pasted_elixir import CALLS, WORDS, translate

# Elixir from the two tutorials and the oracle's sessions, and the equivalent command.
LINES = [
    ('KV.Registry.lookup(KV.Registry, "shopping")', "lookup shopping"),
    ('KV.Registry.lookup(registry, "shopping")', "lookup shopping"),
    ('KV.Registry.create(KV.Registry, "my list")', 'create store "my list"'),
    ('{:ok, bucket} = KV.Registry.lookup(registry, "shopping")', "{:ok, bucket} = lookup shopping"),
    ('_ = KV.Registry.create(registry, "bogus")', "_ = create store bogus"),
    ('KV.Bucket.put(bucket, "milk", 1)', "put bucket milk 1"),
    ('KV.Bucket.get(bucket, "milk") == 1', "get bucket milk"),
    ('KV.Bucket.delete(bucket, "milk")', "del bucket milk"),
    ('KV.Bucket.put(bucket, "1", {:a, x})', 'put bucket "1" {:a, $x}'),
    ("KV.Bucket.put(bucket, :me, self())", "put bucket :me self()"),
    ("Process.exit(b, :normal)", "exit b :normal"),
    ("GenServer.stop(KV.Registry)", "stop KV.Registry"),
    ("KV.Registry.start_link(name: KV.Registry)", "start manager"),
    ("Agent.stop(bucket)", "stop bucket"),
    ("Agent.stop(bucket, :shutdown)", "stop bucket shutdown"),
    ("Agent.stop(bucket, :normal)", "stop bucket"),
    ("KeyVal.Manager.start()", "start manager plain"),
    ("KeyVal.Manager.start", "start manager plain"),
    ('pid1 = KeyVal.Manager.create_store("store1")', "pid1 = create store store1"),
    ('pid1=KeyVal.Manager.create_store("store1")', "pid1=create store store1"),
    ("KeyVal.Manager.create_store(:store1)", "create store store1"),
    ('KeyVal.Server.put(pid1, "name", "Arpit")', "put pid1 name Arpit"),
    ("KeyVal.Server.put(pid1, :age, 27)", "put pid1 :age 27"),
    ('KeyVal.Server.get(pid2, "name")', "get pid2 name"),
    ('KeyVal.Server.del(pid1, "name")', "del pid1 name"),
    ('pid1 |> KeyVal.Server.get("name")', "get pid1 name"),
    ("GenServer.stop(pid1)", "stop pid1"),
    ("GenServer.stop(KV.Registry, :boom)", "stop KV.Registry boom"),
    ("GenServer.call(KV.Registry, {:create, \"s1\"})", 'call manager {:create, "s1"}'),
    ("GenServer.cast(pid5, :boom)", "cast pid5 :boom"),
    ("send(pid7, :hello)", "send pid7 :hello"),
    ("Process.exit(b, :kill)", "kill b"),
    ("Process.exit(pid(0,152,0), :kill)", "kill #PID<0.152.0>"),
    ("Process.alive?(pid1)", "alive pid1"),
    ("Process.whereis(KeyVal.Manager)", "info manager"),
    ("Process.info(b, :messages)", "mailbox b"),
    ("Process.monitor(b)", "monitor b"),
    ("Process.sleep(1_000)", "sleep 1000"),
    (":sys.get_state(KeyVal.Manager)", "state manager"),
    (":sys.suspend(KV.Registry)", "suspend manager"),
    (":sys.resume KV.Registry", "resume manager"),
    ("Supervisor.which_children(KV.Supervisor)", "tree"),
    ("table = :ets.new(:buckets_registry, [:set, :protected])",
     "table = ets new buckets_registry set protected"),
    (":ets.new(:buckets_registry, [:named_table])", "ets new buckets_registry named_table"),
    (":ets.new(:t, [:named_table, read_concurrency: true])",
     "ets new t named_table {:read_concurrency, true}"),
    (':ets.insert(table, {"foo", self()})', 'ets insert table {"foo", self()}'),
    (':ets.insert(table, {"foo", pid})', 'ets insert table {"foo", $pid}'),
    (':ets.lookup(table, "foo")', "ets lookup table foo"),
    (":ets.lookup(:buckets_registry, :a)", "ets lookup :buckets_registry :a"),
    (":ets.tab2list(KV.Registry)", "ets list KV.Registry"),
    (":ets.delete(table)", "ets delete table"),
    (":ets.i()", "tables"),
    ("lookup(\"s1\")", "lookup s1"),
    ("System.halt", "exit"),
    ("GenServer.stop(KeyVal.Manager)", "stop manager"),
    ("GenServer.stop(KeyVal.Manager, :boom)", "stop KeyVal.Manager boom"),
    ("KV.Bucket.put(b, KV.Registry, :x)", 'put b :"Elixir.KV.Registry" :x'),
    ("GenServer.call(:foo, {:x, y})", "call :foo {:x, $y}"),
    ("Agent.stop(b, {:shutdown, 1})", "stop b {:shutdown, 1}"),
    ('KV.Bucket.get(b, "two words")', 'get b "two words"'),
    ('KV.Bucket.get(b, "a, b")', 'get b "a, b"'),
]  # fmt: skip


@pytest.mark.parametrize(("elixir", "line"), LINES)
def test_a_call_becomes_a_line_that_runs(elixir: str, line: str) -> None:
    problem = parse(elixir).parts[0].problems[0]

    assert problem.message == f"that is Elixir; here it is: {line}"
    assert problem.fix == line
    assert parse(line).parts[0].complete


@pytest.mark.parametrize("prompt", ["iex> ", "iex(3)> "])
def test_a_pasted_prompt_is_dropped(prompt: str) -> None:
    assert parse(prompt + "Agent.stop(b)").parts[0].problems[0].fix == "stop b"


@pytest.mark.parametrize("line", ["flush()", "self()", "v(1)", "h()", "exit()"])
def test_lines_valid_in_both_iex_and_the_shell_run_unchanged(line: str) -> None:
    assert parse(line).parts[0].complete


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ('assert KV.Registry.lookup(registry, "shopping") == :error', "lookup shopping"),
        ('assert {:ok, b} = KV.Registry.lookup(r, "s")', "{:ok, b} = lookup s"),
        ('assert KV.Bucket.get(bucket, "milk") == 1', "get bucket milk"),
        ("assert 1 == 1", None),
        ("mix test --trace", "start manager"),
        ("mix new ex2", "start manager"),
        ("iex -S mix", "start manager"),
        ("defmodule KV.Registry do", "start manager"),
        ("use GenServer", "start manager"),
        ("Enum.map([1], fn x -> x end)", "help"),
        ('String.upcase("a")', "help"),
        ("KV.Registry.lookup(1, 2)", "help"),
        ("KV.Bucket.put(b)", "help"),
        ("KV.Bucket.get(b, x + 1)", "help"),
        ("KV.Bucket.get(f(b), :k)", "help"),
        ("KV.Bucket.get(b, :k).foo", "help"),
        ("KV.Bucket.get(b, :k", "help"),
        (":ets.new(:t, options)", "help"),
        ("Process.sleep(x)", "help"),
        (":ets.lookup(f(1), :a)", "help"),
        ("for i <- 1..5, do: i", "help"),
    ],
)
def test_elixir_without_an_equivalent_command_has_its_own_message(
    text: str, fix: str | None
) -> None:
    problem = parse(text).parts[0].problems[0]

    assert problem.kind == "elixir"
    assert problem.fix == fix


def test_assert_has_its_own_message() -> None:
    found = translate('assert KV.Registry.lookup(registry, "shopping") == :error')

    assert found is not None
    assert found.sentence == "assert is for tests; here you look at the answer: lookup shopping"


def test_every_line_of_the_table_runs_with_its_arguments_filled_in() -> None:
    words = {"name": "s1", "process": "b", "value": "1", "term": ":a", "reason": "shutdown",
             "table": "t", "options": "set", "time": "5"}  # fmt: skip
    for call, template in CALLS.items():
        line = re.sub(r"<\d:(\w+)>", lambda hole: words[hole[1]], template)
        assert parse(line).parts[0].complete, call
    for word, found in WORDS.items():
        assert found.line is not None, word
        assert parse(found.line).parts[0].complete, word


@pytest.mark.parametrize(
    "text",
    ["lookup KV.Registry", "stop KV.Registry", "put s1 f(x) 1", "create store a.b", "a |> b"],
)
def test_commands_are_not_taken_for_elixir(text: str) -> None:
    for part in parse(text).parts:
        assert all("that is Elixir; here" not in problem.message for problem in part.problems)
