"""Views send no message, never wait, and describe every state in words."""

from collections.abc import Callable

import pytest

from kvshell.commands.view import TableView
from tests.session.typist import Typist


def rows(kv: Typist, line: str) -> list[list[str]]:
    """Return the cells of the table that a line answers."""
    (result,) = kv.session.run(line)
    assert isinstance(result.view, TableView), result
    return [[cell.text for cell in row] for row in result.view.rows]


def facts(kv: Typist, line: str) -> dict[str, str]:
    return {row[0]: row[1] for row in rows(kv, line)}


def test_registry_shows_a_stale_row(kv: Typist) -> None:
    kv("start manager", "create store s1", "create store s2", "suspend manager; stop s2")

    assert rows(kv, "registry") == [
        ["s1", "#PID<0.104.0>", "alive", "yes", "yes", "fresh"],
        ["s2", "#PID<0.105.0>", "dead: :normal", "yes", "yes", "stale"],
    ]


def test_a_waiting_create_is_pending_unless_the_row_is_stale(kv: Typist) -> None:
    kv("start manager ets-cast", "create store old", "suspend manager")
    kv("create store new; stop old; create store old")

    assert rows(kv, "registry") == [
        ["old", "#PID<0.104.0>", "dead: :normal", "yes", "yes", "stale"],
        ["new", "-", "-", "no", "no", "pending"],
    ]


@pytest.mark.parametrize("design", ["plain", "map"])
def test_a_design_without_a_table_has_dashes(opened: Callable[..., Typist], design: str) -> None:
    kv = opened(design)
    kv("start manager", "create store s1", "{:ok, b} = lookup s1", "suspend manager; kill b")
    state = "dead, kept" if design == "plain" else "stale"

    assert rows(kv, "registry") == [["s1", str(kv("b")), "dead: :killed", "yes", "-", state]]


def test_read_only_commands_send_nothing_and_do_not_wait(kv: Typist) -> None:
    kv("start manager", "create store s1", "suspend manager", "suspend s1")
    looks = ["registry", "registry s1", "cache", "tables", "state manager", "state s1"]
    looks += ["info manager", "mailbox manager", "processes", "tree", "stores", "designs"]

    for line in looks:
        assert not kv(line).startswith("**")

    assert kv("mailbox manager") == "no messages wait for KV.Registry"
    assert facts(kv, "info s1")["mailbox"] == "0"


def test_the_history_of_a_stale_row_is_told(kv: Typist) -> None:
    kv("start manager", "create store s1", "self", "suspend manager; stop s1 shutdown")

    assert kv("registry s1") == (
        "╭─ s1 ─────────────────────────────────────────────────────────────────────────╮\n"
        '│ KV.Registry started #PID<0.104.0> and wrote the row {"s1", #PID<0.104.0>} at │\n'
        "│ line 2.                                                                      │\n"
        "│ #PID<0.104.0> died at line 4: :shutdown (it was stopped).                    │\n"
        "│ Its :DOWN waits in the mailbox of KV.Registry, 1 of 1.                       │\n"
        "│ KV.Registry is suspended and handles nothing.                                │\n"
        "│ next: step manager                                                           │\n"
        "╰──────────────────────────────────────────────────────────────────────────────╯"
    )


def test_the_history_of_a_pending_create_names_the_waiting_client(kv: Typist) -> None:
    kv("start manager", "suspend manager", "as b create store new")

    text = kv("registry new")

    assert "Not in KV.Registry yet: its create has not been handled." in text
    assert "A create by b waits in the mailbox of KV.Registry, 1 of 1." in text
    assert "next: step manager" in text


def test_living_kept_and_unknown_names_have_a_history(
    opened: Callable[..., Typist],
) -> None:
    kv = opened("plain")
    assert "next: start manager" in kv("registry s1")
    kv("start manager", "create store s1", "create store s2", "kill s2")

    assert "#PID<0.102.0> is alive; nobody monitors it." in kv("registry s1")
    assert "#PID<0.103.0> died at line 5: :killed (it was killed)." in kv("registry s2")
    assert "next: restart manager plain" in kv("registry s2")
    assert "next: create store s9" in kv("registry s9")


