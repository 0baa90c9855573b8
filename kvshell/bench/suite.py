"""The suite: every figure, one step after another, each with a box of time; 15 s in all.

The stores come first, while the memory of this program is still as small as it was.
"""

import os
import platform
import sys
import sysconfig
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from kvshell.bench import lookups, messages, stores
from kvshell.bench.measure import best_of

Figures = dict[str, Any]
Progress = Callable[[int, int, str], None]

SPAWN_S, CREATE_S, CLIENTS_S = 3.0, 4.0, 0.3


class Step(NamedTuple):
    """Some figures that are measured together, and what a person is told meanwhile."""

    what: str
    measure: Callable[[], Figures]


def _spawned() -> Figures:
    many = stores.spawned(SPAWN_S)
    each = None if many.bytes_each is None else round(many.bytes_each)
    return {
        "spawn_100k_s": many.seconds,
        "bytes_per_process": each,
        "threads_for_100k": many.threads,
        "spawned": many.made,
    }


def _created() -> Figures:
    many = stores.created(CREATE_S)
    return {"create_100k_s": many.seconds, "created": many.made}


def _messages() -> Figures:
    return best_of(
        {
            "call_us": messages.call_us,
            "call_handoff_us": messages.call_handoff_us,
            "lock_handoff_us": messages.lock_handoff_us,
            "cast_us": messages.cast_us,
        }
    )


def _lookups() -> Figures:
    return best_of(
        {
            "dict_get_us": lookups.dict_get_us,
            "ets_lookup_us": lookups.ets_lookup_us,
            "ets_lookup_counted_us": lambda: lookups.ets_lookup_us(counted=True),
            "table_lookup_us": lambda: lookups.design_lookup_us("ets"),
            "registry_lookup_us": lambda: lookups.design_lookup_us("map"),
        }
    )


def _clients() -> Figures:
    ways = {"registry": "map", "table": "ets"}
    return {
        "lookups_per_s": {
            way: {
                str(count): round(lookups.lookups_per_s(design, count, CLIENTS_S))
                for count in lookups.CLIENTS
            }
            for way, design in ways.items()
        }
    }


STEPS: Final = (
    Step("100,000 processes", _spawned),
    Step("100,000 stores by name", _created),
    Step("calls and casts", _messages),
    Step("look-ups", _lookups),
    Step("1, 2, 4, 8 clients", _clients),
)


def run(progress: Progress = lambda _done, _total, _what: None) -> Figures:
    """Measure everything; `progress` is told before each step and at the end."""
    figures: Figures = {}
    for number, step in enumerate(STEPS):
        progress(number, len(STEPS), step.what)
        figures |= step.measure()
    progress(len(STEPS), len(STEPS), "")
    return figures


def build() -> dict[str, Any]:
    """Say which Python, built how, on which machine: a figure means nothing without."""
    gil = getattr(sys, "_is_gil_enabled", lambda: True)
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return {
        "implementation": platform.python_implementation(),
        "version": platform.python_version(),
        "compiler": platform.python_compiler(),
        "optimized": "--enable-optimizations" in options or sys.platform == "win32",
        "gil": gil(),
        "switch_interval_s": sys.getswitchinterval(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }
