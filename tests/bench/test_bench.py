"""`kvshell bench`: what it measures, in short time boxes, and how it reports that."""

import json
import subprocess
import sys
from typing import Any

import pytest

from kvshell.bench import figures as lookups
from kvshell.bench import figures as messages
from kvshell.bench import stores, suite
from kvshell.bench.command import number, report, times
from kvshell.bench.figures import best_us
from kvshell.views import Caps, render_view

FIGURES: dict[str, Any] = {
    "call_us": 1.0,
    "call_handoff_us": 14.0,
    "cast_us": 2.5,
    "lock_handoff_us": 10.0,
    "dict_get_us": 0.0125,
    "ets_lookup_us": 0.15,
    "ets_lookup_counted_us": 0.18,
    "table_lookup_us": 0.2,
    "registry_lookup_us": 2.0,
    "spawn_100k_s": 0.9,
    "create_100k_s": 9.0,
    "created": 47_000,
    "bytes_per_process": 1329,
    "threads_for_100k": 1,
    "lookups_per_s": {
        "registry": {"1": 400_000, "2": 390_000, "4": 380_000, "8": 370_000},
        "table": {"1": 4_000_000, "2": 4_100_000, "4": 4_200_000, "8": 4_300_000},
    },
}
BUILD = suite.build() | {"version": "3.11.7", "optimized": True, "gil": True, "cores": 2}


def drawn(width: int, *, unicode: bool = True) -> list[str]:
    caps = Caps(plain=False, unicode=unicode, width=width)
    view = report(FIGURES, BUILD, width, unicode=unicode)
    return render_view(view, caps).split("\n")


@pytest.mark.slow
def test_a_figure_is_the_time_of_one_operation() -> None:
    assert 0 <= best_us(lambda: None, 0.01) < best_us(lambda: sum(range(500)), 0.01)


def test_store_creation_is_time_boxed_and_scaled_up() -> None:
    many = stores.spawned(0.02)

    assert 0 < many.made < stores.STORES
    assert many.seconds > 0.02


@pytest.mark.slow
def test_stores_can_be_created_through_a_registry() -> None:
    assert stores.created(0.02).made >= stores.AT_ONCE


@pytest.mark.parametrize("design", ["map", "ets"])
def test_several_clients_look_up_at_once(design: str) -> None:
    assert lookups.lookups_per_s(design, 3, 0.02) > 0


def test_a_handed_over_call_is_answered_by_another_thread() -> None:
    from kvshell.otp import gen_server
    from kvshell.terms import A
    from tests.nodes import node

    with node("free"):
        _ok, pid = gen_server.start(messages.Undeclared, {"k": 1})

        assert gen_server.call(pid, (A.get, "k")) == 1
        assert gen_server.cast(pid, (A.put, "k", 2)) is A.ok
        assert gen_server.call(pid, (A.get, "k")) == 2


def test_every_figure_has_a_bar_and_an_explanation() -> None:
    lines = drawn(80)

    assert lines[0].startswith("CPython 3.11.7, 2 cores, ")
    assert "  call, run by the caller    1.00 us  ██▎" in lines
    assert "    there and back costs 1.4 times the bare locks" in lines
    assert "    a lookup through the registry costs 10 times a read of the table" in lines
    assert "    90 us each (of 47,000): the registry asks a supervisor, 10 times the start" in lines
    assert max(map(len, lines)) <= 80


def test_the_longest_bar_of_a_group_is_its_largest_figure() -> None:
    lines = drawn(80)
    bars = {line[2:26].strip(): line.count("█") for line in lines if "█" in line}

    assert max(bars.values()) == bars["call, handed over"] == bars["8 clients, table"]


def test_a_narrow_terminal_leaves_out_the_bars() -> None:
    lines = drawn(40)

    assert max(map(len, lines)) <= 40
    assert not any("█" in line for line in lines)


def test_a_terminal_without_unicode_gets_ascii_bars() -> None:
    assert any(line.endswith(" " + "#" * 32) for line in drawn(80, unicode=False))


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.01254, "0.013"), (1.726, "1.73"), (20.64, "20.6"), (999.6, "1,000"), (4e6, "4,000,000")],
)
def test_a_number_has_about_three_digits(value: float, said: str) -> None:
    assert number(value) == said


@pytest.mark.parametrize(("ratio", "said"), [(1.04, "1.0"), (9.94, "9.9"), (12.4, "12")])
def test_ratios_have_about_two_digits(ratio: float, said: str) -> None:
    assert times(ratio) == said


@pytest.mark.slow
@pytest.mark.slower
def test_the_whole_suite_is_available_as_json() -> None:
    words = [sys.executable, "-m", "kvshell", "bench", "--json"]

    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["v"] == 1
    assert told["build"]["version"] == sys.version.split()[0]
    assert set(FIGURES) <= set(told)
    assert list(told["lookups_per_s"]["table"]) == ["1", "2", "4", "8"]
    assert told["threads_for_100k"] <= 4