def test_the_history_tells_a_crash(kv: Typist) -> None:
    kv("start manager", "create store s1", "suspend manager", "crash s1")

    assert "(it crashed)." in kv("registry s1")


def test_the_history_tells_a_death_by_signal(kv: Typist) -> None:
    kv("start manager", "create store s1", "suspend manager", "stop s1 odd", "create store new")

    assert "died at line 4: :odd." in kv("registry s1")
    assert "A create by the shell waits in the mailbox" in kv("registry new")


def test_the_history_tells_a_name_being_created_again(kv: Typist) -> None:
    kv("start manager ets-cast", "create store s1", "suspend manager; stop s1; create store s1")

    text = kv("registry s1")

    assert "Its :DOWN waits in the mailbox of KV.Registry, 1 of 2." in text
    assert "A create waits in the mailbox of KV.Registry, 2 of 2." in text


def test_a_history_within_a_line_precedes_the_mail(kv: Typist) -> None:
    kv("start manager ets-cast", "create store s1")

    assert "next: lookup s2" in kv("create store s2; registry s2")


def test_an_unknown_state_has_no_names(kv: Typist) -> None:
    kv("start manager", "ets new mine named_table", "suspend manager", "cast manager :hello")
    kv("monitor manager")

    assert "info" not in kv("mailbox manager")
    assert kv("mailbox shell") == "no messages wait for #PID<0.100.0>"
    kv("kill manager")
    assert "signal" in kv("mailbox shell")


def test_info_shows_a_processs_table(kv: Typist) -> None:
    kv("ets new mine named_table")

    assert facts(kv, "info shell")["tables"] == ":mine"


def test_an_empty_cache_has_no_rows(kv: Typist) -> None:
    assert kv("cache") == "nothing runs yet: start manager"
    kv("start manager")
    assert "no rows" in kv("cache")
    assert kv("tables").endswith("1 table")


def test_without_tables_tables_says_so(kv: Typist) -> None:
    assert kv("tables").startswith("no tables: ")


def test_an_empty_registry_says_what_to_type(kv: Typist) -> None:
    assert kv("registry") == "nothing runs yet: start manager"
    kv("start manager")
    assert kv("registry") == "no names yet: create store s1"


def test_the_cache_counts_reads_hits_and_misses(kv: Typist) -> None:
    kv("start manager", "create store s1", "lookup s1", "lookup s1", "lookup s9")
    (result,) = kv.session.run("cache")
    assert result.view is not None
    text = kv("cache")

    for fact in (
        "KV.Registry",
        ":set",
        ":protected",
        "reads            │ 4",
        "misses           │ 2",
    ):
        assert fact in text
    assert "│ s1   │ #PID<0.104.0> │" in text
    assert "read_concurrency │ true" in text


def test_resolving_a_store_is_not_a_read(kv: Typist) -> None:
    kv("start manager", "create store s1")
    before = facts(kv, "ets info KV.Registry")["reads"]

    kv("put s1 milk 1", "get s1 milk", "registry", "stores", "tree")

    assert facts(kv, "ets info KV.Registry")["reads"] == before


@pytest.mark.parametrize("design", ["plain", "map"])
def test_cache_is_refused_without_a_table(opened: Callable[..., Typist], design: str) -> None:
    kv = opened(design)
    kv("start manager")

    assert kv("cache") == "no table: the names are in the manager's map"


def test_tables_lists_every_table(kv: Typist) -> None:
    kv("start manager", "ets new mine named_table public ordered_set")

    assert rows(kv, "tables") == [
        ["KV.Registry", "KV.Registry", "set", "protected", "#PID<0.103.0> KV.Registry", "0"],
        [":mine", ":mine", "ordered_set", "public", "#PID<0.100.0>", "0"],
    ]


