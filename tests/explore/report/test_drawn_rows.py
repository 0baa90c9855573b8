"""The rows of a diagram: everything that explains the outcome, and the outcome itself."""

import re

import pytest

from tests.explore.conftest import Told
from tests.explore.search.figures import MADE, document

PEERS = """# Two servers that ask each other

```kvshell
kv> defmodule Peer do
...>   use GenServer
...>   def init(_), do: {:ok, nil}
...>   def handle_call({:ask, other}, _from, s), do: {:reply, GenServer.call(other, :read), s}
...>   def handle_call(:read, _from, s), do: {:reply, 1, s}
...> end
...
kv> {:ok, left} = GenServer.start(Peer, nil)
...
kv> {:ok, right} = GenServer.start(Peer, nil)
...
```

```kvshell session=a
kv> GenServer.call(left, {:ask, right})
1
```

```kvshell session=b
kv> GenServer.call(right, {:ask, left})
1
```
"""


def test_an_answer_that_is_shown_has_its_request(told: Told) -> None:
    clients = "kv> put s k 1\n:ok\nkv> get s k\n1", "kv> put s k 2\n:ok\nkv> get s k\n2"
    told(document(*clients, setup=MADE), "--list", "--law", "spec")

    rows = [line for line in told.out.splitlines() if " -> " in line]
    for client in "ab":
        asked = sum(row.startswith(f"{client} -> s") for row in rows)
        answered = sum(row.startswith(f"s -> {client}") for row in rows)
        assert asked == answered > 0


def test_who_changed_what_the_failing_line_reads_is_shown(told: Told) -> None:
    text = "kv> stop s\n:ok\nkv> create store s\n#PID<s>\nkv> get s k\nnil"
    told(document(text, setup=MADE.replace("#PID<s>", "...")), "--list", "--law", "spec")

    assert 'KV.Registry  reads row "s"\n' in told.out
    assert 'KV.Registry  deletes row "s"\n' in told.out
    assert re.search(r"KV.Registry -> \w+  answer #PID<s> \(dead\)\n", told.out)


def test_a_signal_that_was_overtaken_leaves_and_arrives(told: Told) -> None:
    text = "kv> stop s\n:ok\nkv> create store t\n#PID<t>\nkv> lookup s\n:error"
    told(document(text, setup=MADE), "--list", "--law", "spec")

    assert "s  :DOWN for KV.Registry leaves\n" in told.out
    assert "s ~> KV.Registry  :DOWN arrives\n" in told.out


def test_a_diagram_names_its_schedule(told: Told) -> None:
    told(document("kv> create store s\n...\nkv> kill s\n...\nkv> lookup s\n:error"), "--list")

    token = re.search(
        r"^all \d+ steps \(\d+ hidden\): kvshell explore \S+ --replay (\S+)$",
        told.out,
        re.MULTILINE,
    )
    assert token is not None
    assert re.search(rf"^lookup s: .* {re.escape(token[1])}$", told.out, re.MULTILINE)


def test_a_schedule_that_does_not_fail_ends_with_its_answers(told: Told) -> None:
    told(document("kv> put s k 1", "kv> get s k", setup=MADE), "--list")

    drawn = re.search(r"^b  saw: get s k: (\w+)\n.*--replay (\S+)\n", told.out, re.MULTILINE)
    assert drawn is not None
    assert re.search(rf"^b: get s k: {drawn[1]} .*{re.escape(drawn[2])}$", told.out, re.MULTILINE)


def test_each_client_that_fails_is_marked_and_variables_name_processes(told: Told) -> None:
    told(PEERS, "--list", "--law", "beam")

    assert "a cycle of calls: #PID<left> -> #PID<right> -> #PID<left>" in told.out
    assert "\na  ✗ expected 1, got ** (exit) time out\n" in told.out
    assert "\nb  ✗ expected 1, got ** (exit) time out\n" in told.out


def test_a_signal_to_a_dead_process_is_lost(told: Told) -> None:
    told(PEERS, "--list", "--law", "beam", "--crash", "1")

    assert re.search(r"^(left|right)  is killed$", told.out, re.MULTILINE)
    assert re.search(r"^\w+ -x (left|right)  GenServer.call", told.out, re.MULTILINE)


def test_the_only_outcome_of_several_clients_tells_of_each(told: Told) -> None:
    told(document("kv> put s a 1", "kv> put s b 2", setup=MADE), "--list")

    assert "\na: put s a 1: :ok; b: put s b 2: :ok " in told.out


