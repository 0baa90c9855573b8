"""The Elixir of each command is the line that `explain` shows, or a helper of the bridge."""

import pytest

from kvshell.commands.read.match import pattern_text
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import CommandError
from kvshell.commands.table import COMMANDS
from kvshell.engines.beam.line_steps import LOCAL
from kvshell.engines.beam.sources import (
    LOOKS,
    REFUSED,
    ElixirSource,
    is_known,
    source,
    template_of,
)


def asked(line: str, *bound: str) -> ElixirSource:
    (match,) = parse(line).parts
    assert match.command is not None
    return source(match, template_of(match.command), set(bound))


@pytest.mark.parametrize(
    ("line", "elixir"),
    [
        ("create store s1", 'KV.Registry.create(KV.Registry, "s1")'),
        ("put s1 milk 1", 'KV.Bucket.put(Kvshell.Words.store("s1"), "milk", 1)'),
        ('put "manager" :a [1, 2]', 'KV.Bucket.put(Kvshell.Words.store("manager"), :a, [1, 2])'),
        ("get b milk", 'KV.Bucket.get(b, "milk")'),
        ("get $b milk", 'KV.Bucket.get(b, "milk")'),
        ("call manager {:create, $b}", "GenServer.call(KV.Registry, {:create, b})"),
        ('call manager "$b"', 'GenServer.call(KV.Registry, "$b")'),
        ("monitor #PID<0.104.0>", 'Process.monitor(Kvshell.Words.pid("0.104.0"))'),
        ("{:ok, p} = lookup s1", '{:ok, p} = (KV.Registry.lookup(KV.Registry, "s1"))'),
        ("ets new t set protected", ":ets.new(:t, [:set, :protected])"),
        ("ets delete t", ":ets.delete(:t)"),
        ("stop b", "Agent.stop(b, :normal)"),
        ("sleep 2s", "Process.sleep(2000)"),
        ("suspend manager", ":sys.suspend(KV.Registry)"),
    ],
)
def test_each_command_has_its_line_of_elixir(line: str, elixir: str) -> None:
    assert asked(line, "b").texts["ets"] == elixir


def test_a_design_may_have_its_own_line() -> None:
    texts = asked("put s1 milk 1").texts

    assert texts["plain"] == 'KeyVal.Server.put(Kvshell.Words.store("s1"), "milk", 1)'
    assert isinstance(asked("put s1 milk 1").frame, list)
    assert asked("self").frame == "self()"


def test_an_unbound_name_is_an_error() -> None:
    with pytest.raises(CommandError, match="x is not bound"):
        asked("put s1 milk $x")


def test_a_pattern_containing_an_arrow_is_split_at_its_own_equals_sign() -> None:
    (match,) = parse('%{"k" => v} = state s1').parts

    assert pattern_text(match) == '%{"k" => v}'


def test_every_command_runs_on_the_node_is_answered_locally_or_is_refused() -> None:
    others = {*LOOKS, *REFUSED, *LOCAL, "reset", "settle", "as", "step", "flush"}

    assert {each.words for each in COMMANDS if not is_known(each)} <= others