def test_the_mailbox_shows_what_was_sent_and_by_whom(kv: Typist) -> None:
    kv("start manager", "b = create store s1", "suspend manager", "as c create store new")
    kv("cast manager :hello", "stop b")

    table = rows(kv, "mailbox manager")

    assert [row[1] for row in table] == ["call", "cast", "signal"]
    assert table[0][2:] == ['{:create, "new"}', "#PID<0.105.0>"]
    assert table[1][2:] == [":hello", "-"]
    assert table[2][3] == "#PID<0.104.0>"
    assert kv("mailbox b") == "#PID<0.104.0> is dead: what is sent to it is lost"


def test_info_shows_the_living_and_the_dead(kv: Typist) -> None:
    kv("start manager", "b = create store s1", "put b milk 1")

    living = facts(kv, "info b")
    kv("stop b")
    dead = facts(kv, "info b")

    assert living["status"] == "idle"
    assert living["state"] == '%{"milk" => 1}'
    assert living["monitored by"] == "#PID<0.103.0>"
    assert living["links"] == "#PID<0.102.0>"
    assert living["started at line"] == "2"
    assert (dead["status"], dead["reason"], dead["died at line"]) == ("dead", ":normal", "5")


def test_state_of_a_dead_process_is_the_exit_of_sys(kv: Typist) -> None:
    kv("start manager", "b = create store s1", "stop b")

    assert kv("state b").startswith("** (exit) exited in: :sys.get_state(#PID<0.104.0>)\n")
    kv("stop manager")
    assert kv("state manager").startswith("** (exit) exited in: :sys.get_state(KV.Registry)\n")


def test_processes_names_roles_stores_and_clients(kv: Typist) -> None:
    kv("start manager", "create store s1", "as b self", "suspend s1")

    assert [(row[0], row[1], row[3]) for row in rows(kv, "processes")] == [
        ("#PID<0.100.0>", "shell", "running"),
        ("#PID<0.101.0>", "KV.Supervisor", "idle"),
        ("#PID<0.102.0>", "KV.BucketSupervisor", "idle"),
        ("#PID<0.103.0>", "KV.Registry", "idle"),
        ("#PID<0.104.0>", "s1", "suspended"),
        ("#PID<0.105.0>", "b", "waiting"),
    ]


def test_the_tree_shows_who_supervises_whom(kv: Typist) -> None:
    kv("start manager", "create store s1", "suspend manager; stop s1; as b create store new")

    assert kv("tree") == (
        "ets\n"
        "├── #PID<0.100.0> shell\n"
        "├── #PID<0.101.0> KV.Supervisor one_for_all, 0 of 3 restarts in 5 s\n"
        "│   ├── #PID<0.102.0> KV.BucketSupervisor one_for_one, 0 of 3 restarts in 5 s\n"
        "│   └── #PID<0.103.0> KV.Registry suspended 2 waiting\n"
        "└── #PID<0.105.0> b client b"
    )


def test_in_plain_nobody_supervises(opened: Callable[..., Typist]) -> None:
    kv = opened("plain")
    kv("start manager", "create store s1")

    assert kv("tree") == (
        "plain\n"
        "├── #PID<0.100.0> shell\n"
        "├── #PID<0.101.0> KeyVal.Manager\n"
        "└── #PID<0.102.0> s1 KeyVal.Server"
    )


def test_in_library_the_history_names_the_rows_writer_and_remover(kv: Typist) -> None:
    kv("start manager library", "create store s1")
    alive = kv("registry s1")
    kv("suspend KV.Registry.PIDPartition0", "stop s1")

    told = " ".join(kv("registry s1").replace("│", " ").split())

    assert "#PID<0.105.0> is alive; KV.Registry.PIDPartition0 is linked to it." in alive
    assert "#PID<0.105.0> registered itself: it wrote the row" in told
    assert "Its :EXIT waits in the mailbox of KV.Registry.PIDPartition0, which is suspended" in told
    assert kv.session.snapshot().stale == ("s1",)
    assert [row.state for row in kv.session.snapshot().stores] == ["stale"]


def test_a_name_that_cannot_be_seen_is_shown_as_it_is_typed(kv: Typist) -> None:
    kv("start manager", 'create store "\\u200B"', 'create store ""', 'create store " "')

    shown = {row[0] for row in rows(kv, "registry")}
    assert shown == {'""', '" "', '"\u200b"'}
