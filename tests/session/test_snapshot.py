"""The picture of a line: cheap, complete, and read without touching the system."""

from collections.abc import Callable

import pytest

from kvshell.commands.snapshot import BindingRow, StoreRow, TableRow
from tests.session.typist import Typist


def test_an_empty_session(kv: Typist) -> None:
    picture = kv.session.snapshot()

    assert (picture.design, picture.default, picture.counter) == (None, "ets", 1)
    assert picture.manager == "KV.Registry"
    assert len(picture.stores) == 0
    assert [row.name for row in picture.processes] == ["shell"]
    assert picture.scheduler == "controlled"


@pytest.mark.parametrize("design", ["plain", "map", "ets-cast", "ets"])
def test_stores_are_sorted_and_found(opened: Callable[..., Typist], design: str) -> None:
    kv = opened(design)
    kv("start manager", "create store b", "create store a", 'create store "ab"', "put a k 1")

    picture = kv.session.snapshot()

    assert picture.design == design
    assert [row.name for row in picture.stores] == ["a", "ab", "b"]
    assert [row.name for row in picture.stores_starting("a")] == ["a", "ab"]
    assert picture.stores[-1].name == "b"
    assert [row.name for row in picture.stores[1:]] == ["ab", "b"]
    found = picture.store("a")
    assert found is not None
    assert found.contents.get("k") == 1
    assert found.state == "fresh"
    assert picture.store("c") is None


def test_what_is_stale_pending_waiting_and_suspended(kv: Typist) -> None:
    kv("start manager", "create store s1", "create store s2", "suspend manager; stop s1")
    kv("suspend s2", "as b create store new", "monitor s1", "settle")

    picture = kv.session.snapshot()

    assert picture.stale == ("s1",)
    assert picture.pending == ("new",)
    assert picture.waiting == 2
    assert picture.inbox == 1
    assert set(picture.suspended) == {"manager", "s2"}
    assert picture.clients == ("b",)
    assert picture.store("s1") == StoreRow("s1", "#PID<0.104.0>", "stale")
    assert picture.store("new") == StoreRow("new", "", "pending")
    assert picture.lives("#PID<0.105.0>")
    assert not picture.lives("#PID<0.104.0>")
    assert not picture.lives("#PID<0.9999.0>")
    assert not picture.lives("nonsense")


def test_a_dead_store_of_plain_is_dead(opened: Callable[..., Typist]) -> None:
    kv = opened("plain")
    kv("start manager", "create store s1", "stop s1")

    picture = kv.session.snapshot()

    assert picture.store("s1") == StoreRow("s1", "#PID<0.102.0>", "dead")
    assert picture.stale == ()


def test_processes_are_in_the_order_of_their_birth(kv: Typist) -> None:
    kv("start manager", "create store s1")

    rows = kv.session.snapshot().processes

    assert [row.name for row in rows[1:3]] == ["KV.Supervisor", "KV.BucketSupervisor"]
    assert rows[-1].name == "s1"
    assert len(rows) == 5


def test_bindings_and_tables(kv: Typist) -> None:
    kv("start manager", "t = ets new mine", "b = create store s1", "n = lookup s1")

    picture = kv.session.snapshot()

    assert tuple(picture.bindings) == (
        BindingRow("b", "#PID<0.104.0>", "pid"),
        BindingRow("n", "{:ok, #PID<0.104.0>}", "term"),
        BindingRow("t", kv("t"), "table"),
    )
    assert TableRow("KV.Registry", 1, "protected", "KV.Registry") in picture.tables
    assert TableRow(kv("t"), 0, "protected", "#PID<0.100.0>") in picture.tables


def test_a_picture_of_a_restarting_system_still_names_its_design(kv: Typist) -> None:
    kv("start manager")
    kv.session.run("kill manager")

    assert kv.session.snapshot().design == "ets"


def test_a_picture_is_taken_while_everything_is_held(kv: Typist) -> None:
    kv("start manager", "create store s1", "suspend manager", "suspend s1", "suspend buckets")

    assert len(kv.session.snapshot().stores) == 1
    assert kv.session.runtime.counts["dead_letters"] == 0


def test_a_suspended_store_of_plain_has_no_role(opened: Callable[..., Typist]) -> None:
    """Its design has no supervisors: no unnamed process is mistaken for one."""
    kv = opened("plain")
    kv("start manager plain", "create store s", "suspend s")

    assert kv.session.snapshot().suspended == ("s",)
