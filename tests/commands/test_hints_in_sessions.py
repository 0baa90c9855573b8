"""Hints in whole sessions: each appears where it helps, after the answer it is about."""

import pytest

from kvshell.session import Session

CASES = [
    (["create store s1"], "nothing runs yet: start manager"),
    (["start manager", "start manager map"],
     "one system at a time, and ets runs: restart manager map"),
    (["start manager", "get s9 milk"], "no store is called s9: create store s9"),
    (["start manager", "{:ok, b} = lookup s9"], "no store is called s9: create store s9"),
    (["start manager", "{:ok, b} = create store s1"],
     "create is a call and answers the pid itself in this design: b = create store s1"),
    (["start manager ets-cast", "b = create store s1"],
     "create is a cast here and answers :ok, so b is not a store: {:ok, b} = lookup s1"),
    (["start manager ets-cast", "create store a; lookup a"],
     "create is a cast here: KV.Registry had not handled it when you looked; now it has: lookup a"),
    (["start manager", "suspend manager", "as b create store s1", "lookup s1"],
     "the create of s1 is still in the mailbox of KV.Registry: step manager"),
    (["start manager", "suspend manager", "create store s1"],
     "KV.Registry did not answer; to make another client wait instead: as b create store s1"),
    (["start manager", "create store s1", "suspend s1", "get s1 milk"],
     "the caller gave up, but the request is still queued and will be handled: mailbox s1"),
    (["start manager", "create store s1", "suspend manager; stop s1", "lookup s1"],
     "#PID<0.104.0> is dead: its :DOWN still waits for KV.Registry: registry s1"),
    (["start manager", "b = create store s1", "stop b", "get b milk"],
     "#PID<0.104.0> is dead: info b"),
    (["start manager", "b = create store s1", "kill b", "cast b :hi"],
     "a cast always answers :ok, but #PID<0.104.0> is dead: alive b"),
    (["start manager plain", "create store s1", "stop s1", "create store s1"],
     "s1 is dead, and plain keeps its name forever; another design forgets it: "
     "restart manager ets"),
    (["start manager plain", "crash manager"],
     "plain has no supervisor: the manager stays dead, and its stores run on without names: "
     "start manager plain"),
    (["start manager", "create store s1", "kill manager"],
     "one_for_all: a new, empty registry is started, and every bucket dies with the old one: "
     "tree"),
    (["start manager", "create store s1", "put s1 1 one", 'get s1 "1"'],
     'there is no "1", but there is 1: get s1 1'),
    (["start manager", "create store s1", "s1 = create store s2", "get s1 milk"],
     's1 is a binding, #PID<0.105.0>; quote it to mean the store: get "s1" milk'),
    (["start manager", "create store manager"],
     'manager without quotes never means a store; with quotes it does: get "manager" milk'),
    (["start manager", 'ets insert KV.Registry {"a", 1}'],
     "only its owner can write to a protected table: ets info KV.Registry"),
    (["start manager", "b = create store s1", "put s1 k b"],
     "b was taken as text; the bound value is $b: put s1 k $b"),
    (["start manager", "create store s1", "x = lookup s1", "get x milk"],
     "x is {:ok, #PID<0.104.0>}, which is not a process: {:ok, x} = lookup s1"),
    (["start manager", "state :foo"], "no process is called :foo; to list them: processes"),
    (["start manager", *["kill manager"] * 4, "lookup s1"],
     "KV.Registry ended: killed, and that was the fourth restart within 5 s: "
     "the supervisor gave up and everything stopped, as in OTP: start manager"),
    (["start manager", "stop manager", "create store s1"], "nothing runs: start manager"),
    (["put s1 milk 1 2"], "nothing runs yet: start manager"),
    (["start manager", "create store s1", "put s1 milk 1 2"],
     'VALUE is one word; more words go in quotes: put s1 milk "1 2"'),
    (["start manager", "KV.Registry.lookup(KV.Registry, \"s1\")"],
     "the same as a command: lookup s1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("elixir", "command"),
    [
        ("Process.exit(b, :normal)", "exit b :normal"),
        ("Process.exit(b, :kill)", "kill b"),
        ("send(self(), :hello)", "send shell :hello"),
        ("GenServer.stop(b)", None),
        ("GenServer.stop(KV.Registry)", None),
        ("{:ok, pid} = KeyVal.Server.start()", None),
        ("KeyVal.Server.start()", None),
        ('KV.Bucket.get(b, "milk") == 1', None),
        ("Process.alive?(b) == false", None),
        ("Process.alive?(b)", "alive b"),
        ('KV.Registry.create(KV.Registry, "x")', "create store x"),
        (':ets.lookup(KV.Registry, "s1")', "ets lookup KV.Registry s1"),
        ('KV.Bucket.put(b, "milk", 1)', "put b milk 1"),
        (
            'KV.Registry.create(KV.Registry, "x"); KV.Registry.lookup(KV.Registry, "x")',
            "create store x; lookup x",
        ),
        ("Process.whereis(KV.Registry)", None),
        ("self()", None),
    ],
)
def test_a_line_of_elixir_gets_a_hint_at_the_equivalent_command(
    elixir: str, command: str | None
) -> None:
    with Session() as session:
        session.run("start manager; b = create store s1")
        (result,) = session.run(elixir)

    said = None if command is None else f"the same as a command: {command}"
    assert (result.hint.text if result.hint is not None else None) == said


@pytest.mark.parametrize(("lines", "hint"), CASES)
def test_the_last_line_is_followed_by_a_hint(lines: list[str], hint: str) -> None:
    found = None
    with Session() as session:
        for line in lines:
            found = session.run(line)[-1].hint
            session.settle()

    assert found is not None
    assert found.text == hint


def test_a_hint_is_shown_once() -> None:
    with Session() as session:
        session.run("start manager")
        first, second = (session.run("get s9 milk")[-1].hint for _ in range(2))

    assert first is not None
    assert second is not None
    assert (second.text, second.line) == ("", first.line)