def test_all_draws_a_schedule_of_each_outcome(told: Told) -> None:
    told(document("kv> put s k 1", "kv> get s k", setup=MADE), "--list", "--all")

    *_, table = told.out.partition("\noutcome ")
    assert table.count("b: get s k: ") == 2
    for value in ("nil", "1"):
        drawn = re.search(
            rf"^b: get s k: {value}\n(?:\w.*\n)*?b  saw: get s k: {value}\n"
            r".*--replay (\S+)\n",
            told.out,
            re.MULTILINE,
        )
        assert drawn is not None
        assert f" {drawn[1]}\n" in table


def test_a_line_that_had_begun_and_goes_on_is_no_earlier_one(told: Told) -> None:
    clients = [f"kv> create store s\n${{_:any}}\nkv> put s owner {n}\n:ok" for n in "ab"]
    check = '\n```kvshell\nkv> get s owner\n"a"\n```\n'
    told(document(*clients, design="map") + check, "--law", "spec")

    assert "a  earlier: create store s" in told.out.splitlines()
    assert "a -> s  put s owner a" in told.out.splitlines()
    assert "earlier: put s owner" not in told.out


def test_a_name_that_is_taken_is_found_taken(told: Told) -> None:
    """The headline names both orders that fail; the name of a client is freed at its end."""
    take, free = "Process.register(self(), :lock)", "Process.unregister(:lock)"
    told(document(f"kv> {take}\ntrue\nkv> {free}\ntrue", f"kv> {take}\ntrue"), "--law", "spec")

    lines = told.out.splitlines()
    assert lines[0] == (
        f"fails for one of two reasons: b's `{take}` came between a's `{take}` and a's `{free}` "
        f"(in 1 of the 2 that fail, shown here); "
        f"a's `{take}` came between b's `{take}` and the end of b (in 1)"
    )
    taken = lines.index("b  finds the name :lock taken")
    assert lines.index("a  takes the name :lock") < taken < lines.index("a  frees the name :lock")


def test_a_message_that_might_leave_later_and_a_normal_end_have_no_rows(told: Told) -> None:
    spawns = [f"kv> spawn_link(fn -> send(me, {{:n, {n}}}) end)" for n in (1, 2)]
    reads = "kv> receive do {:n, n} -> n end\n1\nkv> receive do {:n, n} -> n end\n2"
    told(document("\n".join(["kv> me = self()", *spawns, reads])), "--list", "--law", "spec")

    rows = told.out.splitlines()
    assert rows[0].startswith("fails because the message `{:n, 2}` of process#2 reached a before")
    assert "process#2 -> a  message {:n, 2}" in rows
    assert not [row for row in rows if "leaves" in row or ":EXIT" in row or ":normal" in row]


def test_the_pid_that_a_line_reads_and_sends_to_has_no_row(told: Told) -> None:
    text = "kv> stop s\n:ok\nkv> lookup s\n:error"
    told(document(text, setup=MADE), "--list", "--law", "beam")

    rows = told.out.splitlines()
    assert [row for row in rows if "reads row" in row] == ['a  lookup s: reads row "s"']
    assert "a -> s  stop s" in rows


SETUP = """kv> t = :ets.new(:t, [:public])
...
kv> pid = spawn(fn -> receive do :never -> :ok end end)
..."""


@pytest.mark.parametrize(
    ("asks", "expected", "does", "row"),
    [
        (":ets.member(t, :k)", "true", ":ets.insert(t, {:k, 3})", "finds no row :k"),
        (":ets.insert_new(t, {:k, 2})", "true", ":ets.insert(t, {:k, 3})",
         "does not replace row :k"),
        ("Process.whereis(:k)", "nil", "Process.register(pid, :k)", ""),
        ("Process.whereis(:k)", "#PID<pid>", "Process.register(pid, :k)",
         "finds no process of the name :k"),
        ("Process.alive?(pid)", "true", "Process.exit(pid, :kill)", "finds #PID<pid> dead"),
    ],
)  # fmt: skip
def test_what_a_step_does_not_find_is_said(
    asks: str, expected: str, does: str, row: str, told: Told
) -> None:
    told(document(f"kv> {asks}\n{expected}", f"kv> {does}", setup=SETUP), "--law", "spec")

    assert told.out.startswith("fails because ")
    said = [line for line in told.out.splitlines() if "finds" in line or "does not" in line]
    assert [line.removeprefix("a  ").removeprefix(f"{asks}: ") for line in said] == [row][
        : bool(row)
    ]
