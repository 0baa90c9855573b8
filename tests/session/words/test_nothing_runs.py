"""Without a running system, each system command says so, not with an ETS error."""

import pytest

from kvshell.commands.assist.advice import now
from kvshell.session import Session
from kvshell.session.host import Host
from kvshell.shell.hosts.sentences import parts
from kvshell.views import Caps, render

SAYS = "nothing runs yet: start manager"
LINES = [
    "stores", "lookup s1", "create store s1", "{:ok, b} = lookup s1", "put s1 a 1", "get s1 a",
    "del s1 a", "keys s1", "count s1", 'put "s1" a 1', "stop s1", "stop manager", "kill s1",
    "kill manager", "crash s1", "crash manager", "suspend s1", "suspend manager", "resume manager",
    "step manager", "step s1", "registry", "cache", "state s1", "state manager", "info s1",
    "info manager", "mailbox s1", "mailbox manager", "alive s1", "alive manager", "processes",
    "tree", "call s1 :x", "call manager :x", "cast s1 :x", "cast manager :x", "monitor s1",
    "monitor manager", "send s1 :x", "send manager :x", "link s1", "link manager", "exit s1 :x",
    "exit manager :x", "ets list KV.Registry", "ets list manager", "ets info KV.Registry",
    "stop supervisor", "info supervisor", "state buckets", "kill buckets", "alive KV.Registry",
    "state KV.Registry", "stop KV.Registry", "info KV.Supervisor", "call KV.Registry {:lookup, 1}",
]  # fmt: skip


@pytest.mark.parametrize("design", ["ets", "map", "library"])
def test_every_word_of_the_system_says_that_nothing_runs(design: str) -> None:
    for line in LINES:
        with Session(design_default=design) as session:
            if "KV.Registry" in line and "ets" in line and design == "map":
                continue  # a table that this design never has
            (result,) = Host(session).line(line).results
            hint = result.hint.text if result.hint is not None else ""
            answer = render(result, Caps())
            assert SAYS in f"{answer}\n{hint}", (line, answer, hint)
            if not line.startswith("ets "):
                assert "table identifier" not in answer, line
            if result.hint is not None:
                assert result.hint.line == "start manager"


def test_after_its_end_the_system_is_reported_as_not_running() -> None:
    with Session() as session:
        session.run("start manager; stop manager")
        session.settle()
        (result,) = session.run("lookup s1")

    assert result.error == "** (CommandError) nothing runs: start manager"
    assert result.hint is not None
    assert (result.hint.text, result.hint.line) == ("", "start manager")


def test_with_a_users_server_the_message_says_that_no_manager_runs() -> None:
    with Session() as session:
        session.run("spawn; spawn; as b self")
        session.settle()
        (result,) = session.run("lookup s1")
        snapshot = session.snapshot()

        assert result.error == "** (CommandError) no manager runs: start manager"
        assert now(snapshot) == "No manager runs, but 2 other processes."
        assert [part.text for part in parts(snapshot)][:2] == ["no manager runs", "2 processes"]


def test_elixir_gets_the_error_of_ets() -> None:
    with Session() as session:
        (result,) = session.run(":ets.lookup(KV.Registry, 1)")

    assert result.error is not None
    assert "table identifier does not refer" in result.error
