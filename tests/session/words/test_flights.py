"""Signals in flight under `set law spec`: held back, listed and delivered; errors."""

from collections.abc import Iterator

import pytest

from kvshell.commands.assist.completion import complete
from kvshell.session import Session
from tests.session.typist import Typist


@pytest.fixture
def kv() -> Iterator[Typist]:
    with Session("controlled", "ets", law="spec") as session:
        yield Typist(session)


def channels(kv: Typist) -> list[str]:
    """Return the commands that deliver the signals in flight."""
    return [lane.line for lane in kv.session.snapshot().flying]


def test_the_chapters_fix_fails_when_driven_by_hand(kv: Typist) -> None:
    kv("start manager", "create store s", "stop s")
    assert channels(kv) == ["deliver s to buckets", "deliver s to manager"]

    bogus = kv("create store bogus")
    stale = kv("lookup s")

    assert bogus == "#PID<0.105.0>"
    assert stale == "{:ok, #PID<0.104.0>}"
    assert "stale" in kv("registry")
    assert "deliver s to manager" in channels(kv)


def test_after_its_down_has_arrived_the_row_is_gone(kv: Typist) -> None:
    kv("start manager", "create store s", "stop s", "create store bogus")

    assert kv("deliver s to manager") == "delivered :DOWN, 0 left in its channel"

    assert kv("lookup s") == ":error"
    assert "This name is unknown" in kv("registry s")


def test_a_name_whose_create_is_being_handled_is_pending(kv: Typist) -> None:
    kv("start manager", "as b create store s", "deliver b to manager")

    story = kv("registry s")

    assert "Not in KV.Registry yet: its create is being handled." in story
    assert "KV.Registry is at the create by b and waits for KV.BucketSupervisor." in story
    assert "next: inflight" in story
    assert "pending" in kv("registry")
    kv("settle")
    assert "is alive" in kv("registry s")


def test_a_waiting_line_delivers_only_the_signals_it_needs(kv: Typist) -> None:
    kv("start manager", "create store s", "stop s", "create store t", "put t k 1")

    assert kv("get t k") == "1"

    assert channels(kv) == ["deliver s to buckets", "deliver s to manager"]


def test_signals_left_by_earlier_lines_arrive_when_needed(kv: Typist) -> None:
    """In `plain`, `put` is a cast; the call of `get` follows it in the same channel."""
    kv("start manager plain", "create store s", "put s k 1")
    assert channels(kv) == ["deliver shell to s"]

    assert kv("get s k") == "1"

    assert channels(kv) == []


def test_settle_and_sleep_deliver_everything(kv: Typist) -> None:
    for word in ("settle", "sleep 1"):
        kv("reset", "start manager", "create store s", "stop s")
        assert channels(kv)

        assert kv(word) == ":ok"

        assert channels(kv) == []
        assert kv("inflight") == "nothing is on its way"
        assert kv("lookup s") == ":error"


def test_a_clients_call_is_held_open_and_another_overtakes_it(kv: Typist) -> None:
    kv("start manager", "create store s", "as a put s k 1", "as b get s k")
    assert channels(kv) == ["deliver a to s", "deliver b to s"]

    kv("deliver b to s", "deliver s to b", "settle")

    assert kv.events == ["b: nil", "a: :ok"]


def test_an_order_the_law_forbids_is_refused_with_the_rule(kv: Typist) -> None:
    kv("start manager", "create store s", "cast s :one", "cast s :two")

    refused = kv("deliver shell to s 2")

    assert refused == (
        "** (CommandError) cast :two cannot overtake cast :one: what one process sends to one "
        "other arrives in the order sent; deliver shell to s delivers the first"
    )
    assert kv("deliver shell to s 3").startswith("** (CommandError) only 2 signals from shell to s")
    assert kv("deliver s to shell").startswith("** (CommandError) nothing is on its way from s")


def test_without_signals_in_flight_both_commands_say_so() -> None:
    with Session("controlled", law="beam") as session:
        kv = Typist(session)
        assert kv("inflight").startswith("under beam a signal arrives as soon as it is sent")
        assert kv("deliver a to b").startswith("** (CommandError) under beam")
    with Session("free") as session:
        kv = Typist(session)
        assert kv("inflight").startswith("on real threads a signal arrives as soon as it is sent")
        assert kv("deliver a to b").startswith("** (CommandError) on real threads")


def test_the_law_is_set_before_the_system_starts() -> None:
    with Session("free") as session:
        kv = Typist(session)
        kv("start manager")
        refused = kv("set law spec")
        assert refused == (
            "** (CommandError) set law spec comes before start manager; "
            "reset ends the system that runs"
        )

        kv("reset", "set law spec", "start manager", "as b create store s")

        assert channels(kv) == ["deliver b to manager"]
        assert session.scheduler == "controlled"


def test_the_law_survives_a_reset_until_it_is_changed(kv: Typist) -> None:
    kv("start manager", "create store s", "reset")
    assert kv("inflight") == "nothing is on its way"
    kv("start manager", "as b create store s")
    assert channels(kv)

    kv("reset", "set law beam")

    assert kv("inflight").startswith("under beam")


def test_a_create_in_flight_is_pending_in_the_registry(kv: Typist) -> None:
    kv("start manager ets-cast")

    assert kv("create store a; lookup a") == ":ok\n:error"

    assert kv.hints == ["inflight", "deliver shell to manager"]
    assert "pending" in kv("registry")
    assert kv.session.snapshot().pending == ("a",)


def test_a_down_in_flight_is_in_the_rows_history(kv: Typist) -> None:
    kv("start manager", "create store s", "stop s")

    story = kv("registry s")
    assert "Its :DOWN is on its way to KV.Registry." in story
    assert "next: inflight" in story
    assert kv.session.snapshot().stale == ("s",)
    assert kv.hints == ["inflight"]


def test_a_killed_store_dies_when_the_signal_arrives(kv: Typist) -> None:
    kv("start manager", "create store s", "as b kill s")
    assert kv("alive s") == "true"

    kv("deliver b to s")

    assert kv("alive s") == "false"


def test_a_forgotten_store_keeps_its_name_in_inflight(kv: Typist) -> None:
    kv("start manager", "create store s", "stop s", "deliver s to manager")
    assert kv("lookup s") == ":error"
    assert "│ s " in kv("inflight")

    assert kv("deliver s to buckets") == "delivered :EXIT, 0 left in its channel"

    assert kv("deliver nobody to buckets") == "** (CommandError) nothing is on its way"


def test_completion_offers_the_channels_with_signals(kv: Typist) -> None:
    kv("start manager", "create store s", "as a put s k 1", "as b create store t")

    def offered(line: str) -> list[str]:
        return [found.text for found in complete(line, kv.session.snapshot())]

    assert offered("deliver ") == ["a to s", "b to manager"]
    assert offered("deliver b ") == ["to"]
    assert offered("deliver b to ") == ["manager"]
    assert offered("deliver a to ") == ["s"]
