"""The snapshot of a line is cheap and complete, and taking it does not affect the system."""

from collections.abc import Callable

import pytest

from kvshell.commands.snapshot import BindingRow, StoreRow, TableRow
from tests.session.typist import Typist


def test_a_snapshot_of_an_empty_session_is_empty(kv: Typist) -> None:
    snapshot = kv.session.snapshot()

    assert (snapshot.design, snapshot.default, snapshot.counter) == (None, "ets", 1)
    assert snapshot.manager == "KV.Registry"
    assert len(snapshot.stores) == 0
    assert [row.name for row in snapshot.processes] == ["shell"]
    assert snapshot.scheduler == "controlled"


@pytest.mark.parametrize("design", ["plain", "map", "ets-cast", "ets"])
def test_stores_are_sorted_and_found(opened: Callable[..., Typist], design: str) -> None:
    kv = opened(design)
    kv("start manager", "create store b", "create store a", 'create store "ab"', "put a k 1")

    snapshot = kv.session.snapshot()

    assert snapshot.design == design
    assert [row.name for row in snapshot.stores] == ["a", "ab", "b"]
    assert [row.name for row in snapshot.stores_starting("a")] == ["a", "ab"]
    assert snapshot.stores[-1].name == "b"
    assert [row.name for row in snapshot.stores[1:]] == ["ab", "b"]
    found = snapshot.store("a")
    assert found is not None
    assert found.contents.get("k") == 1
    assert found.state == "fresh"
    assert snapshot.store("c") is None


def test_stale_pending_waiting_and_suspended_are_listed(kv: Typist) -> None:
    kv("start manager", "create store s1", "create store s2", "suspend manager; stop s1")
    kv("suspend s2", "as b create store new", "monitor s1", "settle")

    snapshot = kv.session.snapshot()

    assert snapshot.stale == ("s1",)
    assert snapshot.pending == ("new",)
    assert snapshot.waiting == 2
    assert snapshot.inbox == 1
    assert set(snapshot.suspended) == {"manager", "s2"}
    assert snapshot.clients == ("b",)
    assert snapshot.store("s1") == StoreRow("s1", "#PID<0.104.0>", "stale")
    assert snapshot.store("new") == StoreRow("new", "", "pending")
    assert snapshot.lives("#PID<0.105.0>")
    assert not snapshot.lives("#PID<0.104.0>")
    assert not snapshot.lives("#PID<0.9999.0>")
    assert not snapshot.lives("nonsense")


def test_a_dead_store_of_plain_is_shown_as_dead(opened: Callable[..., Typist]) -> None:
    kv = opened("plain")
    kv("start manager", "create store s1", "stop s1")

    snapshot = kv.session.snapshot()

    assert snapshot.store("s1") == StoreRow("s1", "#PID<0.102.0>", "dead")
    assert snapshot.stale == ()


def test_processes_are_in_the_order_of_their_birth(kv: Typist) -> None:
    kv("start manager", "create store s1")

    rows = kv.session.snapshot().processes

    assert [row.name for row in rows[1:3]] == ["KV.Supervisor", "KV.BucketSupervisor"]
    assert rows[-1].name == "s1"
    assert len(rows) == 5


def test_bindings_and_tables_are_listed(kv: Typist) -> None:
    kv("start manager", "t = ets new mine", "b = create store s1", "n = lookup s1")

    snapshot = kv.session.snapshot()

    assert tuple(snapshot.bindings) == (
        BindingRow("b", "#PID<0.104.0>", "pid"),
        BindingRow("n", "{:ok, #PID<0.104.0>}", "term"),
        BindingRow("t", kv("t"), "table"),
    )
    assert TableRow("KV.Registry", 1, "protected", "KV.Registry") in snapshot.tables
    assert TableRow(kv("t"), 0, "protected", "#PID<0.100.0>") in snapshot.tables


def test_a_snapshot_of_a_restarting_system_still_names_its_design(kv: Typist) -> None:
    kv("start manager")
    kv.session.run("kill manager")

    assert kv.session.snapshot().design == "ets"


def test_a_snapshot_is_taken_while_everything_is_held(kv: Typist) -> None:
    kv("start manager", "create store s1", "suspend manager", "suspend s1", "suspend buckets")

    assert len(kv.session.snapshot().stores) == 1
    assert kv.session.runtime.counts["dead_letters"] == 0


def test_a_suspended_store_of_plain_has_no_role(opened: Callable[..., Typist]) -> None:
    """`plain` has no supervisors, so no unnamed process may be mistaken for one."""
    kv = opened("plain")
    kv("start manager plain", "create store s", "suspend s")

    assert kv.session.snapshot().suspended == ("s",)
