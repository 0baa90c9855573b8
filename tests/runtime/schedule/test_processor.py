"""Threads that take turns stay on one processor meanwhile."""

import os
import threading
from pathlib import Path

import pytest

from kvshell.runtime.schedule import threads as processor
from kvshell.runtime.schedule.threads import OneProcessor


def _may_choose() -> bool:
    """Whether a thread may choose its processor on this machine; a sandbox may forbid it."""
    try:
        os.sched_setaffinity(0, os.sched_getaffinity(0))
    except (OSError, AttributeError):
        return False
    return Path("/proc/thread-self/stat").exists()


choosing = pytest.mark.skipif(not _may_choose(), reason="nobody says here where a thread runs")


@choosing
def test_a_thread_and_those_it_starts_stay_on_one_processor_until_it_leaves() -> None:
    before = os.sched_getaffinity(0)
    seen: list[set[int]] = []

    kept = OneProcessor()
    thread = threading.Thread(target=lambda: seen.append(os.sched_getaffinity(0)))
    thread.start()
    thread.join()
    during = os.sched_getaffinity(0)
    kept.leave()
    kept.leave()

    assert during <= before
    assert seen == [during]
    assert len(during) == 1
    assert os.sched_getaffinity(0) == before


@choosing
def test_a_nested_pin_keeps_the_outer_processor() -> None:
    before = os.sched_getaffinity(0)

    outer = OneProcessor()
    inner = OneProcessor()
    inner.leave()
    assert len(os.sched_getaffinity(0)) == 1
    outer.leave()

    assert os.sched_getaffinity(0) == before


@pytest.mark.parametrize("said", ["", "1 (a ) b) S", "1 (a) S x"])
def test_without_processor_information_nothing_changes(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = tmp_path / "stat"
    stat.write_text(said)
    monkeypatch.setattr(processor, "_STAT", stat)

    OneProcessor().leave()


def test_without_affinity_support_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)

    OneProcessor().leave()
